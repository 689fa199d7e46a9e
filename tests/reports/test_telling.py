"""What a bulletin takes over from sections: their words, and the ledger; the page that shows it."""

import datetime

import pytest

from base import clock
from reports.actions import draft, hand_in, save_texts
from reports.bulletin.content import content_of
from reports.bulletin.references import printed
from reports.models import Bulletin, Edition
from reports.progress import Typed
from targets.models import AdoptedTarget
from tests import factories
from tests.reports.pages import text_of, url
from tests.reports.small import HALF


@pytest.fixture
def section(measured, adoption, sections):
    """The basic section answers for task 1 and both targets, one of which is red."""
    factories.make_adopted_task(adoption, adoption.plan.tasks.get(), sections["basic"])
    measured.results.of_district().filter(target__code="TRAINING").update(status="behind")
    return sections["basic"]


def tell(adoption, section, officer, problems="无"):
    texts = {"1.done": "走访十所学校。", "1.problems": problems, "1.plans": "开现场会。"}
    save_texts(adoption, HALF, section, {key: Typed(text, 0) for key, text in texts.items()}, by=officer)


def test_only_what_was_handed_in_is_told(section, measured, adoption, officer):
    tell(adoption, section, officer)
    (action,) = content_of(measured)["actions"]
    assert (action["words"], action["unwritten"]) == ([], "基础教育科没有提交任务1的进展。")
    hand_in(adoption, HALF, section, by=officer)
    (action,) = content_of(measured)["actions"]
    said = {"no": 1, "task": "重点任务1", "section": "基础教育科", "done": "走访十所学校。", "plans": "开现场会。"}
    assert (action["words"], action["unwritten"]) == ([said | {"problems": "", "late": False}], "")


def test_the_ledger_is_told_with_dates(section, measured, adoption, officer):
    content = content_of(measured)
    assert content["rectifications"] == {
        "rows": [],
        "lacking": [{"code": "TRAINING", "name": "TRAINING率", "section": "基础教育科"}],
    }
    assert content["next"][-1] == "TRAINING率还没有列出整改措施，基础教育科要尽快补上。"
    target = AdoptedTarget.objects.get(target__code="TRAINING")
    factories.make_rectification(target, HALF.moved(-1), by=officer, due=datetime.date(2025, 7, 2))
    content = content_of(measured)
    (row,) = content["rectifications"]["rows"]
    assert (row["open"], row["overdue"], row["carried"], row["due"]) == (True, True, 1, "2025年7月2日")
    assert [printed(said, content["figures"]) for said in content["next"][-2:]] == [
        "整改台账在办1项，其中1项由上期沿用。",
        "TRAINING率已过整改时限，基础教育科要说明原因、重定时限。",
    ]


def test_the_page_shows_both(section, measured, adoption, officer, director, client_of, leader):
    tell(adoption, section, officer, problems="经费不足。")
    hand_in(adoption, HALF, section, by=officer)
    target = AdoptedTarget.objects.get(target__code="TRAINING")
    factories.make_rectification(target, HALF, by=officer)
    draft(measured, by=officer)
    said = text_of(client_of(officer).get(url("bulletin", HALF)))
    assert "基础教育科（任务1）：走访十所学校。存在问题：经费不足。下一步：开现场会。" in said
    assert "整改台账" in said
    assert "一校一策" in said


def test_a_draft_says_that_sections_have_told_more_since(section, measured, adoption, officer, client_of):
    draft(measured, by=officer)
    client = client_of(officer)
    assert "又有变动" not in text_of(client.get(url("bulletin", HALF)))
    tell(adoption, section, officer)
    hand_in(adoption, HALF, section, by=officer)
    assert "科室的进展或整改台账又有变动" in text_of(client.get(url("bulletin", HALF)))
    draft(measured, by=officer)
    assert "又有变动" not in text_of(client.get(url("bulletin", HALF)))


def test_an_edition_from_before_there_were_words_still_shows(drafted, director, client_of, officer, leader):
    content = drafted.content | {"version": 1}
    del content["rectifications"]
    for action in content["actions"]:
        del action["words"], action["unwritten"]
    Bulletin.objects.update(content=content)
    stamp = {"edition": {"number": 1, "date": "2025-07-03", "by": "王局长"}}
    old = {
        "number": 1,
        "content": content | stamp,
        "checksum": "x",
        "published_at": clock.now(),
        "published_by": director,
    }
    Edition.objects.create(bulletin=drafted, **old)
    for user in (leader, officer):
        said = text_of(client_of(user).get(url("bulletin", HALF)))
        assert "二、各行动进展" in said
        assert "整改台账 " not in said.partition("一、总体情况")[2]
