"""Alembic's entrance: it runs this file for each command; everything is decided in run.py."""

from alembic import context

from storage.migrations.run import walk

walk(context)
