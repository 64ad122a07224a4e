"""The network: feeds, webhooks, other channels, the heartbeat. Nothing leaves the house by another door."""
