import datetime

import pytest

from submissions.models import Entry
from tests import factories

GRID = "/desk/2025Q2/grid/safety/"
OWN = "/desk/2025Q2/grid/basic/"


@pytest.fixture
def grid(form, bureau, district, client_of, other_officer, quarter):
    """The safety section's officer, with two schools in her grid."""
    factories.make_unit(district, "pri-02", "第二小学")
    return client_of(other_officer)


def text_of(response):
    return response.content.decode()


def cells(version=0, **values):
    """``cells(pri_01="5")``: what is typed for CAMERAS."""
    named = {f"{unit.replace('_', '-')}.CAMERAS": text for unit, text in values.items()}
    return {
        f"{what}.{key}": one for key, text in named.items() for what, one in (("value", text), ("version", version))
    }


def stored():
    return {entry.unit.code: entry.value for entry in Entry.objects.select_related("unit")}


def test_grid_shows_all_schools_and_the_last_value(grid, enter, quarter):
    enter("CAMERAS", 77, state="approved", quarter=quarter - 1)
    page = text_of(grid.get(GRID))
    for words in ("第一小学", "第二小学", "联网摄像头数", "77", "2 格中已填 0 格"):
        assert words in page


def test_grid_saves_valid_cells_and_keeps_the_others(grid):
    page = text_of(grid.post(GRID, cells(pri_01="5", pri_02="x") | {"do": "save"}))
    assert stored() == {"pri-01": 5}
    assert ('value="x"' in page, "不是数字" in page) == (True, True)


def test_grid_saves_and_hands_in_what_is_filled(grid):
    response = grid.post(GRID, cells(pri_01="5", pri_02="") | {"do": "submit"}, follow=True)
    assert "已提交 1 项" in text_of(response)
    assert list(Entry.objects.values_list("state", flat=True)) == ["submitted"]


def test_grid_cell_comes_back_alone(grid):
    response = grid.post(GRID, cells(pri_01="5"), headers={"HX-Request": "true"})
    assert text_of(response).strip().startswith('<td id="f-pri-01_CAMERAS"')
    assert stored() == {"pri-01": 5}
    assert grid.post(GRID, {}, headers={"HX-Request": "true"}).status_code == 404


def test_grid_keeps_back_what_is_unusual_until_it_has_a_reason(grid, plan, elements, enter, quarter):
    factories.make_check(plan, "jump", [elements["CAMERAS"]], threshold="0.2", minimum=10)
    enter("CAMERAS", 20, state="approved", quarter=quarter - 1)
    cell = text_of(grid.post(GRID, cells(pri_01="50"), headers={"HX-Request": "true"}))
    assert ("比上次 20 人增加 150.0%，超过 20%。" in cell, 'name="note.pri-01.CAMERAS"' in cell) == (True, True)
    both = cells(1, pri_01="50") | cells(pri_02="5")
    page = text_of(grid.post(GRID, both | {"do": "submit"}, follow=True))
    assert "1 格数值异常，在格子里写明原因后才能提交；已提交其余 1 格。" in page
    reason = {"note.pri-01.CAMERAS": "新校区启用", "do": "submit"}
    assert "已提交 1 项" in text_of(grid.post(GRID, cells(1, pri_01="50") | reason, follow=True))


def test_grid_stale_cell_shows_both_values(grid, enter, other_officer):
    enter("CAMERAS", 6, by=other_officer)
    page = text_of(grid.post(GRID, cells(pri_01="5"), headers={"HX-Request": "true"}))
    assert ("我填的 5" in page, "已存的 6" in page, stored()) == (True, True, {"pri-01": 6})


def test_grid_closed(grid, settings):
    settings.PLAN_TODAY = datetime.date(2025, 7, 10)
    assert "不再接受填报" in text_of(grid.get(GRID))
    assert grid.post(GRID, cells(pri_01="5") | {"do": "save"}).status_code == 409
    assert "填报已关闭" in text_of(grid.post(GRID, cells(pri_01="5"), headers={"HX-Request": "true"}))
    assert stored() == {}


