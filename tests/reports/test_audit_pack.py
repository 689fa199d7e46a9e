import csv
import io
import zipfile

import pytest
from django.core.management import CommandError, call_command

from base.quarters import Period, Quarter
from reports.audit_pack import pack, save_pack
from reports.measuring import measure
from reports.models import Measurement
from submissions.models import Entry
from targets.values import plain
from tests.reports.packs import book_of_pack, number, period_of, read_pack
from tests.targets.naive import naive_measure

COLUMNS = {
    "meta": "key,value",
    "plan": "action_no,action,task_no,task",
    "units": "unit_code,name,kind,stages,ownership,group,opened,closed,successor,from",
    "elements": "code,period_kind,asked_in,about,entered_by,stages,value_type,lower,upper,unit",
    "targets": "code,action_no,task_no,objective_no,name,unit,measure,numerator,denominator,condition,window,scale,"
    "stages,ownership,goal_scope,decimals,soft,sensitive,pending,warn_at,ok_at,baseline_value,baseline_date,"
    "definition_version",
    "goals": "target_code,due,comparator,value,max,basis,pacing",
    "values": "unit_code,quarter,element_code,value,approved_at",
    "results": "period,scope,target_code,measured_at,value,numerator,denominator,expected,goal,anchor,pace,status,"
    "missed_goals,units_expected,units_fresh,units_carried,units_missing",
}
NUMBERS = ("value", "numerator", "denominator", "expected", "goal", "anchor", "pace")
COUNTS = ("units_expected", "units_fresh", "units_carried", "units_missing")
HALF = Period.parse("2025H1")


PERIODS = ["2023H1", "2024H2", "2025H1", "2024", "2024Q3"]


@pytest.fixture(scope="module")
def packs(passing_world):
    """The pack of each period as bytes; ``public`` is that of 2025H1 for whoever may not see sensitive figures."""
    with passing_world() as adoption:
        measured = {period: measure(adoption, Period.parse(period), by=None) for period in PERIODS}
        made = {period: pack(one, sees_sensitive=True) for period, one in measured.items()}
        return made | {"public": pack(measured["2025H1"], sees_sensitive=False)}


@pytest.fixture(scope="module")
def files(packs):
    return read_pack(packs["2025H1"])


def by(rows, **wanted):
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


def test_files_and_columns_are_those_of_the_page(packs):
    with zipfile.ZipFile(io.BytesIO(packs["2025H1"])) as archive:
        heads = {name: next(csv.reader(io.TextIOWrapper(archive.open(name), "utf-8"))) for name in archive.namelist()}
    assert heads == {f"{name}.csv": columns.split(",") for name, columns in COLUMNS.items()}


@pytest.mark.parametrize("period", PERIODS)
def test_the_naive_implementation_finds_every_result_from_the_pack_alone(packs, period):
    files = read_pack(packs[period])
    assert str(period_of(files)) == period
    dues = {
        (row["target_code"], Quarter.parse(f"{row['due'][:4]}Q{(int(row['due'][5:7]) + 2) // 3}")): row["due"]
        for row in files["goals"]
    }
    found = {(row["scope"], row["target_code"]): row for row in files["results"]}
    rows = naive_measure(book_of_pack(files), Period.parse(period))
    assert len(rows) == len(found) > 250
    for row in rows:
        stored = found[row.scope, row.target]
        place = (row.scope, row.target)
        assert (stored["status"], stored["measured_at"]) == (row.status, str(row.measured_at)), place
        assert [int(stored[name]) for name in COUNTS] == [getattr(row, name) for name in COUNTS], place
        missed = "+".join(dues[row.target, due] for due in row.missed_goals)
        assert stored["missed_goals"] == missed, place
        for name in NUMBERS:
            wanted = getattr(row, name)
            if wanted is None:
                assert stored[name] == "", (*place, name)
            else:
                assert number(stored[name]) == pytest.approx(float(wanted), rel=1e-11, abs=1e-11), (*place, name)


def test_all_approved_values_up_to_the_period_are_there(world):
    files = read_pack(pack(measure(world, Period.parse("2024H1"), by=None), sees_sensitive=True))
    entries = Entry.objects.up_to(Quarter.parse("2024Q2")).select_related("unit", "element")
    assert len(files["values"]) == len(entries) < Entry.objects.count()
    wanted = {(one.unit.code, str(one.quarter), one.element.code): plain(one.element, one.value) for one in entries}
    columns = ("unit_code", "quarter", "element_code")
    assert {tuple(row[name] for name in columns): row["value"] for row in files["values"]} == wanted
    assert {"met", "advancing", "lagging"} < set(wanted.values())


