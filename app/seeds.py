"""A county in the middle of an evening, for the demo: invented people, an order in force, some safe, some not yet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from app.container import House
from app.seeds_field import FieldSetting, Table, furnish_field, numbered
from domain.access import Role
from domain.evacuations import Destination, Order
from domain.people import Person
from domain.rollcall import Happening, How
from domain.scans import Purpose, Via
from services.actors import Actor
from services.office import CONSENT_VERSION
from services.scans import Asked, Newcomer


@dataclass(frozen=True, slots=True)
class Post:
    """A role of somebody in the demo: by phone, over an area or at a shelter (a site's manager has it from the site); `chat` is their Telegram id."""

    phone: str
    role: Role
    chat: int
    area: str | None = None
    shelter: str | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """The tables to import, who is who, and the village that is ordered to move."""

    areas: Table
    people: Table
    shelters: Table
    posts: Sequence[Post]
    village: str
    shelter: str
    way: str
    field: FieldSetting


@dataclass(frozen=True, slots=True)
class Stage:
    """What stands when the demo opens. `poster` is the short code at the site's gate."""

    order: Order
    shelter: UUID
    officer: Actor
    keeper: Actor
    admin: Actor
    poster: str


async def furnished(house: House, setting: Setting, *, bot: int) -> Stage:
    """Everything imported, everybody linked, the order out, the first hour behind us."""
    services = house.services
    operator = Actor.operator()
    await services.areas.import_rows(numbered(setting.areas), by=operator)
    await services.people_import.import_rows(numbered(setting.people), by=operator, enrolled=True)
    await services.shelters.import_rows(numbered(setting.shelters), by=operator)
    actors = {post.role: await seated(house, post, bot=bot) for post in setting.posts}
    shelter = await services.shelters.named(setting.shelter)
    officer, approver = actors[Role.DUTY_OFFICER], actors[Role.APPROVER]
    draft = await services.evacuations.draft(
        [setting.village], Destination(shelter, setting.shelter, setting.way), by=officer, key="demo order", drill=True
    )
    order = await services.evacuations.approve(draft.id, fingerprint=draft.fingerprint, by=approver, key="demo approval")
    await first_hour(house, order, shelter=shelter, keeper=actors[Role.KEEPER], warden=actors[Role.WARDEN], village=setting.village)
    return Stage(order, shelter, officer, actors[Role.KEEPER], actors[Role.ADMIN], await furnish_field(house, setting.field, actors))


async def seated(house: House, post: Post, *, bot: int) -> Actor:
    """Somebody with a role and a linked chat, as they would speak from it."""
    services = house.services
    person = await services.grants.with_phone(post.phone)
    place = await services.shelters.named(post.shelter) if post.shelter else None
    if post.area is not None or place is not None:
        await services.grants.give(person.id, post.role, by=Actor.operator(), area=post.area, place=place)
    key = f"demo {post.chat}"
    digits = await services.people.make_link_code(person.id, by=Actor.operator(), key=key)
    stranger = Actor(via="chat", bot=bot, address=str(post.chat))
    await services.people.link(digits, language=house.settings.language, consent=CONSENT_VERSION, by=stranger, key=key)
    return await services.people.actor(channel="telegram", bot=bot, address=str(post.chat), language=house.settings.language)


async def first_hour(house: House, order: Order, *, shelter: UUID, keeper: Actor, warden: Actor, village: str) -> None:
    """Some are in the shelter, some with relatives, one by word of mouth only, one needs help, one came who is on no list."""
    async with house.works.read() as work:
        people = await work.people.inside([village])
        linked = {contact.person for contact in await work.contacts.of([person.id for person in people])}
    away = [person for person in people if person.id not in linked]
    share = len(away) // 6
    at_door, relatives, ticked, heard = away[: 2 * share], away[2 * share : 3 * share], away[3 * share : 4 * share], away[4 * share]
    for person in at_door:
        await house.services.scans.record(await shown(house, person, by=keeper, purpose=Purpose.SHELTER_IN, place=shelter))
    for person in relatives:
        await house.services.scans.record(await shown(house, person, by=keeper, purpose=Purpose.TO_RELATIVES, note="碧湖镇 亲戚家"))
    walk_in = Asked("demo walk-in", keeper, Purpose.SHELTER_IN, Via.NAME, place=shelter, newcomer=Newcomer("过路客 老邱"))
    await house.services.scans.record(walk_in)
    rollcall = house.services.rollcall
    await rollcall.tick([person.id for person in ticked], Happening.SAFE_ELSEWHERE, How.SPOKE, by=warden, key="demo spoke", note="县城女儿家")
    await rollcall.tick([heard.id], Happening.WITH_RELATIVES, How.HEARD, by=warden, key="demo heard", note="听邻居说在大港头")
    await rollcall.ask_help(by=Actor(via="chat", person=away[-1].id, name=away[-1].name, area=village), key="demo help", note="腿脚不便，走不了")


async def shown(house: House, person: Person, *, by: Actor, purpose: Purpose, place: UUID | None = None, note: str = "") -> Asked:
    """The person's printed code, held before the keeper's camera."""
    async with house.works.read() as work:
        code = (await work.codes.of([person.id]))[person.id]
    text = house.services.codes.card(code).text
    return Asked(f"demo {purpose} {person.id}", replace(by), purpose, Via.CAMERA, place=place, text=text, note=note)
