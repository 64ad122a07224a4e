"""The doctor says what is wrong and what to do, whatever is broken, and never breaks with it."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.__main__ import cli
from app.checks.clocks import compared
from app.checks.finding import Standing
from app.checks.keys import SOON, keys
from app.checks.outside import proxies
from app.settings import read
from tests.databases import an_empty_database

TOKEN = "123456:abcdefghijklmnopqrstuvwxyz0123456789"


class Api(BaseHTTPRequestHandler):
    """A Bot API that answers what a test wants."""

    answers: dict[str, Any] = {}
    ahead = 0.0

    def do_GET(self) -> None:
        body = json.dumps(self.answers.get(self.path.rpartition("/")[2], {"ok": False, "error_code": 401})).encode()
        self.send_response_only(200)
        self.send_header("Date", format_datetime(datetime.now(UTC) + timedelta(seconds=self.ahead), usegmt=True))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def api() -> Iterator[type[Api]]:
    answers = {"getMe": {"ok": True, "result": {"username": "LiShuiBot"}}, "getWebhookInfo": {"ok": True, "result": {"url": ""}}}
    handler: Any = type("OneApi", (Api,), {"answers": answers})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    handler.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield handler
    server.shutdown()
    thread.join()
    server.server_close()


class House:
    """A folder and what the doctor says of it."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.settings = {"DATA_DIR": str(folder / "data"), "ISSUER": "LS", "PUBLIC_URL": "http://127.0.0.1:9", "BOT_API_URL": "http://127.0.0.1:9", **settings}

    def run(self, *words: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli(), list(words), env={f"MASHANG_{name}": value for name, value in self.settings.items()})
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.stdout

    def init(self, root: str = "away/root.pem") -> None:
        assert self.run("init", "--root-key", str(self.folder / root))[0] == 0

    def looked_at(self) -> tuple[int, dict[str, tuple[bool, str]]]:
        code, out = self.run("doctor", "--json")
        return code, {each["part"]: (each["well"], each["says"]) for each in json.loads(out)}

    def words(self) -> dict[str, str]:
        return {line.split()[1]: line.split()[0] for line in self.run("doctor")[1].splitlines()}


def test_a_house_that_was_never_made_is_looked_at_all_the_same(tmp_path: Path) -> None:
    code, found = House(tmp_path).looked_at()
    assert code == 3
    assert "mashang init" in found["keys"][1]
    assert "mashang init" in found["database"][1]
    assert found["clock"][0]


def test_settings_that_cannot_be_read_are_all_named(tmp_path: Path) -> None:
    code, out = House(tmp_path, PUBLIC_URL="ftp://x", PROXIES="nobody").run("doctor", "--json")
    assert code == 3
    assert len(json.loads(out)) == 2


def test_a_well_house_is_well_and_says_when_a_backup_is_missing(tmp_path: Path, api: Any) -> None:
    house = House(tmp_path, BOT_TOKEN=TOKEN, BOT_API_URL=api.url)
    house.init()
    (tmp_path / "away" / "root.pem").rename(tmp_path / "taken-away.pem")
    code, found = house.looked_at()
    assert code == 0
    assert {part for part, (well, _) in found.items() if not well} == {"backup", "public url"}
    assert house.run("backup", str(tmp_path / "b.mashang"))[0] == 0
    assert house.looked_at()[1]["backup"] == (True, "the last one is 0 hours old")


@pytest.mark.parametrize("place", ["away/root.pem", "data/root-key.pem", "data/keys/old.bak", "data/etc/deeper/x"])
def test_a_root_key_on_the_server_is_found_under_any_name(tmp_path: Path, place: str) -> None:
    house = House(tmp_path)
    house.init()
    target = tmp_path / place
    target.parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "away" / "root.pem").rename(target)
    _, found = house.looked_at()
    assert found["root key"][0] is False
    assert str(target) in found["root key"][1]


