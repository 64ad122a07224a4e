"""The time entrance. It says when, never what."""
