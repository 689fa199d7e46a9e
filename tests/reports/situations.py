"""Five very different half-years, as contents without text: what an office has to sign in each of them."""

from tests.reports.contents import SCHOOLS, all_targets, content, ledger_row, then

Data = dict


def all_well() -> Data:
    """Nothing is late; half of it is newly achieved."""
    rows = all_targets({"TRUST": "on_track", "TOPICS": "on_track", "BACKBONE": "on_track"}, "achieved", due="2024年底")
    for n, one in enumerate(one for mine in rows.values() for one in mine):
        one["before"] = then("on_track" if n % 2 else one["status"])
        one["year_ago"] = then("behind" if n < 4 else "on_track")
        one["next_due"] = one["next_due_on"] = ""
    rows[1][0] |= {"next_due": "2025年8月底", "next_due_on": "2025-08-31"}
    rows[2][0] |= {"next_due": "2025年底", "next_due_on": "2025-12-31"}
    done = content(rows)
    words = {"no": 1, "task": "强化教育优先战略", "section": "办公室", "problems": "", "late": False}
    done["actions"][0]["words"] = [words | {"done": "召开全区教育大会。", "plans": "督办会议确定的事项。"}]
    return done


def all_late() -> Data:
    """Every target overdue or behind; rectifications with a date, late, and not begun."""
    rows = all_targets({"TRUST": "behind", "BACKBONE": "behind", "TOPICS": "behind", "PSYCH": "behind"}, "overdue")
    for n, one in enumerate(one for mine in rows.values() for one in mine):
        one["before"] = then("on_track" if n % 3 else "behind")
        one["year_ago"] = then("on_track")
    by_code = {one["code"]: one for mine in rows.values() for one in mine}
    by_code["TRUST"]["reason"] = "两所学校投诉较多"
    by_code["GAPS"]["short"] = SCHOOLS
    by_code["PSYCH"]["short"] = SCHOOLS[:2]
    ledger = [
        ledger_row(by_code["GAPS"], "2025年9月30日", "2025-09-30", carried=1),
        ledger_row(by_code["KG"], "2025年8月31日", "2025-08-31"),
        ledger_row(by_code["HOURS"], "2025年6月30日", "2025-06-30", overdue=True, carried=2),
    ]
    lacking = [{key: by_code[code][key] for key in ("code", "name", "section")} for code in ("PARTY", "CAMPUS")]
    late = content(rows, rectifications={"rows": ledger, "lacking": lacking})
    late["actions"][6]["unwritten"] = "安全科没有提交任务25的进展。"
    return late


def no_data() -> Data:
    """The form is open and nobody has reported; much waits for review."""
    rows = all_targets({"TRUST": "not_due"}, "no_data")
    waiting = [{"section": "教研室", "count": 12}, {"section": "安全科", "count": 3}]
    silent = content(rows, waiting=waiting)
    silent["reporting"] |= {"open": True, "as_of": "2025年7月3日"}
    return silent


def first_half_year() -> Data:
    """Nothing to compare with; little is due yet."""
    well = {"PARTY": "achieved", "KG": "achieved", "HOURS": "on_track", "CLUBS": "on_track", "CREW": "achieved"}
    slow = {"BACKBONE": "at_risk", "CURRICULUM": "at_risk", "CAMPUS": "behind", "TOPICS": "no_data"}
    rows = all_targets(well | slow | {"COURSES": "no_baseline", "TRUST": "not_rated"}, "not_due")
    rows[6][1] |= {"short": SCHOOLS[:1], "provisional": True, "units_fresh": 8, "expected": "94.5%"}
    for mine in rows.values():
        for one in mine:
            is_due = one["status"] != "not_due"
            one |= {"next_due": is_due * "2023年底", "next_due_on": is_due * "2023-12-31"}
    first = content(rows)
    first["head"] |= {"title": first["head"]["title"].replace("2025", "2023")}
    first["reporting"] |= {
        "until": "2023年6月底",
        "as_of": "2023年7月10日",
        "next": "2023年底",
    }
    return first


def one_incident() -> Data:
    """All goes well, and there was an accident."""
    rows = all_targets(
        {"ACCIDENTS": "overdue", "TRUST": "on_track", "GAPS": "at_risk", "TOPICS": "on_track"}, "achieved"
    )
    for one in (one for mine in rows.values() for one in mine):
        one["before"] = then("achieved" if one["code"] == "ACCIDENTS" else one["status"], "2024年底")
        one["year_ago"] = then("on_track")
    incident = rows[7][0]
    incident |= {"due": "2025年底", "expected": "0 起"}
    ledger = [ledger_row(incident, "2025年9月30日", "2025-09-30")]
    return content(rows, rectifications={"rows": ledger, "lacking": []})


SITUATIONS = {one.__name__: one for one in (all_well, all_late, no_data, first_half_year, one_incident)}
