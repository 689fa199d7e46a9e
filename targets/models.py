"""What is counted: elements (the installation's data standard), targets, their dated definitions, terms and goals."""

from django.db import models
from django.db.models import Q

from base.fields import CodesField, QuarterField
from base.quarters import Quarter
from schools.models import Ownership, Section
from targets.core import model as core
from targets.queries import TargetDefinitionQuerySet
from tasks.models import Action, Adoption, Objective, Plan, Safeguard, Task

BY_SCHOOL = "school"


class PeriodKind(models.TextChoices):
    STOCK = core.PeriodKind.STOCK, "时点数"
    FLOW = core.PeriodKind.FLOW, "期内数"


class About(models.TextChoices):
    SCHOOL = core.About.SCHOOL, "学校"
    BUREAU = core.About.BUREAU, "全区"


class ValueType(models.TextChoices):
    INTEGER = core.ValueType.INTEGER, "整数"
    DECIMAL = core.ValueType.DECIMAL, "小数"
    BOOLEAN = core.ValueType.BOOLEAN, "是/否"
    DATE = core.ValueType.DATE, "日期"
    VERDICT = core.ValueType.VERDICT, "研判"


class Verdict(models.TextChoices):
    MET = "met", "已完成"
    ADVANCING = "advancing", "正常推进"
    LAGGING = "lagging", "滞后"


class Measure(models.TextChoices):
    RATIO = core.Measure.RATIO, "比率"
    SHARE = core.Measure.SHARE, "达标单位占比"
    COUNT = core.Measure.COUNT, "计数"
    MILESTONE = core.Measure.MILESTONE, "创成"
    JUDGEMENT = core.Measure.JUDGEMENT, "研判"


class Window(models.TextChoices):
    YEAR = core.Window.YEAR, "自然年"
    SCHOOL_YEAR = core.Window.SCHOOL_YEAR, "学年（第四季度至次年第三季度）"
    PLAN = core.Window.PLAN, "方案期累计"


class Comparator(models.TextChoices):
    AT_LEAST = core.Comparator.AT_LEAST, "不低于"
    MORE = core.Comparator.MORE, "高于"
    EQUAL = core.Comparator.EQUAL, "为"
    BETWEEN = core.Comparator.BETWEEN, "介于"
    AT_MOST = core.Comparator.AT_MOST, "不超过"
    LESS = core.Comparator.LESS, "低于"


class Basis(models.TextChoices):
    ABSOLUTE = core.Basis.ABSOLUTE, "绝对值"
    BASELINE_PLUS = core.Basis.BASELINE_PLUS, "比基期增减"
    LAST_YEAR_TIMES = core.Basis.LAST_YEAR_TIMES, "上年的倍数"
    LAST_YEAR_PLUS = core.Basis.LAST_YEAR_PLUS, "比上年增减"


class Pacing(models.TextChoices):
    LINEAR = core.Pacing.LINEAR, "按序时推进"
    STEP = core.Pacing.STEP, "到期验收"


class GoalScope(models.TextChoices):
    EACH = core.GoalScope.EACH, "全区和每所学校"
    DISTRICT = core.GoalScope.DISTRICT, "仅全区"


class Element(models.Model):
    """A raw figure that is entered once and used by every target and every plan (measurement.md §2)."""

    code = models.CharField("编码", max_length=30, unique=True)
    name = models.CharField("名称", max_length=60)
    unit = models.CharField("单位", max_length=10, blank=True)
    period_kind = models.CharField("时期", max_length=10, choices=PeriodKind)
    asked_in = CodesField("填报季度", max_length=20)  # Q1+Q2+Q3+Q4
    about = models.CharField("对象", max_length=10, choices=About)
    entered_by = models.CharField("填报人", max_length=30)  # BY_SCHOOL or a section's code
    reviewed_by = models.CharField("审核科室", max_length=30)
    stages = CodesField("学段", max_length=60)
    value_type = models.CharField("类型", max_length=10, choices=ValueType)
    lower = models.DecimalField("下限", max_digits=20, decimal_places=6, null=True, blank=True)
    upper = models.DecimalField("上限", max_digits=20, decimal_places=6, null=True, blank=True)
    counted = models.TextField("计入", blank=True)
    not_counted = models.TextField("不计入", blank=True)
    example = models.CharField("示例", max_length=200, blank=True)
    evidence = models.BooleanField("须附佐证", default=False)
    position = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "填报项"
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def asked_quarters(self) -> frozenset[int]:
        """Quarters of a year, 1–4."""
        return frozenset(int(code[1]) for code in self.asked_in)

    def is_asked_in(self, quarter: Quarter) -> bool:
        return quarter.number in self.asked_quarters

    @property
    def is_stock(self) -> bool:
        return self.period_kind == PeriodKind.STOCK

    @property
    def is_number(self) -> bool:
        return self.value_type in (ValueType.INTEGER, ValueType.DECIMAL)


