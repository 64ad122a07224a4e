"""mashang codes verify: a stranger with two lists and a public key, and nothing else of ours."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from reportlab.pdfgen import canvas
from typer.testing import CliRunner, Result

from app.__main__ import cli
from codes.qr import Face, modules, picture
from codes.signing import from_base64url, point

VECTORS = Path(__file__).parent.parent / "vectors" / "codes"
FRAME = json.loads((VECTORS / "frame.json").read_text())
AT = "2026-09-21T14:13:20Z"
GOOD, DOUBTFUL = (json.loads((VECTORS / f"{name}.json").read_text()) for name in ("good", "doubtful"))


@pytest.fixture
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what travels by hand, on a machine that has nothing else: no settings, no database."""
    for name in ("DATA_DIR", "PUBLIC_URL", "ISSUER"):
        monkeypatch.delenv(f"MASHANG_{name}", raising=False)
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "lists"
    folder.mkdir()
    for name in ("trust", "revoked"):
        (folder / f"{name}.json").write_text(FRAME[name])
    root = point(from_base64url(FRAME["root"]["x"]), from_base64url(FRAME["root"]["y"]))
    (folder / "root.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    return folder


def verify(lists: Path, *words: object, at: str = AT, host: str = "https://ls.example.org") -> Result:
    by = ("--trust", lists / "trust.json", "--revoked", lists / "revoked.json", "--root", lists / "root.pem", "--at", at, "--json")
    told = ("--host", host) if host else ()
    return CliRunner().invoke(cli(), [str(word) for word in ("codes", "verify", *words, *by, *told)])


def lines(done: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.feature(9)
def test_every_vector_has_one_line_with_its_verdict(lists: Path) -> None:
    cases = [case for case in GOOD + DOUBTFUL if "text" in case and "127.0.0.1" not in case["text"]]
    (lists / "codes.txt").write_text("\n".join(case["text"] for case in cases))
    done = verify(lists, lists / "codes.txt")
    assert done.exit_code == 1
    told = lines(done)
    assert [line["reason"] for line in told] == [case["problem"] or "ok" for case in cases]
    assert [line["verdict"] for line in told] == ["check" if case["problem"] else "go" for case in cases]
    assert set(told[0]) == {"source", "verdict", "reason", "kind", "scope", "kid", "issued", "expires", "revoked", "drill_only"}
    assert [line["revoked"] for line in told if line["reason"] == "revoked"] == [True, True]
    assert not any((lists.parent / name).exists() for name in ("var", "mashang.db"))


def test_good_codes_alone_exit_0_and_the_text_itself_may_be_given(lists: Path) -> None:
    done = verify(lists, GOOD[0]["text"], GOOD[0]["text"].replace("HTTPS://LS.EXAMPLE.ORG", "https://ls.example.org"), GOOD[0]["text"].rpartition("/")[2])
    assert done.exit_code == 0, done.output
    assert {line["verdict"] for line in lines(done)} == {"go"}


@pytest.mark.parametrize(
    ("text", "verdict", "reason"),
    [
        ("HTTPS://EVIL.EXAMPLE/S/AAAA", "no", "foreign_host"), ("hello", "no", "not_a_code"), ("x" * 2000, "no", "too_long"),
        ("ABCD-EFGH-JKMN", "no", "short_code_wrong"), ("<script>alert(1)</script>", "no", "not_a_code"),
        (json.loads((VECTORS / "short_codes.json").read_text())["made"][0]["grouped"], "check", "typed"),
    ],
)  # fmt: skip
def test_what_is_no_code_of_this_office_says_why(lists: Path, text: str, verdict: str, reason: str) -> None:
    done = verify(lists, text)
    assert done.exit_code == 1
    assert [(line["verdict"], line["reason"]) for line in lines(done)] == [(verdict, reason)]


def test_an_ended_pass_is_refused_where_an_ended_card_is_checked(lists: Path) -> None:
    by_kind = {case["payload"]["kind"]: case["text"] for case in GOOD if "127.0.0.1" not in case["text"]}
    done = verify(lists, *(by_kind[kind] for kind in ("person", "household", "pass", "vehicle", "team")), at="2031-01-01T00:00:00Z")
    assert [line["verdict"] for line in lines(done)] == ["check", "check", "no", "no", "no"]


def test_old_lists_make_a_good_code_a_code_to_check(lists: Path) -> None:
    done = verify(lists, GOOD[0]["text"], at="2026-09-25T00:00:00Z")
    assert [(line["verdict"], line["reason"]) for line in lines(done)] == [("check", "stale_lists")]


def test_pictures_and_every_code_on_every_page_of_a_pdf_are_read(lists: Path) -> None:
    cases = [case for case in GOOD if "127.0.0.1" not in case["text"]][:8]
    png, pdf = lists / "card.png", lists / "sheet.pdf"
    png.write_bytes(picture(cases[0]["text"], short="ABCD-EFGH-JKMN", face=Face.GREEN, word="可进"))
    paper = canvas.Canvas(str(pdf))
    for page in (cases[:6], [], cases[6:]):
        for number, case in enumerate(page):
            _draw(paper, case["text"], x=50 + number % 3 * 170, y=700 - number // 3 * 170)
        paper.drawString(40, 40, "page")
        paper.showPage()
    paper.save()
    done = verify(lists, png, pdf)
    assert done.exit_code == 0, done.output
    told = lines(done)
    assert [line["source"].rpartition("/")[2] for line in told] == ["card.png", *["sheet.pdf#page=1"] * 6, *["sheet.pdf#page=3"] * 2]
    assert sorted(line["kid"] for line in told[1:]) == sorted(lines(verify(lists, case["text"]))[0]["kid"] for case in cases)


def test_files_without_a_code_and_broken_ones_are_lines_of_their_own(lists: Path) -> None:
    broken, empty = lists / "broken.pdf", lists / "noise.bin"
    broken.write_bytes(b"%PDF-1.7 nothing")
    empty.write_bytes(bytes(range(256)))
    done = verify(lists, broken, empty)
    assert (done.exit_code, [line["reason"] for line in lines(done)]) == (1, ["no_code_found", "no_code_found"])


def test_without_a_host_the_address_is_not_checked_and_that_is_said(lists: Path) -> None:
    done = verify(lists, GOOD[0]["text"], host="")
    assert done.exit_code == 0, done.output
    assert "not checked" in done.stderr


def test_a_list_that_must_not_be_used_or_is_not_there_checks_nothing(lists: Path) -> None:
    (lists / "revoked.json").write_text(FRAME["revoked"].replace("a", "b", 1))
    done = verify(lists, GOOD[0]["text"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "revoked.json must not be used" in done.stderr
    (lists / "trust.json").unlink()
    assert verify(lists, GOOD[0]["text"]).exit_code == 3
    assert verify(lists, GOOD[0]["text"], host="ftp://x").exit_code == 2


def _draw(paper: canvas.Canvas, text: str, *, x: float, y: float) -> None:
    inside = modules(text)
    size = 85 / len(inside)
    for row, line in enumerate(inside):
        for column, dark in enumerate(line):
            if dark:
                paper.rect(x + column * size, y - row * size, size, size, stroke=0, fill=1)
