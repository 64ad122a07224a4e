"""mashang people."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands import roles
from app.commands.frame import in_house, put
from app.commands.importing import DryRun, How, Json, Map, Preview, Sheet, import_table
from domain.lists import ListKind

if TYPE_CHECKING:
    from uuid import UUID

    from app.container import House


def import_(
    file: Path,
    dry_run: DryRun = False,
    preview: Preview = False,
    mapping: Map = None,
    sheet: Sheet = None,
    enrol: Annotated[bool, typer.Option("--enrol", help="Drills may reach these people.")] = False,
    as_json: Json = False,
) -> None:
    """Take in the list of people from a CSV or XLSX and issue a code to each new one."""
    import_table(file, ListKind.PEOPLE, How(dry_run, preview, mapping, sheet, as_json, enrol))


def grant(
    phone: str,
    role: str,
    area: Annotated[str | None, typer.Option(help="An area code: the role holds in its whole subtree.")] = None,
    shelter: Annotated[str | None, typer.Option(help="A shelter's name: the role holds only there.")] = None,
    site: Annotated[str | None, typer.Option(help="A site's name: the role holds only there.")] = None,
    *,
    checkpoint: Annotated[str | None, typer.Option(help="A checkpoint's name: the role holds only there.")] = None,
    until: Annotated[datetime | None, typer.Option(help="Until when, in the office's time.")] = None,
    as_json: Json = False,
) -> None:
    """Give a person a role, by phone number."""
    from domain.access import Role
    from services.actors import Actor

    if role not in set(Role):
        raise typer.BadParameter(f"not a role; one of: {', '.join(Role)}", param_hint="ROLE")

    async def work(house: "House") -> dict[str, object]:
        person = await house.services.grants.with_phone(phone)
        place = await _place(house, shelter=shelter, site=site, checkpoint=checkpoint)
        end = until.replace(tzinfo=house.settings.zone) if until else None
        given = await house.services.grants.give(person.id, Role(role), by=Actor.operator(), area=area, place=place, until=end)
        return {"grant": str(given.id), "role": given.role.value, "area": given.area, "shelter": shelter, "site": site, "checkpoint": checkpoint}

    answer = in_house(work)
    put(answer, as_json=as_json, words=f"{answer['role']}: {area or shelter or site or checkpoint} (grant {answer['grant']})")


async def _place(house: "House", *, shelter: str | None, site: str | None, checkpoint: str | None) -> "UUID | None":
    """The one place that was named."""
    if shelter:
        return await house.services.shelters.named(shelter)
    if site:
        return (await house.services.sites.named(site)).id
    return (await house.services.checkpoints.named(checkpoint)).id if checkpoint else None


def revoke_grant(
    grant: Annotated[str, typer.Argument(help="The number of a grant, or a phone number.")],
    role: Annotated[str | None, typer.Argument(help="With a phone number: the role.")] = None,
    as_json: Json = False,
) -> None:
    """Take a grant back, at once: by its number, or every grant of a role that a person holds."""
    from uuid import UUID

    from domain.access import GrantUnknown
    from services.actors import Actor

    if role is not None:
        roles.known_role(role)
    else:
        try:
            UUID(grant)
        except ValueError:
            raise typer.BadParameter("a grant's number, or a phone number and a role", param_hint="GRANT") from None

    async def work(house: "House") -> list[str]:
        by = Actor.operator()
        chosen = [UUID(grant)] if role is None else []
        if role is not None:
            user, _ = await house.services.users.show((await house.services.grants.with_phone(grant)).id, by=by)
            chosen = [held.grant.id for held in user.held if held.holds and held.grant.role.value == role]
        if not chosen:
            raise GrantUnknown()
        for one in chosen:
            await house.services.grants.revoke(one, by=by)
        return [str(one) for one in chosen]

    revoked = in_house(work)
    put({"revoked": revoked[0] if len(revoked) == 1 else revoked}, as_json=as_json, words="\n".join(f"revoked {one}" for one in revoked))


def link_code(phone: str, as_json: Json = False) -> None:
    """A code that ties one chat to this person: 24 hours, one use. Hand it over in person."""
    from services.actors import Actor

    async def work(house: "House") -> str:
        person = await house.services.grants.with_phone(phone)
        return await house.services.people.make_link_code(person.id, by=Actor.operator(), key=str(house.ids.new()))

    code = in_house(work)
    put({"code": code}, as_json=as_json, words=f"{code[:4]} {code[4:]}   (send /start to the bot, choose “Yes, I have a code”; 24 hours, one use)")


def admin_code(as_json: Json = False) -> None:
    """A new code for the first admin; refused once there is one. Older codes end."""
    from services.actors import Actor

    async def work(house: "House") -> str:
        return await house.services.founders.make_code(by=Actor.operator())

    code = in_house(work)
    put({"admin_code": code}, as_json=as_json, words=f"{code}   (send /start to the bot, choose “Yes, I have a code”, type it; 7 days, one use)")


def reset_totp(phone: str, as_json: Json = False) -> None:
    """Take a lost authenticator app away from a person; their sessions end, the next sign-in sets up a new one."""
    from services.actors import Actor

    async def work(house: "House") -> str:
        person = await house.services.grants.with_phone(phone)
        await house.services.authenticators.reset(person.id, by=Actor.operator())
        return str(person.id)

    person = in_house(work)
    put({"reset": person}, as_json=as_json, words="the app is taken away, every session has ended; the next sign-in sets up a new one")


def end_sessions(phone: str, as_json: Json = False) -> None:
    """Sign a person out of the console everywhere, at once."""
    from services.actors import Actor

    async def work(house: "House") -> int:
        person = await house.services.grants.with_phone(phone)
        return await house.services.sessions.end_all(person.id, by=Actor.operator())

    ended = in_house(work)
    put({"ended": ended}, as_json=as_json, words=f"sessions ended: {ended}")


def register(app: typer.Typer) -> None:
    nouns = typer.Typer(help="People, their roles and their chats.", no_args_is_help=True)
    nouns.command("import")(import_)
    nouns.command("grant")(grant)
    nouns.command("revoke-grant")(revoke_grant)
    nouns.command("link-code")(link_code)
    nouns.command("admin-code")(admin_code)
    nouns.command("reset-totp")(reset_totp)
    nouns.command("end-sessions")(end_sessions)
    roles.register(nouns)
    app.add_typer(nouns, name="people")
