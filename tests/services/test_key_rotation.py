"""The keys of a county over some weeks: a next one published, taken in use, the old one retired, one copied by a thief. Nobody is refused for any of it."""

import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from app.keys import FollowedKeys
from codes.ceremony import compromised, make_request, renewed, rotated, sign_request, with_next, with_replacement
from codes.errors import ChangeRefused
from codes.keyfolder import install, make_signing_key, root_of
from codes.keyring import Keyring
from codes.payload import Kind
from codes.reading import read
from codes.signing import KeyStatus, PrivateKey, new_key
from codes.trustlist import TrustKey, TrustList, open_revoked, open_trust, seal_trust
from codes.verdicts import Verdict, judged
from domain.codes import Holder, IssuedCode, NoKeySigns
from domain.issuing import Why
from domain.scans import Outcome, Purpose, Reason, Via
from services.actors import Actor
from services.scans import Asked
from tests import cast
from tests.houses import Town, a_town

HOSTS = ("HTTPS://LS.EXAMPLE.ORG",)
Change = Callable[[TrustList], TrustList]


class Safe:
    """Where the root key is: another machine. What comes and goes is text."""

    def __init__(self, folder: Path) -> None:
        self._root: PrivateKey = root_of(folder / "root-key.pem")
        (folder / "root-key.pem").unlink()

    def signs(self, request: str, town: Town) -> str:
        return sign_request(request, root=self._root, now=town.clock.now())[0]

    def signs_anything(self, trust: TrustList) -> str:
        """A root key in the wrong hands, or an operator in a hurry."""
        return seal_trust(trust, root=self._root)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with a_town(tmp_path) as town:
        yield town


@pytest.fixture
def safe(town: Town) -> Safe:
    return Safe(town.house.settings.data_dir)


def folder_of(town: Town) -> Path:
    return town.house.settings.keys_dir


def ceremony(town: Town, safe: Safe, change: Change) -> TrustList:
    """Asked for on the server, signed at the safe, installed on the server; a second later every process has it."""
    held = Keyring.load(folder_of(town))
    signed = safe.signs(make_request(held.trust_text, change(held.trust)), town)
    install(folder_of(town), signed, now=town.clock.now())
    town.clock.go_on(seconds=2)
    return Keyring.load(folder_of(town)).trust


def with_next_key(town: Town) -> Change:
    now = town.clock.now()
    return lambda trust: with_next(trust, Kind.PERSON, make_signing_key(folder_of(town), Kind.PERSON, taken=()), now=now, ahead=timedelta(days=8))


def person_keys(trust: TrustList) -> list[TrustKey]:
    return [key for key in trust.keys if key.kinds == (Kind.PERSON,)]


async def issued(town: Town, name: str) -> IssuedCode:
    return (await town.house.services.issuing.replace(Holder.PERSON, (await town.person(name)).id, by=Actor.operator(), reason=Why.LOST)).code


async def scanned(town: Town, code: IssuedCode) -> tuple[Verdict, str, bytes | None]:
    """What a scanner without a network says, which fetched the lists a moment ago; and which key it saw."""
    lists, now = town.house.services.lists, town.clock.now()
    trust = open_trust((await lists.trust()).text, root=town.house.keys.codes.root, now=now)
    revoked = open_revoked((await lists.revoked()).text, trust=trust, now=now)
    reading = read(town.house.services.codes.card(code).text, hosts=HOSTS, trust=trust, revoked=revoked, now=now)
    return *judged(reading, trust=trust, revoked=revoked, now=now), reading.kid


async def admitted(town: Town, code: IssuedCode, *, key: str, confirmed: bool = False) -> tuple[Outcome, Reason]:
    """What happens at the shelter's door."""
    keeper = await town.actor(cast.KEEPER)
    asked = Asked(key, keeper, Purpose.SHELTER_IN, Via.CAMERA, place=town.hall, text=town.house.services.codes.card(code).text, confirmed=confirmed)
    verdict = await town.house.services.scans.record(asked)
    return verdict.outcome, verdict.reason


@pytest.mark.feature(9)
async def test_keys_change_over_weeks_and_every_card_that_was_ever_printed_is_still_read(town: Town, safe: Safe) -> None:
    old = await issued(town, cast.LIN[0])
    trust = ceremony(town, safe, with_next_key(town))
    first, following = person_keys(trust)
    assert following.status is KeyStatus.NEXT
    meanwhile = await issued(town, cast.LIN_WIFE[0])
    assert (await scanned(town, meanwhile))[2] == first.kid

    now = town.clock.now()
    with pytest.raises(ChangeRefused, match="not_due"):
        ceremony(town, safe, lambda trust: rotated(trust, Kind.PERSON, now=now))
    town.clock.go_on(days=8)
    now = town.clock.now()
    ceremony(town, safe, lambda trust: rotated(trust, Kind.PERSON, now=now))

    new = await issued(town, cast.LIN_SON[0])
    assert await scanned(town, new) == (Verdict.GO, "ok", following.kid)
    for card in (old, meanwhile):
        assert await scanned(town, card) == (Verdict.GO, "ok", first.kid)
    town.clock.go_on(days=3 * 365 - 10)
    now = town.clock.now()
    ceremony(town, safe, lambda trust: renewed(trust, now=now))
    assert await scanned(town, old) == (Verdict.GO, "ok", first.kid)