def test_damaged_keys_and_a_database_that_is_none_are_said_and_nothing_breaks(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.init()
    (tmp_path / "data" / "keys" / "status.pem").write_text("no key")
    (tmp_path / "data" / "mashang.db").write_bytes(b"no database" * 500)
    (tmp_path / "data" / "keys" / "trust.json").chmod(0o644)
    code, found = house.looked_at()
    assert code == 3
    assert "trust.json" in found["keys"][1]
    assert found["key use"][0] is found["database"][0] is False


def test_keys_that_end_soon_are_told_in_time(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.init()
    settings = read({f"MASHANG_{name}": value for name, value in house.settings.items()})

    def ends(at: datetime) -> Standing:
        return next(each.standing for each in keys(settings, now=at) if each.part == "key ends")

    now = datetime.now(UTC)
    assert ends(now) is Standing.OK
    assert ends(now + timedelta(days=400) - SOON) is Standing.LOOK
    assert ends(now + timedelta(days=401)) is Standing.WRONG


@pytest.mark.parametrize(("seconds", "standing"), [(1.9, "ok"), (-1.9, "ok"), (2.1, "LOOK"), (-29, "LOOK"), (31, "WRONG"), (-31, "WRONG")])
def test_a_clock_is_compared_with_another(seconds: float, standing: str) -> None:
    assert compared("clock", seconds, other="another").standing.value == standing


@pytest.mark.parametrize(("ahead", "standing"), [(0, "ok"), (10, "LOOK"), (-100, "WRONG")])
def test_our_clock_is_compared_with_telegrams(tmp_path: Path, api: Any, ahead: float, standing: str) -> None:
    api.ahead = ahead
    said = [line.split() for line in House(tmp_path, BOT_TOKEN=TOKEN, BOT_API_URL=api.url).run("doctor")[1].splitlines()]
    assert [words[0] for words in said if words[1:3] == ["tg", "clock"]] == [standing]


@pytest.mark.parametrize(
    ("settings", "hook", "well", "says"),
    [
        ({}, {"url": ""}, True, "0 updates wait"),
        ({}, {"url": "https://elsewhere.example.org/x"}, False, "elsewhere.example.org"),
        ({"UPDATES": "webhook"}, {"url": "https://127.0.0.1:9/telegram/secret", "pending_update_count": 3}, True, "3 updates wait"),
        ({"UPDATES": "webhook"}, {"url": "https://other.example.org/x"}, False, "not to 127.0.0.1:9"),
        ({"UPDATES": "webhook"}, {"url": "https://127.0.0.1:9/x", "last_error_message": "Connection refused"}, False, "Connection refused"),
        ({"UPDATES": "webhook"}, {"url": "https://127.0.0.1:9/x", "pending_update_count": 500}, False, "is serve running"),
        ({"UPDATES": "webhook"}, {"url": ""}, False, "serve sets it"),
    ],
)  # fmt: skip
def test_the_way_updates_come_is_looked_at(tmp_path: Path, api: Any, settings: dict[str, str], hook: dict[str, Any], well: bool, says: str) -> None:
    api.answers = api.answers | {"getWebhookInfo": {"ok": True, "result": hook}}
    _, found = House(tmp_path, BOT_TOKEN=TOKEN, BOT_API_URL=api.url, WEBHOOK_SECRET="s" * 20, **settings).looked_at()
    assert found["updates"][0] is well
    assert says in found["updates"][1]
    assert "telegram/secret" not in found["updates"][1]


def test_a_token_that_telegram_does_not_know_is_wrong_and_never_said(tmp_path: Path, api: Any) -> None:
    api.answers = {}
    code, out = House(tmp_path, BOT_TOKEN=TOKEN, BOT_API_URL=api.url).run("doctor")
    assert code == 3
    assert "does not know this token" in out
    assert TOKEN not in out


def test_telegram_out_of_reach_is_no_fault_of_the_house(tmp_path: Path) -> None:
    assert House(tmp_path, BOT_TOKEN=TOKEN).words()["telegram"] == "LOOK"


def test_a_proxy_on_the_open_internet_is_doubted() -> None:
    assert proxies(read({"MASHANG_PROXIES": "8.8.8.8"})).standing is Standing.LOOK
    assert proxies(read({"MASHANG_PROXIES": "10.0.0.2"})).standing is Standing.OK


async def test_a_server_without_redis_and_one_that_is_away_are_told(tmp_path: Path) -> None:
    from app.checks.outside import redis

    settings = {"MASHANG_DATA_DIR": str(tmp_path), "MASHANG_DATABASE_URL": "postgresql://127.0.0.1:9/x"}
    assert [each.standing for each in await redis(read(settings))] == [Standing.LOOK]
    (away,) = await redis(read(settings | {"MASHANG_REDIS_URL": "redis://127.0.0.1:9/0"}))
    assert (away.standing, "works without it" in away.says) == (Standing.LOOK, True)


async def test_a_postgresql_is_looked_at_with_its_clock(tmp_path: Path) -> None:
    from app.checks.database import database
    from storage.migrations.run import upgrade

    async with an_empty_database("postgres", tmp_path) as url:
        await upgrade(url)
        found = {each.part: each.standing for each in await database(read({"MASHANG_DATABASE_URL": url}))}
        assert found == {
            "database": Standing.OK, "postgresql": Standing.OK, "writable": Standing.OK, "connections": Standing.OK, "db clock": Standing.OK,
            "backup": Standing.LOOK,
        }  # fmt: skip


async def test_a_database_server_that_is_away_is_wrong_and_its_password_is_not_said() -> None:
    from app.checks.database import database

    (found,) = await database(read({"MASHANG_DATABASE_URL": "postgresql://me:hush@127.0.0.1:9/x"}))
    assert (found.standing, "hush" in found.says) == (Standing.WRONG, False)


def test_a_missing_next_key_and_an_old_list_of_revoked_codes_are_told(tmp_path: Path) -> None:
    from codes.keyring import LASTS
    from services.office import CODE_LASTS

    house = House(tmp_path)
    house.init()
    settings = read({f"MASHANG_{name}": value for name, value in house.settings.items()})
    now = datetime.now(UTC)

    def told(after: timedelta) -> dict[str, Standing]:
        return {each.part: each.standing for each in keys(settings, now=now + after)}

    assert (told(timedelta(0))["next key"], told(timedelta(0))["revoked"]) == (Standing.OK, Standing.OK)
    assert told(timedelta(minutes=11))["revoked"] is Standing.LOOK
    assert told(LASTS - CODE_LASTS - timedelta(days=61))["next key"] is Standing.OK
    assert told(LASTS - CODE_LASTS - timedelta(days=59))["next key"] is Standing.LOOK
    root = str(tmp_path / "away" / "root.pem")
    assert house.run("keys", "add", "all", "--root-key", root)[0] == 0
    assert told(LASTS - CODE_LASTS - timedelta(days=59))["next key"] is Standing.OK
    kid = json.loads(house.run("keys", "list", "--json")[1])["keys"][0]["kid"]
    assert house.run("keys", "compromise", kid, "--root-key", root)[0] == 0
    assert told(timedelta(0))["next key"] is Standing.WRONG
