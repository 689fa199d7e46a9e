"""Districts, sections, units (schools and the bureau) with their dated facts, people and their posts."""

import datetime
from collections.abc import Iterator

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from base.fields import CodesField
from base.quarters import Quarter
from schools.queries import HandoverQuerySet, InvitationQuerySet, PeopleManager, PostQuerySet, UnitQuerySet


class Stage(models.TextChoices):
    KINDERGARTEN = "kindergarten", "幼儿园"
    PRIMARY = "primary", "小学"
    JUNIOR = "junior", "初中"
    SENIOR = "senior", "高中"


class Ownership(models.TextChoices):
    PUBLIC = "public", "公办"
    PRIVATE = "private", "民办"


class District(models.Model):
    code = models.CharField("代码", max_length=30, unique=True)
    name = models.CharField("名称", max_length=60)
    is_demo = models.BooleanField("演示数据", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "区县"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Section(models.Model):
    """A section (科室) of a district's bureau; plans speak of it by its code."""

    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="sections", verbose_name="区县")
    code = models.CharField("代码", max_length=30)
    name = models.CharField("名称", max_length=60)
    contact = models.CharField("咨询人", max_length=40, blank=True)
    phone = models.CharField("咨询电话", max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "科室"
        ordering = ["district", "id"]
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="section_code")]

    def __str__(self) -> str:
        return self.name


class UnitKind(models.TextChoices):
    SCHOOL = "school", "学校"
    BUREAU = "bureau", "区级"


class Unit(models.Model):
    """Who reports: a school, or the bureau for the district as a whole. Open from the quarter of ``opened`` to the one
    before the quarter of ``closed`` (measurement.md §1, §2). What changes in time stands in ``UnitFacts``."""

    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="units", verbose_name="区县")
    kind = models.CharField("类别", max_length=10, choices=UnitKind, default=UnitKind.SCHOOL)
    code = models.CharField("代码", max_length=30)
    opened = models.DateField("开办日期")
    closed = models.DateField("停办日期", null=True, blank=True)
    successor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="并入"
    )

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "填报单位"
        ordering = ["district", "code"]
        constraints = [
            models.UniqueConstraint(fields=["district", "code"], name="unit_code"),
            models.UniqueConstraint(
                fields=["district"],
                condition=Q(kind="bureau"),
                name="unit_one_bureau",
                violation_error_message="一个区县只有一个区级单位。",
            ),
            models.CheckConstraint(
                condition=Q(closed__isnull=True) | Q(closed__gt=models.F("opened")),
                name="unit_closed_after_opened",
                violation_error_message="停办日期应在开办日期之后。",
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(closed__isnull=False),
                name="unit_successor_closed",
                violation_error_message="只有已停办的学校才有并入学校。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def facts_on(self, day: datetime.date) -> "UnitFacts":
        """The facts in force on ``day`` (the first ones for any earlier day); reads a prefetched set."""
        ordered = sorted(self.facts.all(), key=lambda facts: facts.since)
        in_force = [facts for facts in ordered if facts.since <= day]
        return in_force[-1] if in_force else ordered[0]

    def facts_in(self, quarter: Quarter) -> "UnitFacts":
        """The facts in force in a quarter: a change counts from the start of its quarter."""
        return self.facts_on(quarter.end)

    def is_open_in(self, quarter: Quarter) -> bool:
        closing = Quarter.containing(self.closed) if self.closed else None
        return Quarter.containing(self.opened) <= quarter and (closing is None or quarter < closing)

    @property
    def name(self) -> str:
        """Its newest name."""
        return max(self.facts.all(), key=lambda facts: facts.since).name


class UnitFacts(models.Model):
    """A unit's name, stages, ownership and group from ``since`` on; counts from the start of that quarter."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="facts")
    since = models.DateField("起始日期")
    name = models.CharField("名称", max_length=60)
    stages = CodesField("学段")
    ownership = models.CharField("办学性质", max_length=10, choices=Ownership, blank=True)
    group = models.CharField("教育集团", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "单位情况"
        ordering = ["unit", "since"]
        constraints = [models.UniqueConstraint(fields=["unit", "since"], name="facts_since")]

    def __str__(self) -> str:
        return self.name


class AccountState(models.TextChoices):
    INVITED = "invited", "未启用"  # no password has been set yet
    ACTIVE = "active", "正常"
    DISABLED = "disabled", "已停用"


class User(AbstractUser):
    """One person. What she may do follows from her posts (``Post``); ``district`` keeps her account, with posts or
    without."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    username = models.CharField(
        "登录名",
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator(message="登录名只能用文字、数字和 @ . + - _，中间不能有空格。")],
        error_messages={"unique": "这个登录名已有人用。"},
    )
    name = models.CharField("姓名", max_length=40)
    email = models.EmailField("电子邮件", blank=True)
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, null=True, blank=True, related_name="people", verbose_name="区县"
    )

    # When she chose the password herself; none: another did, or nobody yet.
    password_set_at = models.DateTimeField("本人设密码时间", null=True, blank=True, editable=False)
    # Part of what a session is signed with: one more ends them all.
    session_round = models.PositiveIntegerField("登录轮次", default=0, editable=False)

    objects = PeopleManager()

    class Meta:
        verbose_name = verbose_name_plural = "用户"

    def set_password(self, raw_password: str | None) -> None:
        """As chosen by another; ``credentials.choose_password`` says that she chose it."""
        super().set_password(raw_password)
        self.password_set_at = None

    def get_session_auth_hash(self) -> str:
        return f"{super().get_session_auth_hash()}.{self.session_round}"

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        return (f"{digest}.{self.session_round}" for digest in super().get_session_auth_fallback_hash())

    @property
    def state(self) -> AccountState:
        if not self.is_active:
            return AccountState.DISABLED
        return AccountState.ACTIVE if self.has_usable_password() else AccountState.INVITED

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name


