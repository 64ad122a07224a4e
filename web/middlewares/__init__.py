"""What happens around every request, from the outside in: reference, locale, errors, limits, csrf, identity."""
