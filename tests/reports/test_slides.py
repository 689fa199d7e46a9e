"""投影: a published edition as slides."""

from reports.slides import MOST_ROWS, slides_of
from tests.reports.pages import text_of, url
from tests.reports.small import HALF


class Of:
    """A paper of this content."""

    def __init__(self, **content):
        self.content = {
            "safeguards": {"name": "保障措施", "rows": [], "counts": {}},
            "red": [],
            "actions": [],
        } | content


def row(code, status):
    return {"code": code, "status": status}


def test_one_action_a_slide_with_what_is_urgent_first():
    rows = [row("A", "at_risk"), row("B", "achieved"), row("C", "overdue"), row("D", "behind")]
    counts = {"at_risk": 1, "achieved": 1, "overdue": 1, "behind": 1}
    first, last = slides_of(Of(actions=[{"name": "人才行动", "rows": rows, "counts": counts}]))
    assert (first.title, [one["code"] for one in first.rows]) == ("人才行动", ["C", "D", "A"])
    assert first.note == "2 项滞后或逾期，1 项偏慢"
    assert last.note == "没有滞后或逾期的目标"


def test_no_slide_has_more_rows_than_can_be_read():
    rows = [row(f"R{n}", "behind") for n in range(MOST_ROWS + 1)]
    part = {"name": "人才行动", "rows": rows, "counts": {"behind": len(rows)}}
    of_action, *red = slides_of(Of(actions=[part], red=rows))
    assert (len(of_action.rows), of_action.note) == (MOST_ROWS, "5 项滞后或逾期，0 项偏慢；先列 4 项，其余见通报")
    assert [one["code"] for slide in red for one in slide.rows] == [one["code"] for one in rows]
    assert [slide.title for slide in red] == ["红色事项　5 项（1/2）", "红色事项　5 项（2/2）"]


def test_only_what_was_published_is_projected(published, client_of, leader):
    page = text_of(client_of(leader).get(url("slides", HALF)))
    assert "2 项目标， 0 项已达成、" in page


def test_a_draft_is_not_projected(drafted, client_of, leader, officer, director):
    for user in (leader, officer, director):
        assert client_of(user).get(url("slides", HALF)).status_code == 404