def test_grid_of_the_bureaus_own_figures(form, bureau, quarter, client_of, officer):
    mine = client_of(officer)
    assert "满意度研判" in text_of(mine.get(OWN))
    typed = {"value.bureau.VERDICT": "met", "version.bureau.VERDICT": "0", "note.bureau.VERDICT": ""}
    assert "理由" in text_of(mine.post(OWN, typed | {"do": "save"}))
    mine.post(OWN, typed | {"do": "save", "note.bureau.VERDICT": "测评 96 分"})
    assert Entry.objects.get().note == "测评 96 分"


def test_grid_director_sees_and_approves_but_does_not_enter(grid, client_of, director):
    grid.post(GRID, cells(pri_01="5", pri_02="6") | {"do": "submit"})
    boss = client_of(director)
    page = text_of(boss.get(GRID))
    assert ('name="pick"' in page, 'name="value.' in page) == (True, False)
    boss.post(GRID, cells(pri_01="9") | {"do": "save"})
    entries = [f"{one.pk}:{one.version}" for one in Entry.objects.all()]
    boss.post(GRID, {"do": "approve", "seen": entries, "pick": entries})
    assert set(Entry.objects.values_list("state", "approved_by")) == {("approved", director.pk)}
    assert stored() == {"pri-01": 5, "pri-02": 6}


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_grid_is_not_entered_by_the_director(grid, client_of, director, headers):
    boss = client_of(director)
    for do in ("save", "submit"):
        boss.post(GRID, cells(pri_01="9") | {"do": do}, headers=headers)
    assert stored() == {}


def test_grid_ones_own_entries_are_for_a_colleague(grid, sections, client_of, other_officer):
    grid.post(GRID, cells(pri_01="5") | {"do": "submit"})
    entry = Entry.objects.get()
    pair = f"{entry.pk}:{entry.version}"
    assert 'name="pick"' not in text_of(grid.get(GRID))
    grid.post(GRID, {"do": "approve", "seen": pair, "pick": pair})
    assert Entry.objects.get().state == "submitted"
    colleague = client_of(factories.make_officer(sections["safety"]))
    colleague.post(GRID, {"do": "return", "seen": pair, f"reason.{entry.pk}": "请核对"})
    assert (Entry.objects.get().state, "请核对" in text_of(grid.get(GRID))) == ("returned", True)


def test_grid_of_another_section_or_district(grid, other_district, client_of, clerk):
    assert [
        grid.get(address).status_code for address in (OWN, "/desk/2025Q2/grid/nobody/", "/desk/x/grid/safety/")
    ] == [403, 404, 404]
    factories.make_section(other_district, "safety", "别区安全科")
    assert "别区" not in text_of(grid.get(GRID))
    assert client_of(clerk).get(GRID).status_code == 403


def test_grid_leaves_out_exam_figures_without_the_right(grid, plan, elements, sections, client_of, enter):
    factories.make_definition(
        factories.make_target(plan.tasks.get(), "EXAM"), numerator=[elements["CAMERAS"]], sensitive=True
    )
    page = text_of(grid.get(GRID))
    assert ("联网摄像头数" in page, "成绩类" in page) == (False, True)
    grid.post(GRID, cells(pri_01="5") | {"do": "submit"})
    assert stored() == {}
    privy = client_of(factories.make_officer(sections["safety"], sees_sensitive=True))
    assert "联网摄像头数" in text_of(privy.get(GRID))


def test_grid_where_nothing_is_asked(form, client_of, sections, quarter):
    assert "没有由党建科填报" in text_of(
        client_of(factories.make_officer(sections["party"])).get("/desk/2025Q2/grid/party/")
    )


@pytest.mark.parametrize("schools", [1, 30])
def test_grid_takes_the_same_queries_for_any_number_of_schools(
    form, elements, district, quarter, client_of, other_officer, schools, django_assert_num_queries
):
    for _ in range(schools):
        factories.make_entry(elements["CAMERAS"], factories.make_unit(district), quarter, 1, state="draft")
    browser = client_of(other_officer)
    with django_assert_num_queries(15):
        browser.get(GRID)


def test_grid_under_review_names_its_only_item_once_and_folds_the_values(grid, enter, school, director, client_of):
    enter("CAMERAS", 5, state="submitted")
    page = text_of(client_of(director).get(GRID))
    assert "待审核：联网摄像头数" in page
    assert page.count("<summary>各校数值（2 所）</summary>") == 1
    assert "<summary>各校数值" not in text_of(client_of(director).get(OWN))
