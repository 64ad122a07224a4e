"""Names that say nothing, and things that only one place may do."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import ROOMS, ROOT, calls, dotted, files, module_names, named, parsed

EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc", "base", "core", "tools", "shared"}
TIME = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now", "datetime.date.today", "time.time", "time.time_ns",
    "time.monotonic", "time.perf_counter", "time.sleep", "asyncio.sleep",
}  # fmt: skip
CHANCE = {"os.urandom", "uuid.uuid1", "uuid.uuid4", "uuid1", "uuid4", "random", "secrets"}
CLOCKS = {
    "app/clock.py": "this is the clock",
    "lab/": "the lab is the world outside: it has a clock of its own, which a story moves",
}
GENERATORS = {
    "app/clock.py": "ids and random numbers come from here",
    "codes/keyring.py": "keys are made once, by `mashang init`; a generator that can be replaced could make a known key",
    "lab/": "invented people from a seed",
}
SPAWNERS = {
    "app/nursery.py": "this is the nursery",
    "lab/simulator/keeper.py": "the lab may not import app, and hears its tasks fail here",
}
SPAWN = {"create_task", "ensure_future"}
WATCHED = """
import sys
from importlib import import_module
rooms, names = set(sys.argv[1].split()), sys.argv[2].split()
for name in names:
    import_module(name)
for name in [name for name in sys.modules if name.split(".")[0] in rooms]:
    del sys.modules[name]
seen, watching = [], True
work = ("socket.", "subprocess.", "sqlite3.", "os.mkdir", "os.remove", "os.rename", "_thread.start", "os.posix_spawn", "os.fork", "os.system")
def watch(event, what):
    if not watching:
        return
    if event == "open" and isinstance(what[1], str) and set(what[1]) & set("wax+"):
        seen.append((event, str(what[0])))
    elif event.startswith(work):
        seen.append((event, str(what)[:100]))
sys.addaudithook(watch)
for name in names:
    before = len(seen)
    import_module(name)
    seen[before:] = [(name, *each) for each in seen[before:]]
watching = False
for each in seen:
    print(*each)
"""


def elsewhere(file: Path, allowed: dict[str, str]) -> bool:
    return not any(named(file).startswith(place) for place in allowed)


def mentions(file: Path, wanted: set[str]) -> Iterator[str]:
    """Where one of these is named (called, passed on or imported), except a sleep of nothing, which only lets others run."""
    tree = parsed(file)
    idle = {id(call.func) for _, call in calls(tree) if call.args and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and dotted(node) in wanted and id(node) not in idle:
            yield f"{named(file)}:{node.lineno} {dotted(node)}"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            module = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names = {*module, *(alias.name for alias in node.names), *(f"{m}.{alias.name}" for m in module for alias in node.names)}
            yield from (f"{named(file)}:{node.lineno} imports {name}" for name in sorted(names & wanted))


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert not [named(file) for file in files(*ROOMS, "tests") if file.stem in EMPTY_NAMES or file.parent.name in EMPTY_NAMES]


def test_time_is_asked_of_the_clock_alone() -> None:
    assert not [found for file in files() if elsewhere(file, CLOCKS) for found in mentions(file, TIME)]


def test_chance_comes_from_ids_alone() -> None:
    assert not [found for file in files() if elsewhere(file, GENERATORS) for found in mentions(file, CHANCE)]


def test_tasks_are_spawned_in_the_nursery_alone() -> None:
    places = [file for file in files() if elsewhere(file, SPAWNERS)]
    named_here = ((file, node) for file in places for node in ast.walk(parsed(file)) if isinstance(node, ast.Attribute | ast.Name))
    assert not [f"{named(file)}:{node.lineno}" for file, node in named_here if (node.attr if isinstance(node, ast.Attribute) else node.id) in SPAWN]


@pytest.mark.parametrize("allowed", [CLOCKS, GENERATORS, SPAWNERS], ids=["clocks", "generators", "spawners"])
def test_no_exception_is_kept_for_a_place_that_is_gone(allowed: dict[str, str]) -> None:
    assert not [place for place in allowed if not (ROOT / place).exists()]


def test_nobody_swallows_every_exception() -> None:
    places = ((file, node) for file in files(*ROOMS, "tests") for node in ast.walk(parsed(file)) if isinstance(node, ast.Call | ast.ExceptHandler))
    assert not [f"{named(file)}:{node.lineno}" for file, node in places if swallows(node)]


def swallows(node: ast.Call | ast.ExceptHandler) -> bool:
    """`except Exception: pass` and its relatives."""
    if isinstance(node, ast.Call):
        return dotted(node.func).endswith("suppress") and any(dotted(each) in ("Exception", "BaseException") for each in node.args)
    if node.type is not None and dotted(node.type) not in ("Exception", "BaseException"):
        return False
    return all(isinstance(each, ast.Pass | ast.Continue) or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)) for each in node.body)


def test_no_test_patches_the_inside_of_the_house() -> None:
    wanted = {"unittest.mock", "mock", "pytest_mock"}
    imports = [found for file in files("tests") for found in mentions(file, wanted)]
    arguments = ((file, node) for file in files("tests") for node in ast.walk(parsed(file)) if isinstance(node, ast.arg))
    assert not imports + [f"{named(file)}:{node.lineno}" for file, node in arguments if node.arg == "mocker"]


def test_a_room_says_its_rule_and_nothing_else() -> None:
    rules = [file for file in files(*ROOMS, "tests") if file.name == "__init__.py"]
    wordy = [named(file) for file in rules if len(parsed(file).body) != 1 or not ast.get_docstring(parsed(file))]
    assert not wordy


def test_importing_does_no_work() -> None:
    """Every module is imported twice, the second time (all libraries being there) under watch."""
    command = [sys.executable, "-B", "-W", "ignore", "-c", WATCHED, " ".join(ROOMS), " ".join(module_names())]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stdout, done.stdout
