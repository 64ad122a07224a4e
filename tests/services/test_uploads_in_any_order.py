"""The end of a night is the same for every order, repetition and loss of what phones sent: a machine plays it, and a second house, fed in the order
in which things happened, says what the end must be.
"""

import asyncio
import random
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from domain.issuing import Why
from domain.scans import Outcome
from services.actors import Actor
from tests import cast
from tests.fakes.clock import FakeClock
from tests.houses import Town, a_town, hall_row
from tests.phones import Phone, a_phone
from tests.services.test_scans import card, short_code

SCHOOL = "上东村学校"
PEOPLE = (cast.LIN, cast.LIN_WIFE, cast.GRANNY_HU)
BLANKS = 2
CARDS = len(PEOPLE) + BLANKS
PURPOSES = ("shelter_in", "shelter_in", "shelter_in", "shelter_out", "to_relatives", "assembly", "relief")
NIGHT = timedelta(hours=10)
Entry = tuple[int, dict[str, Any]]


class World:
    """One town with two shelters, two blank cards and three phones, one of which runs seven minutes slow."""

    def __init__(self, town: Town, phones: list[Phone], places: list[UUID], people: list[UUID], texts: list[str], shorts: list[str]) -> None:
        self.town, self.phones, self.places, self.people, self.texts, self.shorts = town, phones, places, people, texts, shorts

    async def end(self) -> dict[str, Any]:
        """Everything that anybody could look at afterwards."""
        async with self.town.house.works.read() as work:
            orders = await work.orders.in_force()
            members = {member.person: member for order in orders for member in await work.members.of(order.id)}
            people = await work.people.many(list(members))
            found = await work.codes.with_short(self.shorts[len(PEOPLE) :])
            cards = [found[short] for short in self.shorts[len(PEOPLE) :]]
            scans = [scan for scan in await work.scans.all() if scan.outcome in (Outcome.ACCEPTED, Outcome.REPEAT)]
            disputed = await work.devices.disputed(most=500)
            inside = await work.shelters.inside(self.places, drill=False)
        stood: dict[str, tuple[object, ...]] = {}
        for person in people.values():
            standing = members[person.id].standing
            if standing is None:
                stood[person.name] = (False, False, [], None, None)
                continue
            where = standing.whereabouts
            seen = sorted(self.places.index(one) for one in standing.seen_at)
            stood[person.name] = (standing.safe, standing.verify, seen, where.kind.value if where else None,
                             self.places.index(where.place) if where and where.place else None)  # fmt: skip
        return {
            "standings": dict(sorted(stood.items())), "inside": [inside.get(place, 0) for place in self.places],
            "scans": sorted((scan.client_key, scan.outcome.value, scan.reason.value) for scan in scans),
            "disputed": sorted((str(one.key), one.reason) for one in disputed),
            "cards": [(people[card.holder].name if card.holder in people else None, card.shared) for card in cards],
        }  # fmt: skip

    async def settle(self) -> None:
        """An official gives each shared card to one of those who were given it."""
        officer, blanks = await self.town.actor(cast.OFFICER), self.town.house.services.blanks
        for dispute in await blanks.disputes(by=officer):
            chosen = max((person for _, person in dispute.claims), key=lambda person: person.name)
            await blanks.settle(dispute.code.short, chosen.id, by=officer)


async def a_world(folder: Path) -> tuple[World, Any]:
    opened = a_town(folder, clock=FakeClock())
    town = await opened.__aenter__()
    await town.house.services.shelters.import_rows([(2, hall_row(name=SCHOOL))], by=Actor.operator())
    school = await town.house.services.shelters.named(SCHOOL)
    await town.order()
    phones = [
        await a_phone(town, "hall", places=(town.hall, school)), await a_phone(town, "slow", places=(town.hall, school), slow=timedelta(minutes=7)),
        await a_phone(town, "school", places=(school,)),
    ]  # fmt: skip
    texts = [await card(town, who[0]) for who in PEOPLE]
    shorts = [await short_code(town, who[0]) for who in PEOPLE]
    blanks = await town.house.services.issuing.blanks(BLANKS, area=cast.VILLAGE.code, by=Actor.operator(), reason=Why.OTHER)
    town.clock.go_on(hours=12)
    people = [(await town.person(who[0])).id for who in PEOPLE]
    return World(town, phones, [town.hall, school], people, texts + [one.text for one in blanks], shorts + [one.short for one in blanks]), opened


