"""The standard as data (chapter 5, 6.2.1, 6.3): categories, subcategories, indicators, table 1, stars; the bundled editions."""
