"""The standard as data (chapter 5, 6.2.1, 6.3): the tree of indicators, table 1, the stars, the bundled editions."""
