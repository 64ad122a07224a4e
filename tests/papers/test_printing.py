"""A print in parts: killed anywhere, the same command goes on; every card once, whole files only."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from domain.cards import CardKind, NothingToPrint, PrintStandsHalfDone, TooManyCards, Wanted
from domain.codes import Holder
from domain.issuing import Why
from papers.imprint import Imprint
from papers.printing import Job, print_cards
from services.actors import Actor
from tests import cast
from tests.houses import Town, a_town
from tests.papers.print_shop import codes_quickly, pages, words

PEOPLE = Wanted(CardKind.CARD, cast.COUNTY.code)
BLANKS = Wanted(CardKind.CARD, cast.VILLAGE.code, blank=7)
LISTED = 30


class Killed(BaseException):
    """What ends a process without asking it."""


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with a_town(tmp_path / "house") as town:
        rows = [(line, {"name": f"林{'春夏秋冬'[line % 4]}生", "area_code": cast.VILLAGE.code, "household": str(line // 4)}) for line in range(LISTED)]
        assert (await town.house.services.people_import.import_rows(rows, by=Actor.operator())).added == LISTED
        yield town


def job(town: Town, target: Path, wanted: Wanted = PEOPLE, *, part: int = 10, most: int | None = None, office: str = "应急局") -> Job:
    return Job(wanted, target, Imprint(office, "0578", "2026-11-23", town.house.catalogues.of("zh_CN")), part=part, most=most)


async def everybody(town: Town, area: str = cast.COUNTY.code) -> set[str]:
    async with town.house.works.read() as work:
        found = await work.codes.of([each.id for each in await work.people.inside([area])])
    return {town.house.services.codes.card(code).text for code in found.values()}


def files(folder: Path, pattern: str = "*.pdf") -> list[Path]:
    return sorted(folder.glob(pattern))


def on_paper(folder: Path) -> Counter[str]:
    return Counter(text for file in files(folder) for page in pages(file) for text in codes_quickly(page))


async def killed_at(town: Town, wanted: Job, when: int) -> None:
    def told(done: int, total: int) -> None:
        if done >= when:
            raise Killed

    with pytest.raises(Killed):
        await print_cards(town.house.services.cards, wanted, by=Actor.operator(), told=told)


async def test_a_long_print_comes_in_parts_and_every_card_once(town: Town, tmp_path: Path) -> None:
    answer = await print_cards(town.house.services.cards, job(town, tmp_path / "out.pdf"), by=Actor.operator())
    want = await everybody(town)
    assert [file.name for file in answer.files] == [f"out-{number:03}.pdf" for number in range(1, -(-len(want) // 10) + 1)]
    assert on_paper(tmp_path) == Counter(dict.fromkeys(want, 1))
    assert [file.name for file in files(tmp_path, "out*")] == [file.name for file in answer.files]
    assert {file.stat().st_mode & 0o077 for file in answer.files} == {0}


@pytest.mark.parametrize("when", [0, 5, 10, 14, 20, 33])
async def test_a_killed_print_goes_on_and_prints_nobody_twice(town: Town, tmp_path: Path, when: int) -> None:
    await killed_at(town, job(town, tmp_path / "out.pdf"), when)
    done = {file.name: file.read_bytes() for file in files(tmp_path)}
    answer = await print_cards(town.house.services.cards, job(town, tmp_path / "out.pdf"), by=Actor.operator())
    assert answer.resumed == 10 * len(done)
    assert {name: (tmp_path / name).read_bytes() for name in done} == done
    assert on_paper(tmp_path) == Counter(dict.fromkeys(await everybody(town), 1))
    assert not files(tmp_path, "*.printing") + files(tmp_path, "*.part")


async def test_who_moved_or_got_a_new_code_meanwhile_is_not_printed_a_second_time(town: Town, tmp_path: Path) -> None:
    await killed_at(town, job(town, tmp_path / "out.pdf"), 15)
    (first,) = files(tmp_path)
    printed = {text for page in pages(first) for text in codes_quickly(page)}
    async with town.house.works.read() as work:
        people = await work.people.inside([cast.COUNTY.code])
        held = {town.house.services.codes.card(code).text: holder for holder, code in (await work.codes.of([each.id for each in people])).items()}
    moved = next(each for each in people if each.id == held[min(printed)])
    await town.house.services.issuing.replace(Holder.PERSON, moved.id, by=Actor.operator(), reason=Why.LOST)
    async with town.house.works.write() as work:
        await work.people.change([replace(moved, area=cast.NEXT_VILLAGE.code)])
    answer = await print_cards(town.house.services.cards, job(town, tmp_path / "out.pdf"), by=Actor.operator())
    assert answer.cards == len(people)
    assert sum(on_paper(tmp_path).values()) == len(people)


async def test_blank_cards_that_a_kill_left_unprinted_are_printed_and_not_made_anew(town: Town, tmp_path: Path) -> None:
    await killed_at(town, job(town, tmp_path / "out.pdf", BLANKS, part=4), 2)
    async with town.house.works.read() as work:
        made = len(await work.audit.search(actions=["codes.issue"], most=100))
    answer = await print_cards(town.house.services.cards, job(town, tmp_path / "out.pdf", BLANKS, part=4), by=Actor.operator())
    assert answer.cards == len(on_paper(tmp_path)) == 7
    async with town.house.works.read() as work:
        rows = await work.audit.search(actions=["codes.issue"], most=100)
    assert len(rows) == made + 1, "the first four were there"


async def test_a_torn_last_line_of_the_ledger_did_not_happen(town: Town, tmp_path: Path) -> None:
    await killed_at(town, job(town, tmp_path / "out.pdf"), 15)
    with (tmp_path / "out.pdf.printing").open("a") as ledger:
        ledger.write('{"part": "out-002.pdf", "ke')
    await print_cards(town.house.services.cards, job(town, tmp_path / "out.pdf"), by=Actor.operator())
    assert on_paper(tmp_path) == Counter(dict.fromkeys(await everybody(town), 1))


async def test_another_print_is_not_mixed_into_one_that_stands_half_done(town: Town, tmp_path: Path) -> None:
    await killed_at(town, job(town, tmp_path / "out.pdf"), 15)
    for other in (job(town, tmp_path / "out.pdf", BLANKS), job(town, tmp_path / "out.pdf", office="别的局")):
        with pytest.raises(PrintStandsHalfDone):
            await print_cards(town.house.services.cards, other, by=Actor.operator())


async def test_too_much_and_nothing_are_refused_before_anything_is_written(town: Town, tmp_path: Path) -> None:
    with pytest.raises(TooManyCards):
        await print_cards(town.house.services.cards, job(town, tmp_path / "out.pdf", most=5), by=Actor.operator())
    with pytest.raises(NothingToPrint):
        await print_cards(town.house.services.cards, job(town, tmp_path / "out.pdf", Wanted(CardKind.POSTER, cast.NEXT_VILLAGE.code)), by=Actor.operator())
    assert not files(tmp_path, "out*")


async def test_the_pages_of_a_village_are_counted_on_across_parts(town: Town, tmp_path: Path) -> None:
    wanted = Wanted(CardKind.SHEET, cast.VILLAGE.code)
    answer = await print_cards(town.house.services.cards, job(town, tmp_path / "out.pdf", wanted, part=18), by=Actor.operator())
    said = "".join(words(file) for file in answer.files)
    assert [said.count(f"第{number}页") for number in range(1, len(answer.files) + 2)] == [1] * len(answer.files) + [0]
