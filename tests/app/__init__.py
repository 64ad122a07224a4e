"""Mirror of the room `app`."""
