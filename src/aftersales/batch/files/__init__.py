"""Score tables in files, and evaluations in files and folders; read and write what spreadsheets exchange."""
