"""What nobody asked for: the open question is said again, whichever it is, and nobody is left without an answer."""

import pytest

from bot import states
from bot.keyboards.menu import ENTRIES, entries
from bot.states import Reporting
from bot.views import fallback, notice_drafts, start
from domain.access import May
from handlers.fallback import QUESTIONS
from services.actors import Actor
from tests import cast
from tests.handlers.stage import Stage, words

OWN_ANSWER = set(Reporting.__states__)
"""Questions of /report are put again by their own room, with their buttons."""


def every_question() -> list[object]:
    groups = [kind for kind in vars(states).values() if isinstance(kind, type) and kind.__module__ == states.__name__]
    return [state for group in groups for state in group.__states__]  # type: ignore[attr-defined]


def test_no_open_question_is_forgotten() -> None:
    assert [state for state in every_question() if state not in QUESTIONS and state not in OWN_ANSWER] == []


async def test_words_under_a_question_with_buttons_bring_the_question_not_the_menu(stage: Stage) -> None:
    officer = await stage.phone_of(cast.OFFICER)
    await officer.says("/notice")
    await officer.hears(stage.say(notice_drafts.LEVEL))
    await officer.says("火星")
    answer = words(await officer.hears(stage.say(fallback.NOT_AN_ANSWER)))
    assert stage.say(notice_drafts.LEVEL) in answer


async def test_a_duty_officer_finds_notices_and_groups_under_one_button(stage: Stage) -> None:
    officer: Actor = await stage.town.actor(cast.OFFICER)
    now = stage.town.clock.now()
    shown = [entry.command for entry in entries(officer, now=now)]
    assert officer.can(May.DRAFT_NOTICE, now=now)
    assert "notices" in shown
    assert not {"notice", "group", "glass", "language"} & set(shown)
    assert shown[:3] == ["safe", "help", "report"]
    assert len(shown) <= 12


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.within])
def test_what_is_found_within_another_answer_has_one_to_be_found_in(entry: object) -> None:
    assert entry.within in {other.command for other in ENTRIES}  # type: ignore[attr-defined]


async def test_a_new_notice_and_the_groups_are_reached_from_the_list(stage: Stage) -> None:
    officer = await stage.phone_of(cast.OFFICER)
    await officer.says("/notices")
    listed = await officer.hears("/notice")
    await officer.taps(listed, "nnw")
    await officer.hears(stage.say(notice_drafts.LEVEL))


async def test_what_is_rarely_needed_is_reached_from_what_is_known_about_oneself(stage: Stage) -> None:
    officer, lin = await stage.phone_of(cast.OFFICER), await stage.phone_of(cast.LIN)
    await officer.says("/me")
    await officer.hears("/glass")
    await lin.says("/me")
    assert "/glass" not in words(await lin.hears(stage.say(start.KEPT)))
