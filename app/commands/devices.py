"""mashang devices."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from app.commands.codes import must_have_address
from app.commands.frame import in_house, put, settings_or_exit

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from app.container import House
    from services.devices import Line, Offered, Withdrawn

Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON object or list.")]
ENROLLING = "/scan/#enrol="


def enrol(
    *,
    phone: Annotated[str, typer.Option("--for", help="The phone number of the official whose phone it is.")],
    label: Annotated[str, typer.Option(help="What the phone is called on pages, for example “east door”.")],
    purposes: Annotated[str, typer.Option(help="What it is for, separated by commas: shelter_in, shelter_out, to_relatives, …")],
    place: Annotated[list[str] | None, typer.Option(help="A shelter or a site by its name; may be given several times.")] = None,
    drill: Annotated[bool, typer.Option("--drill", help="Whatever it records is a drill.")] = False,
    with_list: Annotated[str | None, typer.Option(help="The number of an order in force whose list of names it may carry.")] = None,
    days: Annotated[int | None, typer.Option(min=1, max=366, help="For how many days.")] = None,
    as_json: Json = False,
) -> None:
    """A ticket that enrols one phone within ten minutes: open the address on that phone, or type the ticket there."""
    from datetime import timedelta

    from domain.devices import DEVICE_LASTS, checked_purposes
    from services.actors import Actor
    from services.devices import Wanted

    must_have_address()

    async def work(house: "House") -> "Offered":
        by, choices = Actor.operator(), house.services.device_choices
        chosen = await choices.of_phone(phone, by=by)
        order = await choices.numbered(with_list, by=by) if with_list is not None else None
        wanted = Wanted(
            chosen.person.id, label, checked_purposes([word.strip() for word in purposes.split(",") if word.strip()]),
            await choices.named(place or [], by=by), drill, order, timedelta(days=days) if days is not None else DEVICE_LASTS,
        )  # fmt: skip
        return await house.services.devices.offer(wanted, by=by)

    offered = in_house(work)
    settings = settings_or_exit()
    url, until = f"{settings.public_url}{ENROLLING}{offered.secret}", offered.ticket.expires_at.astimezone(settings.zone)
    said = f"{url}\nticket    {offered.secret}\nexpires   {until:%H:%M}"
    put({"ticket": offered.secret, "url": url, "expires": until.isoformat()}, as_json=as_json, words=said)


def line(one: "Line", now: datetime, zone: "ZoneInfo") -> dict[str, Any]:
    """One device; its official is masked."""
    from domain.identifiers import masked_name

    device, scope = one.device, one.device.scope

    def told(at: datetime | None) -> str | None:
        return at.astimezone(zone).isoformat() if at is not None else None

    return {
        "device": str(device.id), "label": device.label, "official": masked_name(one.official), "state": device.state(now=now).value,
        "purposes": [purpose.value for purpose in scope.purposes], "places": [spot.name for spot in one.places], "drill": scope.drill,
        "with_list": str(scope.with_list) if scope.with_list else None, "enrolled_at": told(device.enrolled_at), "until": told(scope.until),
        "seen_at": told(device.seen_at), "revoked_at": told(device.revoked_at), "distrusted_since": told(device.distrusted_since),
    }  # fmt: skip


def list_(as_json: Json = False) -> None:
    """Every enrolled phone, the newest first: whose, for what, where, and when it was last heard of."""
    from services.actors import Actor

    async def work(house: "House") -> list[dict[str, Any]]:
        found = await house.services.devices.listing(by=Actor.operator())
        return [line(one, house.clock.now(), house.settings.zone) for one in found]

    answer = in_house(work)
    said = [f"{each['device']}  {each['state']:9}  {each['label']}  {each['official']}  {', '.join(each['places']) or '-'}" for each in answer]
    put(answer, as_json=as_json, words="\n".join(said) or "no devices")


def revoke(
    device: str,
    since: Annotated[str | None, typer.Option(help="ISO time from which what it proved is only reported (office's zone when none is said).")] = None,
    as_json: Json = False,
) -> None:
    """Cut a phone off at once. With --since, the people whom it counted from then on are on the list again."""
    from services.actors import Actor

    asked, instant = known_id(device), instant_of(since) if since is not None else None

    async def work(house: "House") -> "Withdrawn":
        return await house.services.devices.revoke(asked, by=Actor.operator(), since=instant)

    done = in_house(work)
    put({"device": str(done.device.id), "demoted": done.demoted}, as_json=as_json, words=f"withdrawn: {done.device.label}, {done.demoted} proofs taken back")


def known_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise typer.BadParameter("not the id of a device; see: mashang devices list", param_hint="DEVICE") from None


def instant_of(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("not a time; for example 2026-07-01T10:02", param_hint="--since") from None
    return at if at.tzinfo is not None else at.replace(tzinfo=settings_or_exit().zone)


def register(app: typer.Typer) -> None:
    nouns = typer.Typer(help="Phones that scan.", no_args_is_help=True)
    nouns.command("enrol")(enrol)
    nouns.command("list")(list_)
    nouns.command("revoke")(revoke)
    app.add_typer(nouns, name="devices")
