"""Where the vectors end: typed short codes and signed lists of any shape are taken, or refused with the same word, by Python and by the scanner."""

import json
import random
from pathlib import Path
from typing import Any

from codes import shortcode
from codes.documents import seal_document
from codes.errors import ListRefused
from codes.signing import from_base64url
from codes.trustlist import REVOKED_TYPE, TRUST_TYPE, open_revoked, open_trust
from lab.node import asked
from tests.codes.test_vectors import FRAME, NOW, ROOT, in_use
from tests.vectors.codes.forge import private

SCRIPT = Path(__file__).with_name("read.mjs")
TYPED = (
    *"0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyzOoIiLlUu", *" \t\r\n-_.·•~", "\u00a0", "\u3000", "ー", "\u00ad", "\u2010", "\u2015",
    "\u2016", "\u2212", "\ufe58", "\uff0d", "Ａ", "９", "ｏ", "①", "Ⅻ", "ﬁ", "ß", "ſ", "ı", "İ", "K", "ŉ", "é", "😀", "\ud800", "码", "²", "𝟗", "\u200b",
)  # fmt: skip
ODD: tuple[Any, ...] = (None, True, -1, 0, 1, 2, "", "LS", "ls", "L", [], {}, ["LS"], "A" * 43, 253_402_300_800, 9_007_199_254_740_991, "1")


def body(name: str) -> dict[str, Any]:
    return dict(json.loads(from_base64url(json.loads(FRAME[name])["payload"])))


def changed(of: dict[str, Any]) -> list[dict[str, Any]]:
    """The body with each field left out, and with each odd value in its place; inside its first key too."""
    made = [{key: value for key, value in of.items() if key != name} for name in of]
    made += [{**of, name: odd} for name in of for odd in ODD]
    if "keys" in of:
        first, *others = of["keys"]
        made += [{**of, "keys": [spoiled, *others]} for spoiled in changed(first)]
        made += [{**of, "keys": [first, first, *others]}, {**of, "keys": [{**first, "x": first["y"]}, *others]}, {**of, "seq": of["seq"] + 1, "keys": []}]
    return made


def envelopes(text: str) -> list[str]:
    """The document cut, spelled otherwise, or no document at all."""
    parts = json.loads(text)
    return [
        "", "{}", "[]", "null", "NaN", text[:-1], text + " ", text + "x", f"\ufeff{text}", json.dumps({**parts, "more": ""}),
        json.dumps({**parts, "payload": 1}),
        json.dumps({**parts, "payload": parts["payload"] + "="}), json.dumps({**parts, "payload": parts["payload"][:-1] + "*"}), "[" * 100_000,
        json.dumps({**parts, "signature": parts["signature"][:-2]}), json.dumps({**parts, "protected": parts["payload"]}), "x" * 20_000_000,
        json.dumps({**parts, "signature": "A" * 86}), json.dumps({**parts, "signature": parts["signature"][:-1] + "\u4e00"}),
    ]  # fmt: skip


def why(opening: Any) -> str | None:
    try:
        opening()
    except ListRefused as refused:
        return refused.problem.value
    return None


def test_typed_short_codes_mean_the_same() -> None:
    chance = random.Random(7)
    typed = ["".join(chance.choice(TYPED) for _ in range(chance.choice((3, 11, 12, 12, 12, 13, 14, 16, 40, 64, 65, 66)))) for _ in range(3000)]
    made = [shortcode.make(chance.randbytes(7)) for _ in range(500)]
    typed += [chance.choice("-_ .").join((code[:5].lower(), code[5:].replace("0", "o").replace("1", "l"))) for code in made]
    spoiled = [code[:at] + chance.choice(shortcode.ALPHABET) + code[at + 1 :] for code in made for at in (0, 5, 11)]
    answer = asked(SCRIPT, {"frame": FRAME, "short": {"typed": typed, "codes": [*made, *spoiled]}})
    assert answer["typed"] == [shortcode.normalise(text) for text in typed]
    assert [one["valid"] for one in answer["codes"]] == [shortcode.valid(code) for code in (*made, *spoiled)]
    assert sum(text is not None for text in answer["typed"]) > 500


def test_signed_lists_of_any_shape_are_taken_or_refused_with_the_same_word() -> None:
    trust, revoked = in_use()
    lists = {
        "trust": [*(seal_document(one, kind=TRUST_TYPE, key=private("root")) for one in changed(body("trust"))), *envelopes(FRAME["trust"])],
        "revoked": [*(seal_document(one, kind=REVOKED_TYPE, key=private("status")) for one in changed(body("revoked"))), *envelopes(FRAME["revoked"])],
    }
    answer = asked(SCRIPT, {"frame": FRAME, "lists": lists})
    for text, word in zip(lists["trust"], answer["trust"], strict=True):
        assert word == why(lambda text=text: open_trust(text, root=ROOT, now=NOW, newest=trust)), text[:300]
    for text, word in zip(lists["revoked"], answer["revoked"], strict=True):
        assert word == why(lambda text=text: open_revoked(text, trust=trust, now=NOW, newest=revoked)), text[:300]
    assert {"malformed", "bad_signature", "too_long", "lower_sequence", "same_sequence"} <= set(answer["trust"])
