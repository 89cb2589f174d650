"""The problems of an input: violations, their sentences in each language, and the errors that carry them."""
