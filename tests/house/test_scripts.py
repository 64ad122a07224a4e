"""Scripts of others: named and pinned here, brought by the build, never kept in the repository."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.house.sources import ROOT

LOCK: dict[str, Any] = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
PACKAGES = {name: package for name, package in LOCK["packages"].items() if name}
ASKED: dict[str, Any] = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))


def build(*, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """`hatch_build.py` in a copy of what it needs, on a machine whose PATH leads nowhere."""
    for name in ("hatch_build.py", "package.json", "package-lock.json"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    (folder / "web" / "static").mkdir(parents=True, exist_ok=True)
    command = [sys.executable, str(folder / "hatch_build.py")]
    return subprocess.run(command, cwd=folder, env={"PATH": "/nowhere", **settings}, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("package", PACKAGES)
def test_the_lock_names_version_and_hash_and_no_address(package: str) -> None:
    found = PACKAGES[package]
    assert re.fullmatch(r"\d+\.\d+\.\d+", found["version"])
    assert found["integrity"].startswith("sha512-")
    assert "resolved" not in found


def test_pages_and_papers_take_exactly_what_was_decided_on() -> None:
    versions = {"@expo-google-fonts/noto-sans-sc": "0.4.3", "htmx.org": "2.0.11", "htmx-ext-sse": "2.2.4", "zxing-wasm": "3.1.4"}
    assert ASKED["dependencies"] == versions
    assert list(ASKED["devDependencies"]) == ["axe-core"]
    types = {"@types/emscripten": "1.41.6", "type-fest": "5.10.0", "tagged-tag": "1.0.0"}  # of zxing-wasm; no file of theirs is taken
    asked = {**ASKED["dependencies"], **ASKED["devDependencies"], **types}
    assert {name.removeprefix("node_modules/"): package["version"] for name, package in PACKAGES.items()} == asked


def test_no_script_of_others_is_in_the_repository() -> None:
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    theirs = {"htmx.js", "htmx.min.js", "axe.min.js", "zxing-reader.js", "zxing-reader.wasm"}
    folders = ("node_modules", "static/npm", "papers/fonts")
    assert not [name for name in kept if any(folder in name for folder in folders) or Path(name).name in theirs]


def test_without_assets_nothing_is_brought_and_no_network_is_asked(tmp_path: Path) -> None:
    done = build(folder=tmp_path, MASHANG_SKIP_ASSETS="1")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "web" / "static" / "npm").exists()


def test_a_registry_that_cannot_be_reached_is_told_in_plain_words(tmp_path: Path) -> None:
    away = {"npm_config_registry": "http://127.0.0.1:1/", "npm_config_fetch_retries": "0", "npm_config_cache": str(tmp_path / "cache"), "HOME": str(tmp_path)}
    done = build(folder=tmp_path, **away)
    assert done.returncode == 1
    assert "MASHANG_SKIP_ASSETS=1" in done.stderr.splitlines()[-1]
    assert not (tmp_path / "web" / "static" / "npm").exists()
