"""Telegram plumbing. How we speak to Telegram, never what we decide."""
