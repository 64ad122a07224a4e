"""Every page of a running demo, at two widths in two languages: nothing scrolls sideways, no box instead of a letter, no word of the program."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

WIDTHS = (360, 1280)
LANGUAGES = ("zh_CN", "en")
PAGES = (
    "chat", "chat-keeper", "chat-official", "chat-notice", "chat-report", "chat-warden", "chat-site", "home", "code-unknown", "code", "poster", "board-enter",
    "board", "board-menu", "board-large", "board-people", "board-member", "notices", "reports", "report", "sites", "site", "not-found",
    "codes", "cards", "passes", "devices", "device-new", "device-entries",
    "scan-enrol", "scan-home", "scan-known", "scan-type", "scan-check", "scan-menu", "scan-help",
)  # fmt: skip
"""What is always pictured; every other room of the menu comes on top."""


def fonts() -> str:
    """The names of every font of this machine, in lower case."""
    listing = shutil.which("fc-list")
    return subprocess.run([listing], capture_output=True, text=True, check=True).stdout.lower() if listing else ""


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.timeout(600)
def test_no_page_shows_what_no_reader_should_see(tmp_path: Path) -> None:
    if "cjk" not in fonts() or "emoji" not in fonts():
        assert os.environ.get("CI") != "true", "no fonts for Chinese and pictographs on this machine"
        pytest.skip("no fonts for Chinese and pictographs on this machine")
    done = subprocess.run([sys.executable, "-m", "app", "screens", "--folder", str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {f"{page}-{width}-{language}.png" for page in PAGES for width in WIDTHS for language in LANGUAGES} <= {path.name for path in tmp_path.iterdir()}
