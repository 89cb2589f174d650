"""The commands. Each is a module with its name, its arguments and its function."""
