"""Ledger of the field, its oracle and what the house's own commands say, side by side: every difference in words."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lab.stories import field_oracle
from lab.stories.duty import SITE
from lab.stories.field import Field, Filed
from lab.stories.house import Said

Json = dict[str, Any]
STATES = ("sent", "failed", "pending", "unknown")
NO_CHAT = "no_chat"


def not_held(ledger: Field, lines: Iterable[str], names: Mapping[str, str]) -> Iterator[str]:
    """What somebody was told before these lines were exported, and what is not in them."""
    _, behind = field_oracle.reckon(lines)
    for number, told in sorted(ledger.reports.items()):
        if number not in behind["reports"]:
            yield f"{told.by} was told that {number} was sent; the export does not hold it"
        elif behind["reports"][number]["photos"] < told.photos:
            yield f"{number}: {told.by} sent {told.photos} photos, the export holds {behind['reports'][number]['photos']}"
    yield from gates_differ(ledger, behind, names, exactly=False)


def gates_differ(ledger: Field, behind: Mapping[str, Any], names: Mapping[str, str], *, exactly: bool = True) -> Iterator[str]:
    """Ways in and out, and refusals, of each person; a repeat is none."""
    held = Counter({(names.get(each[0], each[0]), *each[1:]): count for each, count in behind["gate"].items()})
    for each in sorted({*ledger.gate, *(held if exactly else ())}):
        if each[2] in ("accepted", "refused") and (held[each] < ledger.gate[each] or (exactly and held[each] > ledger.gate[each])):
            yield f"{each[0]}: told {ledger.gate[each]} × {each[1]} {each[2]} by {each[3]} at the gate, the export holds {held[each]}"


def notices_differ(ledger: Field, truth: Mapping[str, Any], behind: Mapping[str, Any], names: Mapping[str, str], listed: Sequence[Json]) -> Iterator[str]:
    """Who got the notice, who could not, and what the sums say."""
    told = {names.get(person, person): how for person, how in behind["told"].items()}
    for name in sorted(ledger.with_chat | ledger.without | told.keys()):
        has_it, stands = name in ledger.told, told.get(name, "no copy of the notice")
        if has_it and stands not in ("sent", "unknown"):
            yield f"{name}: has the notice, the export says {stands}"
        elif not has_it and stands != NO_CHAT:
            yield f"{name}: never saw the notice, the export says {stands}"
    sums = truth["notices"]
    if sum(sums[state] for state in STATES) != sums["targets"]:
        yield f"notices: {sums} do not add up"
    if [each["number"] for each in listed] != [ledger.notice]:
        yield f"notices: the officer was told of {ledger.notice}, the list shows {[each['number'] for each in listed]}"
        return
    [runs] = [each["runs"] for each in listed]
    if [{name: run[name] for name in sums} for run in runs] != [sums]:
        yield f"notices: the export holds {sums}, the list shows {runs}"


def visits_differ(ledger: Field, behind: Mapping[str, Any], names: Mapping[str, str], responsible: str) -> Iterator[str]:
    """Who has to be visited is, each once, by the one who is responsible."""
    wanted = {names.get(person, person) for person in behind["must_visit"]}
    tasks = [names.get(person, person) for person in behind["visited"]]
    if sorted(tasks) != sorted(wanted):
        yield f"visits: {sorted(wanted)} were not reached, there are tasks for {sorted(tasks)}"
    if ledger.visited != wanted:
        yield f"visits: the warden was told of {sorted(ledger.visited)}, not reached were {sorted(wanted)}"
    if {names.get(person, str(person)) for person in behind["responsible"]} != {responsible}:
        yield f"visits: {behind['responsible']} have to go, and not {responsible}"


def reports_differ(ledger: Field, held: Mapping[str, Json], listed: Mapping[str, Json]) -> Iterator[str]:
    """Each report as its sender, the desk, the export and the list know it."""
    for number in sorted({*ledger.reports, *held, *listed}):
        told, found, line = ledger.reports.get(number), held.get(number), listed.get(number)
        if told is None or found is None or line is None:
            yield f"{number}: " + ", ".join(f"{who} {'knows it' if knows else 'does not know it'}" for who, knows in (
                ("its sender", told), ("the export", found), ("the list", line)))  # fmt: skip
            continue
        for name, value in facts(told).items():
            if found[name] != value or line[name] != value:
                yield f"{number}: {name} is {value} for its sender, {found[name]} in the export, {line[name]} in the list"
        if not told.stands == found["stands"] == found["state"] == line["state"]:
            yield f"{number}: the desk was told {told.stands}, its steps say {found['stands']}, the export {found['state']}, the list {line['state']}"
        if told.heard and told.heard[-1] != told.stands:
            yield f"{number}: the desk was told {told.stands}, its sender heard {' and '.join(told.heard)}"


def facts(told: Filed) -> dict[str, Any]:
    return {"kind": told.kind, "for_self": told.for_self, "photos": told.photos, "hurt": told.hurt, "trapped": told.trapped}


def presence_differs(ledger: Field, behind: Mapping[str, Any], names: Mapping[str, str], listed: Sequence[Json]) -> Iterator[str]:
    """Who is behind the gate: by what they were told, by its events, by the stays, by the list."""
    [site] = [each for each in listed if each["name"] == SITE]
    there = {names.get(person, person) for person in behind["inside"].get(site["site"], set())}
    stays = {names.get(person, person) for person in behind["stays"].get(site["site"], set())}
    if not ledger.inside == there == stays or site["inside"] != len(there):
        yield f"{SITE}: {sorted(ledger.inside)} were told that they are in, the gate says {sorted(there)}, the stays {sorted(stays)}, the list {site['inside']}"
    yield from gates_differ(ledger, behind, names)


def differences(ledger: Field, truth: Mapping[str, Any], behind: Mapping[str, Any], names: Mapping[str, str], said: Sequence[Said]) -> list[str]:
    """Everything of the field. `said`: what `notices list`, `reports list` and `sites list` answered."""
    notices, reports, sites = said[0].value(), {each["number"]: each for each in said[1].value()}, said[2].values()
    return [
        *notices_differ(ledger, truth, behind, names, notices), *visits_differ(ledger, behind, names, ledger.responsible),
        *reports_differ(ledger, behind["reports"], reports), *presence_differs(ledger, behind, names, sites),
    ]  # fmt: skip


def too_many(twice: int, *, flying: int, unknown: int) -> Iterator[str]:
    """More came twice than can be excused."""
    if twice > flying + unknown:
        yield f"{twice} messages came twice; {flying} were in flight at kills, of {unknown} nobody knows"
