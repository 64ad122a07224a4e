"""Every "no" has a code, a marked sentence, its fields, and one of six families; every table that answers a family answers all six."""

import ast
import string
from functools import cache

import pytest

from domain.errors import FAMILIES, Refusal
from domain.scans import REASONS, Reason
from tests.house.sources import dotted, files, imported, named, parsed


@cache
def refusals() -> tuple[type[Refusal], ...]:
    """Every refusal of the house, the families themselves left out."""
    list(imported())
    found: list[type[Refusal]] = []
    waiting: list[type[Refusal]] = [Refusal]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            if kind not in FAMILIES and not kind.__module__.startswith("tests."):
                found.append(kind)
    return tuple(found)


@cache
def marked() -> frozenset[str]:
    """Every sentence inside N_(…)."""
    calls = (node for file in files() for node in ast.walk(parsed(file)) if isinstance(node, ast.Call) and dotted(node.func) == "N_")
    return frozenset(call.args[0].value for call in calls if call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str))


def fields(sentence: str) -> set[str]:
    return {name.partition(".")[0] for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_there_are_refusals_to_look_at() -> None:
    assert len(refusals()) > 40


def test_every_refusal_belongs_to_one_family() -> None:
    assert not [kind for kind in refusals() if sum(issubclass(kind, family) for family in FAMILIES) != 1]


def test_every_refusal_has_a_code_of_its_own() -> None:
    codes: dict[str, str] = {}
    for kind in refusals():
        assert "code" in vars(kind), f"{kind} has no code"
        assert kind.code == kind.code.lower(), kind
        assert kind.code.replace("_", "").isalnum(), kind
        assert kind.code not in codes, f"{kind} and {codes[kind.code]} are both {kind.code}"
        codes[kind.code] = str(kind)


def test_every_refusal_has_a_marked_sentence() -> None:
    assert not [kind for kind in refusals() if "text" not in vars(kind) or kind.text not in marked()]


def test_every_refusal_is_made_with_the_fields_of_its_sentence() -> None:
    """A missing field would turn a refusal into a fault."""
    texts = {kind.__name__: kind.text for kind in refusals() if kind.__init__ is Refusal.__init__}
    bare = []
    for file in files():
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.Call) and (name := dotted(node.func).rpartition(".")[2]) in texts and all(word.arg for word in node.keywords):
                missing = fields(texts[name]) - {word.arg for word in node.keywords}
                bare += [f"{named(file)}:{node.lineno} {name} without {sorted(missing)}"] if missing else []
    assert not bare


def test_the_command_line_answers_every_family() -> None:
    from app.commands.exits import EXIT

    assert set(EXIT) == set(FAMILIES)
    assert set(EXIT.values()) == {1}


def test_the_web_answers_every_family() -> None:
    from web.middlewares.errors import STATUS

    assert set(STATUS) == set(FAMILIES)
    assert all(400 <= status < 500 for status in STATUS.values())
    assert len(set(STATUS.values())) == len(FAMILIES)


def test_the_chat_answers_every_family() -> None:
    from bot.failures import ANSWERS

    assert set(ANSWERS) == set(FAMILIES)
    assert len(set(ANSWERS.values())) == len(FAMILIES)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_of_a_verdict_has_a_marked_sentence(reason: Reason) -> None:
    assert REASONS[reason] in marked()


def test_every_problem_of_the_code_format_has_a_reason() -> None:
    from codes.errors import Problem
    from services.press import REASON_OF

    assert set(REASON_OF) == set(Problem)
    assert set(REASON_OF.values()) <= set(Reason) - {Reason.OK}
