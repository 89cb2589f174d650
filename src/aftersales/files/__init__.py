"""Reading and writing files, without a domain: YAML and JSON with positions, exact numbers, field types, atomic writing."""
