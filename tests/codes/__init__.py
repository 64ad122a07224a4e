"""The code format: bytes, keys, pictures."""
