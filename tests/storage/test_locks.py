"""Only one process serves a SQLite file, and a killed one leaves nothing that blocks the next."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from storage.locks import AlreadyServing, serving

SERVER = """
import sys
from storage.locks import serving
with serving(sys.argv[1]):
    print("serving", flush=True)
    sys.stdin.readline()
"""
ROOT = Path(__file__).parents[2]


async def another_server(url: str) -> asyncio.subprocess.Process:
    program = await asyncio.create_subprocess_exec(sys.executable, "-c", SERVER, url, stdin=PIPE, stdout=PIPE, cwd=ROOT)
    assert program.stdout is not None
    assert (await program.stdout.readline()).strip() == b"serving"
    return program


async def test_a_second_service_on_one_file_is_refused_and_told_who_serves(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'mashang.db'}"
    program = await another_server(url)
    with pytest.raises(AlreadyServing) as refused, serving(url):
        pass
    assert refused.value.fields == {"process": str(program.pid)}
    await program.communicate(b"enough\n")
    with serving(url):
        pass


async def test_a_killed_service_lets_go(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'mashang.db'}"
    program = await another_server(url)
    program.send_signal(signal.SIGKILL)
    await program.communicate()
    with serving(url):
        pass


def test_two_files_have_two_services(tmp_path: Path) -> None:
    with serving(f"sqlite:///{tmp_path / 'one.db'}"), serving(f"sqlite:///{tmp_path / 'two.db'}"):
        pass


def test_a_service_may_start_again_in_the_same_process(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'mashang.db'}"
    for _ in range(3):
        with serving(url):
            pass
    with serving(url), pytest.raises(AlreadyServing), serving(url):
        pass


def test_postgresql_is_served_by_as_many_as_like() -> None:
    url = "postgresql://user@host/name"
    with serving(url), serving(url):
        pass
