"""The same numbers for programs, as JSON under /api/v1."""
