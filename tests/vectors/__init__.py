"""Examples in files, for readers in any language."""
