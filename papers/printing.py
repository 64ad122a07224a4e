"""A print: cards by the page into PDF files of at most a thousand cards each, so that memory stays flat; a part is whole or not there."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final
from uuid import UUID

from domain.cards import CardKind, Cursor, Wanted
from papers.cards import CARD_HIGH, CARD_WIDE, LARGE_HIGH, LARGE_WIDE, draw_card, draw_household, draw_pendant
from papers.imprint import Imprint, cut_marks
from papers.ink import Ink, must_have_font
from papers.ledgers import Ledger, key_of
from papers.notice_cards import HIGH as NOTICE_HIGH
from papers.notice_cards import WIDE as NOTICE_WIDE
from papers.notice_cards import draw_notice
from papers.place_posters import draw_poster
from papers.rolls import ON_A_PAGE, draw_roll
from services.actors import Actor
from services.cards import Cards, Leaf, Page

PAPER_WIDE, PAPER_HIGH = 210.0, 297.0
PART: Final = 1000
READ: Final = 250
LAYOUT = "1"
"""Changes with the looks of what is printed, so that no print is finished in two looks."""

NOBODY: Final = UUID(int=0)

Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Grid:
    """How many of which size are on a page, and what draws one."""

    across: int
    down: int
    wide: float
    high: float
    draw: Callable[[Ink, Leaf, Imprint], None]

    @property
    def left(self) -> float:
        return (PAPER_WIDE - self.across * self.wide) / 2

    @property
    def top(self) -> float:
        return (PAPER_HIGH - self.down * self.high) / 2

    def corner(self, at: int) -> tuple[float, float]:
        """Where the so-manieth of a page stands: its corner above left."""
        row, column = divmod(at, self.across)
        return self.left + column * self.wide, self.top + row * self.high


HOUSEHOLDS: Final = Grid(2, 2, LARGE_WIDE, LARGE_HIGH, draw_household)
GRIDS: Final[Mapping[CardKind, Grid]] = {
    CardKind.CARD: Grid(2, 5, CARD_WIDE, CARD_HIGH, draw_card), CardKind.PENDANT: Grid(2, 2, LARGE_WIDE, LARGE_HIGH, draw_pendant),
    CardKind.NOTICE: Grid(1, 2, NOTICE_WIDE, NOTICE_HIGH, draw_notice), CardKind.POSTER: Grid(1, 1, PAPER_WIDE, PAPER_HIGH, draw_poster),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Printed:
    """What a print came to. `left_out` have no living code; `resumed` were on paper when this run began."""

    files: list[Path]
    cards: int
    left_out: int
    resumed: int


@dataclass(frozen=True, slots=True)
class Job:
    """One print into `target`; where it takes more than one part, into NAME-001.pdf and so on beside it. `most` refuses a longer one at once."""

    wanted: Wanted
    target: Path
    imprint: Imprint
    part: int = PART
    most: int | None = None

    @property
    def digest(self) -> str:
        """What must be the same in every part of a print."""
        asked = (self.wanted.kind, self.wanted.area, self.wanted.household, self.wanted.blank, self.part)
        told = (self.imprint.office, self.imprint.phone, self.imprint.catalogue.language, LAYOUT)
        return hashlib.sha256(repr((*map(str, asked), *told)).encode()).hexdigest()

    def file(self, ledger: Ledger) -> Path:
        if ledger.single:
            return self.target
        return self.target.with_name(f"{self.target.stem}-{len(ledger.files) + 1:03}{self.target.suffix}")


async def print_cards(cards: Cards, job: Job, *, by: Actor, told: Told = lambda done, total: None) -> Printed:
    """Print, or go on with what a kill interrupted. `told` hears how many are done of how many. FontMissing, before anything is issued."""
    must_have_font()
    ledger = Ledger.of(job.target, job.digest)
    before = len(ledger.printed)
    total = await cards.begin(job.wanted, by=by, done=before, most=job.most)
    if not ledger.begun:
        ledger.begin(total, single=total <= job.part)
    while not ledger.ended and (not job.wanted.blank or len(ledger.printed) < job.wanted.blank):
        told(len(ledger.printed), total)
        page = await _next(cards, job, ledger, by=by)
        new = [leaf for leaf in page.leaves if key_of(leaf) not in ledger.printed]
        if new:
            await _one_part(job, ledger, new, page, told=told, total=total)
        else:
            ledger.ended, ledger.left_out = page.last is None, ledger.left_out + page.left_out
            ledger.last = page.last
    ledger.close()
    told(len(ledger.printed), len(ledger.printed))
    return Printed([job.target.with_name(name) for name in ledger.files], len(ledger.printed), ledger.left_out, before)


async def _next(cards: Cards, job: Job, ledger: Ledger, *, by: Actor) -> Page:
    """The cards of the next part."""
    if job.wanted.blank:
        leaves = await cards.again(job.wanted, ledger.waiting, by=by) if ledger.waiting else []
        if not leaves:
            leaves = await cards.blanks(job.wanted, min(job.part, job.wanted.blank - len(ledger.printed)), by=by)
            ledger.issue([leaf.card.code.cti for leaf in leaves])
        return Page(leaves, 0, Cursor(job.wanted.area, NOBODY, NOBODY))
    found = Page([], 0, ledger.last)
    while len(found.leaves) < job.part:
        page = await cards.page(job.wanted, last=found.last, most=min(READ, job.part - len(found.leaves)), by=by)
        found = Page(found.leaves + page.leaves, found.left_out + page.left_out, page.last)
        if page.last is None:
            break
    return found


async def _one_part(job: Job, ledger: Ledger, leaves: Sequence[Leaf], page: Page, *, told: Told, total: int) -> None:
    """Drawn in a thread under another name, then renamed, then written down."""
    file, done = job.file(ledger), len(ledger.printed)
    beside = file.with_name(file.name + ".part")
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)
    try:
        at = await asyncio.to_thread(draw, beside, leaves, job, ledger.page, lambda count: told(done + count, total))
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
    ledger.finish(file, [key_of(leaf) for leaf in leaves], left_out=page.left_out, last=page.last, page=at)


async def print_one(leaf: Leaf, job: Job) -> None:
    """One card alone on a page of its own. FontMissing, before anything is drawn."""
    must_have_font()
    await asyncio.to_thread(draw, job.target, [leaf], job, ("", 0), lambda count: None)


def draw(file: Path, leaves: Sequence[Leaf], job: Job, page: tuple[str, int], told: Callable[[int], None]) -> tuple[str, int]:
    """Write one file; the village and the page of its last list, where the next part goes on."""
    ink = Ink(file, wide=PAPER_WIDE, high=PAPER_HIGH, title=f"Mashang {job.wanted.kind.value} {job.wanted.area}")
    page = _rolls(ink, leaves, job, page, told) if job.wanted.kind is CardKind.SHEET else _grids(ink, leaves, job, told)
    ink.save()
    return page


def _grids(ink: Ink, leaves: Sequence[Leaf], job: Job, told: Callable[[int], None]) -> tuple[str, int]:
    grid = HOUSEHOLDS if job.wanted.kind is CardKind.CARD and job.wanted.household else GRIDS[job.wanted.kind]
    a_page = grid.across * grid.down
    for start in range(0, len(leaves), a_page):
        if job.wanted.kind is not CardKind.POSTER:
            ink.form("marks", lambda: _marks(ink, grid), wide=PAPER_WIDE, high=PAPER_HIGH)
        for at, leaf in enumerate(leaves[start : start + a_page]):
            ink.at(*grid.corner(at))
            grid.draw(ink, leaf, job.imprint)
        ink.page()
        told(min(start + a_page, len(leaves)))
    return "", 0


def _marks(ink: Ink, grid: Grid) -> None:
    cut_marks(ink, left=grid.left, top=grid.top, wide=grid.wide, high=grid.high, across=grid.across, down=grid.down)


def _rolls(ink: Ink, leaves: Sequence[Leaf], job: Job, page: tuple[str, int], told: Callable[[int], None]) -> tuple[str, int]:
    """Every village begins a page, and counts its own."""
    done = 0
    for area, group in groupby(leaves, key=lambda leaf: leaf.area):
        lot = list(group)
        number = page[1] if page[0] == area else 0
        for start in range(0, len(lot), ON_A_PAGE):
            number += 1
            draw_roll(ink, lot[start : start + ON_A_PAGE], job.imprint, page=number)
            ink.page()
            done += len(lot[start : start + ON_A_PAGE])
            told(done)
        page = (area, number)
    return page
