"""Use cases on a real database, told as what is true for a person."""
