"""Text for people, without a language of its own: number formats, columns of a terminal, sanitising, one-line displays."""
