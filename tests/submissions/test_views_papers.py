import pytest

from submissions import actions, codes
from submissions.models import Entry, SignOff
from tests import factories

FORM = "/fill/pri-01/2025Q2/"
PAPER = f"{FORM}sign-off/"
LOOKUP = "/check-code/"


@pytest.fixture
def signed(form, quarter, principal) -> SignOff:
    actions.save_values(
        form, quarter, {"TEACHERS": ("124", 0), "BACKBONE": ("24", 0), "CANTEEN": ("1", 0)}, by=principal
    )
    actions.submit(form, quarter, by=principal)
    return SignOff.objects.get()


@pytest.fixture
def change(signed, form, quarter, officer, principal):
    """After handing in, CANTEEN came back and was changed to no."""
    actions.return_entries(Entry.objects.filter(element__code="CANTEEN"), "请核对", by=officer)
    actions.save_values(form, quarter, {"CANTEEN": ("0", 3)}, by=principal)


def text_of(response):
    return response.content.decode()


def look_up(client, code):
    response = client.get(LOOKUP, {"code": code})
    return response.status_code, text_of(response).partition("<main")[2]


def test_sheet_has_the_figures_and_the_code(signed, client_of, clerk, principal):
    page = text_of(client_of(clerk).get(PAPER))
    for words in (
        "第一小学",
        "2025年第二季度行动方案填报数据签字表",
        codes.grouped(signed.code),
        "专任教师数",
        "124",
        "人",
        f"{principal}于2025年7月3日",
        "校长（园长）（签字）",
        "单位（盖章）",
    ):
        assert words in page
    assert ("演示数据</p>" in page, "与现有数据不一致" in page) == (False, False)


def test_sheet_of_a_demo_district_says_so(signed, client_of, clerk, district):
    district.is_demo = True
    district.save()
    assert '<p class="demo-mark">演示数据</p>' in text_of(client_of(clerk).get(PAPER))


def test_sheet_says_when_the_data_have_changed(change, client_of, clerk):
    page = text_of(client_of(clerk).get(PAPER))
    assert "提交以后有 1 项变了（有自办食堂）" in page
    assert "现为 否" in page


def test_sheet_before_handing_in_leads_to_the_form(form, quarter, client_of, clerk):
    page = text_of(client_of(clerk).get(PAPER))
    assert ("还没有在本系统提交过" in page, f'href="{FORM}"' in page) == (True, True)


def test_handing_in_leads_to_the_sheet(form, quarter, client_of, principal):
    heads = client_of(principal)
    assert PAPER not in text_of(heads.get(FORM))
    typed = {"value.TEACHERS": "124", "value.BACKBONE": "24", "value.CANTEEN": "1"}
    page = text_of(heads.post(f"{FORM}submit/", typed, follow=True))
    assert page.count(PAPER) == 2  # in the message, and for later


@pytest.mark.parametrize("who", ["clerk", "officer", "other_officer", "director"])
def test_code_is_found_by_the_school_and_its_bureau(signed, client_of, request, who):
    status, page = look_up(client_of(request.getfixturevalue(who)), codes.grouped(signed.code).lower())
    assert (status, "● 与现有数据一致" in page, "第一小学" in page) == (200, True, True)


def test_code_tells_exactly_what_differs(change, signed, client_of, officer):
    status, page = look_up(client_of(officer), signed.code)
    assert (status, "1 项提交以后变了" in page) == (200, True)
    assert page.count("■ 不一致") == 1
    row = page[page.index('<tr class="is-changed">') :]
    assert "有自办食堂" in row[: row.index("</tr>")]


def test_code_of_an_older_sheet_says_that_there_is_a_newer(change, signed, form, quarter, principal, client_of):
    actions.submit(form, quarter, by=principal)
    assert "这一份不是最新的" in look_up(client_of(principal), signed.code)[1]


def test_code_is_not_found_by_others(signed, client_of, district, other_school, other_district):
    neighbour = factories.make_clerk(factories.make_unit(district, "pri-02"))
    strangers = [neighbour, factories.make_clerk(other_school), factories.make_director(other_district)]
    for stranger in strangers:
        assert look_up(client_of(stranger), signed.code) == look_up_unknown(client_of(stranger), signed.code)


def look_up_unknown(client, like):
    """The answer to a code that does not exist, as if ``like`` had been asked for."""
    unknown = codes.draw()
    status, page = look_up(client, unknown)
    assert (status, "没有这个校验码" in page) == (404, True)
    return status, page.replace(unknown, like)


def test_slip_of_the_pen_is_told_from_an_unknown_code(signed, client_of, officer):
    wrong = ("3" if signed.code[0] == "2" else "2") + signed.code[1:]
    status, page = look_up(client_of(officer), wrong)
    assert (status, "校验码抄错了" in page, f'value="{wrong}"' in page) == (422, True, True)


def test_look_up_is_for_schools_and_the_bureau(form, client_of, leader, administrator):
    assert [client_of(user).get(LOOKUP).status_code for user in (leader, administrator)] == [403, 403]


def test_exam_results_are_shown_to_the_school_and_the_authorized_alone(
    signed, backbone, client_of, principal, officer, sections
):
    backbone.sensitive = True
    backbone.save()
    sees = factories.make_officer(sections["research"], sees_sensitive=True)
    pages = [look_up(client_of(user), signed.code)[1] for user in (principal, sees, officer)]
    assert ["骨干教师数" in page for page in pages] == [True, True, False]
    assert ["本页已略去" in page for page in pages] == [False, False, True]
