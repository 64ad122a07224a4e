"""Rules. The standard library only: no clock, no network, no storage."""
