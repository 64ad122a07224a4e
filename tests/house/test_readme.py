"""What the documents tell people to type exists."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.house.sources import ROOT, files, named

HISTORY = "docs/decisions"
DOCUMENTS = [file for file in (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))) if HISTORY not in file.as_posix()]
FENCE = re.compile(r"^ *```[^\n]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`((?:mashang|make) [^`\n]+)`")
TYPED = re.compile(r"^ *(?:\$ )?(?:[A-Z_]+=\S* )*(?:\.venv/bin/|\$\(BIN\)/)?((?:mashang|make) [^#\n]+)", re.MULTILINE)
TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)


def told(text: str) -> set[str]:
    """Every command of ours in a Markdown text: lines of code blocks, and code within sentences."""
    return {found.strip() for block in FENCE.findall(text) for found in TYPED.findall(block)} | set(INLINE.findall(FENCE.sub("", text)))


def commands() -> Iterator[tuple[str, str]]:
    for document in DOCUMENTS:
        yield from ((named(document), command) for command in sorted(told(document.read_text(encoding="utf-8"))))
    for file in files():
        yield from ((named(file), command) for command in sorted(set(INLINE.findall(file.read_text(encoding="utf-8")))))
    recipes = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\t", "")
    yield from (("Makefile", command) for command in TYPED.findall(recipes) if command.startswith("mashang"))


def tree() -> Any:
    from typer.main import get_command

    from app.__main__ import cli

    return get_command(cli())


def problem(command: str) -> str:
    """What is wrong with a command, or an empty text."""
    words = shlex.split(command.replace("…", ""))
    return make_problem(words[1:]) if words[0] == "make" else mashang_problem(words[1:])


def make_problem(words: list[str]) -> str:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    wrong = [word for word in words if "=" not in word and not word.startswith("-") and word not in targets]
    return f"no target {wrong}" if wrong else ""


def mashang_problem(words: list[str]) -> str:
    here = tree()
    while words and not words[0].startswith("-") and hasattr(here, "commands"):
        word = words.pop(0)
        if word.startswith("<") or word.isupper():
            return ""
        if word not in here.commands:
            return f"no command {word}"
        here = here.commands[word]
    known = {option for parameter in here.params for option in (*parameter.opts, *parameter.secondary_opts)} | {"--help"}
    wrong = [word for word in words if word.startswith("--") and word.partition("=")[0] not in known]
    return f"no option {wrong}" if wrong else ""


def test_every_command_that_is_told_exists() -> None:
    wrong = [f"{where}: {command}: {said}" for where, command in commands() if (said := problem(command))]
    assert not wrong


def test_the_readme_tells_both_commands() -> None:
    readme = told((ROOT / "README.md").read_text(encoding="utf-8"))
    assert {"make run", "make test"} <= readme


@pytest.mark.parametrize("command", ["make coffee", "mashang coffee", "mashang areas coffee", "mashang init --coffee"])
def test_a_command_that_does_not_exist_is_noticed(command: str) -> None:
    assert problem(command)


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_local_link_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", document.read_text(encoding="utf-8"))
    assert not [link for link in links if not (document.parent / link).exists()]