class Target(models.Model):
    """A promise of a plan; what it means exactly stands in its definitions. It has one home: a task or a safeguard."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="targets", verbose_name="方案")
    code = models.CharField("编码", max_length=30)
    task = models.ForeignKey(
        Task, on_delete=models.PROTECT, null=True, blank=True, related_name="targets", verbose_name="重点任务"
    )
    safeguard = models.ForeignKey(
        Safeguard, on_delete=models.PROTECT, null=True, blank=True, related_name="targets", verbose_name="保障措施"
    )
    objective = models.ForeignKey(
        Objective, on_delete=models.PROTECT, null=True, blank=True, related_name="targets", verbose_name="主要目标"
    )
    clauses = CodesField("条款")
    position = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "目标"
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="target_code"),
            models.CheckConstraint(
                condition=Q(task__isnull=False, safeguard__isnull=True) | Q(task__isnull=True, safeguard__isnull=False),
                name="target_one_home",
                violation_error_message="一个目标只归一项重点任务或一项保障措施。",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def home(self) -> Task | Safeguard:
        return self.task or self.safeguard


class Clause(models.Model):
    """A clause of the plan, in the plan's order, as we sum it up; ``action``: to which it belongs, if to one."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="clauses", verbose_name="方案")
    code = models.CharField("条款", max_length=10)
    name = models.CharField("名称", max_length=60)
    summary = models.TextField("概要", blank=True)
    action = models.ForeignKey(
        Action, on_delete=models.CASCADE, null=True, blank=True, related_name="clauses", verbose_name="行动"
    )
    position = models.PositiveSmallIntegerField("次序")

    class Meta:
        verbose_name = verbose_name_plural = "条款"
        ordering = ["plan", "position"]
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="clause_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class NoTarget(models.TextChoices):
    """Why a number of the plan is no target."""

    NUMBERING = "numbering", "标题序号和任务编号"
    WORDING = "wording", "固定词语和名称"
    UNCOUNTABLE = "uncountable", "没有数量、期限或判据"


class ClauseNumber(models.Model):
    """A number, or an all-of-them claim, in a clause: the target and the goal (by due date) that carry it, or why it is
    no target. One that binds several goals stands once for each."""

    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="numbers", verbose_name="条款")
    position = models.PositiveSmallIntegerField("次序")
    expression = models.CharField("数字", max_length=60)
    target = models.ForeignKey(
        Target, on_delete=models.CASCADE, null=True, blank=True, related_name="numbers", verbose_name="目标"
    )
    due = models.DateField("到期日", null=True, blank=True)
    row = models.CharField("承诺清单编号", max_length=10, blank=True)
    none = models.CharField("不是目标", max_length=12, choices=NoTarget, blank=True)
    reason = models.CharField("理由", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "条款中的数字"
        ordering = ["clause", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(target__isnull=False, due__isnull=False, none="", reason="")
                | (Q(target__isnull=True, due__isnull=True, row="") & ~Q(none="") & ~Q(reason="")),
                name="clause_number_carried",
                violation_error_message="条款中的数字须由一个目标承载，或写明不是目标的理由。",
            )
        ]

    def __str__(self) -> str:
        return self.expression


