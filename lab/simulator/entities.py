"""Telegram's HTML: text with tags in, plain text and entities out; wrong markup is refused in Telegram's words.

Wording and offsets follow the messages of Telegram's own parser (https://core.telegram.org/bots/api#html-style).
"""

import re
from dataclasses import dataclass
from typing import Any

from lab.simulator.errors import Refused, bad

Entity = dict[str, Any]

KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot)(?![A-Za-z]));?")
UNQUOTED = re.compile(r"[A-Za-z0-9.\-]*")
USER_LINK = re.compile(r"tg://user\?id=(\d+)", re.IGNORECASE)


def units(text: str) -> int:
    """Length in UTF-16 code units, in which Telegram counts offsets and lengths."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def unescape(text: str) -> str:
    """Decode the four named entities and numeric ones; anything else stays as it was written."""

    def decode(match: re.Match[str]) -> str:
        hexadecimal, decimal, name = match.groups()
        if name:
            return NAMED[name]
        code = int(hexadecimal, 16) if hexadecimal else int(decimal)
        if 0xD800 <= code <= 0xDFFF:
            raise unparsable(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        return chr(code) if 0 < code <= 0x10FFFF else match.group()

    return CHARACTER.sub(decode, text)


def unparsable(why: str) -> Refused:
    return bad(f"can't parse entities: {why}")


@dataclass(frozen=True)
class Open:
    """A start tag still waiting for its end."""

    tag: str
    argument: str
    offset: int


class HtmlReader:
    """Reads one text once; `text` and `entities` hold the outcome."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._open: list[Open] = []
        self.text = ""
        self.entities: list[Entity] = []

    def read(self) -> None:
        while self._at < len(self._source):
            following = self._source.find("<", self._at)
            if following < 0:
                following = len(self._source)
            self.text += unescape(self._source[self._at : following])
            self._at = following
            if following < len(self._source):
                self._tag()
        if self._open:
            raise unparsable(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        self.entities = joined(self.entities)

    def _tag(self) -> None:
        if self._source.startswith("</", self._at):
            self._end_tag()
        else:
            self._start_tag()

    def _peek(self) -> str:
        return self._source[self._at] if self._at < len(self._source) else ""

    def _until(self, stops: str) -> str:
        begin = self._at
        while (mark := self._peek()) and mark not in stops and not mark.isspace():
            self._at += 1
        return self._source[begin : self._at]

    def _skip_spaces(self) -> None:
        while self._peek().isspace():
            self._at += 1

    def _bytes_before(self, position: int) -> int:
        return len(self._source[:position].encode("utf-8", "surrogatepass"))

    def _start_tag(self) -> None:
        begin = self._at
        offset = self._bytes_before(begin)
        self._at += 1
        tag = self._until(">").lower()
        if not self._peek():
            raise unparsable(f"Unclosed start tag at byte offset {offset}")
        if tag not in KINDS:
            raise unparsable(f'Unsupported start tag "{tag}" at byte offset {offset}')
        argument = ""
        while True:
            self._skip_spaces()
            if self._peek() == ">":
                break
            name, value = self._attribute(tag, offset)
            argument = argument_of(tag, name, value) or argument
        self._at += 1
        if tag == "span" and argument != "tg-spoiler":
            raise unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
        self._open.append(Open(tag, argument, units(self.text)))

    def _attribute(self, tag: str, offset: int) -> tuple[str, str]:
        name = self._until("=>").lower()
        self._skip_spaces()
        if not self._peek():
            raise unparsable(f'Unclosed start tag "{tag}" at byte offset {offset}')
        if not name:
            raise unparsable(f'Empty attribute name in the tag "{tag}" at byte offset {offset}')
        if self._peek() != "=":
            if (tag, name) == ("blockquote", "expandable"):
                return name, "1"
            raise unparsable(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}" at byte offset {offset}'
            )
        self._at += 1
        self._skip_spaces()
        if not self._peek():
            raise unparsable(f'Unclosed start tag "{tag}" at byte offset {offset}')
        return name, self._value(offset)

    def _value(self, offset: int) -> str:
        quote = self._peek()
        if quote not in "\"'":
            match = UNQUOTED.match(self._source, self._at)
            value = match.group() if match else ""
            begin = self._at
            self._at += len(value)
            if self._peek() != ">" and not self._peek().isspace():
                raise unparsable(f"Unexpected end of name token at byte offset {self._bytes_before(begin)}")
            return value
        close = self._source.find(quote, self._at + 1)
        if close < 0:
            raise unparsable(f"Unclosed start tag at byte offset {offset}")
        value = unescape(self._source[self._at + 1 : close])
        self._at = close + 1
        return value

    def _end_tag(self) -> None:
        offset = self._bytes_before(self._at)
        if not self._open:
            raise unparsable(f"Unexpected end tag at byte offset {offset}")
        self._at += 2
        tag = self._until(">").lower()
        self._skip_spaces()
        if self._peek() != ">":
            raise unparsable(f"Unclosed end tag at byte offset {offset}")
        self._at += 1
        opened = self._open.pop()
        if tag and tag != opened.tag:
            raise unparsable(f'Unmatched end tag at byte offset {offset}, expected "</{opened.tag}>", found "</{tag}>"')
        length = units(self.text) - opened.offset
        inner = self.text.encode("utf-16-le", "surrogatepass")[opened.offset * 2 :].decode("utf-16-le", "surrogatepass")
        if length and (entity := entity_of(opened, inner)):
            self.entities.append({**entity, "offset": opened.offset, "length": length})


