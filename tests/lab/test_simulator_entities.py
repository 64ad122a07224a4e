"""Telegram's HTML is read with its own offsets (UTF-16 units in entities, bytes in complaints)."""

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.simulator.detection import detect, urls
from lab.simulator.entities import Entity, parse_html, units
from lab.simulator.errors import Refused
from lab.simulator.formatting import trimmed


def short(entities: list[Entity]) -> list[tuple[str, int, int]]:
    return [(each["type"], each["offset"], each["length"]) for each in entities]


def test_tags_nest_and_offsets_count_utf16_units() -> None:
    text, entities = parse_html('🏟<b>码<i>上</i></b> <a href="http://x.cn/?a=1&amp;b=2">&lt;go&gt;</a>')
    assert text == "🏟码上 <go>"
    assert short(entities) == [("bold", 2, 2), ("italic", 3, 1), ("text_link", 5, 4)]
    assert entities[2]["url"] == "http://x.cn/?a=1&b=2"


def test_a_code_block_keeps_its_language_and_a_quote_may_fold() -> None:
    _, entities = parse_html('<pre><code class="language-py">x</code></pre><blockquote expandable>y</blockquote>')
    assert short(entities) == [("pre", 0, 1), ("expandable_blockquote", 1, 1)]
    assert entities[0]["language"] == "py"


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("🏟 🏟&lt;<abacaba", "Unclosed start tag at byte offset 13"),
        ("🏟 🏟&lt;<i   =aba>", 'Empty attribute name in the tag "i" at byte offset 13'),
        ("🏟 🏟&lt;<i    aba>", 'Expected equal sign in declaration of an attribute of the tag "i" at byte offset 13'),
        ("🏟 🏟&lt;<i    aba  =  ", 'Unclosed start tag "i" at byte offset 13'),
        ("🏟 🏟&lt;<i    aba  =  190azAz-.,", "Unexpected end of name token at byte offset 27"),
        ('🏟 🏟&lt;<i    aba  =  "&lt;&gt;&quot;>', "Unclosed start tag at byte offset 13"),
        ("🏟 🏟&lt;</", "Unexpected end tag at byte offset 13"),
        ("🏟 🏟&lt;<b></b></", "Unexpected end tag at byte offset 20"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("&#57311;", "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched "),
    ],
)
def test_wrong_markup_is_named_with_its_byte(source: str, complaint: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_html(source)
    assert refused.value.description.startswith(f"Bad Request: can't parse entities: {complaint}")


@settings(max_examples=60)
@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_escaped_text_comes_back_as_it_was(words: str) -> None:
    assert parse_html(f"<b>{html.escape(words)}</b>".replace("&#x27;", "'"))[0] == words


def test_links_and_commands_are_found_outside_code_only() -> None:
    text = "/safe 见 HTTP://127.0.0.1:8080/S/ABC。 a@b.cn 127.0.0.1:99/x @somebody #hash"
    assert [each["type"] for each in detect(text, [])] == ["bot_command", "url", "email", "url", "mention", "hashtag"]
    assert urls(text, detect(text, [])) == ["HTTP://127.0.0.1:8080/S/ABC", "http://127.0.0.1:99/x"]
    code = [{"type": "code", "offset": 0, "length": units(text)}]
    assert detect(text, code) == code


def test_white_space_at_the_ends_goes_and_entities_move_along() -> None:
    words = trimmed("  ab \n", [{"type": "bold", "offset": 0, "length": 6}])
    assert (words.text, short(words.entities)) == ("ab", [("bold", 0, 2)])
