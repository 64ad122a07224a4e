"""The CAP 1.2 format (OASIS, ITU-T X.1303). Knows alerts, never people."""