class Role(models.TextChoices):
    CLERK = "clerk", "填报员"
    PRINCIPAL = "principal", "校长（园长）"
    OFFICER = "officer", "科室人员"
    DIRECTOR = "director", "局领导（签发）"
    LEADER = "leader", "领导（阅览）"
    CITY = "city", "市级（阅览）"  # of each district that she looks at: what that published, no schools
    ADMINISTRATOR = "administrator", "系统管理员"
    AUDITOR = "auditor", "安全审计员"


AT_SCHOOL = (Role.CLERK, Role.PRINCIPAL)
KEPT_APART = (Role.ADMINISTRATOR, Role.AUDITOR, Role.DIRECTOR)  # one person has one of them in a district, at most


class Post(models.Model):
    """A person's post: a role in a district; of a school for clerk and principal, of a section for an officer.

    ``sees_sensitive`` is the right to see per-school figures of sensitive targets (measurement.md §7).
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="posts", verbose_name="人员")
    role = models.CharField("角色", max_length=20, choices=Role)
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="posts", verbose_name="区县")
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="posts", verbose_name="学校"
    )
    section = models.ForeignKey(
        Section, on_delete=models.PROTECT, null=True, blank=True, related_name="posts", verbose_name="科室"
    )
    sees_sensitive = models.BooleanField("可看成绩类分校数据", default=False)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=["clerk", "principal"], unit__isnull=False, section__isnull=True)
                | Q(role="officer", unit__isnull=True, section__isnull=False)
                | Q(
                    role__in=["director", "leader", "city", "administrator", "auditor"],
                    unit__isnull=True,
                    section__isnull=True,
                ),
                name="post_place",
                violation_error_message="填报员、校长须属一所学校，科室人员须属一个科室，其余角色不属学校和科室。",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "unit"],
                condition=Q(unit__isnull=False),
                name="post_once_in_school",
                violation_error_message="这个人已有同样的任职。",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "section"],
                condition=Q(section__isnull=False),
                name="post_once_in_section",
                violation_error_message="这个人已有同样的任职。",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "district"],
                condition=Q(unit__isnull=True, section__isnull=True),
                name="post_once_in_district",
                violation_error_message="这个人已有同样的任职。",
            ),
            models.UniqueConstraint(
                fields=["user", "district"],
                condition=Q(role__in=["administrator", "auditor", "director"]),
                name="post_kept_apart",
                violation_error_message="系统管理员、安全审计员、局领导（签发）须由不同的人担任。",
            ),
        ]

    def clean(self) -> None:
        if any(place.district_id != self.district_id for place in (self.unit, self.section) if place):
            raise ValidationError("学校或科室不属于这个区县。")
        if self.role == Role.AUDITOR and self.user_id and self.user.is_superuser:
            raise ValidationError("超级用户不能担任安全审计员。")

    def __str__(self) -> str:
        place = self.unit or self.section or self.district
        return f"{place} {self.get_role_display()}"

    @property
    def with_right(self) -> str:
        """For the audit log."""
        return f"{self}（可看成绩类分校数据）" if self.sees_sensitive else str(self)


class UsedPassword(models.Model):
    """A password of hers, hashed: the newest ``passwords.REMEMBERED`` are kept, so that they are not taken again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="used_passwords", verbose_name="人员")
    password = models.CharField(max_length=128)
    at = models.DateTimeField("设置时间")

    class Meta:
        verbose_name = verbose_name_plural = "用过的密码"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%Y-%m-%d}"


class Invitation(models.Model):
    """The way in for a person without a password, or who forgot hers: a link that works once. Its token is told to
    whoever made it and kept nowhere; ``digest`` is the token's SHA-256. A newer one voids it."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations", verbose_name="人员")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField("发出时间")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="发出人")
    expires_at = models.DateTimeField("有效期至")
    used_at = models.DateTimeField("使用时间", null=True, blank=True)
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "邀请"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(used_at__isnull=True, voided_at__isnull=True),
                name="invitation_one_open",
                violation_error_message="这个人已有一份未使用的邀请。",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(voided_at__isnull=True),
                name="invitation_used_or_void",
                violation_error_message="邀请不能既已使用又已作废。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.made_at:%Y-%m-%d}"


class Handover(models.Model):
    """A school's post went from one person to another; what was pending stayed with the school."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="handovers", verbose_name="学校")
    role = models.CharField("角色", max_length=20, choices=Role)
    leaver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="handed_over", verbose_name="交出人")
    comer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="taken_over", verbose_name="接手人")
    note = models.CharField("交接说明", max_length=500, blank=True)
    at = models.DateTimeField("交接时间")
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="办理人")

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "交接"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(leaver=models.F("comer")),
                name="handover_two_people",
                violation_error_message="交出人和接手人不能是同一个人。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.get_role_display()} {self.leaver}→{self.comer}"
