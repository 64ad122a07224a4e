"""Assembly. No rules of its own: every object is made here, by constructor, and handed downwards."""
