"""Language. The only room that makes a sentence in a language."""
