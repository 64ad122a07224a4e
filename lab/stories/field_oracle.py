"""Counts the rest of the evening again, from the lines of `mashang export events --jsonl` alone: notices, visits, reports, who is behind a gate.

A notice has one copy per contact of a person, or one that failed. Whoever no copy reached, or may yet reach, has to be visited.
A report stands where its steps, in the order of their instants, have brought it. Somebody is at a site from an accepted way in
until an accepted way out, until an accepted way in elsewhere, or until the stay was ended because nobody answered.
"""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

Row = dict[str, Any]
STATES = {"sent": "sent", "failed": "failed", "unknown": "unknown", "pending": "pending", "leased": "pending"}
STEPS = ("filed", "verified", "assigned", "closed", "rejected", "duplicate")
REOPENED = {"reopened": "verified"}


def when(row: Row) -> datetime:
    return datetime.fromisoformat(row["at"])


def copies(rows: list[Row]) -> tuple[dict[str, int], dict[str, str]]:
    """How many copies of notices stand where, and each person's best one: sent before unknown before pending before the reason of a failure."""
    deliveries = [row for row in rows if row["type"] == "delivery" and row["subject"] == "notice"]
    counted = Counter(STATES[row["state"]] for row in deliveries)
    best: dict[str, str] = {}
    for row in sorted(deliveries, key=lambda row: ("sent", "unknown", "pending", "failed").index(STATES[row["state"]]), reverse=True):
        best[row["person"]] = row["reason"] if row["state"] == "failed" else STATES[row["state"]]
    return {"targets": len(deliveries)} | {state: counted[state] for state in ("sent", "failed", "pending", "unknown")}, best


def reported(rows: list[Row]) -> dict[str, Row]:
    """Each report that was sent, by its number, standing where its steps brought it."""
    steps: dict[str, list[Row]] = {}
    for row in sorted((row for row in rows if row["type"] == "report_event" and row["kind"] in (*STEPS, *REOPENED)), key=when):
        steps.setdefault(row["report"], []).append(row)
    sent = [row for row in rows if row["type"] == "report" and row["number"]]
    last = {report: REOPENED.get(theirs[-1]["kind"], theirs[-1]["kind"]) for report, theirs in steps.items()}
    return {row["number"]: row | {"stands": last.get(row["id"], "draft")} for row in sent}


def inside(rows: list[Row]) -> dict[str, set[str]]:
    """Who is at which site at the end."""
    at: dict[str, str] = {}
    for row in sorted((row for row in rows if row["type"] == "gate" and row["outcome"] == "accepted"), key=when):
        if row["direction"] == "in":
            at[row["person"]] = row["site"]
        elif row["direction"] in ("out", "auto_close") and at.get(row["person"]) == row["site"]:
            del at[row["person"]]
    return {site: {person for person, where in at.items() if where == site} for site in set(at.values())}


def reckon(lines: Iterable[str]) -> tuple[dict[str, Any], Row]:
    """The numbers of the field, and what lies behind them: each person's notice, who has to be visited and who is, reports, who is inside."""
    rows = [json.loads(line) for line in lines]
    notices, best = copies(rows)
    messages = {row["message"] for row in rows if row["type"] == "delivery" and row["subject"] == "notice"}
    visits = [row for row in rows if row["type"] == "visit" and row["message"] in messages]
    reports, there = reported(rows), inside(rows)
    gate = [row for row in rows if row["type"] == "gate"]
    numbers = {"notices": notices, "visit_tasks": len(visits), "reports": len(reports), "on_site": sum(map(len, there.values()))}
    return numbers, {
        "told": best, "must_visit": {person for person, stands in best.items() if stands not in ("sent", "unknown", "pending")},
        "visited": [row["person"] for row in visits], "responsible": {row["responsible"] for row in visits}, "reports": reports, "inside": there,
        "stays": {site: {row["person"] for row in rows if row["type"] == "presence" and row["site"] == site and not row["left_at"]} for site in there},
        "gate": Counter((row["person"], row["direction"], row["outcome"], row["how"]) for row in gate),
    }  # fmt: skip
