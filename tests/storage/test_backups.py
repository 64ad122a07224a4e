"""A backup is a moment of the house that can be had again, in either kind of database; what is not whole is refused before anything changes."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from app.keys import load_keys
from domain.deliveries import RESTORED, DeliveryState
from domain.errors import Refusal
from domain.notices import RunState
from domain.reports import ReportKind
from domain.rollcall import Happening, How
from services.actors import Actor
from services.intake import Received
from storage.backups import NOT_KEPT, back_up, back_up_keys
from storage.deliveries import deliveries
from storage.engine import open_databases
from storage.locks import AlreadyServing
from storage.metadata import metadata
from storage.migrations.run import connected, downgrade, is_current, upgrade
from storage.notices import notices
from storage.packs import KEYS, BackupChanged, BackupDamaged, BackupForeign, Manifest, Office, opened
from storage.restores import TargetFilled, filled, put_back_keys, put_back_photos, release, restored
from storage.updates import State, updates
from tests import cast
from tests.announcing import announced
from tests.databases import an_empty_database
from tests.field import a_photo
from tests.houses import BOT, Town, a_house, a_town

KINDS = ("sqlite", "postgres")


@dataclass(frozen=True, slots=True)
class Kept:
    """A house on a night, and a backup of it."""

    town: Town
    folder: Path
    file: Path
    manifest: Manifest
    rows: dict[str, list[str]]

    @property
    def office(self) -> Office:
        return office_in(self.folder)


def office_in(folder: Path) -> Office:
    return Office("LS", load_keys(folder / "keys").digest)


async def everything(url: str) -> dict[str, list[str]]:
    """Every row of every table that a backup keeps."""
    async with open_databases(url) as databases, databases.read() as connection:
        kept = [table for table in metadata.sorted_tables if table.name not in NOT_KEPT]
        return {table.name: sorted(map(str, await connection.execute(select(table)))) for table in kept}


async def a_night(town: Town) -> None:
    """An order with a call for help, a photo, a copy that waits, an update that waits, and a link code that nobody used."""
    services = town.house.services
    lin = await town.linked(cast.LIN)
    await town.order()
    await services.rollcall.ask_help(by=lin, key="help")
    report = await services.reports.begin(for_self=True, by=lin, key="report")
    await services.reports.choose_kind(report.id, ReportKind.FLOOD, by=lin)
    await services.reports.put_village(report.id, cast.VILLAGE.code, by=lin)
    await services.report_photos.add(report.id, a_photo(), by=lin, key="photo")
    await services.reports.send(report.id, by=lin, key="sent")
    await services.people.make_link_code((await town.person(cast.YE[0])).id, by=Actor.operator(), key="code")
    await town.house.updates.receive(BOT, [Received(5, "1", b"{}")])
    await services.audit.chain()


@asynccontextmanager
async def kept(kind: str, folder: Path) -> AsyncIterator[Kept]:
    async with an_empty_database(kind, folder) as url:
        changed: dict[str, Any] = {} if kind == "sqlite" else {"database_url": url}
        async with a_town(folder / "house", **changed) as town:
            await a_night(town)
            house = town.house.settings
            file = folder / "night.mashang"
            manifest = await back_up(house.database, file, media=house.data_dir / "media", office=office_in(house.data_dir), now=town.clock.now())
            yield Kept(town, house.data_dir, file, manifest, await everything(house.database))


@asynccontextmanager
async def restored_into(kind: str, kept: Kept, folder: Path) -> AsyncIterator[Town]:
    """The house that comes up from the backup, in another folder and a database of this kind."""
    async with an_empty_database(kind, folder) as url:
        with opened(kept.file) as pack:
            pack.must_be_of(kept.office)
            pack.check()
            put_back_keys_of(kept, folder)
            put_back_photos(pack, folder / "house" / "media")
            await restored(url, pack, id=uuid4, now=kept.town.clock.now())
        async with a_house(folder / "house", clock=kept.town.clock, database_url=url) as house:
            yield Town(house, kept.town.clock, kept.town.hall)


def put_back_keys_of(kept: Kept, folder: Path) -> None:
    file = folder / "keys.mashang"
    back_up_keys(file, keys=kept.folder / "keys", office=kept.office, now=kept.town.clock.now())
    with opened(file) as pack:
        pack.check()
        assert put_back_keys(pack, folder / "house" / "keys") == len([each for each in pack.manifest.members if each.name.startswith(KEYS)])


@pytest.mark.parametrize("source", KINDS)
@pytest.mark.parametrize("target", KINDS)
async def test_a_night_comes_back_whole_in_either_kind_of_database(tmp_path: Path, source: str, target: str) -> None:
    (tmp_path / "target").mkdir()
    async with kept(source, tmp_path) as night, restored_into(target, night, tmp_path / "target") as town:
        rows = await everything(town.house.settings.database)
        touched = {"deliveries", "updates", "link_codes", "audit", "notices"}
        assert {name: rows[name] for name in rows if name not in touched} == {name: night.rows[name] for name in rows if name not in touched}
        assert {name: len(lot) for name, lot in rows.items() if name != "audit"} == {name: len(lot) for name, lot in night.rows.items() if name != "audit"}
        assert set(night.rows["audit"]) < set(rows["audit"])
        services = town.house.services
        await services.audit.chain()
        assert await services.audit.verify() is None
        assert await services.board.rebuild(by=Actor.operator()) == 0
        async with town.house.works.read() as work:
            (report,) = await work.reports.sent()
            (photo,) = await work.media.of(report.id)
        assert await services.report_desk.photo(report.number or "", photo.id, by=await town.actor(cast.OFFICER))
        assert (await town.person(cast.LIN[0])).phone == "+8613905780011"


@pytest.mark.parametrize("target", KINDS)
async def test_what_was_on_its_way_is_held_until_an_operator_lets_it_go(tmp_path: Path, target: str) -> None:
    (tmp_path / "target").mkdir()
    async with kept("sqlite", tmp_path) as night, restored_into(target, night, tmp_path / "target") as town:
        url = town.house.settings.database
        async with town.house.databases.read() as connection:
            copies = (await connection.execute(select(deliveries.c.state, deliveries.c.reason))).all()
            waiting = (await connection.execute(select(updates.c.state, updates.c.reference))).all()
        assert set(copies) == {(DeliveryState.UNKNOWN, RESTORED)}
        assert waiting == [(State.PARKED, RESTORED)]
        assert not await town.house.services.deliveries.claim(most=10)
        async with connected(open_databases(url).url) as connection:
            assert await release(connection, copies=True, updates=True, now=town.clock.now()) == (len(copies), 1)
        assert len(await town.house.services.deliveries.claim(most=10)) == len(copies)
        assert len(await town.house.updates.waiting(BOT, most=5)) == 1


async def test_a_backup_that_is_cut_off_or_changed_anywhere_is_refused(tmp_path: Path) -> None:
    async with kept("sqlite", tmp_path) as night:
        whole = night.file.read_bytes()
        broken = tmp_path / "broken.mashang"
        spots = [int.from_bytes(hashlib.sha256(bytes([n])).digest()[:4]) % len(whole) for n in range(60)]
        for spot in spots:
            for body in (whole[:spot], whole[:spot] + bytes([whole[spot] ^ 0x41]) + whole[spot + 1 :]):
                broken.write_bytes(body)
                assert refused(broken, night.office) or unharmed(broken, night.manifest), f"byte {spot} of {len(whole)}"


def refused(file: Path, office: Office) -> bool:
    try:
        with opened(file) as pack:
            pack.must_be_of(office)
            pack.check()
    except (BackupDamaged, BackupChanged, BackupForeign):
        return True
    return False


def unharmed(file: Path, manifest: Manifest) -> bool:
    """A byte that says nothing (a date inside the ZIP) may change: then every member is what it was."""
    with opened(file) as pack:
        return pack.manifest == manifest


async def test_the_backup_of_another_office_is_refused(tmp_path: Path) -> None:
    async with kept("sqlite", tmp_path) as night, a_town(tmp_path / "another") as other:
        assert other.house.settings.data_dir != night.folder
        stranger = Office("LS", lambda secret: hashlib.sha256(secret).digest())
        with opened(night.file) as pack, pytest.raises(BackupForeign):
            pack.must_be_of(stranger)
        with opened(night.file) as pack, pytest.raises(BackupForeign):
            pack.must_be_of(Office("QT", night.office.digest))


async def test_a_run_that_was_due_around_the_loss_is_not_sent_again_and_the_drafter_is_told(tmp_path: Path) -> None:
    async with kept("sqlite", tmp_path) as night:
        town = night.town
        notice = (await announced(town)).active
        async with town.house.databases.write() as connection:
            await connection.execute(update(notices).where(notices.c.id == notice.id).values(next_due_at=town.clock.now() - timedelta(minutes=10)))
        later = tmp_path / "later.mashang"
        await back_up(town.house.settings.database, later, media=night.folder / "media", office=night.office, now=town.clock.now())
        async with restored_into("sqlite", Kept(town, night.folder, later, night.manifest, {}), new_folder(tmp_path)) as again:
            assert await again.house.services.notice_runs.release() == 0
            async with again.house.works.read() as work:
                (run,) = await work.notices.runs([notice.id])
                said = [row.action for row, _ in await work.audit.all(most=1000)]
        assert run.state is RunState.MISSED
        assert "notices.missed" in said


async def test_nothing_is_restored_into_a_postgresql_that_somebody_uses(tmp_path: Path) -> None:
    async with kept("sqlite", tmp_path) as night, an_empty_database("postgres", tmp_path) as url:
        await upgrade(url)
        async with open_databases(url) as busy, busy.read() as connection:
            await connection.execute(select(notices.c.id))
            with opened(night.file) as pack, pytest.raises(AlreadyServing):
                await restored(url, pack, id=uuid4, now=night.town.clock.now())
        with opened(night.file) as pack:
            await restored(url, pack, id=uuid4, now=night.town.clock.now())


@pytest.mark.parametrize("kind", KINDS)
async def test_a_database_that_holds_something_is_never_restored_over(tmp_path: Path, kind: str) -> None:
    async with kept(kind, tmp_path) as night:
        url = night.town.house.settings.database
        assert await filled(url)
        with opened(night.file) as pack, pytest.raises(TargetFilled):
            await restored(url, pack, id=uuid4, now=night.town.clock.now())
        assert await everything(url) == night.rows


@pytest.mark.parametrize("kind", KINDS)
async def test_a_backup_of_an_older_version_is_restored_and_brought_to_this_one(tmp_path: Path, kind: str) -> None:
    async with kept(kind, tmp_path) as night:
        url, old = night.town.house.settings.database, tmp_path / "old.mashang"
        await downgrade(url, "0006")
        manifest = await back_up(url, old, media=night.folder / "media", office=night.office, now=night.town.clock.now())
        await upgrade(url)
        assert manifest.revision == "0006"
        async with an_empty_database(kind, new_folder(tmp_path)) as target:
            await upgrade(target)
            with opened(old) as pack:
                await restored(target, pack, id=uuid4, now=night.town.clock.now())
            assert await is_current(target)
            assert (await everything(target))["people"] == night.rows["people"]


def new_folder(folder: Path) -> Path:
    made = folder / "target"
    made.mkdir()
    return made


@pytest.mark.parametrize("kind", KINDS)
async def test_a_backup_made_while_people_are_counted_is_one_moment(tmp_path: Path, kind: str) -> None:
    """Each tick is an event and an audit row in one transaction: a backup that took them at two moments would hold unequal numbers."""
    async with kept(kind, tmp_path) as night:
        town, folder = night.town, new_folder(tmp_path)
        warden = await town.actor(cast.WARDEN)
        lin = (await town.person(cast.LIN[0])).id
        ticking = town.house.nursery.spawn(tick_on(town, warden, lin), name="ticks")
        busy = tmp_path / "busy.mashang"
        await back_up(town.house.settings.database, busy, media=night.folder / "media", office=night.office, now=town.clock.now())
        assert not ticking.done(), "nobody was counted meanwhile"
        ticking.cancel()
        async with restored_into("sqlite", Kept(town, night.folder, busy, night.manifest, {}), folder) as again:
            assert await again.house.services.board.rebuild(by=Actor.operator()) == 0
            rows = await everything(again.house.settings.database)
            ticks = [row for row in rows["audit"] if "'rollcall.tick'" in row]
            told = [row for row in rows["member_events"] if f"{How.SAW!r}" in row]
            assert len(ticks) == len(told)
        later = await everything(town.house.settings.database)
        assert len(later["member_events"]) > len(rows["member_events"]), "nobody was counted after the moment of the backup"


async def tick_on(town: Town, warden: Actor, person: UUID) -> None:
    for number in range(10_000):
        kind = Happening.MOVING if number % 2 else Happening.PERSUADING
        town.clock.go_on(seconds=1)
        await town.house.services.rollcall.tick([person], kind, How.SAW, by=warden, key=f"again {number}")


async def test_a_backup_is_for_its_owner_alone_and_never_overwritten(tmp_path: Path) -> None:
    async with kept("sqlite", tmp_path) as night:
        assert night.file.stat().st_mode & 0o077 == 0
        before = night.file.read_bytes()
        with pytest.raises(Refusal):
            await back_up(night.town.house.settings.database, night.file, media=tmp_path, office=night.office, now=night.town.clock.now())
        assert night.file.read_bytes() == before
        assert not parts(tmp_path)
        assert cast.LIN[0].encode() not in before


def parts(folder: Path) -> list[Path]:
    return list(folder.glob("*.part"))
