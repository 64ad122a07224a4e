"""What happens around every handler, in this order: reference, private, dialogue, identity, locale, errors; and rights, next to the handler."""
