"""Areas: imported from the office's own list, found by a part of the name."""

from collections.abc import Sequence

from domain.access import May
from domain.errors import Invalid
from domain.people import AreaUnknown
from domain.places import Area, AreaLevel, level_of, parent_of
from domain.text import N_
from services.actors import Actor
from services.audit import Trail
from services.imports import Problem, Report
from services.ports import Clock, Works

MOST_OFFERED = 8


class AreaCodeInvalid(Invalid):
    code = "area_code_invalid"
    text = N_("“{value}” is not an area code (4, 6, 9, 12 or 15 digits).")


class AreaNameMissing(Invalid):
    code = "area_name_missing"
    text = N_("The area has no name.")


class AreaLevelWrong(Invalid):
    code = "area_level_wrong"
    text = N_("Level “{value}” does not fit the code’s length.")


class AreaParentUnknown(Invalid):
    code = "area_parent_unknown"
    text = N_("The parent area {value} is neither in this list nor known.")


class Areas:
    """Imports and finds areas."""

    def __init__(self, works: Works, *, clock: Clock, trail: Trail) -> None:
        self._works = works
        self._clock = clock
        self._trail = trail

    async def get(self, code: str) -> Area | None:
        async with self._works.read() as work:
            return await work.areas.get(code)

    async def named(self, part: str, *, inside: str | None = None) -> list[Area]:
        """Villages whose name contains `part`, at most 8; refuses when there is none."""
        asked = "".join(part.split())
        async with self._works.read() as work:
            found = await work.areas.named(asked, level=AreaLevel.VILLAGE, inside=inside, most=MOST_OFFERED) if asked else []
        if not found:
            raise AreaUnknown(asked=asked[:20])
        return found

    async def titles(self, codes: Sequence[str]) -> dict[str, str]:
        """For each code, the name with the level above it: 平乐村 · 大洋路街道."""
        async with self._works.read() as work:
            wanted = {code for code in codes} | {parent for code in codes if (parent := parent_of(code))}
            known = await work.areas.many(wanted)
        return {code: " · ".join(known[c].called for c in (code, parent_of(code) or "") if c in known) or code for code in codes}

    async def import_rows(self, rows: Sequence[tuple[int, dict[str, str]]], *, by: Actor, dry_run: bool = False) -> Report:
        """Take in areas from (line, row) pairs; a bad row is reported, the good ones go in, twice changes nothing."""
        now = self._clock.now()
        by.must(May.GRANT, now=now)
        good, problems = self._read(rows)
        async with self._works.write() as work:
            known = {area.code: area for area in await work.areas.all()}
            fit, orphans = _with_parents(good, known)
            new = [area for _, area in fit if area.code not in known]
            changed = [area for _, area in fit if area.code in known and known[area.code] != area]
            if not dry_run and (new or changed):
                await work.areas.put([*new, *changed])
                await self._trail.add(work, by=by, action="areas.import", subject="areas", now=now, added=len(new), changed=len(changed))
        problems = sorted([*problems, *orphans], key=lambda problem: problem.line)
        return Report(len(rows), len(new), len(changed), len(fit) - len(new) - len(changed), tuple(problems), dry_run=dry_run)

    def _read(self, rows: Sequence[tuple[int, dict[str, str]]]) -> tuple[list[tuple[int, Area]], list[Problem]]:
        good: dict[str, tuple[int, Area]] = {}
        problems = []
        for line, row in rows:
            try:
                area = _area(row)
                good[area.code] = (line, area)
            except Invalid as refusal:
                problems.append(Problem(line, refusal))
        return list(good.values()), problems


def _area(row: dict[str, str]) -> Area:
    code, name = row.get("code", "").strip(), row.get("name", "").strip()
    level = level_of(code)
    if level is None:
        raise AreaCodeInvalid(value=code[:20])
    if not name:
        raise AreaNameMissing()
    said = row.get("level", "").strip()
    if said and said != level.value:
        raise AreaLevelWrong(value=said[:20])
    parent = row.get("parent_code", "").strip() or (parent_of(code) if level is not AreaLevel.CITY else None)
    return Area(code, name, level, parent)


def _with_parents(good: list[tuple[int, Area]], known: dict[str, Area]) -> tuple[list[tuple[int, Area]], list[Problem]]:
    codes = {area.code for _, area in good} | set(known)
    fit = [(line, area) for line, area in good if area.parent is None or area.parent in codes]
    orphans = [Problem(line, AreaParentUnknown(value=area.parent)) for line, area in good if area.parent is not None and area.parent not in codes]
    return fit, orphans
