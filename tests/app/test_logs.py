"""What a log may hold: no token, no one-time link, no code, and nothing that a person wrote, also when something breaks."""

import logging
import sys

import pytest

from app.logs import Redacted

TOKEN = "7000000001:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"


def line(text: str, *, error: BaseException | None = None) -> str:
    raised = (type(error), error, error.__traceback__) if error is not None else None
    return Redacted("%(message)s").format(logging.LogRecord("any", logging.ERROR, "", 1, text, (), raised))


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
    ],
)
def test_secrets_are_taken_out_of_a_line(text: str, secret: str) -> None:
    assert secret in text
    assert secret not in line(text)


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