def argument_of(tag: str, name: str, value: str) -> str:
    """What an attribute means for its tag; attributes Telegram does not know are ignored."""
    if tag == "a" and name == "href":
        return value
    if tag == "code" and name == "class" and value.startswith("language-"):
        return value.removeprefix("language-")
    known = {("span", "class"), ("tg-emoji", "emoji-id"), ("blockquote", "expandable")}
    return value if (tag, name) in known else ""


def entity_of(opened: Open, inner: str) -> Entity | None:
    """The entity of a closed tag, without its place; None for a link to nowhere."""
    kind = KINDS[opened.tag]
    if kind == "text_link":
        target = opened.argument or inner
        if user := USER_LINK.fullmatch(target):
            return {"type": "text_mention", "user": {"id": int(user.group(1)), "is_bot": False, "first_name": inner}}
        return {"type": kind, "url": link(target)} if link(target) else None
    if kind == "custom_emoji":
        return {"type": kind, "custom_emoji_id": opened.argument}
    if kind == "blockquote" and opened.argument:
        return {"type": "expandable_blockquote"}
    if kind == "code" and opened.argument:
        return {"type": kind, "language": opened.argument}
    return {"type": kind}


def link(target: str) -> str:
    """A link as Telegram stores it: http is assumed, other schemes but tg, ton and mailto-like ones are dropped."""
    if re.match(r"(?:https?|tg|ton|tonsite)://\S", target, re.IGNORECASE):
        return target
    if re.fullmatch(r"[\w.\-]+\.[a-zA-Z]{2,}(?::\d+)?(?:[/?#]\S*)?", target):
        return f"http://{target}"
    return ""


def joined(entities: list[Entity]) -> list[Entity]:
    """In reading order, outer before inner; code that fills a `pre` becomes one with it and gives it its language."""
    blocks = {(each["offset"], each["length"]): {**each} for each in entities if each["type"] == "pre"}
    kept = list(blocks.values())
    for each in entities:
        block = blocks.get((each["offset"], each["length"]))
        if each["type"] == "pre":
            continue
        if each["type"] == "code":
            language = each.pop("language", None)
            if block is not None:
                block |= {"language": language} if language else {}
                continue
        kept.append(each)
    return sorted(kept, key=lambda each: (each["offset"], -each["length"]))


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Plain text and entities of `source`.

    Raises Refused with Telegram's own "can't parse entities: …" when a tag is unknown, unclosed or crossed.
    """
    reader = HtmlReader(source)
    reader.read()
    return reader.text, reader.entities
