"""The network: what leaves the house, and that nothing leads it astray."""
