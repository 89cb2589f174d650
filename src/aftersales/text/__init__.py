"""Text for people, in no particular language: number formats, terminal columns, sanitising, one-line displays."""
