"""Invented people: households of a village from a seed, in the columns that an office's own list has.

Nobody real can be meant: phone numbers come from one made-up block, and ID numbers begin with 331199, which is no county.
Ages agree with tags and relations, and everybody was born on the first of a month.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from random import Random

NO_COUNTY = "331199"
PHONES = "1990000"
YEAR = 2026
OLD, GROWN, CHILD = 70, 20, 14
SURNAMES = "吴叶陈周林刘张王胡李杨朱徐蔡范姚季沈毛包蓝雷钟柳练瞿鲍甘"
MEN = "建国 德福 大山 水根 金土 志明 永华 伟平 家旺 樟根 荣生 国强 春林 光明 长寿 松年 有才 海波 俊杰 小军".split()
WOMEN = "秀英 小娥 桂花 春兰 美珍 玉梅 丽华 月仙 爱珠 彩云 金凤 素芬 雪琴 冬妹 香莲 慧敏 晓燕 阿囡 巧云 杏娟".split()
CHILDREN = "子轩 浩然 一诺 雨桐 梓涵 欣怡 小满 思远 乐乐 宇航 可欣 天佑 佳怡 小禾 明哲 安安".split()
SIZES, SHARES = (1, 2, 3, 4, 5), (18, 30, 22, 18, 12)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, kw_only=True)
class Invented:
    """One row of a list of people; the fields are the columns of `mashang people import`."""

    name: str
    area_code: str
    household: str
    phone: str = ""
    id_number: str = ""
    address: str = ""
    relation: str = "户主"
    responsible_phone: str = ""
    deputy_phone: str = ""
    tags: str = ""
    languages: str = "zh_CN"


@dataclass(frozen=True, kw_only=True)
class Hall:
    """One row of a list of shelters; the fields are the columns of `mashang shelters import`."""

    name: str
    area_code: str
    keeper_phone: str
    deputy_phone: str = ""
    level: str = "village"
    address: str = ""
    places_day: int = 120
    places_night: int = 100
    lat: str = ""
    lon: str = ""


@dataclass
class Invention:
    """Makes up people one after another; the same seed makes the same people."""

    seed: int
    _random: Random = field(init=False)
    _names: set[str] = field(default_factory=set, init=False)
    _numbers: set[str] = field(default_factory=set, init=False)
    _count: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._random = Random(f"people {self.seed}")

    def phone(self) -> str:
        """The next number of the made-up block: 11 digits."""
        self._count += 1
        return f"{PHONES}{self._count:04}"

    def name(self, given: Sequence[str], *, surname: str = "") -> str:
        """A name that nobody else of this invention has."""
        for _ in range(2000):
            name = (surname or self._random.choice(SURNAMES)) + self._random.choice(given)
            if name not in self._names:
                self._names.add(name)
                return name
        raise ValueError("there are no names left")

    def id_number(self, *, born: int, woman: bool) -> str:
        """18 characters with a valid check digit (GB 11643, ISO 7064 MOD 11-2); the 17th is even for women. Nobody else of this invention has it."""
        while True:
            order = self._random.randrange(100) * 10 + self._random.randrange(5) * 2 + (0 if woman else 1)
            body = f"{NO_COUNTY}{born:04}{self._random.randint(1, 12):02}01{order:03}"
            if body not in self._numbers:
                self._numbers.add(body)
                return body + check_character(body)

    def village(self, area: str, *, people: int, responsible: str = "", deputy: str = "") -> list[Invented]:
        """Exactly so many people of one village, in households of 1 to 5, each with the phones of those who answer for it."""
        village: list[Invented] = []
        number = 0
        while len(village) < people:
            number += 1
            size = min(self._random.choices(SIZES, SHARES)[0], people - len(village))
            address = f"{self._random.choice(('上', '下', '外', '里'))}{self._random.choice('垟坑岙坪')} {number} 号"
            home = {"area_code": area, "household": f"{number:03}", "address": address}
            village += self._household(size, home | {"responsible_phone": responsible, "deputy_phone": deputy})
        return village

    def _household(self, size: int, home: dict[str, str]) -> Iterator[Invented]:
        surname = self._random.choice(SURNAMES)
        if size == 1:
            age = self._random.choice((34, 58, 72, 78, 84))
            yield self._person("户主", home, age=age, woman=self._random.random() < 0.5, surname=surname, alone=True)
            return
        head = self._random.randint(38, 74)
        yield self._person("户主", home, age=head, woman=False, surname=surname)
        yield self._person("配偶", home, age=head - self._random.randint(0, 4), woman=True)
        for nth in range(size - 2):
            if head > 58 and nth == 0:
                yield self._person("子女", home, age=head - 26, woman=False, surname=surname)
            elif head > 58:
                yield self._person("孙子女", home, age=self._random.randint(2, 12), woman=False, surname=surname)
            elif nth == 1:
                yield self._person("父母", home, age=head + 24, woman=True)
            else:
                yield self._person("子女", home, age=self._random.randint(3, head - 24), woman=False, surname=surname)

    def _person(
        self, relation: str, home: dict[str, str], *, age: int, woman: bool, surname: str = "", alone: bool = False
    ) -> Invented:
        woman = woman or (age < GROWN and self._random.random() < 0.5)
        given = CHILDREN if age < GROWN else WOMEN if woman else MEN
        phone = self.phone() if GROWN <= age < OLD and self._random.random() < 0.6 else ""
        return Invented(
            name=self.name(given, surname=surname),
            phone=phone,
            id_number=self.id_number(born=YEAR - age, woman=woman),
            relation=relation,
            tags=";".join(self._tags(age, woman=woman, phone=phone, alone=alone)),
            **home,
        )

    def _tags(self, age: int, *, woman: bool, phone: str, alone: bool) -> Iterator[str]:
        if age < CHILD:
            yield "child"
        elif age >= OLD and alone:
            yield "alone_old"
        if woman and 22 <= age <= 40 and self._random.random() < 0.15:
            yield "pregnant"
        if age >= OLD and self._random.random() < 0.1:
            yield "bed_bound"
        elif age >= CHILD and self._random.random() < 0.05:
            yield "disabled"
        if not phone:
            yield "no_phone"


def check_character(body: str) -> str:
    """The 18th character of an ID number for its first 17 digits."""
    return "10X98765432"[sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True)) % 11]


def write_table(path: Path, rows: Iterable[Invented] | Iterable[Hall]) -> Path:
    """A CSV in UTF-8 with the columns of the rows' kind; there must be at least one row."""
    lines = [asdict(row) for row in rows]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    return path


def columns(kind: type[Invented] | type[Hall]) -> list[str]:
    """The columns of a table of this kind."""
    return [each.name for each in fields(kind)]
