"""A world to try the house in. It drives the house through processes, HTTP and files."""
