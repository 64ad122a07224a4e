"""The chat, on a real house and a lab server, told by the cast on telephones."""
