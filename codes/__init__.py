"""The code format, normative in SPEC.md. Knows bytes and keys, never people."""
