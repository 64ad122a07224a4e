"""Everything said to people is a marked sentence, and every marked sentence is said in both languages."""

import ast
import re
import string
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.house.sources import ROOMS, ROOT, calls, files, named, parsed

HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0002ffff]")
OURS = re.compile(r"码上|中文|English|Mashang|X{4}")
SPOKEN = {
    "lab/": "the lab is the people outside: they speak Chinese",
    "locales/": "formats of dates and names",
    "app/commands/demo": "invented people and places",
    "app/seeds.py": "invented people and places",
    "papers/columns.py": "the names of columns in other people's tables",
    "domain/schedules.py": "the signs with which people type days and hours",
    "domain/cards.py": "the signs of house numbers, and how lists call a householder",
    "domain/places.py": "the endings of official place names",
    "codes/qr.py": "a character whose width is measured",
}
LANGUAGES = ("zh_CN", "en")
GLOSSARY = {
    "safety code": "安全码", "shelter": "安置点", "walk-in": "名单外", "drill": "演练", "duty officer": "值班员", "short code": "短码", "link code": "绑定码",
    "not yet safe": "尚未安全", "on the way": "转移途中", "with relatives": "投亲靠友",
}  # fmt: skip
EXTRACT = ("extract", "-F", "pyproject.toml", "-k", "N_", "-k", "say_many:1,2", "-k", "many:1,2", "--no-location")
TEMPLATE = re.compile(r"\{% block width %\}.*?\{% endblock %\}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<(script|style)\b.*?</\1>|<!--.*?-->", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
SAID_IN_TAG = re.compile(r"\b(?:title|placeholder|alt|aria-label)=\"([^\"]*)\"")
WORD = re.compile(r"[A-Za-z]{2,}")
SAYING = re.compile(r"\.(say|say_html)$")
FIELD = re.compile(r"\{[^}]*\}")
MARKUP = re.compile(r"</?[a-z][^>]*>")


def excused(file: Path) -> bool:
    return any(named(file).startswith(place) for place in SPOKEN)


def quiet(tree: ast.Module) -> set[int]:
    """Constants that are no speech of the program: docstrings, and what is inside N_(…)."""
    blocks = (node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef))
    said = {id(block.body[0].value) for block in blocks if block.body and isinstance(block.body[0], ast.Expr)}
    return said | {id(argument) for name, call in calls(tree) if name == "N_" for argument in call.args}


def test_no_chinese_is_written_outside_the_catalogues() -> None:
    found = []
    for file in files():
        if not excused(file):
            silent = quiet(parsed(file))
            texts = (node for node in ast.walk(parsed(file)) if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent)
            found += [f"{named(file)}:{text.lineno} {text.value!r}" for text in texts if HAN.search(OURS.sub("", str(text.value)))]
    assert not found


def test_no_exception_is_kept_for_a_place_that_says_nothing() -> None:
    speaking = {place for place in SPOKEN for file in files() if named(file).startswith(place) and HAN.search(file.read_text(encoding="utf-8"))}
    assert speaking == set(SPOKEN)


def test_no_sentence_is_said_without_its_mark() -> None:
    """`say("…")` with a bare sentence works in English and is missed by whoever translates. (In the lab people say what they type.)"""
    said = ((file, call) for file in files() if not named(file).startswith("lab/") for name, call in calls(parsed(file)) if SAYING.search(name))
    assert not [f"{named(file)}:{call.lineno}" for file, call in said if call.args and isinstance(call.args[0], ast.Constant | ast.JoinedStr)]


def test_every_mark_holds_one_whole_sentence() -> None:
    """What is not one constant cannot be collected."""
    marks = ((file, call) for file in files() for name, call in calls(parsed(file)) if name == "N_")
    assert not [f"{named(file)}:{call.lineno}" for file, call in marks if len(call.args) != 1 or not isinstance(call.args[0], ast.Constant)]


