"""A small plan with a form: two counts of a rate, a flag and a section's own figure, asked in every quarter."""

import pytest
from playwright.sync_api import Page

from base.quarters import Quarter
from schools.models import Unit
from submissions.models import Entry
from targets.models import Element, TargetDefinition
from tasks.models import Adoption, Plan
from tests import factories


@pytest.fixture
def quarter(today) -> Quarter:
    """The open one."""
    return Quarter.of(2025, 2)


@pytest.fixture
def elements(db) -> dict[str, Element]:
    """By code: TEACHERS and BACKBONE (a part of them), CANTEEN yes or no, CAMERAS from the safety section, and the
    bureau's VERDICT from the basic section."""
    made = [
        factories.make_element("TEACHERS", "专任教师数", position=1),
        factories.make_element("BACKBONE", "骨干教师数", position=2, upper=900),
        factories.make_element("CANTEEN", "有自办食堂", unit="", value_type="boolean", lower=None, position=3),
        factories.make_element("CAMERAS", "联网摄像头数", entered_by="safety", reviewed_by="safety", position=4),
        factories.make_element(
            "VERDICT",
            "满意度研判",
            unit="",
            about="bureau",
            entered_by="basic",
            reviewed_by="basic",
            value_type="verdict",
            lower=None,
            position=5,
        ),
    ]
    return {element.code: element for element in made}


@pytest.fixture
def backbone(plan: Plan, elements: dict[str, Element]) -> TargetDefinition:
    """The rate BACKBONE / TEACHERS, at home in task 6."""
    task = factories.make_task(factories.make_action(plan), 6, "梯次培养骨干教师")
    return factories.make_definition(
        factories.make_target(task, "BACKBONE_SHARE"),
        numerator=[elements["BACKBONE"]],
        denominator=[elements["TEACHERS"]],
        name="骨干教师占比",
        measure="ratio",
        scale=100,
        decimals=1,
    )


@pytest.fixture
def form(adoption: Adoption, school: Unit, backbone: TargetDefinition) -> Unit:
    """``school`` with its form: TEACHERS, BACKBONE, CANTEEN."""
    return school


@pytest.fixture
def enter(elements: dict[str, Element], school: Unit, quarter: Quarter):
    """``enter("BACKBONE", 24, state="submitted")``: an entry of the school in the open quarter."""

    def make(code: str, value: int | None, *, state: str = "draft", unit: Unit = school, **fields) -> Entry:
        return factories.make_entry(elements[code], unit, fields.pop("quarter", quarter), value, state=state, **fields)

    return make


@pytest.fixture
def open_form(form, quarter, new_page, client_of, live_server, clerk, principal):
    """``open_form(user)``: the form, opened by the clerk unless another is named."""

    def open_as(user=clerk, **options) -> Page:
        page = new_page(**options)
        cookie = client_of(user).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page.goto("/fill/pri-01/2025Q2/")
        return page

    return open_as
