"""The wheel: everything a server needs, nothing of the workshop, and it starts where no source lies."""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.house.sources import ROOMS, ROOT

pytestmark = pytest.mark.timeout(300)
DATA = ("web/templates", "web/static", "lab/data", "lab/simulator/page", "storage/migrations")


def run(*command: str | Path, folder: Path, may_fail: bool = False, **settings: str) -> subprocess.CompletedProcess[str]:
    """A command in `folder`, with these settings and none of ours."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MASHANG_", "PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run([str(word) for word in command], cwd=folder, env=inherited | settings, capture_output=True, text=True, check=False)
    assert may_fail or done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, built with what the lock holds."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, folder=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def content(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def mashang(wheel: Path) -> Path:
    """`mashang` in a clean environment that finds the libraries of this one, and not this tree."""
    folder = wheel.parent / "clean"
    run(sys.executable, "-m", "venv", folder, folder=wheel.parent)
    python = folder / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--disable-pip-version-check", wheel, folder=wheel.parent)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n" + sysconfig.get_path("platlib") + "\n")
    where = run(python, "-c", "import app; print(app.__file__)", folder=wheel.parent).stdout
    assert Path(where).is_relative_to(folder), where
    return folder / "bin" / "mashang"


def test_every_room_is_in_the_wheel(content: set[str]) -> None:
    assert {name.partition("/")[0] for name in content if not name.startswith("mashang-")} == set(ROOMS)


def test_both_languages_are_compiled_into_the_wheel(content: set[str]) -> None:
    assert {"locales/zh_CN/LC_MESSAGES/mashang.mo", "locales/en/LC_MESSAGES/mashang.mo"} <= content


def test_the_scripts_of_the_pages_and_their_licences_are_in_the_wheel(content: set[str]) -> None:
    scripts = ("htmx.js", "htmx.LICENSE", "sse.js", "sse.LICENSE", "zxing-reader.js", "zxing-reader.wasm", "zxing-reader.LICENSE")
    assert {f"web/static/npm/{name}" for name in scripts} <= content


def test_the_font_of_printed_cards_and_its_licence_are_in_the_wheel(content: set[str]) -> None:
    assert {"papers/fonts/NotoSansSC.ttf", "papers/fonts/NotoSansSC.LICENSE"} <= content


def test_what_only_the_tests_take_from_npm_is_not_in_the_wheel(content: set[str]) -> None:
    assert not [name for name in content if "axe" in name or "node_modules" in name]


@pytest.mark.parametrize("folder", DATA)
def test_files_that_are_no_code_are_in_the_wheel(folder: str, content: set[str]) -> None:
    here = {file.relative_to(ROOT).as_posix() for file in (ROOT / folder).rglob("*") if file.is_file() and "__pycache__" not in file.parts}
    assert here
    assert here <= content


def test_nothing_of_the_workshop_is_in_the_wheel(content: set[str]) -> None:
    assert not [name for name in content if "test" in Path(name).name.lower().split("_") or name.endswith((".pyc", ".db", ".pem", ".env"))]


def test_the_licence_and_the_command_are_in_the_wheel(wheel: Path, content: set[str]) -> None:
    assert any(name.endswith("licenses/LICENSE") for name in content)
    with zipfile.ZipFile(wheel) as archive:
        (points,) = (name for name in content if name.endswith("entry_points.txt"))
        assert "mashang = app.__main__:main" in archive.read(points).decode()


@pytest.mark.long
def test_an_installed_wheel_founds_a_house(mashang: Path, tmp_path: Path) -> None:
    settings: dict[str, Any] = {"MASHANG_DATA_DIR": str(tmp_path / "data"), "MASHANG_ISSUER": "LS"}
    assert "migrate" in run(mashang, "--help", folder=tmp_path, **settings).stdout
    run(mashang, "init", folder=tmp_path, **settings)
    run(mashang, "migrate", folder=tmp_path, **settings)

    doctor = run(mashang, "doctor", "--json", folder=tmp_path, may_fail=True, **settings)

    found = {each["part"]: each["well"] for each in json.loads(doctor.stdout)}
    assert doctor.returncode == 3, "the root key is still here and there is no token yet"
    assert found | {"settings": True, "keys": True, "database": True, "font": True, "root key": False, "telegram": False} == found
