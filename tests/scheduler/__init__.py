"""Time, driven by hand."""