def test_units_have_a_row_for_each_version_of_their_facts(files):
    kindergarten = by(files["units"], unit_code="K2")
    assert [(row["ownership"], row["from"]) for row in kindergarten] == [
        ("private", "2010-09-01"),
        ("public", "2024-09-01"),
    ]
    (merged,) = by(files["units"], unit_code="P2")
    assert (merged["closed"], merged["successor"], merged["stages"]) == ("2024-08-31", "N1", "primary")
    (successor,) = by(files["units"], unit_code="N1")
    assert (successor["stages"], successor["group"], successor["closed"]) == ("primary+junior", "北区教育集团", "")
    (bureau,) = by(files["units"], kind="bureau")
    assert (bureau["unit_code"], bureau["stages"], bureau["ownership"]) == ("bureau", "", "")


def test_targets_and_goals_are_written_as_lists_flags_and_plain_numbers(files):
    (myopia,) = by(files["targets"], code="MYOPIA")
    assert (myopia["baseline_value"], myopia["baseline_date"], myopia["scale"]) == ("50", "2022-12-31", "100")
    (posts,) = by(files["targets"], code="SHORTAGE_SOLVED")
    assert (posts["condition"], posts["soft"], posts["pending"]) == ("POSTS_FILLED/POSTS_NEEDED>=0.95", "1", "0")
    assert (posts["action_no"], posts["task_no"], posts["objective_no"]) == ("2", "4", "5")
    assert (posts["warn_at"], posts["ok_at"], posts["definition_version"]) == ("0.8", "1", "1")
    safeguards = by(files["targets"], action_no="", task_no="")
    assert {row["code"] for row in safeguards} == {"TASKFORCE", "BULLETINS", "ASSESSMENTS"}
    (brand,) = by(files["goals"], target_code="PARTY_BRAND")
    assert list(brand.values()) == ["PARTY_BRAND", "2025-12-31", ">=", "100", "", "absolute", "linear"]


def test_a_schools_row_under_a_district_goal_has_value_and_parts_alone(files):
    goals = {row["code"]: row["goal_scope"] for row in files["targets"]}
    rows = [row for row in files["results"] if row["scope"] != "district" and goals[row["target_code"]] == "district"]
    assert any(row["value"] for row in rows)
    assert {row[name] for row in rows for name in ("goal", "expected", "anchor", "pace", "missed_goals")} == {""}


def test_without_the_right_sensitive_figures_by_school_are_left_out_and_named(packs, files):
    public = read_pack(packs["public"])
    sensitive = {row["code"] for row in by(files["targets"], sensitive="1")}
    left_out = [row for row in files["results"] if row not in public["results"]]
    assert {row["target_code"] for row in left_out} == {
        row["target_code"] for row in files["results"] if row["target_code"] in sensitive and row["scope"] != "district"
    }
    assert "district" not in {row["scope"] for row in left_out}
    counted = {code for row in by(files["targets"], sensitive="1") for code in row["numerator"].split("+")}
    assert {row["unit_code"] for row in public["values"] if row["element_code"] in counted} == {"bureau"}
    assert [row["value"] for row in by(files["meta"], key="omitted")] == [""]
    (omitted,) = by(public["meta"], key="omitted")
    assert set(omitted["value"].split("+")) == {row["target_code"] for row in left_out}


def test_two_packs_of_the_same_data_are_the_same(world, monkeypatch):
    measurement = measure(world, HALF, by=None)
    monkeypatch.setattr("reports.audit_pack.clock.now", lambda: measurement.measured_at)
    assert pack(measurement, sees_sensitive=True) == pack(measurement, sees_sensitive=True)


def test_the_command_measures_first_if_need_be_and_writes_the_file(world, tmp_path, capsys):
    out = tmp_path / "pack.zip"
    call_command("audit_pack", period="2024H2", out=out)
    assert len(read_pack(out.read_bytes())["results"]) == Measurement.objects.get().results.count()
    call_command("audit_pack", period="2024H2", out=out, without_sensitive=True)
    assert capsys.readouterr().out.count("已测算2024年下半年。") == 1
    assert by(read_pack(out.read_bytes())["meta"], key="omitted")[0]["value"]
    assert list(tmp_path.iterdir()) == [out]


def test_a_failed_write_leaves_the_file_as_it_was(world, tmp_path, monkeypatch):
    out = tmp_path / "pack.zip"
    out.write_text("what was there")
    monkeypatch.setattr("reports.audit_pack._cell", lambda value: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        save_pack(measure(world, HALF, by=None), out, sees_sensitive=True)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"pack.zip": "what was there"}


def test_the_command_says_where_it_cannot_write(world, tmp_path):
    with pytest.raises(CommandError, match="写不了文件 "):
        call_command("audit_pack", period="2024H2", out=tmp_path / "nowhere" / "pack.zip")
