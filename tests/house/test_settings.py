"""`.env.example` names every setting, says what it is, and is itself a correct environment."""

import re

from app.settings import PREFIX, SECRETS, Settings, read
from tests.house.sources import ROOT

EXAMPLE = ROOT / ".env.example"
LINE = re.compile(rf"#? ?({PREFIX}[A-Z_]+)=(.*)")


def shown() -> dict[str, str]:
    """Every setting in the example, also those behind a `#`."""
    return {found[1]: found[2] for line in EXAMPLE.read_text(encoding="utf-8").splitlines() if (found := LINE.fullmatch(line))}


def test_every_setting_is_in_the_example() -> None:
    assert set(shown()) - {f"{PREFIX}{name}_FILE" for name in SECRETS} == {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


def test_the_example_says_what_each_setting_is() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert not [name for name, field in Settings.model_fields.items() if not field.description or field.description not in text]


def test_the_example_shows_the_defaults() -> None:
    for name, field in Settings.model_fields.items():
        value = shown()[f"{PREFIX}{name.upper()}"]
        assert field.default is None or value == str(field.default), name


def test_the_example_holds_no_secret_and_can_be_read() -> None:
    assert not [name for name, value in shown().items() if value and name.removeprefix(PREFIX).removesuffix("_FILE") in SECRETS]
    read(shown())