class Night(RuleBasedStateMachine):
    """Phones fill their outboxes; batches go out whole or cut, twice, or lose their answer; in the end everything has arrived at least once."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = TemporaryDirectory()
        self.world, self.opened = self.loop.run_until_complete(a_world(Path(self.folder.name)))
        self.happened: list[Entry] = []
        self.unsent: list[Entry] = []

    @initialize(seed=st.integers(0, 10**6))
    def begin(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.morning = self.world.town.clock.now() - NIGHT

    @rule(phone=st.integers(0, 2), who=st.integers(0, CARDS - 1), purpose=st.sampled_from(PURPOSES), second=st.integers(0, 35_000), place=st.integers(0, 1),
          typed=st.booleans())  # fmt: skip
    def scan(self, phone: int, who: int, purpose: str, second: int, place: int, typed: bool) -> None:
        one = self.world.phones[phone]
        shelter = purpose in ("shelter_in", "shelter_out")
        spot = self.world.places[1 if phone == 2 else place] if shelter else None
        said: dict[str, Any] = {"purpose": purpose, "place": str(spot) if spot else None, "note": "上东村亲戚家" if purpose == "to_relatives" else ""}
        said |= {"text": self.world.shorts[who], "via": "typed", "confirmed": True, "verdict": "check"} if typed else {"text": self.world.texts[who]}
        self._put(phone, one.item(self.morning + timedelta(seconds=second), **said))

    @rule(phone=st.integers(0, 2), card=st.integers(0, BLANKS - 1), whom=st.integers(0, len(PEOPLE)), purpose=st.sampled_from(PURPOSES),
          second=st.integers(0, 35_000))  # fmt: skip
    def give_a_blank_card(self, phone: int, card: int, whom: int, purpose: str, second: int) -> None:
        """To somebody of the list, or to a newcomer; no two at one instant."""
        one = self.world.phones[phone]
        spot = self.world.places[1 if phone == 2 else 0] if purpose in ("shelter_in", "shelter_out") else None
        said: dict[str, Any] = {"purpose": purpose, "place": str(spot) if spot else None, "note": "上东村亲戚家" if purpose == "to_relatives" else ""}
        said |= {"person": str(self.world.people[whom])} if whom < len(PEOPLE) else {"walk_in": {"name": f"过路客{len(self.happened)}"}}
        at = self.morning + timedelta(seconds=second, milliseconds=len(self.happened) + 1)
        self._put(phone, one.item(at, text=self.world.texts[len(PEOPLE) + card], **said))

    @rule(second=st.integers(1, 59), other=st.integers(0, 2))
    def scan_the_last_one_again(self, second: int, other: int) -> None:
        """A double scan: on the same phone, or on another at the same minute."""
        scans = [entry for entry in self.happened if entry[1]["what"] == "scan"]
        if not scans:
            return
        phone, last = scans[-1]
        if last["place"] is not None and other == 2:
            other = phone
        one, own = self.world.phones[other], self.world.phones[phone]
        at = own.town.clock.now() - NIGHT + timedelta(milliseconds=last["at"] - int((self.morning - own.slow).timestamp() * 1000)) + timedelta(seconds=second)
        kept = {name: last[name] for name in ("purpose", "place", "note", "text", "via", "confirmed", "verdict")}
        self._put(other, one.item(at, **kept))

    @rule()
    def take_the_last_one_back(self) -> None:
        scans = [entry for entry in self.happened if entry[1]["what"] == "scan"]
        if scans:
            phone, last = scans[-1]
            self._put(phone, self.world.phones[phone].item(self.world.town.clock.now() - timedelta(minutes=1), what="undo", annuls=last["key"],
                                                           purpose=last["purpose"], place=last["place"]))  # fmt: skip

    def _put(self, phone: int, item: dict[str, Any]) -> None:
        self.happened.append((phone, item))
        self.unsent.append((phone, item))

    @rule(cut=st.integers(1, 6), lost=st.booleans(), repeated=st.integers(0, 3))
    def some_of_it_goes_out(self, cut: int, lost: bool, repeated: int) -> None:
        """Any few entries in any order; a lost answer leaves them in the outbox; old ones may come again."""
        self.chance.shuffle(self.unsent)
        batch = self.unsent[:cut] + self.chance.sample(self.happened, min(repeated, len(self.happened)))
        self._send(self.world, batch)
        if not lost:
            self.unsent = [entry for entry in self.unsent if entry not in batch]

    def _send(self, world: World, entries: list[Entry]) -> None:
        for phone in range(3):
            mine = [item for of, item in entries if of == phone]
            if mine:
                self.loop.run_until_complete(world.phones[phone].send(mine))

    def teardown(self) -> None:
        try:
            if hasattr(self, "chance"):
                self._compare()
        finally:
            self.loop.run_until_complete(self.opened.__aexit__(None, None, None))
            self.loop.close()
            self.folder.cleanup()

    def _compare(self) -> None:
        self._send(self.world, self.unsent)
        with TemporaryDirectory() as folder:
            other, opened = self.loop.run_until_complete(a_world(Path(folder)))
            in_turn = sorted(self.happened, key=lambda entry: (entry[1]["at"] + int(other.phones[entry[0]].slow.total_seconds() * 1000), entry[1]["key"]))
            for phone, item in in_turn:
                self._send(other, [(phone, moved(item, self.world, other))])
            ends = [self.loop.run_until_complete(world.end()) for world in (self.world, other)]
            for world in (self.world, other):
                self.loop.run_until_complete(world.settle())
            settled = [self.loop.run_until_complete(world.end()) for world in (self.world, other)]
            self.loop.run_until_complete(opened.__aexit__(None, None, None))
        assert ends[0] == ends[1]
        assert settled[0] == settled[1]


def moved(item: dict[str, Any], of: World, to: World) -> dict[str, Any]:
    """The same entry in a town of its own: other ids and other cards, the same people and places."""
    made = dict(item)
    if item["place"] is not None:
        made["place"] = str(to.places[of.places.index(UUID(item["place"]))])
    if item["person"] is not None:
        made["person"] = str(to.people[of.people.index(UUID(item["person"]))])
    for mine, theirs in ((of.texts, to.texts), (of.shorts, to.shorts)):
        if item["text"] in mine:
            made["text"] = theirs[mine.index(item["text"])]
    return made


def test_the_end_is_the_same_for_every_order_repetition_and_loss_of_what_phones_sent() -> None:
    asked = settings(max_examples=6, stateful_step_count=24, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])
    run_state_machine_as_test(Night, settings=asked)
