"""Counts a day without a network again: from the raw events of `mashang export events --jsonl`, from what was held before the scanners,
and from the words of the design alone; it imports nothing of the house. Every scan is an event; the same key twice is one. Where somebody is, is
what was seen last. Seen at two shelters within ten minutes, without leaving in between: counted once, to verify. What was taken back never happened.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

Row = dict[str, Any]
Sight = tuple[datetime, str | None, str | None]
CLASH, AGREE, NEVER = timedelta(minutes=10), timedelta(seconds=20), datetime.fromtimestamp(0, UTC)
KINDS = {"shelter_in": "at_shelter", "shelter_out": "left", "to_relatives": "with_relatives"}


def key(row: Row) -> tuple[str, str, str | None]:
    return row["person"], row["purpose"], row["place"] if row["purpose"] != "to_relatives" else None


def ends(sights: Iterable[Sight]) -> Row:
    """Where somebody is after all of this, and the shelters that both say so."""
    told = sorted(sights, key=lambda sight: (sight[0], sight[1] == "left")) or [(NEVER, None, None)]
    at, kind, place = told[-1]
    left = [sight[0] for sight in told if sight[1] == "left"]
    near = [each for each in told if each[1] == "at_shelter" and at - each[0] <= CLASH and not any(each[0] <= gone <= at for gone in left)]
    places = frozenset(sight[2] for sight in near) if kind == "at_shelter" else frozenset()
    return {"kind": kind, "place": place, "clash": places if len(places) > 1 else frozenset()}


def by_shown(shown: Sequence[Row]) -> dict[str, list[Sight]]:
    """What keepers were shown to be recorded, and did not take back."""
    sights: dict[str, list[Sight]] = {}
    for row in (row for row in shown if row["kept"] and not row["undone"]):
        sights.setdefault(row["person"], []).append((datetime.fromisoformat(row["at"]), KINDS[row["purpose"]], key(row)[2]))
    return sights


def by_export(rows: Sequence[Row]) -> dict[str, list[Sight]]:
    """What the house holds, without what was annulled."""
    people = {row["id"]: row["person"] for row in rows if row["type"] == "member"}
    gone = {row["annuls"] for row in rows if row["type"] == "event" and row["kind"] == "annulled"}
    sights: dict[str, list[Sight]] = {}
    for row in (row for row in rows if row["type"] == "event" and row["kind"] in KINDS.values() and row["id"] not in gone):
        place = row["place"] if row["kind"] != "with_relatives" else None
        sights.setdefault(people[row["member"]], []).append((datetime.fromisoformat(row["at"]), row["kind"], place))
    return sights


def reckon(lines: Iterable[str], shown: Sequence[Row], names: Mapping[str, str]) -> tuple[dict[str, int], set[str], list[str]]:
    """The numbers; who is seen at two shelters; every difference between what was shown and what the house holds, in words."""
    rows = [json.loads(line) for line in lines]
    listed = {row["person"] for row in rows if row["type"] == "member" and not row["walk_in"]}
    said, held = by_shown(shown), by_export(rows)
    truth = {person: ends(said.get(person, ())) for person in listed | set(said)}
    kept = Counter(key(row) for row in shown if row["kept"])
    scans = {row["id"]: row for row in rows if row["type"] == "scan" and row["purpose"] in KINDS and not row.get("annuls")}
    stored = Counter(key(row) for row in scans.values())
    counted = Counter(key(row) for row in scans.values() if row["outcome"] == "accepted")
    there = kept & stored
    numbers = {"people": len(listed), "scans": kept.total(), "uploaded": there.total(), "lost": (kept - there).total()}
    numbers |= {"double_counted": (counted - kept).total(), "conflicts": sum(bool(end["clash"]) for end in truth.values())}
    numbers |= {kind: sum(end["kind"] == kind for end in truth.values()) for kind in ("at_shelter", "with_relatives")}
    wrong = {"was shown as recorded and is not in the export": kept - there, "is counted beyond what was shown": counted - kept}
    words = [f"{names.get(one[0], one[0])}: {times} × {one[1]} {what}" for what, lot in wrong.items() for one, times in lot.items()]
    for person, end in truth.items():
        found, called = ends(held.get(person, ())), names.get(person, person)
        words += [f"{called}: {part} is {end[part]}, the export says {found[part]}" for part in end if end[part] != found[part]]
    certain = {row["scan"] for row in rows if row["type"] == "event" and row["certain"]}
    return numbers, {person for person, end in truth.items() if end["clash"]}, [*words, *late(scans, certain, shown, names)]


def late(scans: Mapping[str, Row], certain: set[str], shown: Sequence[Row], names: Mapping[str, str]) -> Iterator[str]:
    """Scans that the house dates otherwise than they were, although it calls their clock certain."""
    for row in (scan for key, scan in scans.items() if key in certain):
        off = [abs(datetime.fromisoformat(row["at"]) - datetime.fromisoformat(one["at"])) for one in shown if one["kept"] and key(one) == key(row)]
        if off and min(off) > AGREE:
            yield f"{names.get(row['person'], row['person'])}: {row['purpose']} is dated {min(off)} off by a clock that is called certain"
