"""A Bot API server on loopback with Telegram's JSON and refusals, and a web chat; it imports no other room."""
