"""What counts in an appraisal besides: attendance, sanctions, time limits, and a rule that came to hold after it."""

from datetime import UTC, date, datetime
from typing import Any

from neraca.domain import streams
from neraca.domain.attendance import CorrectAttendance, RecordAttendance
from neraca.domain.policy_register import PolicyScheduled, PolicyScheduleWithdrawn
from neraca.domain.roster import LiftSanction, ReviseSanction, SanctionEmployee
from neraca.domain.vocabulary import Scope, Severity

NOW = datetime(2025, 6, 2, 5, tzinfo=UTC)
PEOPLE = ("budi", "sri", "agus", "ani", "tono")
OF_BUDI = 'appraisal(employee: "budi", period: "2025-Q1")'


def of_budi(fields: str) -> str:
    return f"employees(first: 50) {{ edges {{ node {{ employeeNumber {fields} }} }} }}"


def read(asked: Any, who: str, field: str, columns: str, as_of: int | None = None) -> Any:
    """Of Budi; «unseen» where the reader is not even shown that he serves."""
    found = asked(who, of_budi(f"{field} {{ {columns} }}"), as_of)["employees"]["edges"]
    by_number = {edge["node"]["employeeNumber"]: edge["node"][field.partition("(")[0]] for edge in found}
    return by_number.get("budi", "unseen")


def test_months_of_attendance_are_read_by_whoever_may_know_the_person(fixture_agency: Any, asked: Any) -> None:
    counted = {"employee": "budi", "required_days": 20}
    tell = fixture_agency.tell
    tell("hr", RecordAttendance(**counted, month="2025-02", late=1))
    first = tell("hr", RecordAttendance(**counted, month="2025-01", absent_days=2)).position
    tell("hr", RecordAttendance(employee="ani", month="2025-01", required_days=20))
    last = tell("hr", CorrectAttendance(**counted, month="2025-01", left_early=3, reason="izin")).position
    fixture_agency.house.follow()
    ask = asked(fixture_agency, PEOPLE, NOW, roster=[Scope.ROSTER], dossiers=[Scope.DOSSIERS])

    columns = "month requiredDays absentDays late leftEarly reason position"
    january = {"month": "2025-01", "requiredDays": 20, "absentDays": 0, "late": 0, "leftEarly": 3, "reason": "izin"}
    before = {**january, "absentDays": 2, "leftEarly": 0, "reason": None, "position": str(first)}
    readers = (*PEOPLE, "hr", "auditor", "roster", "dossiers")
    seen = {who: read(ask, who, "attendance(year: 2025)", columns) for who in readers}

    assert seen["budi"][0] == {**january, "position": str(last)}
    assert [one["month"] for one in seen["budi"]] == ["2025-01", "2025-02"]
    for who in ("sri", "hr", "auditor", "dossiers"):
        assert seen[who] == seen["budi"], who
    assert (seen["ani"], seen["tono"], seen["roster"]) == ("unseen", "unseen", None)
    assert read(ask, "hr", "attendance(year: 2025)", columns, first)[0] == before
    assert [one["month"] for one in read(ask, "hr", "attendance(first: 1, after: 1)", columns)] == ["2025-02"]
    assert read(ask, "hr", "attendance(year: 2024)", columns) == []


def test_a_sanction_stands_as_its_last_decree_says(fixture_agency: Any, asked: Any) -> None:
    tell, on = fixture_agency.tell, date(2025, 2, 3)
    one, two = (
        SanctionEmployee(employee="budi", severity=severity, on=on, decree=decree)
        for severity, decree in ((Severity.SEVERE, "SK 1"), (Severity.LIGHT, "SK 2"))
    )
    given, other = tell("hr", one).position, tell("hr", two).position
    milder = ReviseSanction(employee="budi", decree="SK 1", severity=Severity.MODERATE, by="SK 3", reason="banding")
    moved = tell("hr", milder).position
    lifted = tell("hr", LiftSanction(employee="budi", decree="SK 2", by="SK 4", reason="keliru")).position
    fixture_agency.house.follow()
    ask = asked(fixture_agency, PEOPLE, NOW, roster=[Scope.ROSTER])

    columns = "decree on severity restsOn reason position"
    first = {"decree": "SK 1", "on": "2025-02-03", "severity": "MODERATE", "restsOn": "SK 3", "reason": "banding"}
    second = {"decree": "SK 2", "on": "2025-02-03", "severity": None, "restsOn": "SK 4", "reason": "keliru"}
    told = [{**first, "position": str(moved)}, {**second, "position": str(lifted)}]

    assert [read(ask, who, "sanctions", columns) for who in ("budi", "sri", "hr", "auditor")] == [told] * 4
    assert read(ask, "ani", "sanctions", columns) == "unseen"
    assert read(ask, "roster", "sanctions", columns) is None
    assert read(ask, "hr", "sanctions", "severity restsOn reason position", other) == [
        {"severity": "SEVERE", "restsOn": "SK 1", "reason": None, "position": str(given)},
        {"severity": "LIGHT", "restsOn": "SK 2", "reason": None, "position": str(other)},
    ]


def test_a_fixed_result_says_which_other_rule_has_come_to_hold(fixture_agency: Any, asked: Any) -> None:
    fixture_agency.score("budi")
    fixed = fixture_agency.finalise("budi").position
    fixture_agency.publish(version=2, since=date(2026, 1, 1))
    one, two = (fixture_agency.service.policies.by_ref("uji", "kota-uji", version).ref for version in (1, 2))
    register = streams.policy_register("uji")
    fixture_agency.keep(
        "policy",
        register,
        PolicyScheduleWithdrawn(policy=one, since=date(2025, 1, 1), reason="keliru"),
        PolicyScheduled(policy=two, since=date(2025, 1, 1)),
        after=5,
    )
    fixture_agency.house.follow()
    ask = asked(fixture_agency, PEOPLE, NOW)
    head = fixture_agency.house.log.head("uji")

    def rule(who: str, at: int | None = None) -> Any:
        return ask(who, f"{OF_BUDI} {{ status supersededRule {{ policyHash position }} }}", at)["appraisal"]

    other = {"policyHash": two.hash, "position": str(head)}
    for who in ("budi", "sri", "hr"):
        assert rule(who) == rule(who, head) == {"status": "FINAL", "supersededRule": other}
    assert rule("hr", fixed) == {"status": "FINAL", "supersededRule": None}


def test_time_limits_are_told_with_where_they_began_and_ended(fixture_agency: Any, asked: Any) -> None:
    fixture_agency.score("budi")
    before = fixture_agency.house.log.head("uji")
    fixed = fixture_agency.finalise("budi").position
    fixture_agency.house.follow()
    ask = asked(fixture_agency, PEOPLE, NOW)

    def limits(who: str, at: int | None = None) -> Any:
        found = ask(who, f"{OF_BUDI} {{ timeLimits {{ kind since began ended }} }}", at)["appraisal"]
        if found is None:
            return None
        return {one["kind"]: (one["since"], one["began"], one["ended"]) for one in found["timeLimits"]}

    now, then = limits("budi"), limits("budi", before)

    assert now == limits("hr") == limits("sri")
    assert {kind for kind, (_, _, ended) in now.items() if ended is None}
    assert now["PLAN"][2] is not None
    assert then["EVALUATION"][2] is None
    assert now["EVALUATION"][:2] == then["EVALUATION"][:2]
    assert now["EVALUATION"][2] == str(fixed)
    assert now.keys() > then.keys(), "the result begins others"
    assert limits("tono") is None
