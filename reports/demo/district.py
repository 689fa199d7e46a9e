"""An invented district: schools of every stage and both ownerships, and its people. All of it is 演示数据."""

import datetime
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.contrib.auth.hashers import make_password

from base import clock
from schools.models import District, Ownership, Post, Role, Section, Stage, Unit, UnitFacts, User

PASSWORD = "Yanshi-2025"

SHARES: dict[tuple[Stage, ...], float] = {
    (Stage.KINDERGARTEN,): 0.45,
    (Stage.PRIMARY,): 0.28,
    (Stage.JUNIOR,): 0.13,
    (Stage.PRIMARY, Stage.JUNIOR): 0.08,
    (Stage.SENIOR,): 0.06,
}
PREFIXES: dict[tuple[Stage, ...], str] = {
    (Stage.KINDERGARTEN,): "Y",
    (Stage.PRIMARY,): "X",
    (Stage.JUNIOR,): "C",
    (Stage.PRIMARY, Stage.JUNIOR): "J",
    (Stage.SENIOR,): "G",
}
KINDS: dict[tuple[Stage, ...], str] = {
    (Stage.KINDERGARTEN,): "幼儿园",
    (Stage.PRIMARY,): "小学",
    (Stage.JUNIOR,): "初级中学",
    (Stage.PRIMARY, Stage.JUNIOR): "九年一贯制学校",
    (Stage.SENIOR,): "高级中学",
}
PRIVATE_SHARE = {"Y": 0.3, "X": 0.12, "C": 0.12, "J": 0.2, "G": 0.0}
WORDS = (
    "青禾 望海 晨星 河畔 芦苇 白鹭 东风 新港 梧桐 银杏 金穗 云帆 海棠 麦田 枫林 滩涂 潮声 鹤鸣 清溪 向阳 "
    "知行 博雅 明德 启航 星河 听涛 绿洲 采薇 长堤 榆园"
).split()
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜"
GIVEN = "文静 国强 海燕 建平 丽华 志远 晓梅 永泰 春兰 德明 思源 雨桐 立新 佩玲 宏伟 秋月".split()

LONG_AGO = datetime.date(2005, 9, 1)


@dataclass(frozen=True)
class Happening:
    """Something that happens to one school of a kind: the n-th one of that kind."""

    prefix: str
    nth: int


OPENS_2024 = Happening("X", 2)
TURNS_PUBLIC = Happening("Y", 1)  # private until the end of 2023
MERGES = Happening("X", 4)  # closed in August 2024, its pupils go to the third primary school


def about(count: int) -> dict[tuple[Stage, ...], int]:
    """How many schools of each kind make about ``count`` with two of each at least."""
    return {stages: max(2, round(count * share)) for stages, share in SHARES.items()}


def build_units(district: District, numbers: dict[tuple[Stage, ...], int], dice: random.Random) -> list[Unit]:
    """So many schools of each kind with their dated facts; the district has none yet but the bureau."""
    units, facts = [], []
    for stages, number in numbers.items():
        prefix = PREFIXES[stages]
        for nth in range(1, number + 1):
            unit = Unit(district=district, code=f"{prefix}{nth:03d}", opened=_opened(prefix, nth))
            units.append(unit)
            facts.extend(_facts_of(unit, stages, prefix, nth, dice))
    Unit.objects.bulk_create(units)
    UnitFacts.objects.bulk_create(facts)
    _merge(units)
    return units


def _opened(prefix: str, nth: int) -> datetime.date:
    return datetime.date(2024, 9, 1) if Happening(prefix, nth) == OPENS_2024 else LONG_AGO


def _facts_of(unit: Unit, stages: tuple[Stage, ...], prefix: str, nth: int, dice: random.Random) -> list[UnitFacts]:
    word, round_ = WORDS[(nth * 7 + ord(prefix)) % len(WORDS)], (nth - 1) // len(WORDS)
    name = f"{word}{f'第{round_ + 1}' if round_ else ''}{KINDS[stages]}"
    private = dice.random() < PRIVATE_SHARE[prefix] or Happening(prefix, nth) == TURNS_PUBLIC
    group = "" if private or dice.random() < 0.3 else f"{dice.choice(WORDS[:6])}教育集团"
    ownership = Ownership.PRIVATE if private else Ownership.PUBLIC
    first = UnitFacts(unit=unit, since=unit.opened, name=name, stages=stages, ownership=ownership, group=group)
    if Happening(prefix, nth) != TURNS_PUBLIC:
        return [first]
    public = UnitFacts(
        unit=unit,
        since=datetime.date(2024, 1, 1),
        name=f"{word}公办幼儿园",
        stages=stages,
        ownership=Ownership.PUBLIC,
        group=f"{WORDS[0]}教育集团",
    )
    return [first, public]


def _merge(units: list[Unit]) -> None:
    by_code = {unit.code: unit for unit in units}
    merged = by_code.get(f"{MERGES.prefix}{MERGES.nth:03d}")
    if merged is not None:
        merged.closed = datetime.date(2024, 8, 31)
        merged.successor = by_code["X003"]
        merged.save()


def build_people(district: District, dice: random.Random, *, before: str = "") -> dict[str, User]:
    """A clerk and a principal for each school, two officers for each section, a director, a leader, an administrator,
    an auditor, and somebody of the city.

    Returns the users by username, which begins with ``before``. All have the demo password, hashed once.
    """
    password, names = _hashed(), _names(dice)
    posts: list[Post] = []

    def appoint(username: str, role: Role, **place: Unit | Section | bool) -> None:
        user = User(username=f"{before}{username}", name=next(names), password=password, district=district)
        user.password_set_at = clock.now()
        user.is_staff = user.is_superuser = role == Role.ADMINISTRATOR
        posts.append(Post(user=user, role=role, district=district, **place))

    for unit in Unit.objects.of(district).schools():
        appoint(f"{unit.code.lower()}-clerk", Role.CLERK, unit=unit)
        appoint(f"{unit.code.lower()}-principal", Role.PRINCIPAL, unit=unit)
    for section in district.sections.all():
        sees = section.code in ("basic", "research")
        appoint(f"{section.code}-1", Role.OFFICER, section=section, sees_sensitive=sees)
        appoint(f"{section.code}-2", Role.OFFICER, section=section, sees_sensitive=sees)
    appoint("director", Role.DIRECTOR, sees_sensitive=True)
    appoint("leader", Role.LEADER)
    appoint("admin", Role.ADMINISTRATOR)
    appoint("auditor", Role.AUDITOR)
    appoint("city", Role.CITY)
    User.objects.bulk_create([post.user for post in posts])
    for post in posts:
        post.user_id = post.user.pk
    Post.objects.bulk_create(posts)
    return {post.user.username: post.user for post in posts}


@cache
def _hashed() -> str:
    return make_password(PASSWORD)


def _names(dice: random.Random) -> Iterator[str]:
    """Invented names; no two people have the same one until all are taken."""
    names = [surname + given for surname in SURNAMES for given in GIVEN]
    while True:
        dice.shuffle(names)
        yield from names
