"""mashang codes."""

import json
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from app.commands.codes_verify import verify
from app.commands.exits import ABSENT, WRONG_CALL
from app.commands.frame import in_house, put, settings_or_exit

if TYPE_CHECKING:
    from app.container import House
    from domain.codes import Holder, IssuedCode
    from domain.issuing import Why
    from services.codes import Card
    from services.issuing import Listed

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Area = Annotated[str, typer.Option(help="An area code; its whole subtree.")]
Reason = Annotated[str, typer.Option(help="Why: new_person lost damaged ending printed drill other.")]
Kind = Annotated[str, typer.Option(help="person household place team pass vehicle device.")]
Phone = Annotated[str, typer.Option(help="Whose code it is: their phone number.")]
Of = Annotated[str, typer.Option("--holder", help="The id of a household, place, pass, vehicle, team or device.")]


def list_(area: Area, kind: Annotated[str, typer.Option(help="Only codes of this kind.")] = "", as_json: Json = False) -> None:
    """Every living code of people and shelters in an area, with names and ends: for printing. The listing is written into the audit log.

    With --kind the register of that kind instead, the ended ones too.
    """
    from domain.issuing import ENDS_SOON
    from services.actors import Actor

    async def register(house: "House") -> "list[Listed]":
        return await house.services.issuing.listing(area, by=Actor.operator(), kind=_kind(kind), most=100_000)

    async def work(house: "House") -> "list[tuple[str, Card, bool]]":
        soon = house.clock.now() + ENDS_SOON
        return [(name, card, card.code.expires_at <= soon) for name, card in await house.services.codes.listing(area, by=Actor.operator())]

    if kind:
        for line in in_house(register):
            told = _of_code(line.code) | {"name": line.name, "status": line.status.value, "ends_within_60_days": line.ends_soon}
            words = f"{line.code.short}  {line.status.value:8}  {line.code.expires_at:%Y-%m-%d}{'!' if line.ends_soon else ' '}  {line.name}"
            typer.echo(json.dumps(told, ensure_ascii=False) if as_json else words)
        return
    must_have_address()
    for name, card, ends in in_house(work):
        told = _of_card(card) | {"name": name, "ends_within_60_days": ends}
        words = f"{card.short}  {card.code.kind.value:8}  {card.code.expires_at:%Y-%m-%d}{'!' if ends else ' '}  {name}"
        typer.echo(json.dumps(told, ensure_ascii=False) if as_json else words)


def must_have_address() -> None:
    """Exit 3 when nobody said what a code's text begins with: printed cards cannot be called back."""
    if settings_or_exit().public_url is None:
        typer.echo("MASHANG_PUBLIC_URL: codes begin with it, so nothing is printed without it", err=True)
        raise typer.Exit(ABSENT)


def issue(
    kind: Kind, reason: Reason, phone: Phone = "", holder: Of = "", area: Annotated[str, typer.Option(help="Households: all of an area.")] = "",
    name: Annotated[str, typer.Option(help="A team's name.")] = "", as_json: Json = False,
) -> None:  # fmt: skip
    """A first code: for one holder, or a card for every household of an area that has none."""
    from domain.codes import Holder
    from services.actors import Actor

    wanted, why, by = _kind(kind), _why(reason), Actor.operator()
    must_have_address()

    async def work(house: "House") -> "list[Card]":
        issuing = house.services.issuing
        if wanted is Holder.HOUSEHOLD and area:
            return await issuing.households(area, by=by, reason=why)
        if wanted is Holder.TEAM and name:
            return [await issuing.team(name, area, by=by, reason=why)]
        return await issuing.issue(wanted, [await _holder(house, phone, holder)], by=by, reason=why, area=area)

    cards = in_house(work)
    for card in cards:
        put(_of_card(card), as_json=as_json, words=card.short)
    if not cards and not as_json:
        typer.echo("nothing to issue: every one has a code")


def replace(
    whose: Annotated[str, typer.Argument(help="Their phone number, or the short code of the old card.")], reason: Reason, as_json: Json = False
) -> None:
    """A new code; the old one is withdrawn in the same moment."""
    from codes import shortcode
    from domain.codes import Holder
    from services.actors import Actor

    why, by = _why(reason), Actor.operator()
    short = shortcode.normalise(whose)

    async def work(house: "House") -> "Card":
        if short is not None and shortcode.valid(short) and not whose.isdecimal():
            return await house.services.issuing.replace_short(short, by=by, reason=why)
        person = await house.services.grants.with_phone(whose)
        return await house.services.issuing.replace(Holder.PERSON, person.id, by=by, reason=why)

    card = in_house(work)
    put(_of_card(card), as_json=as_json, words=card.short)


def blanks(count: int, area: Area, reason: Reason, as_json: Json = False) -> None:
    """Cards without an owner, for an area; a keeper or village officer gives them at the first scan."""
    from services.actors import Actor

    why = _why(reason)
    must_have_address()

    async def work(house: "House") -> "list[Card]":
        return await house.services.issuing.blanks(count, area=area, by=Actor.operator(), reason=why)

    for card in in_house(work):
        put(_of_card(card), as_json=as_json, words=card.short)


def revoke(short: str, as_json: Json = False) -> None:
    """Withdraw a code, by the characters printed under it."""
    from services.actors import Actor

    async def work(house: "House") -> None:
        await house.services.codes.revoke(short, by=Actor.operator())

    in_house(work)
    put({"revoked": short}, as_json=as_json, words=f"withdrawn: {short}")


async def _holder(house: "House", phone: str, holder: str) -> UUID:
    """Whom or what it is for. Raises PersonUnknown, HolderUnknown."""
    from domain.issuing import HolderUnknown

    if phone:
        return (await house.services.grants.with_phone(phone)).id
    try:
        return UUID(holder)
    except ValueError:
        raise HolderUnknown() from None


def _kind(text: str) -> "Holder":
    from domain.codes import Holder

    if text not in set(Holder):
        _wrong(f"--kind: one of {' '.join(Holder)}")
    return Holder(text)


def _why(text: str) -> "Why":
    from domain.issuing import ASKED, Why

    if text not in ASKED:
        _wrong(f"--reason: one of {' '.join(ASKED)}")
    return Why(text)


def _wrong(words: str) -> None:
    typer.echo(words, err=True)
    raise typer.Exit(WRONG_CALL)


def _of_code(code: "IssuedCode") -> dict[str, object]:
    return {
        "holder_kind": code.kind.value, "holder": str(code.holder), "short": code.short, "area": code.area, "reason": code.reason,
        "issued_at": code.issued_at.isoformat(), "expires_at": code.expires_at.isoformat(),
    }  # fmt: skip


def _of_card(card: "Card") -> dict[str, object]:
    return _of_code(card.code) | {"text": card.text, "link": card.link}


def register(app: typer.Typer) -> None:
    nouns = typer.Typer(help="Safety codes.", no_args_is_help=True)
    for name, command in (("list", list_), ("issue", issue), ("replace", replace), ("revoke", revoke), ("blanks", blanks), ("verify", verify)):
        nouns.command(name)(command)
    app.add_typer(nouns, name="codes")
