"""Enough of an update is read to store it, and nothing that is not one is stored."""

import json

import pytest

from services.updates_in import UpdateInvalid, received, spoken


@pytest.mark.parametrize(
    ("event", "chat"),
    [
        ({"message": {"chat": {"id": 5}, "from": {"id": 6}}}, "5"),
        ({"edited_message": {"chat": {"id": -100123}, "from": {"id": 6}}}, "-100123"),
        ({"callback_query": {"from": {"id": 6}, "message": {"chat": {"id": 5}}}}, "5"),
        ({"callback_query": {"from": {"id": 6}, "inline_message_id": "x"}}, "6"),
        ({"my_chat_member": {"chat": {"id": 5}, "from": {"id": 5}}}, "5"),
        ({"poll_answer": {"user": {"id": 7}, "poll_id": "1"}}, "7"),
        ({"telepathy": {"from": {"id": 9}}}, "9"),
        ({"poll": {"id": "1"}}, "bot"),
        ({"message": {"chat": {"id": "5"}, "from": {"id": True}}}, "bot"),
        ({}, "bot"),
    ],
)
def test_an_update_belongs_to_the_chat_it_came_from(event: dict[str, object], chat: str) -> None:
    body = json.dumps({"update_id": 12, **event}).encode()
    got = received(body)
    assert (got.update_id, got.chat, got.body) == (12, chat, body)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"7", b"null", b"{}", b'{"update_id": "7"}', b'{"update_id": 7.0}', b'{"update_id": true}', b'{"update_id": -1}',
        b'{"update_id": 9223372036854775808}', b'{"update_id": 1', b"\xff\xfe", b"[" * 100_000, b'{"update_id": ' + b"9" * 5000 + b"}",
    ],
)  # fmt: skip
def test_what_is_no_update_is_refused(body: bytes) -> None:
    with pytest.raises(UpdateInvalid):
        received(body)


def test_the_language_of_whoever_acted_is_read() -> None:
    assert spoken(b'{"update_id": 1, "message": {"from": {"id": 1, "language_code": "zh-hans"}}}') == "zh-hans"
    assert spoken(b'{"update_id": 1, "message": {"from": {"id": 1, "language_code": 7}}}') is None
    assert spoken(b'{"update_id": 1}') is None
