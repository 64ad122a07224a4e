"""mashang people list, show, grants, glass: who may do what. Names and phones stay masked."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.frame import in_house, put

if TYPE_CHECKING:
    from app.container import House
    from services.users import User

Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON object or list.")]


def known_role(role: str) -> None:
    from domain.access import Role

    if role not in set(Role):
        raise typer.BadParameter(f"not a role; one of: {', '.join(Role)}", param_hint="ROLE")


def line(user: "User", house: "House") -> dict[str, Any]:
    """One person, masked, with the grants that hold and those that are over."""
    from domain.identifiers import masked_name, masked_phone

    zone = house.settings.zone
    grants = [
        {
            "grant": str(held.grant.id), "role": held.grant.role.value, "scope": held.scope, "area": held.grant.area, "holds": held.holds,
            "until": held.grant.until.astimezone(zone).isoformat() if held.grant.until else None,
            "revoked_at": held.grant.revoked_at.astimezone(zone).isoformat() if held.grant.revoked_at else None,
        }
        for held in user.held
    ]  # fmt: skip
    who = user.person
    return {
        "person": str(who.id), "name": masked_name(who.name), "phone": masked_phone(who.phone) if who.phone else None, "area": who.area,
        "linked": user.linked, "grants": grants,
    }  # fmt: skip


def words(lines: list[dict[str, Any]]) -> str:
    said = []
    for one in lines:
        held = [f"{each['role']} at {each['scope']} until {each['until'] or 'taken back'} ({each['grant']})" for each in one["grants"] if each["holds"]]
        said.append(f"{one['name']}  {one['phone'] or 'no phone'}  {'linked' if one['linked'] else 'not linked'}: {'; '.join(held) or 'no role'}")
    return "\n".join(said) or "nobody"


def list_(
    role: Annotated[str | None, typer.Option(help="Only who holds this role now.")] = None,
    area: Annotated[str | None, typer.Option(help="Only in this area and all inside it.")] = None,
    as_json: Json = False,
) -> None:
    """Whoever holds or held a role."""
    from domain.access import Role
    from services.actors import Actor
    from services.users import Wanted

    if role is not None:
        known_role(role)

    async def work(house: "House") -> list[dict[str, Any]]:
        found = await house.services.users.listing(Wanted(role=Role(role) if role else None, area=area), by=Actor.operator())
        return [line(user, house) for user in found]

    answer = in_house(work)
    put(answer, as_json=as_json, words=words(answer))


def show(phone: str, as_json: Json = False) -> None:
    """One person: every grant, also those that are over, and who changed them."""
    from domain.identifiers import masked_name
    from services.actors import Actor

    async def work(house: "House") -> dict[str, Any]:
        person = await house.services.grants.with_phone(phone)
        user, changes = await house.services.users.show(person.id, by=Actor.operator())
        history = [
            {
                "at": one.row.at.astimezone(house.settings.zone).isoformat(), "action": one.row.action,
                "by": masked_name(one.by) if one.by else "operator", **one.row.facts,
            }
            for one in changes
        ]  # fmt: skip
        return line(user, house) | {"history": history}

    answer = in_house(work)
    past = [f"{one['at']}  {one['action']} {one['role']} by {one['by']}" for one in answer["history"]]
    put(answer, as_json=as_json, words="\n".join([words([answer]), *past]))


def grants(phone: Annotated[str | None, typer.Argument()] = None, as_json: Json = False) -> None:
    """Grants that hold now, of one person or of everybody."""
    from services.actors import Actor
    from services.users import Wanted

    async def work(house: "House") -> list[dict[str, Any]]:
        found = await house.services.users.listing(Wanted(words=phone or ""), by=Actor.operator())
        held = [(one, each) for one in (line(user, house) for user in found) for each in one["grants"] if each["holds"]]
        return [{"name": one["name"], "phone": one["phone"], **each} for one, each in held]

    answer = in_house(work)
    put(answer, as_json=as_json, words="\n".join(f"{each['grant']}  {each['name']}  {each['role']}  {each['scope']}" for each in answer) or "none")


def glass(as_json: Json = False) -> None:
    """Emergency authorisations, the newest first: whose, when, why, ended by whom."""
    from domain.identifiers import masked_name
    from services.actors import Actor

    async def work(house: "House") -> list[dict[str, Any]]:
        zone = house.settings.zone
        return [
            {
                "glass": str(one.glass.id), "name": masked_name(one.name), "drill": one.glass.drill, "open": one.open, "reason": one.glass.reason,
                "opened_at": one.glass.opened_at.astimezone(zone).isoformat(), "until": one.glass.until.astimezone(zone).isoformat(),
                "ended_by": masked_name(one.ended_by) if one.ended_by else None,
            }
            for one in await house.services.glass.listing(by=Actor.operator())
        ]  # fmt: skip

    answer = in_house(work)
    said = [f"{one['opened_at']}  {one['name']}  {'open until ' + one['until'] if one['open'] else 'over'}  {one['reason']}" for one in answer]
    put(answer, as_json=as_json, words="\n".join(said) or "none")


def register(nouns: typer.Typer) -> None:
    """Behind `mashang people`."""
    nouns.command("list")(list_)
    nouns.command("show")(show)
    nouns.command("grants")(grants)
    nouns.command("glass")(glass)
