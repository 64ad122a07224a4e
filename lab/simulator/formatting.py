"""The words of a message as a call gives them: markup read, entities found, ends trimmed."""

from dataclasses import dataclass, field
from typing import Any

from lab.simulator.calls import Call
from lab.simulator.detection import detect, urls
from lab.simulator.entities import Entity, parse_html, units
from lab.simulator.errors import Refused, bad


@dataclass(frozen=True)
class Words:
    """Plain text and its entities."""

    text: str
    entities: list[Entity] = field(default_factory=list)

    def fields(self, name: str = "text") -> dict[str, Any]:
        """As they stand in a message; no empty fields."""
        names = {"text": "entities", "caption": "caption_entities"}
        found: dict[str, Any] = {name: self.text} if self.text else {}
        return found | ({names[name]: self.entities} if self.entities else {})

    def urls(self) -> list[str]:
        return urls(self.text, self.entities)


def words_of(call: Call, name: str) -> Words:
    """The formatted `name` ("text" or "caption") of a call; Refused when its markup cannot be read."""
    source = call.text(name)
    mode = call.text("parse_mode").lower()
    if mode == "html":
        text, entities = parse_html(source)
    elif mode in ("markdown", "markdownv2"):
        raise Refused(501, f"Not Implemented: parse_mode {call.text('parse_mode')}")
    elif mode:
        raise bad("unsupported parse_mode")
    else:
        given = call.structure("entities" if name == "text" else "caption_entities")
        text, entities = source, checked(given, units(source))
    return trimmed(text, entities)


def checked(given: Any, length: int) -> list[Entity]:
    """Entities that a bot measured itself; those outside the text are refused."""
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(each, dict) and "type" in each for each in given):
        raise bad("can't parse entities: expected an Array of MessageEntity")
    for each in given:
        begin, size = each.get("offset"), each.get("length")
        if not isinstance(begin, int) or not isinstance(size, int) or begin < 0 or begin + size > length:
            raise bad("entity beginning or length is out of the text")
    return [{key: value for key, value in each.items() if value is not None} for each in given]


def trimmed(text: str, entities: list[Entity]) -> Words:
    """Without white space at both ends, as Telegram stores it; what is only white space has no entities."""
    start = text.lstrip()
    lead = units(text) - units(start)
    bare = start.rstrip()
    end = units(bare)
    kept = []
    for each in entities:
        begin = max(each["offset"] - lead, 0)
        stop = min(each["offset"] - lead + each["length"], end)
        if stop > begin:
            kept.append({**each, "offset": begin, "length": stop - begin})
    return Words(bare, detect(bare, kept))


def spoken(text: str) -> Words:
    """What a person typed: no markup, but commands and links are found."""
    return trimmed(text, [])
