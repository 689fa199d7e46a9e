"""The audit log as an auditor reads it: what she asks for, in pages, with names in place of numbers.

Figures by school that only few may see are left out of what is shown, and of what is searched: reading the log is no
right to see them (measurement.md §7).
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils import timezone

from base.models import AuditRow
from reports.rules import hidden_elements
from schools.models import District, Unit, User
from submissions.models import Entry, EntryState

ROOMS = ("schools", "tasks", "targets", "submissions", "reports")
KINDS = {
    model._meta.label_lower: str(model._meta.verbose_name)
    for room in ROOMS
    for model in apps.get_app_config(room).get_models()
    if not model._meta.auto_created
} | {"base.job": "后台任务"}
WORDS = {
    "login": "登录", "logout": "退出登录", "login_failed": "登录失败", "locked_out": "登录锁定",
    "unlocked": "解除登录锁定", "address_unlocked": "解除地址锁定", "password_set": "设置密码",
    "factor_enrolled": "绑定第二重验证", "factor_reset": "重置第二重验证",
    "recovery_codes_made": "生成恢复码", "recovery_code_used": "用恢复码登录", "draft": "重新填报",
    "sessions_ended": "退出其他登录", "denied": "拒绝访问", "exported": "下载、导出", "created": "新建",
    "changed": "修改", "deleted": "删除", "invited": "发出邀请", "appointed": "任职", "left": "不再任职",
    "disabled": "停用账号", "enabled": "恢复启用", "handed_over": "交接", "submitted": "提交", "approved": "审核通过",
    "returned": "退回", "imported": "历史数据导入", "asked": "更正申请", "reopened": "同意更正",
    "refused": "不同意更正", "withdrawn": "撤回申请", "dropped": "放弃更正", "evidence_added": "附佐证",
    "evidence_removed": "撤下佐证", "extended": "延期", "ended": "结束", "signed_off": "生成签字表",
    "uploaded": "上传表格", "checked": "核对表格", "saved": "保存表格", "discarded": "放弃表格", "urged": "催报",
    "moved": "调整日期", "unmoved": "恢复按规则", "measured": "测算", "drafted": "起草通报", "published": "发布",
    "written": "写进展", "handed_in": "提交进展", "taken_back": "撤回修改", "opened": "列出整改", "revised": "调整整改",
    "closed": "整改销号", "sent": "送签通报", "recalled": "撤回送签", "sent_back": "退回通报", "worded": "改写通报",
    "unworded": "恢复自动文字", "headed": "填写版头",
    "assessed": "计算考核", "told": "登记考核事项", "confirmed": "核准考核事项", "lifted": "撤销考核事项",
    "retried": "重试任务", "backed_up": "备份", "restored": "恢复备份",
    "shown": "公示考核", "retracted": "收回考核", "objected": "提出考核异议", "decided": "答复考核异议",
}  # fmt: skip
# Rows about these whose district is not known are nobody's to read.
GENERAL = ("schools.user", "tasks.", "targets.", "base.")
OF_A_DISTRICT = [kind for kind in KINDS if not kind.startswith(GENERAL)]
OF_A_DISTRICT += ["tasks.adoption", "tasks.quarterdates", "targets.adoptedtarget"]
STATES = dict(EntryState.choices)
ENTRY, UNIT, PERSON = "submissions.entry", "schools.unit", "schools.user"
LEFT_OUT = "（成绩类分校数据，不显示）"


@dataclass(frozen=True, slots=True)
class Line:
    """One row, ready to print."""

    pk: int
    at: datetime.datetime
    who: str
    what: str
    about: str
    before: str
    after: str
    why: str
    origin: str
    agent: str


def rows_of(districts: Iterable[District], asked: dict[str, Any]) -> QuerySet[AuditRow]:
    """The rows that concern these districts, or the installation as a whole, the newest first; ``asked`` is what
    LogForm has cleaned."""
    general = Q(district_id__isnull=True) & ~Q(subject_type__in=OF_A_DISTRICT)
    here = Q(district_id__in=[one.pk for one in districts]) | general
    rows = AuditRow.objects.filter(here).order_by("-at", "-pk")
    if asked["since"]:
        rows = rows.filter(at__gte=_midnight(asked["since"]))
    if asked["until"]:
        rows = rows.filter(at__lt=_midnight(asked["until"] + datetime.timedelta(days=1)))
    if asked["who"]:
        named = Q(name__icontains=asked["who"]) | Q(username__icontains=asked["who"])
        rows = rows.filter(by__in=User.objects.filter(named))
    for column, name in (("verb", "verb"), ("subject_type", "kind"), ("origin", "origin")):
        if asked[name]:
            rows = rows.filter(**{column: asked[name]})
    return rows.filter(_says(asked["text"])) if asked["text"] else rows


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def _says(text: str) -> Q:
    says = Q(before__icontains=text) | Q(after__icontains=text) | Q(why__icontains=text)
    left_out = Entry.objects.filter(element__in=hidden_elements()).values("pk")
    return says & ~Q(subject_type=ENTRY, subject_id__in=left_out)


def older_than(rows: QuerySet[AuditRow], row: AuditRow) -> QuerySet[AuditRow]:
    """What follows ``row`` in the order of the log: an index leads there, however long the log is."""
    return rows.filter(at__lte=row.at).exclude(at=row.at, pk__gte=row.pk)


def lines_of(rows: Sequence[AuditRow]) -> list[Line]:
    """At most five queries, for any number of rows."""
    names = _Names.of(rows)
    return [names.line(row) for row in rows]


@dataclass(frozen=True, slots=True)
class _Names:
    """What the rows of a page speak of, by id."""

    entries: dict[int, Entry]
    units: dict[int, str]
    people: dict[int, str]
    hidden: set[int]  # ids of elements

    @classmethod
    def of(cls, rows: Sequence[AuditRow]) -> "_Names":
        ids = {kind: {row.subject_id for row in rows if row.subject_type == kind} for kind in (ENTRY, UNIT, PERSON)}
        entries = Entry.objects.select_related("element").in_bulk(ids[ENTRY])
        units = Unit.objects.with_facts().filter(pk__in=ids[UNIT] | {entry.unit_id for entry in entries.values()})
        people = User.objects.filter(pk__in=ids[PERSON] | {row.by_id for row in rows if row.by_id})
        return cls(
            entries,
            {unit.pk: unit.name for unit in units},
            {user.pk: f"{user.name}（{user.username}）" for user in people},
            hidden_elements() if entries else set(),
        )

    def line(self, row: AuditRow) -> Line:
        entry = self.entries.get(row.subject_id) if row.subject_type == ENTRY else None
        return Line(
            pk=row.pk,
            at=row.at,
            who=self.people.get(row.by_id, ""),
            what=WORDS.get(row.verb, row.verb),
            about=self._about(row, entry),
            origin=row.origin,
            agent=row.agent,
            **self._said(row, entry),
        )

    def _about(self, row: AuditRow, entry: Entry | None) -> str:
        if entry is not None:
            return f"{self.units[entry.unit_id]} {entry.quarter.label} {entry.element.name}"
        known = {UNIT: self.units, PERSON: self.people}.get(row.subject_type, {}).get(row.subject_id)
        kind = KINDS.get(row.subject_type, row.subject_type)
        return known or (f"{kind} {row.subject_id}" if kind else "")

    def _said(self, row: AuditRow, entry: Entry | None) -> dict[str, str]:
        said = {"before": row.before, "after": row.after, "why": row.why}
        if entry is None:
            return said
        if entry.element_id in self.hidden:
            return {name: LEFT_OUT if text else "" for name, text in said.items()}
        return {name: STATES.get(text, text) for name, text in said.items()}
