"""What keepers saw, what the house holds, and what its board and its lists say, side by side: the numbers, and every difference in words."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lab.stories import offline_oracle, oracle
from lab.stories.offline_day import End


def reckoned(
    lines: Sequence[str], end: End, board: Mapping[str, int], listed: set[str], names: Mapping[str, str]
) -> tuple[dict[str, Any], list[str]]:
    """`listed`: the members whom the board's list of those to verify names."""
    numbers, clashing, words = offline_oracle.reckon(lines, end.notes.rows(), names)
    people = {row["id"]: row["person"] for row in map(json.loads, lines) if row["type"] == "member"}
    to_verify = {people.get(member, member) for member in listed}
    numbers["double_counted"] += max(0, board["at_shelter"] + board["with_relatives"] - numbers["at_shelter"] - numbers["with_relatives"])
    stored = {row["key"].partition("#")[0] for row in map(json.loads, lines) if row["type"] == "scan"}
    numbers |= {"conflicts_listed": len(clashing & to_verify), "restored": len(end.exported & stored)}
    words += [f"{names.get(person, person)} was seen at two shelters and is not listed to verify" for person in sorted(clashing - to_verify)]
    words += [f"{names.get(person, person)} is listed to verify and was seen at one shelter only" for person in sorted(to_verify - clashing)]
    words += summed(numbers, board, lines)
    words += [*end.notes.wrong, *end.left_over]
    if numbers["restored"] < len(end.exported) or not end.exported:
        words.append(f"the lost phone had {len(end.exported)} scans in its export, {numbers['restored']} came back")
    return numbers, words


def summed(numbers: Mapping[str, Any], board: Mapping[str, int], lines: Sequence[str]) -> Iterator[str]:
    """The board against what was shown, and against the raw events."""
    counted, _ = oracle.reckon(lines)
    for name in ("at_shelter", "with_relatives"):
        if board[name] != numbers[name]:
            yield f"{name}: by what was shown it is {numbers[name]}, the board shows {board[name]}"
    for name in ("not_yet_safe", "at_shelter", "with_relatives"):
        if board[name] != counted[name]:
            yield f"{name}: by the raw events it is {counted[name]}, the board shows {board[name]}"
    if numbers["uploaded"] != numbers["scans"]:
        yield f"{numbers['scans']} scans were shown as recorded, {numbers['uploaded']} arrived"
