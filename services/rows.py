"""What the use cases of the first evening need from the database, one protocol per room; `services.ports.Work` gathers them."""
