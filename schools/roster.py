"""Accounts from a spreadsheet: every row is checked and what would become of it is told; all of it is made, or nothing.

What is confirmed is what was previewed: the rows travel with the page, signed (``sealed``, ``opened``), and are checked
again against the accounts of that moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from base import audit, clock
from base.tables import Row, Table, Unreadable, read_table
from schools import actions
from schools.actions import Ticket
from schools.models import AT_SCHOOL, KEPT_APART, District, Post, Role, Section, Unit, User

NAME, USERNAME, ROLE, PLACE, EMAIL = COLUMNS = ("姓名", "登录名", "角色", "单位代码", "电子邮件")
NEEDED = (NAME, USERNAME, ROLE, PLACE)
MOST_ROWS = 2000
SALT, VALID_FOR = "schools.roster", 2 * 3600  # seconds between preview and confirmation
ROLES = {str(role.label): role for role in Role} | {
    "校长": Role.PRINCIPAL,
    "园长": Role.PRINCIPAL,
    "局领导": Role.DIRECTOR,
    "领导": Role.LEADER,
}


class What(StrEnum):
    """What becomes of a row."""

    NEW = "新账号"
    POST = "增加任职"
    SAME = "没有变化"


class Given(NamedTuple):
    """A row as it was typed."""

    number: int
    name: str
    username: str
    role: str
    place: str
    email: str


class Fault(NamedTuple):
    number: int  # of the row, as a spreadsheet shows it
    column: str
    wrong: str
    expected: str


@dataclass(slots=True)
class Line:
    """A row that is right: ``user`` is the person, saved already unless the row makes her."""

    number: int
    what: What
    user: User
    role: Role
    unit: Unit | None = None
    section: Section | None = None

    @property
    def place(self) -> Unit | Section | None:
        return self.unit or self.section


@dataclass(slots=True)
class Roster:
    district: District
    given: list[Given]
    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)  # columns of the file that nobody asked for

    @property
    def new(self) -> list[Line]:
        return [line for line in self.lines if line.what == What.NEW]

    @property
    def added(self) -> list[Line]:
        return [line for line in self.lines if line.what == What.POST]

    @property
    def same(self) -> list[Line]:
        return [line for line in self.lines if line.what == What.SAME]

    @property
    def changes(self) -> int:
        return len(self.lines) - len(self.same)

    def sealed(self) -> str:
        """The rows and what was told of them, signed, to come back with the confirmation."""
        content = {"district": self.district.pk, "given": self.given, "what": [line.what for line in self.lines]}
        return signing.dumps(content, salt=SALT, compress=True)


class Changed(ValidationError):
    """What was previewed doesn't hold any more; ``roster`` is how it stands now, None if the page was too old."""

    def __init__(self, message: str, roster: Roster | None = None) -> None:
        super().__init__(message, code="changed")
        self.roster = roster


def read(content: bytes, name: str, district: District) -> Roster:
    """The file's rows, checked. Raises Unreadable if it is no such table at all."""
    table = read_table(content, name)
    places = _columns(table, name)
    if len(table.rows) > MOST_ROWS:
        raise Unreadable(f"“{name}”有 {len(table.rows):,} 行，最多 {MOST_ROWS:,} 行。请分几次导入。")
    if not table.rows:
        raise Unreadable(f"“{name}”只有表头，没有人员。")
    given = [_given(row, places) for row in table.rows]
    roster = check(given, district)
    roster.ignored = [title for title in table.header.cells if title and title not in COLUMNS]
    return roster


def opened(sealed: str, districts: Iterable[District]) -> Roster:
    """The previewed rows, checked anew. Raises Changed if they can't be made as they were previewed."""
    try:
        content: dict[str, Any] = signing.loads(sealed, salt=SALT, max_age=VALID_FOR)
    except signing.BadSignature as error:
        raise Changed("预览已过期，没有导入。请重新上传文件。") from error
    district = next((one for one in districts if one.pk == content["district"]), None)
    if district is None:
        raise Changed("预览不是为这个区县做的，没有导入。请重新上传文件。")
    roster = check([Given(*row) for row in content["given"]], district)
    if roster.faults or [line.what for line in roster.lines] != content["what"]:
        raise Changed("预览以后人员有过变化，没有导入。下面是按现在情况重新核对的结果，请看过再确认。", roster)
    return roster


