"""Memory. The only floor that knows SQL and Redis."""