@pytest.mark.parametrize("page", sorted((ROOT / "web").rglob("*.html")), ids=lambda page: page.name)
def test_no_page_holds_a_bare_word(page: Path) -> None:
    text = TEMPLATE.sub("", page.read_text(encoding="utf-8"))
    said = [TAG.sub(" ", text), *(value for value in SAID_IN_TAG.findall(text) if "=" not in value)]
    assert not [word for each in said for word in (*WORD.findall(OURS.sub("", each)), *HAN.findall(OURS.sub("", each)))]


@cache
def collected() -> frozenset[Any]:
    """What `make catalogues` would collect now."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "messages.pot"
        subprocess.run([sys.executable, "-m", "babel.messages.frontend", "-q", *EXTRACT, "-o", str(template), "."], cwd=ROOT, check=True)
        return ids(template.read_bytes())


def ids(template: bytes) -> frozenset[Any]:
    from io import BytesIO

    from babel.messages.pofile import read_po

    return frozenset(message.id for message in read_po(BytesIO(template)) if message.id)


@cache
def entries(language: str) -> tuple[Any, ...]:
    from babel.messages.pofile import read_po

    with (ROOT / "locales" / language / "LC_MESSAGES" / "mashang.po").open("rb") as file:
        return tuple(message for message in read_po(file) if message.id)


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def words(text: str) -> str:
    """What is left to translate when fields, tags, addresses and commands are gone."""
    return " ".join(WORD.findall(re.sub(r"\{[^}]*\}|</?[a-z][^>]*>|https?://\S+|/[a-z]+", " ", OURS.sub("", text))))


def test_the_makefile_collects_what_is_tested_here() -> None:
    assert " ".join(EXTRACT[:-1]) in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_there_are_sentences_to_look_at() -> None:
    assert len(collected()) > 200


def test_the_collection_is_up_to_date() -> None:
    """Otherwise: make catalogues."""
    here = ids((ROOT / "locales" / "messages.pot").read_bytes())
    assert not collected() ^ here


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_every_sentence_and_no_other(language: str) -> None:
    assert not collected() ^ {message.id for message in entries(language)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_a_guess(language: str) -> None:
    assert not [message.id for message in entries(language) if message.fuzzy]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_has_the_fields_and_tags_of_its_sentence(language: str) -> None:
    wrong = []
    for message in entries(language):
        for text in filter(None, forms(message.string)):
            wanted = forms(message.id)[-1]
            said, asked = FIELD.findall(text), FIELD.findall(wanted)
            if fields(text) != fields(wanted) or len(said) > len(asked) or sorted(MARKUP.findall(text)) != sorted(MARKUP.findall(wanted)):
                wrong.append((wanted, text))
    assert not wrong


def test_every_sentence_is_said_in_chinese() -> None:
    """In Han characters and not in the English words; a sentence of fields and signs alone stays as it is."""
    translatable = [message for message in entries("zh_CN") if any(map(words, forms(message.id)))]
    wrong = [message.id for message in translatable if not all(forms(message.string)) or not all(map(HAN.search, forms(message.string)))]
    assert not wrong


def test_chinese_sentences_obey_the_glossary() -> None:
    wrong = []
    for message in entries("zh_CN"):
        english, chinese = FIELD.sub("", forms(message.id)[-1]).lower(), "".join(forms(message.string))
        wrong += [(english, chinese, term) for word, term in GLOSSARY.items() if re.search(rf"\b{word}s?\b", english) and term not in chinese]
    assert not wrong


def test_the_glossary_used_here_is_the_one_in_the_documents() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert not [term for term in GLOSSARY.values() if term not in glossary]


def test_every_room_is_searched_for_sentences() -> None:
    """A new room whose sentences nobody collects would speak English to everybody."""
    marking = {named(file).partition("/")[0] for file in files(*ROOMS) if any(name == "N_" for name, _ in calls(parsed(file)))}
    assert {"domain", "services", "bot", "web", "papers"} <= marking