def bring_in(roster: Roster, *, by: User) -> list[Ticket]:
    """Make the new accounts and posts of a roster without faults; the invitations of the new ones. Raises Changed."""
    try:
        with transaction.atomic():
            return _make(roster, by)
    except IntegrityError as error:
        raise Changed("刚刚有人做了同样的改动，没有导入。请重新上传文件。") from error


def _make(roster: Roster, by: User) -> list[Ticket]:
    made = {line.user.username: line.user for line in roster.new}
    for user in made.values():
        user.set_unusable_password()
    User.objects.bulk_create(made.values())
    posts = [
        Post(user=line.user, role=line.role, district=roster.district, unit=line.unit, section=line.section)
        for line in roster.lines
        if line.what != What.SAME
    ]
    Post.objects.bulk_create(posts)
    audit.record_all(audit.row(user, "created", by=by, after=user.username, why="导入") for user in made.values())
    audit.record_all(
        audit.row(subject, verb, by=by, after=post, why="导入")
        for post in posts
        for subject, verb in ((post, "created"), (post.user, "appointed"))
    )
    for post in posts:
        if post.role == Role.ADMINISTRATOR:
            actions.settle_staff(post.user)
    return actions.invite_all(made.values(), by=by)


def check(given: list[Given], district: District) -> Roster:
    """Every row with what becomes of it, or all that is wrong with it."""
    roster = Roster(district, given)
    checker = _Checker(district, given)
    for row in given:
        line, faults = checker.check(row)
        roster.faults += faults
        if line is not None and not faults:
            roster.lines.append(line)
    return roster


def _columns(table: Table, name: str) -> dict[str, int]:
    titles = table.header.cells
    missing = [column for column in NEEDED if column not in titles]
    if missing:
        lacking = "、".join(f"“{column}”" for column in missing)
        raise Unreadable(f"“{name}”第 {table.header.number} 行应是表头，缺少{lacking}。请用模板填写。")
    twice = next((column for column in COLUMNS if titles.count(column) > 1), None)
    if twice:
        raise Unreadable(f"“{name}”里“{twice}”列不止一个，请只留一列。")
    return {column: titles.index(column) for column in COLUMNS if column in titles}


def _given(row: Row, places: dict[str, int]) -> Given:
    cells = {column: row.cells[place] for column, place in places.items()}
    return Given(
        row.number,
        cells[NAME],
        User.normalize_username(cells[USERNAME]),
        cells[ROLE],
        cells[PLACE],
        cells.get(EMAIL, ""),
    )


