"""The other half of the typhoon's evening: a duty group, what people report from the field, a site and its gate. From the seed alone."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from lab.people import MEN, WOMEN, Invented, Invention
from lab.stories.scene import CONTACTS, Lines

TOWN = "331102104"
VILLAGES = (
    "331102104202", "331102104208", "331102104210", "331102104213", "331102104219", "331102104220", "331102104226", "331102104227",
)  # fmt: skip
"""Where the eight wardens come from: none of them is ordered to move."""
GROUP = "雅溪镇防汛值守组"
FIRM = "丽水市雅溪水电建设有限公司"
SITE = "雅溪二级水电站工地"
OTHER_NAMES = "赵钱孙郑冯褚卫蒋韩尤许何吕施曹严华金魏陶戚谢邹喻"
PHONE = "1990004{:04}"
MEMBERS, LINKED, WARDENS, WORKERS = 40, 36, 8, 3
NEAR = (28.46, 119.92)
"""Degrees north and east of the township: pins fall within a few kilometres."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody is going to report. `pin` or `words` say where; `hurt` and `trapped` are people; `ends` is how far the office brings it."""

    role: str
    kind: str
    for_self: bool
    photos: int
    album: bool
    pin: tuple[float, float] | None
    words: str
    hurt: int
    trapped: int
    text: str
    ends: str


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is on duty tonight, by role; the last four of the group have no chat. Workers and wardens are in the group too."""

    group: tuple[Invented, ...]
    chats: Mapping[str, Invented]
    unreached: tuple[Invented, ...]
    seen: tuple[Seen, ...]


def wardens() -> list[str]:
    return [f"warden-{n}" for n in range(1, WARDENS + 1)]


def workers() -> list[str]:
    return [f"worker-{n}" for n in range(1, WORKERS + 1)]


RESPONSIBLE, MANAGER, UNTRAINED = "warden-1", "watch-1", "untrained"
"""Who answers for those without a chat; who is responsible for the site; who has to be kept out of it."""
WATCHERS = [f"watch-{n}" for n in range(1, LINKED - WARDENS - WORKERS)]
TEXTS = {
    "flood": ("村口涵洞进水，积水到膝盖", "溪水漫上机耕路，水还在涨"), "landslide": ("屋后山坡滑塌，土方堵住半边路", "公路边坡塌方，有落石"),
    "road": ("大树倒在路上，车过不去", "路面冲空，只能走人"), "house": ("老屋山墙开裂，有一角塌了", "牛棚屋顶掀掉，住房墙面裂缝"),
    "power": ("电线杆倒了，线垂到路上", "全村停电，变压器有火花"), "dyke": ("堤脚渗水，水是浑的", "防洪堤缺口约两米"),
    "fire": ("晒谷坪边的柴房起火", "配电房冒烟"),
}  # fmt: skip
PLACES = ("老石桥东头", "村文化礼堂后面", "水库管理房旁", "三岔路口小卖部门前", "后山公路弯道处")
ENDS = ("closed", "closed", "closed", "assigned", "assigned", "verified", "verified", "filed")


def on_duty(seed: int) -> Duty:
    """The duty group and its evening, beside the order's."""
    invention, random = Invention(seed), Random(f"duty {seed}")
    roles = [*wardens(), *workers(), UNTRAINED, *WATCHERS]
    home = dict(zip(wardens(), VILLAGES, strict=True))
    chats = {role: member(invention, random, n, area=home.get(role, "")) for n, role in enumerate(roles, 1)}
    answers = chats[RESPONSIBLE].phone
    unreached = tuple(member(invention, random, n, phone="", responsible=answers) for n in range(LINKED + 1, MEMBERS + 1))
    return Duty((*chats.values(), *unreached), chats, unreached, tuple(reports(random)))


def member(invention: Invention, random: Random, number: int, *, area: str = "", phone: str = PHONE, responsible: str = "") -> Invented:
    """Somebody of the township with a phone, or without; each lives alone in the list."""
    woman = random.random() < 0.4
    name = invention.name(WOMEN if woman else MEN, surname=random.choice(OTHER_NAMES))
    id_number = invention.id_number(born=random.randint(1966, 2002), woman=woman)
    where = area or random.choice(VILLAGES)
    return Invented(
        name=name, area_code=where, household=f"值{number:03}", phone=phone.format(number), id_number=id_number, responsible_phone=responsible
    )


def reports(random: Random) -> list[Seen]:
    """One each of the four residents and the eight wardens, so mixed that every way of saying where, and of sending photos, occurs."""
    roles = [*CONTACTS, *wardens()]
    ends = [*ENDS, *(random.choice(ENDS) for _ in roles[len(ENDS) :])]
    random.shuffle(ends)
    kinds = [*TEXTS, *(random.choice([*TEXTS]) for _ in roles[len(TEXTS) :])]
    random.shuffle(kinds)
    elsewhere, albums, by_words = (set(random.sample(roles, many)) for many in (4, 4, 5))
    return [seen(random, role, kind, end, not_me=role in elsewhere, album=role in albums, words=role in by_words)
            for role, kind, end in zip(roles, kinds, ends, strict=True)]  # fmt: skip


def seen(random: Random, role: str, kind: str, ends: str, *, not_me: bool, album: bool, words: bool) -> Seen:
    pin = (round(NEAR[0] + random.uniform(-0.02, 0.02), 5), round(NEAR[1] + random.uniform(-0.02, 0.02), 5))
    hurt, trapped = (random.choice((0, 0, 1)), random.choice((0, 0, 2))) if kind in ("house", "landslide", "fire") else (0, 0)
    return Seen(
        role=role, kind=kind, for_self=not not_me, photos=random.randint(2, 4) if album else random.randint(1, 2), album=album,
        pin=None if words else pin, words=random.choice(PLACES) if words else "", hurt=hurt, trapped=trapped, text=random.choice(TEXTS[kind]), ends=ends,
    )  # fmt: skip


def lists(duty: Duty, folder: Path, *, owner: Invented) -> Lines:
    """The commands that take in the group with its owner, the site and its workers, from files in the folder; and give the wardens their villages."""
    group = [
        {"group": GROUP, "area_code": TOWN, "owner_phone": owner.phone, "name": one.name, "phone": one.phone, "id_number": one.id_number}
        for one in duty.group
    ]  # fmt: skip
    site = {"name": SITE, "area_code": TOWN, "firm": FIRM, "manager_phone": duty.chats[MANAGER].phone, "needs_registered": "yes", "needs_trained": "yes"}
    hands = [
        {"name": one.name, "phone": one.phone, "id_number": one.id_number, "firm": FIRM, "area_code": one.area_code, "trained": trained, "sites": SITE}
        for one, trained in [*((duty.chats[role], "yes") for role in workers()), (duty.chats[UNTRAINED], "no")]
    ]  # fmt: skip
    tables = (("groups", "import", group), ("sites", "import", [site]), ("sites", "workers", hands))
    imports = [(noun, verb, str(table(folder / f"{noun}-{verb}.csv", rows))) for noun, verb, rows in tables]
    return [*imports, *(("people", "grant", duty.chats[role].phone, "warden", "--area", duty.chats[role].area_code) for role in wardens())]


def table(path: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    """A CSV in UTF-8; the columns are those of the first row."""
    lines = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    return path
