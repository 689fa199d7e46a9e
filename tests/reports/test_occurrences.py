"""What happened in a year: who tells, confirms and lifts it, what is refused, and its page."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from base.models import AuditRow
from reports.actions import compute, confirm_occurrence, lift_occurrence, show
from reports.models import Assessment, AssessmentState, Occurrence
from schools.models import Role, Unit
from tests import factories
from tests.reports.assessments import confirmed, make_schools_to_assess, someone, told
from tests.upload_bytes import PDF

pytestmark = pytest.mark.django_db
YEAR = 2025
PLAN = "plan-2023-2025"


@pytest.fixture
def adoption(settings, tmp_path):
    settings.PLAN_TODAY = datetime.date(2026, 1, 16)
    return make_schools_to_assess(tmp_path)


@pytest.fixture
def officer(adoption):
    return someone(adoption)


@pytest.fixture
def director(adoption):
    return factories.make_director(adoption.district)


def url(name, *args):
    return reverse(f"reports:{name}", args=[PLAN, YEAR, *args])


def said(**changed):
    form = {"whom": "unit:P1", "code": "city", "happened": "2025-09-01", "what": "获评特色学校"}
    return form | {"file": SimpleUploadedFile("授牌.pdf", PDF)} | changed


def test_one_tells_another_confirms_a_director_lifts(client_of, adoption, officer, director):
    client = client_of(officer)
    assert "还没有登记" in client.get(url("occurrences")).content.decode()
    assert client.post(url("occurrences"), said()).url == url("occurrences")
    one = Occurrence.objects.get()
    assert (one.unit.code, one.code, one.happened, one.told_by) == ("P1", "city", datetime.date(2025, 9, 1), officer)
    page = client.get(url("occurrences")).content.decode()
    for words in ("待核准 1", "本人登记的事项，由另一人核准", "加分 · 市级授牌 · 2025年9月1日", "+2 分", "授牌.pdf"):
        assert words in page
    assert url("confirm_occurrence", one.pk) not in page
    assert client.post(url("confirm_occurrence", one.pk)).status_code == 403
    assert client.get(url("occurrence_file", one.pk)).getvalue() == PDF
    other = client_of(someone(adoption))
    assert url("confirm_occurrence", one.pk) in other.get(url("occurrences")).content.decode()
    other.post(url("confirm_occurrence", one.pk))
    assert "已核准 1" in other.get(url("occurrences")).content.decode()
    assert other.post(url("lift_occurrence", one.pk), {"why": "误登"}).status_code == 403
    client_of(director).post(url("lift_occurrence", one.pk), {"why": "授牌已被撤销"})
    assert "撤销：授牌已被撤销" in client.get(url("occurrences")).content.decode()
    verbs = AuditRow.objects.filter(subject_type="reports.occurrence").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["told", "confirmed", "lifted"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"whom": "unit:FAR"}, "选择一个有效的选项"),
        ({"code": "earthquake"}, "选择一个有效的选项"),
        ({"happened": "2024-12-31"}, "日期应在2025年内，不晚于2025年12月31日"),
        ({"happened": "yesterday"}, "输入一个有效的日期"),
        ({"what": " "}, "这个字段是必填项"),
        ({"file": ""}, "加分须附依据"),
        ({"file": SimpleUploadedFile("授牌.pdf", b"MZ")}, "授牌.pdf"),
    ],
)
def test_bad_input_is_told_at_its_field(client_of, officer, changed, words):
    page = client_of(officer).post(url("occurrences"), said(**changed))
    assert (page.status_code, Occurrence.objects.count()) == (422, 0)
    (field,) = changed
    assert words in page.content.decode().partition(f'id="id_{field}_error"')[2].partition("</ul>")[0]


def test_what_is_to_come_is_refused(settings, adoption):
    settings.PLAN_TODAY = datetime.date(2025, 8, 31)
    with pytest.raises(ValidationError, match="不晚于2025年8月31日"):
        told(adoption, "warned")


def test_a_section_may_be_told_of(client_of, officer):
    client_of(officer).post(url("occurrences"), said(whom="section:basic", code="warned"))
    assert Occurrence.objects.get().section.code == "basic"


def test_of_two_who_confirm_or_lift_at_once_one_is_told(adoption, director):
    seen = told(adoption, "accident")
    confirm_occurrence(Occurrence.objects.get(), by=someone(adoption))
    with pytest.raises(ValidationError, match="由别人处理过"):
        confirm_occurrence(seen, by=someone(adoption))
    with pytest.raises(ValidationError, match="由别人处理过"):  # to her it still waits
        lift_occurrence(seen, why="误登", by=someone(adoption))
    lift_occurrence(Occurrence.objects.get(), why="复查无责", by=director)
    with pytest.raises(ValidationError, match="由别人处理过"):
        lift_occurrence(Occurrence.objects.get(), why="复查无责", by=director)


def test_what_was_taken_back_is_not_confirmed(adoption, officer):
    one = lift_occurrence(told(adoption, "warned"), why="误登", by=officer)
    with pytest.raises(ValidationError, match="由别人处理过"):
        confirm_occurrence(one, by=someone(adoption))


def test_schools_and_other_districts_have_no_part(adoption, officer):
    one = told(adoption, "warned")
    principal = Unit.objects.get(code="P2").posts.get(role=Role.PRINCIPAL).user
    far = factories.make_director(factories.make_district("far", "远区"))
    for person in (principal, far):
        with pytest.raises(PermissionDenied, match="由教育局"):
            told(adoption, "warned", by=person)
        with pytest.raises(PermissionDenied, match="由教育局"):
            confirm_occurrence(one, by=person)
        with pytest.raises(PermissionDenied):
            lift_occurrence(one, why="误登", by=person)
    factories.make_post(Role.PRINCIPAL, adoption.district, unit=one.unit, user=officer)
    with pytest.raises(PermissionDenied, match="您在该校任职"):
        confirm_occurrence(one, by=officer)


def test_nothing_changes_once_the_year_is_published(client_of, adoption, director, officer):
    one = confirmed(adoption, "accident")
    show(compute(adoption, YEAR, by=None), until=datetime.date(2026, 1, 23), lists_all=False, by=officer)
    assert "考核正在公示" in client_of(officer).get(url("occurrences")).content.decode()
    Assessment.objects.update(state=AssessmentState.FINAL)
    page = client_of(director).get(url("occurrences")).content.decode()
    assert ("事项不能再改" in page, url("lift_occurrence", one.pk) in page, "登记事项" in page) == (True, False, False)
    for act in (lambda: told(adoption, "city"), lambda: lift_occurrence(one, why="迟了", by=director)):
        with pytest.raises(ValidationError, match="已经发布"):
            act()


def test_a_year_without_schemes_has_no_page(client_of, adoption, officer):
    assert client_of(officer).get(reverse("reports:occurrences", args=[PLAN, 2024])).status_code == 404


def test_the_list_asks_as_many_queries_for_more(client_of, adoption, officer, django_assert_num_queries):
    client = client_of(officer)
    told(adoption, "warned")
    client.get(url("occurrences"))
    for n in (1, 5):
        for _ in range(n):
            confirmed(adoption, "warned", "P2")
        with django_assert_num_queries(QUERIES):
            client.get(url("occurrences"))


QUERIES = 21
