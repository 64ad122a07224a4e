"""The scanner: a static application that works with no network. This room serves its files; what it does stands in web/static/scan."""
