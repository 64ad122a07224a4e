"""The scanner: its own JavaScript, run by node and by Chromium, and the routes that serve it."""
