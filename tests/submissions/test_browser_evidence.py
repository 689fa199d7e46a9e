"""A file goes from the field into the form, in a real browser, and takes nothing that was typed with it."""

import pytest
from playwright.sync_api import Page, expect

from base.files import MB
from submissions.models import Entry, Evidence
from targets.models import Element
from tests.journey.looks import expect_fit_for_a_phone
from tests.upload_bytes import PDF, SCRIPT, png

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHOOSER = "有自办食堂的佐证"


@pytest.fixture
def page(form, quarter, settings, tmp_path, new_page, client_of, live_server, principal) -> Page:
    """The form of the school on a phone; the yes or no asks for evidence."""
    settings.DATA_DIR = tmp_path
    Element.objects.filter(code="CANTEEN").update(evidence=True)
    page = new_page(width=360)
    cookie = client_of(principal).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page.goto("/fill/pri-01/2025Q2/")
    return page


def file(name: str, content: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "", "buffer": content}


def hold(page, **patterns):
    """The routes of requests that wait, by the names of their ``patterns``, as they come."""
    held = {}

    def holding(name):
        return lambda route: held.update({name: route})

    for name, pattern in patterns.items():
        page.route(pattern, holding(name))
    return held


def go(page, held, name):
    """Lets the request of that name go, once it is there."""
    while name not in held:
        page.wait_for_timeout(20)
    held.pop(name).continue_()


def test_a_photograph_from_the_field(page):
    page.select_option("#v-CANTEEN", label="是")
    expect(page.locator("#f-CANTEEN")).to_contain_text("缺佐证")
    page.get_by_label(CHOOSER).set_input_files(file("证书.png", png()))
    expect(page.locator("#f-CANTEEN")).to_contain_text("证书.png")
    expect(page.locator("#v-CANTEEN")).to_have_value("1")
    expect(page.locator("#progress")).to_contain_text("3 项中已填 1 项")
    expect_fit_for_a_phone(page)
    before = page.locator("#f-CANTEEN").inner_text()
    page.reload()
    expect(page.locator("#f-CANTEEN")).to_have_text(before, use_inner_text=True)
    page.get_by_text("证书.png").click()
    expect(page.locator("#f-CANTEEN")).to_be_visible()  # the photograph is in a window of its own


def test_before_the_value_and_then_the_value(page):
    page.locator("#f-CANTEEN .proof summary").click()
    page.get_by_label(CHOOSER).set_input_files(file("批文.pdf", PDF))
    expect(page.locator("#f-CANTEEN")).to_contain_text("批文.pdf")
    page.select_option("#v-CANTEEN", label="是")
    expect(page.locator("#t-CANTEEN .saved")).to_be_visible()
    assert [(entry.value, entry.version) for entry in Entry.objects.all()] == [(1, 1)]


def test_what_is_refused_is_said_at_the_field(page, page_errors, tmp_path):
    page.select_option("#v-CANTEEN", label="是")
    page.get_by_label(CHOOSER).set_input_files(file("证书.png", SCRIPT))
    expect(page.locator("#f-CANTEEN [role=alert]")).to_contain_text("内容看起来是文本")
    page_errors.clear()  # the console's line about the refusal
    large = tmp_path / "大.pdf"
    large.write_bytes(PDF.ljust(10 * MB + 1))
    page.get_by_label(CHOOSER).set_input_files(large)
    expect(page.locator("#notices")).to_contain_text("“大.pdf”超过 10 MB，没有上传。")
    assert not Evidence.objects.exists()


def test_use_again_and_take_off_on_the_page(page):
    page.select_option("#v-CANTEEN", label="是")
    page.get_by_label(CHOOSER).set_input_files(file("证书.png", png()))
    page.get_by_role("link", name="撤下、用已有的").click()
    expect_fit_for_a_phone(page)
    page.get_by_label("照片或文件").set_input_files(file("批文.pdf", PDF))
    page.get_by_role("button", name="附上").click()
    expect(page.get_by_role("heading", name="已附 2 份")).to_be_visible()
    page.get_by_role("button", name="撤下证书.png").click()
    expect(page.get_by_role("heading", name="已附 1 份")).to_be_visible()
    page.get_by_role("link", name="2025年第二季度填报").click()
    expect(page.locator("#f-CANTEEN")).to_contain_text("批文.pdf")


def test_a_file_chosen_while_its_field_is_being_saved(page, page_errors):
    """It goes out afterwards: both answers are seen, and the chooser is still there."""
    held = hold(page, field="**/entry/CANTEEN/")
    page.locator("#f-CANTEEN .proof summary").click()
    page.select_option("#v-CANTEEN", label="是")
    page.get_by_label(CHOOSER).set_input_files(file("证书.png", SCRIPT))
    go(page, held, "field")
    expect(page.locator("#f-CANTEEN [role=alert]")).to_contain_text("内容看起来是文本")
    expect(page.locator("#t-CANTEEN .saved")).to_be_visible()
    page_errors.clear()
    page.get_by_label(CHOOSER).set_input_files(file("证书.png", png()))
    expect(page.locator("#f-CANTEEN")).to_contain_text("证书.png")


@pytest.mark.parametrize("first", ["file", "field"])
def test_a_field_is_left_while_its_file_is_on_the_way(page, first):
    held = hold(page, file="**/evidence/**", field="**/entry/CANTEEN/")
    page.locator("#f-CANTEEN .proof summary").click()
    page.get_by_label(CHOOSER).set_input_files(file("证书.png", png()))
    page.select_option("#v-CANTEEN", label="是")
    shown = {"file": page.get_by_text("证书.png"), "field": page.locator("#t-CANTEEN .saved")}
    go(page, held, first)
    expect(shown[first]).to_be_visible()
    go(page, held, "field" if first == "file" else "file")
    for what in shown.values():
        expect(what).to_be_visible()
    expect(page.get_by_label(CHOOSER)).to_have_count(1)
    expect(page.locator("#v-CANTEEN")).to_have_value("1")
