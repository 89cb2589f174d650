"""Read and write files of any domain: YAML and JSON with positions, exact numbers, field types, atomic writing."""
