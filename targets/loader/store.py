"""Writing a checked plan file to the database. Runs in a transaction; the caller records the changes."""

from collections.abc import Sequence

from base.sync import Changes, described
from targets.loader.adoptions import store_adoptions
from targets.loader.checks import store_checks
from targets.loader.clauses import store_clauses
from targets.loader.draft import Draft, Item
from targets.loader.spec import TEXTS, Spec, Step, amount, compare, in_order, spec_of
from targets.loader.world import World
from targets.models import Element, Goal, Target, TargetDefinition, Term
from tasks.actions import save_plan
from tasks.models import Plan

ELEMENT = (
    "name unit period_kind asked_in about entered_by reviewed_by stages value_type lower upper counted not_counted "
    "example evidence"
).split()
TARGET = ["task", "safeguard", "objective", "clauses", "position"]


def store(world: World, changes: Changes) -> Plan:
    """Write everything that the file says; ``changes`` gathers what that changes."""
    draft = world.draft
    latest = world.latest  # read before anything is written
    plan = save_plan(draft.plan.data, changes=changes)
    _save_elements(draft, plan, changes)
    targets = _save_targets(draft, plan, changes)
    _save_definitions(draft, plan, targets, latest, changes)
    store_clauses(draft, plan, targets, changes)
    store_checks(draft, plan, changes)
    store_adoptions(draft, plan, targets, changes)
    return plan


def _save_elements(draft: Draft, plan: Plan, changes: Changes) -> None:
    wanted = [_element(item) for item in draft.elements]
    changes.sync(Element.objects.all(), wanted, key="code", fields=ELEMENT)
    if _put_in_order([element.code for element in wanted]):
        changes.note(plan, "changed", after="填报项的次序")


def _element(item: Item) -> Element:
    texts = {key: item.get(key, "") for key in ("unit", "counted", "not_counted", "example")}
    kinds = {key: item.get(key) for key in ("period_kind", "about", "entered_by", "reviewed_by", "value_type")}
    return Element(
        code=item.get("code"),
        name=item.get("name"),
        asked_in=tuple(sorted(item.get("asked_in"))),
        stages=in_order(item.get("stages", ())),
        lower=amount(item, "lower"),
        upper=amount(item, "upper"),
        evidence=item.get("evidence", False),
        **texts,
        **kinds,
    )


def _put_in_order(codes: Sequence[str]) -> bool:
    """Forms follow the order of the file; elements of other files stay behind the one that they stood behind.

    Whether any element that had a place has another now.
    """
    elements = {element.code: element for element in Element.objects.all()}
    standing = sorted(elements.values(), key=lambda one: (one.position or len(elements) + 1, one.pk))  # 0: new
    behind: dict[str, list[str]] = {leader: [] for leader in ("", *codes)}  # elements of other files
    leader = ""
    for element in standing:
        if element.code in behind:
            leader = element.code
        else:
            behind[leader].append(element.code)
    ordered = [code for leader, followers in behind.items() for code in (leader, *followers) if code]
    moved = [elements[code] for place, code in enumerate(ordered, 1) if elements[code].position != place]
    placed = [element for element in moved if element.position]
    for place, code in enumerate(ordered, 1):
        elements[code].position = place
    Element.objects.bulk_update(moved, ["position"], batch_size=200)
    return bool(placed)


def _save_targets(draft: Draft, plan: Plan, changes: Changes) -> dict[str, Target]:
    """By code."""
    tasks, safeguards, objectives = (
        {part.no: part for part in parts.all()} for parts in (plan.tasks, plan.safeguards, plan.objectives)
    )
    wanted = [
        Target(
            plan=plan,
            code=item.get("code"),
            task=tasks.get(item.item("home").get("task")),
            safeguard=safeguards.get(item.item("home").get("safeguard")),
            objective=objectives.get(item.get("objective")),
            clauses=tuple(item.get("clauses")),
            position=position,
        )
        for position, item in enumerate(draft.targets, 1)
    ]
    stored = plan.targets.select_related("task", "safeguard", "objective")
    return {str(code): target for code, target in changes.sync(stored, wanted, key="code", fields=TARGET).items()}


def _save_definitions(
    draft: Draft, plan: Plan, targets: dict[str, Target], latest: dict[str, TargetDefinition], changes: Changes
) -> None:
    new: list[Spec] = []
    tally = changes.tally(TargetDefinition)
    for item in draft.targets:
        spec, stored = spec_of(item, plan.first_quarter), latest.get(item.get("code"))
        match compare(stored, spec):
            case Step.FIRST | Step.VERSION:
                spec.definition.target = targets[item.get("code")]
                spec.definition.version = stored.version + 1 if stored else 1
                new.append(spec)
            case Step.TEXTS:
                _change_texts(stored, spec, changes)
                tally.changed += 1
            case _:
                tally.unchanged += 1
    _create_definitions(new, changes)


def _create_definitions(specs: Sequence[Spec], changes: Changes) -> None:
    TargetDefinition.objects.bulk_create([spec.definition for spec in specs], batch_size=200)
    elements = {element.code: element for element in Element.objects.all()}
    terms, goals = [], []
    for spec in specs:
        for position, (part, code) in enumerate(spec.terms):
            terms.append(Term(definition=spec.definition, part=part, position=position, element=elements[code]))
        for goal in spec.goals:
            goal.definition = spec.definition
            goals.append(goal)
        _note_new(spec.definition, changes)
    Term.objects.bulk_create(terms, batch_size=500)
    Goal.objects.bulk_create(goals, batch_size=500)


def _note_new(definition: TargetDefinition, changes: Changes) -> None:
    changes.note(
        definition, "created", after=f"{definition.name}：第 {definition.version} 版，自 {definition.since} 起用"
    )
    if definition.version == 1:
        changes.tally(TargetDefinition).created += 1
        return
    changes.tally(TargetDefinition).versions += 1
    if definition.sensitive:
        _make_sensitive(definition, changes)


def _change_texts(stored: TargetDefinition, spec: Spec, changes: Changes) -> None:
    """Texts, and what is only said about goals, change in place."""
    columns = [stored._meta.get_field(name) for name in TEXTS]
    differing = [one for one in columns if getattr(stored, one.name) != getattr(spec.definition, one.name)]
    before = described(stored, differing)
    for column in differing:
        setattr(stored, column.name, getattr(spec.definition, column.name))
    stored.save(update_fields=[column.name for column in differing])
    for goal, wanted in zip(stored.goals.all(), spec.goals, strict=True):
        if goal.presumed != wanted.presumed:
            Goal.objects.filter(pk=goal.pk).update(presumed=wanted.presumed)
            changes.note(goal, "changed", before=str(goal.presumed), after=str(wanted.presumed))
    if differing:
        changes.note(stored, "changed", before=before, after=described(stored, differing))
    if spec.definition.sensitive and not stored.sensitive:
        _make_sensitive(stored, changes)


def _make_sensitive(definition: TargetDefinition, changes: Changes) -> None:
    """The flag holds for a target whole: every version of it takes it on."""
    for one in TargetDefinition.objects.filter(target=definition.target_id, sensitive=False):
        TargetDefinition.objects.filter(pk=one.pk).update(sensitive=True)
        changes.note(one, "changed", before="成绩类：否", after="成绩类：是")
