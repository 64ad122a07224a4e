"""Fakes stand only at the boundary: the clock, Telegram, other people's servers."""
