"""mashang demo: a county to try, on this machine, with a chat in the browser instead of Telegram."""

import asyncio
import shutil
import socket
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.demo_story import STORIES, shown
from app.commands.devices import ENROLLING
from app.commands.exits import ABSENT, WRONG_CALL
from app.commands.frame import settings_or_exit

if TYPE_CHECKING:
    from app.seeds import Setting, Stage
    from app.settings import Settings
    from lab.simulator.chats import Persona
    from services.devices import Offered, Wanted

BOT = 7000000001
NAME, TITLE = "mashang_demo_bot", "码上 演示"
FOLDER = Path("var/demo")
MARK = "this-is-a-demo"
CITY, COUNTY, TOWN, VILLAGE, NEXT = "3311", "331102", "331102104", "331102104218", "331102104215"
SHELTER = "雅溪镇中心小学避灾安置点"
WAY = {
    "zh_CN": "沿村道向东到老石桥，过桥后走雅溪路；不要走溪边小路",
    "en": "east along the village road to the old stone bridge, then Yaxi Road; not the path by the stream",
}
PHONE = "1990009{:04}"
RESIDENT, WARDEN, KEEPER, WORKER, OFFICER, APPROVER, STRANGER, MANAGER, ADMIN = range(1001, 1010)


def demo(
    port: Annotated[int, typer.Option(min=1024, max=65534, help="The web service's port; the chat takes the next one.")] = 8080,
    lan: Annotated[bool, typer.Option("--lan", help="Let other devices of this network in, for example a phone that scans.")] = False,
    seed: Annotated[int, typer.Option(help="Other people, the same county.")] = 1,
    story: Annotated[str | None, typer.Option(help=f"An evening that plays by itself: {', '.join(STORIES)}.")] = None,
    pace: Annotated[float, typer.Option(min=0, max=60, help="With --story: seconds from one thing that somebody does to the next.")] = 2.5,
) -> None:
    """Open an invented county in var/demo: a chat, a board, codes. Everything is a drill, and made anew at each start."""
    if story is not None and story not in STORIES:
        typer.echo(f"no such story; there is: {', '.join(STORIES)}", err=True)
        raise typer.Exit(WRONG_CALL)
    from app import logs
    from app.clock import SystemClock, SystemIds
    from app.container import PartMissing

    host = lan_address() if lan else "127.0.0.1"
    token = f"{BOT}:{SystemIds(SystemClock().now).random_bytes(18).hex()}"
    settings = settings_or_exit(
        data_dir=FOLDER, database_url=None, redis_url=None, issuer="DM", office_name="莲都区应急管理局（演示）", bot_token=token,
        bot_api_url=f"http://127.0.0.1:{port + 1}", bot_link=f"http://{host}:{port + 1}/demo/", public_url=f"http://{host}:{port}",
        web_host="0.0.0.0" if lan else "127.0.0.1", web_port=port, office_phone="0578-0000000",  # noqa: S104
        updates="polling", telegram_proxy=None, lab_clock=None, lab_sabotage=None, metrics_port=None, heartbeat_url=None,
    )  # fmt: skip
    logs.configure(level="WARNING")
    try:
        founded(settings)
        if story is None:
            asyncio.run(played(settings, token=token, seed=seed))
        else:
            asyncio.run(shown(settings, token=token, profile=(BOT, NAME, TITLE), folder=FOLDER.absolute(), seed=seed, pace=pace))
    except PartMissing as missing:
        typer.echo(str(missing), err=True)
        raise typer.Exit(ABSENT) from None
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


def founded(settings: "Settings") -> None:
    """Keys and database in var/demo, made anew. PartMissing when the folder holds something that is not a demo."""
    from app.commands.init import found_house
    from app.container import PartMissing

    if FOLDER.exists():
        if any(FOLDER.iterdir()) and not (FOLDER / MARK).exists():
            raise PartMissing(f"{FOLDER} holds something that is not a demo; move it away first")
        shutil.rmtree(FOLDER)
    FOLDER.mkdir(mode=0o700, parents=True)
    (FOLDER / MARK).touch()
    found_house(settings, issuer="DM", root_key=FOLDER / "root-key.pem")
    typer.echo(f"made keys and database in {FOLDER} (what `mashang init` does for an office)")


async def played(settings: "Settings", *, token: str, seed: int) -> None:
    """Simulator, furnished house, open doors; until Ctrl-C."""
    import aiohttp

    from app.container import PartMissing, opened
    from app.seeds import furnished
    from app.serve import Served, serve
    from lab.simulator.chats import BotProfile
    from lab.simulator.remote import Remote
    from lab.simulator.server import Simulator

    simulator = Simulator({token: BotProfile(BOT, NAME, TITLE)}, personas=personas(), link_base=settings.bot_link)
    try:
        await simulator.start(settings.web_host, settings.web_port + 1)
    except OSError as error:
        raise PartMissing(f"cannot listen on port {settings.web_port + 1} ({error.strerror}); try --port") from None
    try:
        async with opened(settings) as house:
            stage = await furnished(house, setting(seed, language=settings.language), bot=BOT)
            ticket = await house.services.sessions.ticket(by=stage.officer)
            scanner = await house.services.devices.offer(door_phone(stage), by=stage.admin)
        async with aiohttp.ClientSession() as session:
            people = Remote(session, settings.bot_api_url)
            for persona in personas():
                if persona.user_id != STRANGER:
                    await people.start(persona.user_id)

        def told(_doors: Served) -> None:
            say_where(settings, stage, ticket, scanner)

        await serve(settings, opened_doors=told)
    finally:
        await simulator.stop()


