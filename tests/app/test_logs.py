"""What a log may hold: no token, no one-time link, no code, and nothing that a person wrote, also when something breaks."""

import json
import logging
import sys

import pytest

from app.logs import Form, formatter, worth_a_line
from services.reference import referring

TOKEN = "7000000001:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"


def line(text: str, *, form: Form = "text", error: BaseException | None = None, **fields: object) -> str:
    raised = (type(error), error, error.__traceback__) if error is not None else None
    record = logging.LogRecord("any", logging.ERROR, "", 1, text, (), raised)
    vars(record).update(fields)
    return formatter(form, part="web,chat").format(record)


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"POST https://api.telegram.org/bot{TOKEN}/getMe", TOKEN[11:]),
        (f"token {TOKEN}", TOKEN[11:]),
        ("GET /board/enter/UkRmnODXAJaDIDkr3nGvjgCCD1IijvnqlmfJi73XeIQ", "UkRmnODX"),
        ("HTTPS://LS.EXAMPLE.ORG/S/2RQ6CAI7BKSD4GQ", "2RQ6CAI7"),
        ("https://t.me/some_bot?start=AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRob", "AQIDBAUG"),
        ("POST /telegram/5f1d2c0011223344aabbccddeeff0011", "5f1d2c00"),
        ("Task exception was never retrieved\nfuture: <Task finished exception=ValueError('王小明')>", "王小明"),
        ("asked for 13905780011", "13905780011"),
        ("asked for +86 139-0578-0011.", "0578-0011"),
        ("asked for 33250119560323001X", "33250119560323001X"),
        ("asked for 332501195603230011, and went", "332501195603230011"),
    ],
)
def test_secrets_and_numbers_of_people_are_taken_out_of_a_line(text: str, secret: str, form: Form) -> None:
    assert secret in text
    assert secret not in line(text, form=form)
    assert secret not in line("a field", form=form, field=text)


@pytest.mark.parametrize("text", ["row 0198412a-5b3c-7d1e-8f90-123456789012", "at 1790000000000 ms", "update 137000001", "reference W-0725-131502-17"])
def test_numbers_of_the_machine_stay(text: str) -> None:
    assert text in line(text)


def test_a_line_for_machines_is_one_object_with_time_place_number_and_fields() -> None:
    with referring("W-0725-100203-17"):
        said = json.loads(line("three\nlines\n", form="json", status=503, error=raised(RuntimeError("王小明"))))
    assert said["at"].endswith("Z")
    assert (said["level"], said["logger"], said["message"], said["reference"]) == ("ERROR", "any", "three\nlines\n", "W-0725-100203-17")
    assert (said["part"], said["status"]) == ("web,chat", 503)
    assert said["process"] > 0
    assert "RuntimeError" in said["fault"]
    assert "王小明" not in said["fault"]


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_is_logged_while_a_number_is_in_hand_carries_it_once(form: Form) -> None:
    with referring("U77"):
        assert "U77" in line("done", form=form)
        assert line("fault U77", form="text").count("U77") == 1
    assert "U77" not in line("done", form=form)
    assert "R-9" in line("done", form=form, reference="R-9")


def raised(error: Exception) -> BaseException:
    try:
        raise error
    except Exception:  # noqa: BLE001
        caught = sys.exception()
        assert caught is not None
        return caught


def test_of_an_exception_kind_and_place_are_told_but_not_what_it_quotes() -> None:
    inner = raised(ValueError("王小明 13905780011"))
    outer = raised(RuntimeError("王小明"))
    outer.__cause__ = inner
    told = line("fault W-1", error=outer)
    assert "王小明" not in told
    assert "139" not in told
    assert "RuntimeError" in told
    assert "ValueError" in told
    assert "test_logs.py" in told


def test_what_the_machine_says_of_itself_stays_in_the_log() -> None:
    assert "No space left" in line("fault", error=raised(OSError(28, "No space left on device")))


def test_what_is_no_request_at_all_is_worth_no_line() -> None:
    from aiohttp.http_exceptions import BadStatusLine

    def record(error: Exception) -> logging.LogRecord:
        return logging.LogRecord("aiohttp.server", logging.ERROR, "", 1, "Error handling request from 198.51.100.7", (), (type(error), error, None))

    assert not worth_a_line(record(BadStatusLine("x")))
    assert worth_a_line(record(RuntimeError("x")))
