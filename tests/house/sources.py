"""The source as the house tests see it: every Python file of every room, parsed once."""

import ast
import gc
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
ROOMS = ("app", "handlers", "web", "scheduler", "bot", "storage", "outside", "papers", "locales", "services", "domain", "codes", "cap", "lab")
SCRIPTS = "storage/migrations/"
HISTORY = "storage/migrations/versions/"


@cache
def files(*folders: str) -> tuple[Path, ...]:
    """Python files below these folders (default: all rooms), in order."""
    return tuple(file for folder in folders or ROOMS for file in sorted((ROOT / folder).rglob("*.py")))


@cache
def parsed(file: Path) -> ast.Module:
    """Parsed once. Nothing is collected meanwhile: in Python 3.11 a finalizer that parses (to show where it came from) spoils the tree being made."""
    text, collecting = file.read_text(encoding="utf-8"), gc.isenabled()
    gc.disable()
    try:
        return ast.parse(text, filename=str(file))
    finally:
        if collecting:
            gc.enable()


def named(file: Path) -> str:
    """The file as people write it: `services/scans.py`."""
    return file.relative_to(ROOT).as_posix()


@cache
def module_names(*folders: str) -> tuple[str, ...]:
    """Every module that can be imported; migrations are scripts that alembic runs."""
    found = (named(file) for file in files(*folders))
    dotted = (name.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".") for name in found if not name.startswith(SCRIPTS))
    return tuple(name for name in dotted if not name.endswith("__main__"))


def imported(*folders: str) -> Iterator[ModuleType]:
    """Every module below these folders, imported."""
    return (import_module(name) for name in module_names(*folders))


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the dotted name of what is called, as far as it can be read."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := dotted(node.func)):
            yield name, node


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an expression that is one, else an empty text."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


@cache
def pyproject() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