@pytest.mark.feature(9)
async def test_a_stolen_key_is_killed_without_refusing_anybody(town: Town, safe: Safe) -> None:
    """verificaC19-android#103: keys leaked, and there was no way to end them but to turn everybody away."""
    await town.order()
    card, place = await issued(town, cast.LIN[0]), (await town.actor(cast.KEEPER))
    poster = (await town.house.services.codes.of_place(town.hall, by=place)).code
    now = town.clock.now()
    (stolen,) = person_keys(Keyring.load(folder_of(town)).trust)
    ceremony(town, safe, lambda trust: compromised(trust, stolen.kid, now=now))

    assert await scanned(town, card) == (Verdict.CHECK, "key_compromised", stolen.kid)
    assert (await scanned(town, poster))[0] is Verdict.GO
    assert await admitted(town, card, key="1") == (Outcome.CHECK, Reason.KEY_COMPROMISED)
    outcome, _ = await admitted(town, card, key="2", confirmed=True)
    assert outcome is Outcome.ACCEPTED

    with pytest.raises(NoKeySigns):
        await issued(town, cast.LIN_WIFE[0])
    now = town.clock.now()
    ceremony(town, safe, lambda trust: with_replacement(trust, Kind.PERSON, make_signing_key(folder_of(town), Kind.PERSON, taken=()), now=now))
    fresh = await issued(town, cast.LIN_WIFE[0])
    assert (await scanned(town, fresh))[:2] == (Verdict.GO, "ok")
    assert (await scanned(town, card))[:2] == (Verdict.CHECK, "key_compromised")


async def test_a_thief_who_signs_with_the_stolen_key_opens_no_door_by_it(town: Town, safe: Safe) -> None:
    (stolen,) = person_keys(Keyring.load(folder_of(town)).trust)
    now = town.clock.now()
    forged = town.house.press.sign(
        kind=Holder.PERSON, cti=b"\0" * 10, issued_at=now, expires_at=now + timedelta(days=9), drill_only=False
    )  # fmt: skip
    ceremony(town, safe, lambda trust: compromised(trust, stolen.kid, now=now))
    seen = town.house.press.read(forged, now=town.clock.now())
    assert seen.reason is Reason.KEY_COMPROMISED
    card = IssuedCode(b"\0" * 10, Holder.PERSON, None, "", forged, now, now, False)
    outcome, reason = await admitted(town, card, key="thief", confirmed=True)
    assert (outcome, reason) == (Outcome.REFUSED, Reason.UNKNOWN_CODE)


async def test_a_process_that_runs_takes_a_new_list_within_a_second_and_no_worse_one_ever(
    town: Town, safe: Safe, caplog: pytest.LogCaptureFixture
) -> None:  # fmt: skip
    followed = FollowedKeys(folder_of(town), town.house.keys.codes, clock=town.clock)
    file, now = folder_of(town) / "trust.json", town.clock.now()
    ceremony(town, safe, lambda trust: renewed(renewed(trust, now=now), now=now))
    good = followed()
    assert good.trust.sequence == 3
    worse = {
        "lower_sequence": safe.signs_anything(town.house.keys.codes.trust), "from_the_future": safe.signs_anything(
            replace(renewed(good.trust, now=now), issued_at=now + timedelta(days=1))),
        "bad_signature": seal_trust(renewed(good.trust, now=now), root=new_key()), "malformed": "{",
        "same_sequence": safe.signs_anything(replace(good.trust, valid_until=now)),
    }  # fmt: skip
    for problem, signed in worse.items():
        file.write_text(signed)
        town.clock.go_on(seconds=2)
        with caplog.at_level(logging.ERROR, logger="mashang.keys"):
            caplog.clear()
            assert followed() is good, problem
            town.clock.go_on(seconds=2)
            assert followed() is good, problem
        assert [problem in record.getMessage() for record in caplog.records] == [True], problem
    file.unlink()
    town.clock.go_on(seconds=2)
    assert followed() is good
    file.write_text(safe.signs_anything(renewed(good.trust, now=town.clock.now())))
    town.clock.go_on(seconds=2)
    assert followed().trust.sequence == 4


async def test_putting_a_list_in_use_is_in_the_audit_log(town: Town) -> None:
    await town.house.services.lists.note_change(2, changes=["list 1 → 2"], by=Actor.operator())
    async with town.house.databases.read() as connection:
        rows = (await connection.execute(text("SELECT action, subject FROM audit ORDER BY at DESC LIMIT 1"))).all()
    assert rows == [("keys.install", "2")]


