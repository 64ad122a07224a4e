"""What Telegram finds in a text by itself: commands, links, mentions, hashtags, addresses."""

import re

from lab.simulator.entities import Entity, units

INSIDE = r"[^\s<>\"'\u3000-\u303f\uff00-\uffef\u201c\u201d]"
PATTERNS = {
    "url": re.compile(
        rf"(?:https?://{INSIDE}+"
        rf"|(?<![\w@.:/-])(?:\d{{1,3}}(?:\.\d{{1,3}}){{3}}|localhost):\d+(?:/{INSIDE}*)?"
        rf"|(?<![\w@.:/-])(?:[a-z0-9-]+\.)+(?:com|net|org|cn|gov|me|io)(?::\d+)?(?:/{INSIDE}*)?(?![\w@]))",
        re.IGNORECASE,
    ),
    "email": re.compile(r"(?<![\w.+-])[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(?!\w)"),
    "bot_command": re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])"),
    "mention": re.compile(r"(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31}(?!\w)"),
    "hashtag": re.compile(r"(?<![\w#])#(?=\w*[^\W\d_])\w{1,256}"),
}
CLOSED = ("code", "pre", "text_link", "text_mention")


def detect(text: str, entities: list[Entity]) -> list[Entity]:
    """`entities` and those that are found outside code and links, in reading order."""
    taken = [(each["offset"], each["offset"] + each["length"]) for each in entities if each["type"] in CLOSED]
    found: list[Entity] = []
    for kind, pattern in PATTERNS.items():
        for match in pattern.finditer(text):
            words = match.group().rstrip(".,:;!?)]") if kind == "url" else match.group()
            begin = units(text[: match.start()])
            end = begin + units(words)
            if all(end <= start or begin >= stop for start, stop in taken):
                found.append({"type": kind, "offset": begin, "length": end - begin})
                taken.append((begin, end))
    return sorted([*entities, *found], key=lambda each: (each["offset"], -each["length"]))


def piece(text: str, entity: Entity) -> str:
    """The words that an entity covers."""
    raw = text.encode("utf-16-le", "surrogatepass")
    begin, length = entity["offset"] * 2, entity["length"] * 2
    return raw[begin : begin + length].decode("utf-16-le", "surrogatepass")


def urls(text: str, entities: list[Entity]) -> list[str]:
    """Every address a preview would fetch, once each, in reading order."""
    found = []
    for each in entities:
        if each["type"] == "text_link":
            found.append(str(each["url"]))
        elif each["type"] == "url":
            words = piece(text, each)
            found.append(words if "://" in words else f"http://{words}")
    return list(dict.fromkeys(found))
