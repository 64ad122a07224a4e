"""How the tables came to be, one revision after the other. A revision that was released is never edited."""
