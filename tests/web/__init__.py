"""The HTTP entrance, tried by a client of the real application and by a real browser."""
