"""Imports go downwards only; the contracts are in pyproject.toml."""

import subprocess
import sys
from pathlib import Path

from tests.house.sources import ROOMS, ROOT

LINT = "import sys; sys.path.insert(0, ''); from importlinter.cli import lint_imports_command; lint_imports_command()"
PLANTED = {
    "domain/rule.py": "import services\n",
    "codes/format.py": "import domain\n",
    "services/case.py": "import sqlalchemy\n",
    "locales/words.py": "import aiogram\n",
    "bot/view.py": "import storage\n",
    "handlers/door.py": "import web\n",
    "handlers/shelf.py": "import storage\n",
    "web/page.py": "import bot\n",
    "scheduler/job.py": "import aiogram\n",
    "papers/sheet.py": "import outside\n",
    "app/serve.py": "import lab\n",
    "lab/story.py": "import services\n",
}


def linted(folder: Path) -> tuple[int, str]:
    """import-linter's exit code and report over the rooms of `folder`."""
    done = subprocess.run([sys.executable, "-c", LINT, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_every_import_goes_downwards() -> None:
    code, report = linted(ROOT)
    assert code == 0, report


def test_each_planted_violation_is_found(tmp_path: Path) -> None:
    for room in ROOMS:
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").touch()
    for name, text in PLANTED.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "app" / "commands").mkdir()
    (tmp_path / "app" / "commands" / "__init__.py").touch()
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())

    code, report = linted(tmp_path)

    assert code == 1, report
    missed = [name for name in PLANTED if name.removesuffix(".py").replace("/", ".") not in report]
    assert not missed, f"{missed} went unnoticed in\n{report}"
    assert report.count("BROKEN") == 6, report
