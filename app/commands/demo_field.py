"""The words and tables of what goes on in the demo's county beside the order: duty group, reports, a site."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.seeds_field import FieldSetting, Relief, Sighting
    from lab.people import Invented

GROUP, SITE, FIRM = "雅溪镇防汛值守组", "雅溪二级水电站工地", "丽水市雅溪水电建设有限公司"
NOTICE = {
    "zh_CN": ("台风外围影响，今天午后到夜里有暴雨，小流域山洪风险高", "值守人员按时到岗；逐户查看低洼和山边住户；险情先报告后处置"),
    "en": (
        "Outer bands of the typhoon: heavy rain from this afternoon, flash floods are likely in small valleys",
        "Be at your post in time; look in on every house by the water; report before you act",
    ),
}  # fmt: skip
PLACES = {
    "zh_CN": ("老石桥东头", "后山公路弯道处", "工地下游侧围堰"),
    "en": ("east end of the old stone bridge", "at the bend of the road behind the hill", "the cofferdam below the site"),
}  # fmt: skip
TEXTS = {
    "zh_CN": ("溪水漫上机耕路，水还在涨", "边坡塌方，堵住半边路，有一辆车过不来，车上两人", "围堰渗水，水是浑的"),
    "en": (
        "The stream runs over the field road and is still rising", "Earth on half of the road; a car with two people cannot get through",
        "Water seeps through the cofferdam, and it is muddy",
    ),
}  # fmt: skip
CHECKPOINT, TEAM, PLATE, DRIVER = "雅溪镇口卡口", "莲都区应急救援一队", "浙K·D0119", "蓝救生"
ERRANDS = {
    "zh_CN": ("送发电机和抽水机到村里", "随队医生", "第二批物资"),
    "en": ("Takes a generator and a pump to the village", "Doctor of the team", "Second load of supplies"),
}  # fmt: skip
YES, NO = "yes", "no"


def field(
    villagers: Sequence["Invented"], officials: Sequence[dict[str, str]], *, town: str, village: str, near: str, owner: str, manager: str, worker: str,
    language: str,
) -> "FieldSetting":  # fmt: skip
    """`owner`, `manager` and `worker` are phone numbers; `near` is the village that does not move."""
    from app.seeds_field import FieldSetting

    hands = [one for one in villagers if one.phone][-3:]
    members = [{"name": one["name"], "phone": one["phone"]} for one in officials]
    members += [{"name": one.name, "phone": one.phone, "id_number": one.id_number} for one in villagers[::6]]
    groups = [{"group": GROUP, "area_code": town, "owner_phone": owner, **member} for member in members]
    site = {"name": SITE, "area_code": near, "firm": FIRM, "manager_phone": manager, "needs_registered": YES, "needs_trained": YES}
    rows = [{"name": one.name, "phone": one.phone, "id_number": one.id_number, "area_code": one.area_code} for one in hands]
    rows += [{"name": one["name"], "phone": one["phone"], "area_code": one["area_code"]} for one in officials if one["phone"] == worker]
    trained = [YES, YES, NO, YES]
    workers = [{**row, "firm": FIRM, "trained": held, "sites": SITE} for row, held in zip(rows, trained, strict=True)]
    return FieldSetting(groups, [site], workers, NOTICE, sightings(language, village=village, near=near), relief(language, town=town))


def relief(language: str, *, town: str) -> "Relief":
    """A vehicle that has gone in, a doctor, and a vehicle that waits for a decision."""
    from app.seeds_field import Relief
    from domain.passes import PassKind, Wish

    first, doctor, second = ERRANDS[language]
    return Relief(CHECKPOINT, town, [
        Wish(PassKind.VEHICLE, PLATE, TEAM, town, 24, first), Wish(PassKind.PERSON, DRIVER, TEAM, town, 24, doctor),
        Wish(PassKind.VEHICLE, PLATE.replace("0119", "0120"), TEAM, town, 12, second),
    ])  # fmt: skip


def sightings(language: str, *, village: str, near: str) -> "list[Sighting]":
    """A resident, the warden and a worker report something; the pictures are drawn by code."""
    from app.seeds_field import Sighting
    from domain.access import Role
    from domain.reports import ReportKind
    from lab.pictures import photograph

    places, texts = PLACES[language], TEXTS[language]
    stream, slope, dam = (
        [photograph(kind, seed=n) for n in range(1, count + 1)] for kind, count in (("flood", 2), ("landslide", 3), ("dyke", 1))
    )  # fmt: skip
    return [
        Sighting(Role.RESIDENT, ReportKind.FLOOD, True, village, places[0], texts[0], stream, steps=1),
        Sighting(Role.WARDEN, ReportKind.LANDSLIDE, False, village, places[1], texts[1], slope, trapped=2, steps=2),
        Sighting(Role.WORKER, ReportKind.DYKE, True, near, places[2], texts[2], dam),
    ]
