"""What fits on a screen and a half: files of at most 400 lines, functions of at most 40. A migration is history: written once, read as a list."""

import ast
from pathlib import Path

from tests.house.sources import HISTORY, files, named, parsed

FILE_LINES = 400
FUNCTION_LINES = 40


def measured() -> list[Path]:
    return [file for file in files() + files("tests") if not named(file).startswith(HISTORY)]


def test_no_file_is_longer_than_400_lines() -> None:
    long = {named(file): lines for file in measured() if (lines := len(file.read_text(encoding="utf-8").splitlines())) > FILE_LINES}
    assert not long


def test_no_function_is_longer_than_40_lines() -> None:
    long = {}
    for file in measured():
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                lines = node.end_lineno - node.lineno + 1
                if lines > FUNCTION_LINES:
                    long[f"{named(file)}:{node.lineno} {node.name}"] = lines
    assert not long
