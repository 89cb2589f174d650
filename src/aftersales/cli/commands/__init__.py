"""The commands: a module for each, under its name, with its arguments and what it does."""
