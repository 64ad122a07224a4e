"""What people read in chat, one file per noun: facts in, a sentence in the reader's language out."""
