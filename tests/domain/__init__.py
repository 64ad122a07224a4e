"""Rules, told as sentences about people."""
