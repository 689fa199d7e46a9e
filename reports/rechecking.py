"""Whether a published edition, of a bulletin or an assessment, still says what its kept sources give, to the last
digit."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model

from base import audit
from reports.actions import checksum_of
from reports.assessment.kept import read as read_kept
from reports.assessment.rechecking import unlike
from reports.bulletin.changes import changes_of
from reports.frozen import Frozen, digest_of, read, recomputed, results_of
from reports.models import AssessmentEdition, AssessmentSources, Edition, EditionSources, Result
from targets.core.model import DISTRICT

CHANGES = {"figures": "目标数据", "tally": "总体数", "schools": "学校部分", "sections": "文字部分", "head": "版头"}
SHOWN = {"number": "value", "status": "status"}  # of a row of the content: what the result calls it


def faults_of(edition: Edition) -> Iterator[str]:
    """In Chinese; names the target, the field, what is kept and what comes out."""
    sources = EditionSources.objects.filter(edition=edition).first()
    yield from _faults_of_keeping(edition, edition, sources, edition.content["edition"])
    if sources is not None:
        frozen = read(sources.data)
        yield from _differences(results_of(frozen), recomputed(frozen))
        yield from _unlike_content(edition, frozen)
        yield from _unlike_changes(edition, frozen)


def faults_of_assessment(edition: AssessmentEdition) -> Iterator[str]:
    """In Chinese; names the school, the line, the field, what stands there and what comes out."""
    sources = AssessmentSources.objects.filter(edition=edition).first()
    yield from _faults_of_keeping(edition, edition.assessment, sources, edition.content["assessment"])
    if sources is not None:
        yield from unlike(edition.assessment, edition.content, read_kept(sources.data))


def _faults_of_keeping(
    edition: Edition | AssessmentEdition,
    audited: Model,
    sources: EditionSources | AssessmentSources | None,
    stamp: dict[str, Any],
) -> Iterator[str]:
    """``audited``: whose audit rows tell of the publication; ``stamp``: where the content names its sources."""
    digest = checksum_of(edition.content)
    if digest != edition.checksum:
        yield "内容与校验码不符。"
    if not audit.history(audited).filter(verb="published", after=digest).exists():
        yield "审计记录里没有发布过这样的内容。"
    if sources is None:
        yield "发布时没有保存来源，不能重算。"
    elif not sources.checksum == digest_of(sources.data) == stamp.get("sources"):
        yield "保存的来源与校验码不符。"


def _differences(kept: dict[tuple[str, str], dict[str, Any]], again: dict[tuple[str, str], Any]) -> Iterator[str]:
    for place in kept | again:
        scope, target = place
        where = f"目标 {target}（{'全区' if scope == DISTRICT else scope}）"
        if place not in again or place not in kept:
            yield f"{where}：{'重算没有这一行' if place in kept else '保存的结果缺这一行'}。"
            continue
        for name, value in kept[place].items():
            if again[place][name] != value:
                yield f"{where}{_label(name)}：保存 {value}，重算 {again[place][name]}。"


def _unlike_content(edition: Edition, frozen: Frozen) -> Iterator[str]:
    """What was printed, beside what is kept."""
    kept = results_of(frozen)
    for part in [*edition.content["actions"], edition.content["safeguards"]]:
        for row in part["rows"]:
            result = kept[DISTRICT, row["code"]]
            for shown, name in SHOWN.items():
                if row[shown] != result[name]:
                    yield f"目标 {row['code']}（全区）{_label(name)}：通报 {row[shown]}，保存 {result[name]}。"


def _unlike_changes(edition: Edition, frozen: Frozen) -> Iterator[str]:
    """What it says of the edition before, beside what comparing the two gives."""
    stored = edition.content.get("changes")
    if stored is None:
        return
    earlier = Edition.objects.filter(bulletin=edition.bulletin_id, number=stored["against"]).first()
    if earlier is None:
        yield f"更正对照表所对照的第 {stored['against']} 版不在。"
        return
    kept = EditionSources.objects.filter(edition=earlier).first()
    before = read(kept.data) if kept else None
    again = changes_of(earlier.content, edition.content, before, frozen, stored["told"])
    for name in again | stored:
        if again.get(name) != stored.get(name):
            yield f"更正对照表的{CHANGES.get(name, name)}与两版来源对照的结果不符。"


def _label(name: str) -> str:
    return str(Result._meta.get_field(name).verbose_name) if name not in ("scope", "target") else name
