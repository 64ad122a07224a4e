"""Counts again, from the raw events of `mashang export events --jsonl` and the words of the design alone. It imports nothing of the house.

Not yet safe = listed, without those whose latest effective whereabouts are proven and safe and who have no open call for help.
A reported whereabouts takes nobody off the list, but puts somebody back when it says not safe. Within ten minutes by a clock
that is not certain, or within one instant, the less safe of two events wins.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

Row = dict[str, Any]
SAFE = ("at_shelter", "with_relatives", "safe_elsewhere", "not_present", "returned")
UNSAFE = ("left", "moving", "refused", "forced")
UNDECIDED = timedelta(minutes=10)


def at(event: Row) -> tuple[datetime, int, str]:
    doubt = 2 if event["kind"] in (*UNSAFE, "need_help") else int(event["kind"] in ("returned", "not_present") or not event["clear"])
    return datetime.fromisoformat(event["at"]), doubt, event["id"]


def exposed(event: Row, lifted_at: datetime | None) -> bool:
    if event["kind"] == "returned":
        return lifted_at is None or min(map(datetime.fromisoformat, (event["at"], event.get("received", event["at"])))) < lifted_at
    return event["kind"] in UNSAFE or (event["kind"] in ("with_relatives", "safe_elsewhere") and not event["clear"])


def standing_events(events: list[Row]) -> list[Row]:
    """Each event once, without what was annulled (an annulment may be annulled itself), in effective order."""
    known = {event["id"]: event for event in events}

    def stands(event: Row) -> bool:
        return not any(stands(other) for other in known.values() if other["kind"] == "annulled" and other["annuls"] == event["id"])

    return sorted((event for event in known.values() if stands(event)), key=at)


def member_stands(events: list[Row], *, lifted_at: datetime | None) -> Row:
    """safe, needs_help, kind and how of the event that decides, and whether something newer is only reported."""
    told = standing_events(events)
    where = [event for event in told if event["kind"] in SAFE + UNSAFE]
    weighing = [event for event in where if event["grade"] == "proven" or exposed(event, lifted_at)]
    deciding = weighing[-1] if weighing else None
    if deciding and not exposed(deciding, lifted_at):
        near = [event for event in weighing if exposed(event, lifted_at) and at(deciding)[0] - at(event)[0] <= UNDECIDED]
        doubtful = [event for event in near if not (event["certain"] and deciding["certain"])]
        deciding = doubtful[-1] if doubtful else deciding
    help_events = [event for event in told if event["kind"] in ("need_help", "help_closed")]
    needs_help = bool(help_events) and not (help_events[-1]["kind"] == "help_closed" and help_events[-1]["by"])
    reported = [event for event in where if event["grade"] == "reported" and (deciding is None or at(event) > at(deciding))]
    counted = deciding is not None and counts(deciding, weighing, lifted_at)
    kind, how = (deciding["kind"], deciding["how"]) if deciding else (None, None)
    return {"safe": counted and not needs_help, "needs_help": needs_help, "kind": kind, "how": how, "reported": bool(reported)}


def counts(deciding: Row, weighing: list[Row], lifted_at: datetime | None) -> bool:
    if deciding["kind"] != "not_present":
        return not exposed(deciding, lifted_at)
    before = max((n for n, event in enumerate(weighing) if event["kind"] != "not_present"), default=-1)
    return len({event["by"] for event in weighing[before + 1 :] if event["by"]}) > 1


def reckon(lines: Iterable[str]) -> tuple[dict[str, int], dict[str, Row]]:
    """The numbers of the one order in the export, and where each person stands, by the person's id."""
    rows = [json.loads(line) for line in lines]
    [order] = [row for row in rows if row["type"] == "order"]
    lifted_at = datetime.fromisoformat(order["lifted_at"]) if order["lifted_at"] else None
    events: dict[str, list[Row]] = {row["id"]: [] for row in rows if row["type"] == "member"}
    for row in (row for row in rows if row["type"] == "event"):
        events[row["member"]].append(row)
    members = [row | member_stands(events[row["id"]], lifted_at=lifted_at) for row in rows if row["type"] == "member"]
    listed, safe = [row for row in members if not row["walk_in"]], [row for row in members if row["safe"]]
    outcomes = [row["outcome"] for row in rows if row["type"] == "scan" and row["purpose"] != "reported_safe"]
    numbers = {"listed": len(listed), "not_yet_safe": sum(not row["safe"] for row in listed)}
    numbers |= {kind: sum(row["kind"] == kind for row in safe) for kind in ("at_shelter", "with_relatives", "safe_elsewhere")}
    numbers |= {"reported": sum(row["reported"] and not row["safe"] for row in listed), "walk_ins": len(members) - len(listed)}
    return numbers | {"scans": outcomes.count("accepted"), "repeats": outcomes.count("repeat")}, {row["person"]: row for row in members}
