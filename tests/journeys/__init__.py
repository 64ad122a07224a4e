"""Whole stories through the real entrances."""