class _Checker:
    """Reads the district's places and the people whom the rows name once; checks a row from memory."""

    def __init__(self, district: District, given: list[Given]) -> None:
        self.district, self.today = district, clock.today()
        self.units = {unit.code: unit for unit in Unit.objects.of(district).schools().with_facts()}
        self.sections = {section.code: section for section in district.sections.all()}
        people = User.objects.filter(username__in={row.username for row in given})
        self.people = {user.username: user for user in people}
        self.ours = set(User.objects.kept_by([district]).values_list("pk", flat=True))
        posts = Post.objects.filter(district=district)
        self.held = set(posts.values_list("user__username", "role", "unit", "section"))
        self.apart = {username: role for username, role, *_ in self.held if role in KEPT_APART}
        self.made: dict[str, tuple[Given, User]] = {}
        self.seen: dict[tuple[object, ...], int] = {}
        self.faults: list[Fault] = []

    def check(self, row: Given) -> tuple[Line | None, list[Fault]]:
        self.faults = []
        role = ROLES.get(row.role)
        unit, section = self._place(row, role) if role else (None, None)
        if role is None:
            self._bad(
                row,
                ROLE,
                f"没有“{_short(row.role)}”这个角色" if row.role else "没有填",
                f"{'、'.join(Role.labels)}之一",
            )
        user = self._person(row)
        if self.faults or role is None or user is None:
            return None, self.faults
        line = Line(row.number, What.POST, user, role, unit, section)
        self._settle(row, line)
        return line, self.faults

    def _bad(self, row: Given, column: str, wrong: str, expected: str) -> None:
        self.faults.append(Fault(row.number, column, wrong, expected))

    def _place(self, row: Given, role: Role) -> tuple[Unit | None, Section | None]:
        unit, section = self.units.get(row.place), self.sections.get(row.place)
        if role in AT_SCHOOL:
            if unit is None:
                self._bad(row, PLACE, self._no_place(row, "学校"), "本区学校的代码，见模板“代码”表")
            elif unit.closed and unit.closed <= self.today:
                self._bad(row, PLACE, f"{unit.name}已停办", "在办学校的代码")
            return unit, None
        if role == Role.OFFICER:
            if section is None:
                self._bad(row, PLACE, self._no_place(row, "科室"), "本区科室的代码，见模板“代码”表")
            return None, section
        if row.place:
            self._bad(row, PLACE, f"{role.label}不属于学校和科室，却填了“{_short(row.place)}”", "留空")
        return None, None

    def _no_place(self, row: Given, kind: str) -> str:
        if not row.place:
            return "没有填"
        other = self.units.get(row.place) or self.sections.get(row.place)
        return (
            f"“{_short(row.place)}”是{other}的代码，不是{kind}" if other else f"没有代码为“{_short(row.place)}”的{kind}"
        )

    def _person(self, row: Given) -> User | None:
        """The person of that username: there already, made by an earlier row, or to be made."""
        user = self.people.get(row.username)
        if user is not None:
            if user.pk not in self.ours:
                self._bad(row, USERNAME, f"“{_short(row.username)}”已被占用", "换一个登录名")
            elif user.name != row.name:
                self._bad(row, NAME, f"登录名“{_short(row.username)}”是{user.name}的", f"{user.name}，或换一个登录名")
            elif not user.is_active:
                self._bad(row, USERNAME, f"{user.name}的账号已停用", "先在“人员”里恢复启用")
            return user
        if row.username in self.made:
            first, user = self.made[row.username]
            if (first.name, first.email) != (row.name, row.email):
                self._bad(row, USERNAME, f"与第 {first.number} 行登录名相同，姓名或电子邮件不同", "一人一个登录名")
            return user
        return self._new_person(row)

    def _new_person(self, row: Given) -> User | None:
        user = User(
            name=row.name, username=row.username, email=User.objects.normalize_email(row.email), district=self.district
        )
        try:
            user.clean_fields(exclude=["password", "district"])
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                column, expected = FIELDS[name]
                given = getattr(row, name)
                self._bad(
                    row, column, f"“{_short(given)}”：{messages[0].rstrip('。')}" if given else "没有填", expected
                )
            return None
        return user

    def _settle(self, row: Given, line: Line) -> None:
        """Say what becomes of a row in which nothing is wrong by itself."""
        unit_id, section_id = line.unit and line.unit.pk, line.section and line.section.pk
        key = (row.username, line.role, unit_id, section_id)
        if key in self.seen:
            self._bad(row, USERNAME, f"与第 {self.seen[key]} 行重复", "同一人的同一任职只填一行")
            return
        self.seen[key] = row.number
        if line.role in KEPT_APART and self.apart.setdefault(row.username, line.role) != line.role:
            other = Role(self.apart[row.username]).label
            self._bad(row, ROLE, f"{line.user.name}是{other}，不能兼任{line.role.label}", "由另一人担任")
            return
        if line.user.pk is None and row.username not in self.made:
            self.made[row.username] = row, line.user
            line.what = What.NEW
        elif key in self.held:
            line.what = What.SAME


FIELDS = {
    "name": (NAME, "40 字以内的姓名"),
    "username": (USERNAME, "如姓名拼音或手机号，中间没有空格"),
    "email": (EMAIL, "如 wang@example.cn，或留空"),
}


def _short(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:30]}…"
