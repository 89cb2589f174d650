"""What is wrong with an input: violations, the sentences that tell of them in each language, and the errors that carry them."""