class TargetDefinition(models.Model):
    """What a target means from the quarter ``since`` on: measure, terms, goals and its card (口径).

    A period is measured by the definition in force in its last quarter (the first one for any earlier quarter).
    Once a later version stands, an earlier one is never changed.
    """

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="definitions", verbose_name="目标")
    version = models.PositiveSmallIntegerField("版本")
    since = QuarterField("起用季度")
    name = models.CharField("名称", max_length=60)
    statement = models.TextField("内容")
    unit = models.CharField("单位", max_length=10, blank=True)
    measure = models.CharField("算法", max_length=10, choices=Measure)
    condition_comparator = models.CharField("达标条件", max_length=10, choices=Comparator, blank=True)
    condition_threshold = models.DecimalField("达标线", max_digits=20, decimal_places=6, null=True, blank=True)
    window = models.CharField("累计期", max_length=12, choices=Window, default=Window.YEAR)
    scale = models.DecimalField("倍数", max_digits=12, decimal_places=4, default=1)
    stages = CodesField("学段", max_length=60)
    ownership = models.CharField("办学性质", max_length=10, choices=Ownership, blank=True)
    goal_scope = models.CharField("目标范围", max_length=10, choices=GoalScope, default=GoalScope.DISTRICT)
    decimals = models.PositiveSmallIntegerField("小数位", default=0)
    soft = models.BooleanField("软目标", default=False)
    sensitive = models.BooleanField("成绩类", default=False)
    pending = models.CharField("口径待定", max_length=200, blank=True)  # the reason; blank: settled
    counted = models.TextField("计入", blank=True)
    not_counted = models.TextField("不计入", blank=True)
    source = models.CharField("依据", max_length=200, blank=True)
    note = models.TextField("口径说明", blank=True)
    own: "AdoptedTarget | None" = None  # by with_own

    objects = TargetDefinitionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "目标口径"
        ordering = ["target", "since"]
        constraints = [
            models.UniqueConstraint(fields=["target", "version"], name="definition_version"),
            models.UniqueConstraint(fields=["target", "since"], name="definition_since"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def elements(self) -> list[Element]:
        """The elements it reads, once each, in order; wants ``with_parts``."""
        return list(dict.fromkeys(term.element for term in self.terms.all()))

    def terms_of(self, part: str) -> list["Term"]:
        return [term for term in self.terms.all() if term.part == part]


class TermPart(models.TextChoices):
    NUMERATOR = "numerator", "分子"
    DENOMINATOR = "denominator", "分母"
    CONDITION = "condition", "达标项"
    PER = "per", "达标项的分母"


class TermManager(models.Manager["Term"]):
    """A term is always read with its element."""

    def get_queryset(self) -> models.QuerySet["Term"]:
        return super().get_queryset().select_related("element")


class Term(models.Model):
    """An element in a definition; a sum's terms stand side by side."""

    definition = models.ForeignKey(
        TargetDefinition, on_delete=models.CASCADE, related_name="terms", verbose_name="目标口径"
    )
    part = models.CharField("部分", max_length=12, choices=TermPart)
    position = models.PositiveSmallIntegerField(default=0)
    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="terms", verbose_name="填报项")

    objects = TermManager()

    class Meta:
        verbose_name = verbose_name_plural = "算式项"
        ordering = ["definition", "part", "position"]
        constraints = [models.UniqueConstraint(fields=["definition", "part", "element"], name="term_once")]

    def __str__(self) -> str:
        return f"{self.get_part_display()} {self.element}"


class Goal(models.Model):
    """What shall hold by ``due``. ``value`` is the number, the Δ or the factor, by ``basis``; a judgement has none."""

    definition = models.ForeignKey(
        TargetDefinition, on_delete=models.CASCADE, related_name="goals", verbose_name="目标口径"
    )
    due = models.DateField("到期日")
    comparator = models.CharField("比较", max_length=10, choices=Comparator, default=Comparator.AT_LEAST)
    value = models.DecimalField("目标值", max_digits=20, decimal_places=6, null=True, blank=True)
    maximum = models.DecimalField("上限", max_digits=20, decimal_places=6, null=True, blank=True)
    basis = models.CharField("基准", max_length=20, choices=Basis, default=Basis.ABSOLUTE)
    pacing = models.CharField("进度", max_length=10, choices=Pacing, default=Pacing.LINEAR)
    presumed = models.BooleanField("期限推定", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "目标值"
        ordering = ["definition", "due"]
        constraints = [
            models.UniqueConstraint(fields=["definition", "due"], name="goal_due"),
            models.CheckConstraint(
                condition=Q(comparator="between", maximum__isnull=False)
                | (~Q(comparator="between") & Q(maximum__isnull=True)),
                name="goal_maximum",
                violation_error_message="“介于”的目标须有上限，其余的不得有。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due} {self.comparator} {self.value}"

    @property
    def due_quarter(self) -> Quarter:
        return Quarter.containing(self.due)


class AdoptedTarget(models.Model):
    """What is the district's own about a target: responsible section, baseline with its source, thresholds."""

    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="targets", verbose_name="采用")
    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="adopted", verbose_name="目标")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="targets", verbose_name="责任科室")
    baseline_value = models.DecimalField("基期值", max_digits=20, decimal_places=6, null=True, blank=True)
    baseline_date = models.DateField("基期日期", null=True, blank=True)
    baseline_source = models.CharField("基期来源", max_length=200, blank=True)
    ok_at = models.DecimalField("正常线", max_digits=5, decimal_places=4, default=1)
    warn_at = models.DecimalField("偏慢线", max_digits=5, decimal_places=4, default="0.8")

    class Meta:
        verbose_name = verbose_name_plural = "目标分工"
        ordering = ["adoption", "target"]
        constraints = [
            models.UniqueConstraint(fields=["adoption", "target"], name="adopted_target_once"),
            models.CheckConstraint(
                condition=Q(baseline_value__isnull=True, baseline_date__isnull=True, baseline_source="")
                | (Q(baseline_value__isnull=False, baseline_date__isnull=False) & ~Q(baseline_source="")),
                name="baseline_with_source",
                violation_error_message="基期值须连同日期和来源一并填写。",
            ),
            models.CheckConstraint(
                condition=Q(warn_at__gt=0) & Q(warn_at__lte=models.F("ok_at")),
                name="thresholds_in_order",
                violation_error_message="偏慢线应大于 0 且不高于正常线。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.section}"


class CheckKind(models.TextChoices):
    AT_MOST = "at_most", "左边不多于右边"
    SUM = "sum", "左边等于右边"
    IMPLIES = "implies", "有左边就有右边"
    NOT_FALLING = "not_falling", "累计数不减少"
    JUMP = "jump", "与上次相比变化大"
    PEERS = "peers", "与同学段学校相差大"


class Severity(models.TextChoices):
    HARD = "hard", "不得保存"
    SOFT = "soft", "须说明原因"


class Check(models.Model):
    """A rule that what is entered must keep (hard), or be explained by a reason where it doesn't (soft).

    Its sides are codes of elements. Of ``not_falling`` and ``jump`` each of the left side stands for itself; elsewhere
    the elements of a side are summed. The right side of ``peers`` divides the left one.
    A ``jump`` fires beyond ``threshold`` (the change against the last value, 0.2: 20 %), ``peers`` beyond a robust
    z-score of ``threshold`` among at least ``schools`` others; both only if the difference is ``minimum`` or more. A
    ``jump`` without elements holds for every stock number that no other ``jump`` of its plan names.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="checks", verbose_name="方案")
    code = models.CharField("编码", max_length=30)
    kind = models.CharField("类型", max_length=12, choices=CheckKind)
    severity = models.CharField("轻重", max_length=4, choices=Severity)
    left = CodesField("左边", max_length=2000)
    right = CodesField("右边", max_length=2000)
    stages = CodesField("学段", max_length=60)
    threshold = models.DecimalField("界限", max_digits=8, decimal_places=4, null=True, blank=True)
    minimum = models.DecimalField("至少相差", max_digits=20, decimal_places=6, null=True, blank=True)
    schools = models.PositiveSmallIntegerField("至少几所其他学校", null=True, blank=True)
    message = models.CharField("提示", max_length=200, blank=True)
    in_use = models.BooleanField("启用", default=True)  # False: no longer in the plan file

    class Meta:
        verbose_name = verbose_name_plural = "核对规则"
        ordering = ["plan", "code"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="check_code"),
            models.CheckConstraint(
                condition=Q(kind__in=["jump", "peers"], severity="soft", threshold__isnull=False, minimum__isnull=False)
                | (~Q(kind__in=["jump", "peers"]) & Q(threshold__isnull=True, minimum__isnull=True)),
                name="check_threshold",
                violation_error_message="变化和偏离的核对须有界限，且只能是软性的；其他核对没有界限。",
            ),
            models.CheckConstraint(
                condition=Q(kind="peers", schools__isnull=False, schools__gte=5)
                | (~Q(kind="peers") & Q(schools__isnull=True)),
                name="check_enough_peers",
                violation_error_message="与同学段学校比较，至少要有 5 所其他学校。",
            ),
        ]

    def __str__(self) -> str:
        return self.code
