"""Whole evenings through the real entrances: the cast, the script, the ledger of what people were told, and an oracle that counts again."""
