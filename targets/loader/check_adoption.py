"""What a district takes on with a plan: sections, calendar, baselines, thresholds."""

from collections.abc import Iterator

from base.quarters import Quarter
from targets.loader.adoptions import section_code
from targets.loader.draft import Item, repeated
from targets.loader.problems import Fault
from targets.loader.world import World, uses
from tasks.models import Adoption


def check_adoption(world: World) -> Iterator[Fault]:
    adoption = world.draft.adoption
    if adoption:
        yield from _check_own(adoption, world)
    if adoption or world.other_adoptions:
        for target in world.draft.targets:
            yield from _somebody_answers_for_it(target)
    for other in world.other_adoptions:
        yield from _others_can_follow(other, world)


def _check_own(adoption: Item, world: World) -> Iterator[Fault]:
    yield from repeated(adoption.items("sections"), "code", "科室代码")
    yield from _calendar_fits(adoption, world)
    for name in ("baselines", "thresholds"):
        yield from repeated(adoption.items(name), "target", "目标")
        for item in adoption.items(name):
            if item.has("target") and item.get("target") not in world.draft.target_codes:
                yield item.at("target"), f"方案里没有目标 {item.get('target')}。"
    yield from _baselines_are_early(adoption, world)
    yield from _missing_are_missing(adoption, world)
    for item in adoption.items("thresholds"):
        if item.has("ok_at", "warn_at") and item.get("warn_at") > item.get("ok_at"):
            yield item.at("warn_at"), "偏慢线（warn_at）不能高于正常线（ok_at）。"
    for target in world.draft.targets:
        yield from _baseline_is_spoken_of(target, adoption, world)
        yield from _reviewers_are_here(target, world)


def _calendar_fits(adoption: Item, world: World) -> Iterator[Fault]:
    calendar, standing = adoption.item("calendar"), world.adoption or Adoption()
    if not calendar.sound("due_day", "closes_day"):
        return
    if calendar.get("closes_day", standing.closes_day) < calendar.get("due_day", standing.due_day):
        yield calendar.at("closes_day"), "关闭日不能早于截止日。"


def _baselines_are_early(adoption: Item, world: World) -> Iterator[Fault]:
    dues = {target.get("code"): [goal.get("due") for goal in target.items("goals")] for target in world.draft.targets}
    for baseline in adoption.items("baselines"):
        last = max((due for due in dues.get(baseline.get("target"), ()) if due), default=None)
        if baseline.has("date") and last and Quarter.containing(baseline.get("date")) >= Quarter.containing(last):
            yield baseline.at("date"), f"基期应早于最后一个到期日 {last}。"


def _missing_are_missing(adoption: Item, world: World) -> Iterator[Fault]:
    given = {baseline.get("target") for baseline in adoption.items("baselines")}
    for path, code in adoption.values("missing_baselines"):
        if code not in world.draft.target_codes:
            yield path, f"方案里没有目标 {code}。"
        elif code in given:
            yield path, f"{code} 在 baselines 里已有基期，不应再列为缺基期。"


def _somebody_answers_for_it(target: Item) -> Iterator[Fault]:
    home = target.item("home")
    if target.has("home") and home.has("safeguard") and "section" not in target.data:
        yield target.at("section"), "归保障措施的目标须写明责任科室 section。"


def _baseline_is_spoken_of(target: Item, adoption: Item, world: World) -> Iterator[Fault]:
    needs = [goal for goal in target.items("goals") if goal.get("basis") == "baseline_plus"]
    named = {baseline.get("target") for baseline in adoption.items("baselines")} | world.with_baseline
    missing = {code for _, code in adoption.values("missing_baselines")}
    if needs and target.has("code") and target.get("code") not in named | missing:
        yield (
            needs[0].at("basis"),
            "目标值比基期增减，须在 adoption.baselines 给出基期，或列入 adoption.missing_baselines。",
        )


def _reviewers_are_here(target: Item, world: World) -> Iterator[Fault]:
    """Elements that only the database knows may want sections that this district lacks."""
    in_file = {element.get("code") for element in world.draft.elements}
    for use in uses(target):
        for section in world.elements[use.code].sections if use.code in world.elements.keys() - in_file else ():
            if not world.has_section(section):
                yield use.path, f"填报项 {use.code} 由科室“{section}”负责，本区没有这个科室。"


def _others_can_follow(other: Adoption, world: World) -> Iterator[Fault]:
    """A district that adopted the plan before takes on what is new in it, so it needs the sections for it."""
    sections = {section.code for section in other.district.sections.all()}
    has = {
        "task": set(other.tasks.values_list("task__no", flat=True)),
        "target": set(other.targets.values_list("target__code", flat=True)),
    }
    new = [(task, task.get("section")) for task in world.draft.tasks if task.get("no") not in has["task"]]
    new += [
        (target, section_code(target, world.draft))
        for target in world.draft.targets
        if target.get("code") not in has["target"]
    ]
    for item, section in new:
        if section and section not in sections:
            yield item.at("section"), f"已采用本方案的{other.district}没有科室“{section}”，请先在管理后台添加。"
