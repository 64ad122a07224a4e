"""Use cases. One method, one transaction, one commit; no framework."""
