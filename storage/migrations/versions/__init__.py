"""One file per revision, numbered in order; each goes up and down on SQLite and PostgreSQL."""
