"""Memory is tested on real databases only."""
