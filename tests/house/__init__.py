"""What must stay true of the source itself, whoever works on it."""