def door_phone(stage: "Stage") -> "Wanted":
    """The keeper's phone at the shelter's door: everything that a door is for, with the list of names, as a drill."""
    from domain.devices import PLACELESS
    from domain.scans import Purpose
    from services.devices import Wanted

    purposes = tuple(one for one in Purpose if one in {Purpose.SHELTER_IN, Purpose.SHELTER_OUT, *PLACELESS - {Purpose.TRAINING}})
    return Wanted(stage.keeper.registered(), "东门 East door", purposes, (stage.shelter,), drill=True, with_list=stage.order.id)


def say_where(settings: "Settings", stage: "Stage", ticket: str, scanner: "Offered") -> None:
    """Where to look."""
    from codes.qr import terminal
    from codes.shortcode import grouped

    chat = settings.bot_link or ""
    typer.echo(terminal(chat))
    typer.echo(f"chat    {chat}\n        be a resident, the warden, the shelter keeper or an official; tap, type, scan")
    typer.echo(f"board   {settings.public_url}/board/enter/{ticket}\n        opens once, within 2 minutes; for another one send /board as the official")
    typer.echo(f"scanner {settings.public_url}{ENROLLING}{scanner.secret}\n        makes this browser the keeper's phone at the door; once, within 10 minutes")
    typer.echo("        for another one be the administrator: /board, then Devices")
    typer.echo(f"order   {stage.order.number}: {stage.order.listed} people of one village, everyone invented, everything a drill (演示)")
    typer.echo(f"site    its poster says {grouped(stage.poster)}: send that as the worker; /site as its manager counts, and prints the poster")
    typer.echo("field   /reports /notices /group as the official: three reports with photos, a notice to the duty group every morning")
    typer.echo("Ctrl-C ends it; the next start begins anew. A whole evening that plays by itself: --story typhoon")


def personas() -> list["Persona"]:
    """Who a visitor of the chat can be."""
    from lab.simulator.chats import Persona

    known = (
        (RESIDENT, "resident", "村民"), (WARDEN, "warden", "陈村管"), (KEEPER, "keeper", "李守站"), (WORKER, "worker", "沈师傅"),
        (MANAGER, "worker", "彭经理"), (OFFICER, "official", "周值班"), (APPROVER, "official", "吴审批"),
        (ADMIN, "official", "郑管理"), (STRANGER, "resident", "新来的邻居"),
    )  # fmt: skip
    label = {APPROVER: "审批人 Approver", ADMIN: "管理员 Administrator", MANAGER: "工地负责人 Site manager"}
    return [Persona(user_id=id, name=name, role=role, role_label=label.get(id, ""), phone="+86" + PHONE.format(id)) for id, role, name in known]


def setting(seed: int, *, language: str = "zh_CN") -> "Setting":
    """The county's tables: its real divisions, invented people, two shelters."""
    from app.commands.demo_field import field
    from app.seeds import Post, Setting
    from domain.access import Role
    from domain.lists import ListKind
    from lab import data
    from lab.people import Hall, Invention
    from papers.tables import read_table

    areas = read_table(Path(str(data.__file__)).parent / "lishui-divisions.csv", ListKind.AREAS).rows
    invention = Invention(seed)
    villagers = invention.village(VILLAGE, people=46, responsible=PHONE.format(WARDEN))
    resident = next(one for one in villagers if one.phone and one.relation == "户主" and sum(o.household == one.household for o in villagers) > 2)
    officials = [official(persona) for persona in personas() if persona.user_id not in (RESIDENT, STRANGER)]
    halls = [
        Hall(
            name=SHELTER, area_code=NEXT, keeper_phone=PHONE.format(KEEPER), level="township", address="雅溪路 12 号", places_day=220, places_night=200
        ),
        Hall(name="上陈村文化礼堂", area_code=VILLAGE, keeper_phone=PHONE.format(KEEPER), address="上陈村 1 号", places_day=60, places_night=50),
    ]
    posts = [
        Post(resident.phone, Role.RESIDENT, RESIDENT, area=VILLAGE), Post(PHONE.format(WARDEN), Role.WARDEN, WARDEN, area=VILLAGE),
        Post(PHONE.format(KEEPER), Role.KEEPER, KEEPER, shelter=SHELTER), Post(PHONE.format(WORKER), Role.WORKER, WORKER, area=TOWN),
        Post(PHONE.format(OFFICER), Role.DUTY_OFFICER, OFFICER, area=COUNTY), Post(PHONE.format(APPROVER), Role.APPROVER, APPROVER, area=COUNTY),
        Post(PHONE.format(MANAGER), Role.SITE_MANAGER, MANAGER), Post(PHONE.format(ADMIN), Role.ADMIN, ADMIN, area=COUNTY),
    ]  # fmt: skip
    people = [*officials, *(texts(one) for one in villagers)]
    beside = field(
        villagers, officials, town=TOWN, village=VILLAGE, near=NEXT, owner=PHONE.format(OFFICER), manager=PHONE.format(MANAGER),
        worker=PHONE.format(WORKER), language=language,
    )  # fmt: skip
    return Setting([row for _, row in areas], people, [texts(hall) for hall in halls], posts, VILLAGE, SHELTER, WAY[language], beside)


def official(persona: "Persona") -> dict[str, str]:
    """A row for somebody who does not live in the village that moves."""
    return {"name": persona.name, "phone": PHONE.format(persona.user_id), "area_code": NEXT, "household": f"官{persona.user_id}"}


def texts(row: object) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(row).items()}  # type: ignore[call-overload]


def lan_address() -> str:
    """This machine's address in the local network, found without sending anything."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def register(app: typer.Typer) -> None:
    app.command("demo")(demo)
