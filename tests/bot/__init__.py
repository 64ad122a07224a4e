"""The Telegram plumbing against a Bot API server on loopback."""
