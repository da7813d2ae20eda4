"""Credit points and allowances over GraphQL: points, thresholds, steps and history, as of any position, for whom."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from litestar.testing import TestClient

from neraca.domain.appraisal import commands
from neraca.domain.attendance import RecordAttendance
from neraca.domain.exemptions import ExemptEmployee
from neraca.domain.period import parse
from neraca.domain.remuneration.allowance import FixAllowance, ReviseAllowance
from neraca.domain.remuneration.ceilings import SetCeiling, WithdrawCeiling
from neraca.domain.remuneration.credit import BringForwardCredit, FixCredit, ReviseCredit
from neraca.domain.vocabulary import ExemptionKind, ObjectionOutcome, Scope
from neraca.service.payroll import payroll

NEW_YEAR, MARCH = date(2026, 1, 5), date(2026, 3, 3)
PAY: Any = {"employee": "fitri", "month": "2026-02", "appraisal": "2025"}

Ask = Any


@pytest.fixture
def story(paying_agency: Any) -> dict[str, int]:
    """A year, and two months of the next, credited; February paid, and paid anew by another ceiling."""
    city = paying_agency
    city.judge("2025", 115, NEW_YEAR)
    city.judge("2026-01..02", 95, MARCH)
    ceiling = SetCeiling(
        since=date(2026, 1, 1), decree="SK 1", position="Analis Kepegawaian", work_load=Decimal(5_000_000)
    )
    points = BringForwardCredit(
        employee="fitri", level="Ahli Pertama", points=Decimal("31.25"), on=date(2025, 1, 2), decree="SK 2"
    )
    city.tell("hr", ceiling, points, on=NEW_YEAR)
    city.tell("hr", RecordAttendance(employee="fitri", month="2026-02", required_days=20), on=MARCH)
    year = city.tell("hr", FixCredit(employee="fitri", period="2025"), on=MARCH).position
    city.tell("hr", FixCredit(employee="fitri", period="2026-01..02"), on=MARCH)
    paid = city.tell("hr", FixAllowance(**PAY), on=MARCH).position
    higher = SetCeiling(
        since=date(2026, 2, 1),
        decree="SK 3",
        position="Analis Kepegawaian",
        work_load=Decimal(5_000_000),
        scarcity=Decimal(1_000_000),
    )
    city.tell("hr", higher, on=MARCH)
    revised = city.tell("hr", ReviseAllowance(**PAY, reason="Pagu naik"), on=MARCH).position
    city.house.follow()
    return {"year": year, "paid": paid, "revised": revised}


@pytest.fixture
def ask(story: dict[str, int], paying_agency: Any, asked: Any) -> Ask:
    scopes = {"pays": [Scope.PAYROLL], "archive": [Scope.DOSSIERS], "books": [Scope.LOG, Scope.PAYROLL]}
    return asked(paying_agency, ("fitri", "sri", "budi"), datetime(2026, 3, 4, tzinfo=UTC), **scopes)


@pytest.fixture
def client(ask: Ask) -> TestClient[Any]:
    return ask.client


EMPLOYEE = "employees(first: 50) {{ edges {{ node {{ employeeNumber {} }} }} }}"
LEVELS = """credit { level accumulated rankNeed levelNeed rankReached levelReached
    broughtForward { points decree since years } points { period months points accumulated counts outdated }
    history { period } }"""


def of_fitri(found: Any) -> Any:
    return next(one["node"] for one in found["employees"]["edges"] if one["node"]["employeeNumber"] == "fitri")


def test_points_gather_by_level_up_to_what_the_next_rank_asks_for(ask: Ask) -> None:
    (level,) = of_fitri(ask("hr", EMPLOYEE.format(LEVELS)))["credit"]

    assert {name: level[name] for name in ("level", "accumulated", "rankNeed", "levelNeed")} == {
        "level": "ahli_pertama",
        "accumulated": "52.08",
        "rankNeed": "50",
        "levelNeed": "100",
    }
    assert (level["rankReached"], level["levelReached"]) == (True, False)
    assert level["broughtForward"] == {"points": "31.25", "decree": "SK 2", "since": "2025-01-02", "years": None}
    assert level["points"] == [
        {"period": "2025", "months": 12, "points": "18.75", "accumulated": "50.00", "counts": True, "outdated": False},
        {
            "period": "2026-01..02",
            "months": 2,
            "points": "2.08",
            "accumulated": "52.08",
            "counts": True,
            "outdated": False,
        },
    ]


def test_the_past_is_told_as_it_was(ask: Ask, story: dict[str, int]) -> None:
    (level,) = of_fitri(ask("hr", EMPLOYEE.format(LEVELS), story["year"]))["credit"]
    (paid,) = ask("hr", "allowances { edges { node { amount reason } } }", story["paid"])["allowances"]["edges"]

    assert (level["accumulated"], [one["period"] for one in level["history"]]) == ("50.00", ["2025"])
    assert paid["node"] == {"amount": "5000000", "reason": None}
    assert ask("hr", "ceilings { amount }", story["paid"])["ceilings"] == [{"amount": "5000000"}]


def test_an_allowance_says_every_step_and_every_event_behind_it(ask: Ask) -> None:
    fields = """allowances(month: "2026-02", history: true) { edges { node { month amount predicate appraisalPeriod
        policy reason counts outdated facts { name value events } explain { path value inputs { name events } } } } }"""

    before, now = (one["node"] for one in ask("auditor", fields)["allowances"]["edges"])

    assert [(one["amount"], one["counts"], one["reason"]) for one in (before, now)] == [
        ("5000000", False, None),
        ("6000000", True, "Pagu naik"),
    ]
    assert (now["predicate"], now["appraisalPeriod"], now["outdated"]) == ("sangat_baik", "2025", False)
    assert now["policy"] == "id.jatim.kota-surabaya.tpp@1"
    facts = {one["name"]: one["value"] for one in now["facts"]}
    assert (facts["pagu_tpp"], facts["pagu_kelangkaan_profesi"]) == ("6000000", "1000000")
    assert all(one["events"] for one in now["facts"])
    last = now["explain"][-1]
    assert (last["path"], last["value"]) == ("nodes/tpp", "6000000")
    (ceiling,) = [step for step in now["explain"] if step["path"] == "indicators/pagu_tpp"][:1]
    assert ceiling["inputs"][0]["events"] == [
        f for one in now["facts"] if one["name"] == "pagu_tpp" for f in one["events"]
    ]


def test_an_appraisal_leads_to_what_follows_from_it(ask: Ask) -> None:
    fields = 'appraisal(employee: "fitri", period: "2025") { credit { points } allowances { month amount } }'

    for who in ("fitri", "hr", "official", "auditor"):
        assert ask(who, fields)["appraisal"] == {
            "credit": [{"points": "18.75"}],
            "allowances": [{"month": "2026-02", "amount": "6000000"}],
        }
    assert ask("sri", fields)["appraisal"] == {"credit": None, "allowances": None}


def test_what_others_are_paid_is_nobodys_business_but_that_of_hr_officials_and_auditors(ask: Ask) -> None:
    everybody, own = (
        "allowances { edges { node { amount } } }",
        'allowances(employee: "fitri") { edges { node { amount } } }',
    )

    assert [ask(who, everybody) for who in ("fitri", "sri", "policy")] == ["NOT_ALLOWED"] * 3
    assert [ask(who, own) for who in ("sri", "policy")] == ["NOT_ALLOWED"] * 2
    assert len(ask("fitri", own)["allowances"]["edges"]) == len(ask("hr", everybody)["allowances"]["edges"]) == 1
    assert ask("fitri", "ceilings { amount }") == "NOT_ALLOWED"
    assert len(ask("hr", "ceilings { amount }")["ceilings"]) == 2
    assert of_fitri(ask("sri", EMPLOYEE.format("credit { level } allowances { amount }"))) == {
        "employeeNumber": "fitri",
        "credit": None,
        "allowances": None,
    }
    assert of_fitri(ask("fitri", EMPLOYEE.format("allowances(history: true) { amount }")))["allowances"] == [
        {"amount": "5000000"},
        {"amount": "6000000"},
    ]


def test_a_result_that_was_amended_leaves_what_rests_on_it_outdated(ask: Ask, paying_agency: Any) -> None:
    which: Any = {"employee": "fitri", "period": "2025"}
    paying_agency.tell("fitri", commands.ReceiveDocument(**which), on=NEW_YEAR)
    paying_agency.tell("fitri", commands.FileObjection(**which, grounds="x"), on=NEW_YEAR)
    paying_agency.tell("sri", commands.ExplainObjection(**which, explanation="x"), on=NEW_YEAR)
    amended = commands.DecideObjection(**which, outcome=ObjectionOutcome.AMENDED, reason="x")
    paying_agency.tell("agus", amended, on=NEW_YEAR)
    paying_agency.house.follow()

    found = ask("hr", 'appraisal(employee: "fitri", period: "2025") { credit { outdated } allowances { outdated } }')

    assert found["appraisal"] == {"credit": [{"outdated": True}], "allowances": [{"outdated": True}]}


def test_what_is_paid_on_a_contested_result_is_told_to_be_provisional(ask: Ask, paying_agency: Any) -> None:
    which: Any = {"employee": "fitri", "period": "2025"}
    paying_agency.tell("fitri", commands.ReceiveDocument(**which), on=NEW_YEAR)
    paying_agency.tell("fitri", commands.FileObjection(**which, grounds="x"), on=NEW_YEAR)
    again = ReviseAllowance(employee="fitri", month="2026-02", appraisal="2025", reason="Diperiksa lagi")
    paying_agency.tell("hr", again, on=MARCH)
    paying_agency.house.follow()

    query = 'appraisal(employee: "fitri", period: "2025") { allowances { month amount provisional counts reason } }'
    (found,) = [one for one in ask("hr", query)["appraisal"]["allowances"] if one["counts"]]

    assert (found["provisional"], found["reason"]) == (True, "Diperiksa lagi")


def test_what_was_paid_provisionally_is_outdated_once_the_objection_is_turned_down(
    ask: Ask, paying_agency: Any
) -> None:
    """Nothing is fixed anew then, and somebody must be told all the same to settle it."""
    which: Any = {"employee": "fitri", "period": "2025"}
    query = 'appraisal(employee: "fitri", period: "2025") { allowances { provisional outdated counts } }'

    def told() -> list[tuple[bool, bool]]:
        paying_agency.house.follow()
        rows = ask("hr", query)["appraisal"]["allowances"]
        paid = payroll(paying_agency.house.url, paying_agency.id, parse("2026-02"))
        counting = [(one["provisional"], one["outdated"]) for one in rows if one["counts"]]
        assert [(one.provisional, one.outdated) for one in paid] == counting
        return counting

    paying_agency.tell("fitri", commands.ReceiveDocument(**which), on=NEW_YEAR)
    paying_agency.tell("fitri", commands.FileObjection(**which, grounds="x"), on=NEW_YEAR)
    paying_agency.tell("hr", ReviseAllowance(**PAY, reason="Diperiksa lagi"), on=MARCH)
    assert told() == [(True, False)]
    paying_agency.tell("sri", commands.ExplainObjection(**which, explanation="x"), on=NEW_YEAR)
    upheld = commands.DecideObjection(**which, outcome=ObjectionOutcome.UPHELD, reason="x")
    paying_agency.tell("agus", upheld, on=NEW_YEAR)
    assert told() == [(True, True)]
    paying_agency.tell("hr", ReviseAllowance(**PAY, reason="Keberatan ditolak"), on=MARCH)
    assert told() == [(False, False)]


def test_a_ceiling_that_is_withdrawn_leaves_what_was_paid_by_it_outdated(ask: Ask, paying_agency: Any) -> None:
    query = 'appraisal(employee: "fitri", period: "2025") { allowances { month outdated counts } }'

    def outdated() -> list[bool]:
        paying_agency.house.follow()
        return [one["outdated"] for one in ask("hr", query)["appraisal"]["allowances"] if one["counts"]]

    assert outdated() == [False]
    wrong = WithdrawCeiling(since=date(2026, 2, 1), position="Analis Kepegawaian", reason="Salah pagu")
    paying_agency.tell("hr", wrong, on=MARCH)
    assert outdated() == [True]
    paying_agency.tell("hr", ReviseAllowance(**PAY, reason="Pagu ditarik"), on=MARCH)
    assert outdated() == [False]


def test_the_log_tells_amounts_to_those_who_may_read_the_payroll(client: TestClient[Any]) -> None:
    def read(who: str) -> tuple[str | None, dict[str, Any]]:
        answer = client.get("/agencies/uji/events?limit=1000", headers={"Authorization": f"Bearer {who}"})
        return answer.headers["etag"], {one["type"]: one for one in answer.json()["events"]}

    tag, seen = read("log")
    whole_tag, whole = read("books")

    hidden = {
        "allowance.revised": {"amount", "facts", "facts_digest", "nodes"},
        "credit.fixed": {"points", "accumulated", "facts", "facts_digest", "nodes"},
        "credit.brought-forward": {"points"},
    }
    for kind, names in hidden.items():
        assert (seen[kind]["masked"], whole[kind]["masked"]) == (True, False)
        body, all_of_it = seen[kind]["event"]["body"], whole[kind]["event"]["body"]
        assert body == {name: value for name, value in all_of_it.items() if name not in names}
        assert names <= all_of_it.keys()
    assert tag != whole_tag
    assert read("auditor")[1]["credit.fixed"]["event"] == whole["credit.fixed"]["event"]


def test_the_payroll_is_for_hr_and_the_program_that_pays(client: TestClient[Any]) -> None:
    def get(who: str, path: str = "2026-02?format=csv") -> Any:
        return client.get(f"/agencies/uji/payroll/{path}", headers={"Authorization": f"Bearer {who}"})

    refused = ("fitri", "sri", "official", "auditor", "policy", "archive")
    assert {who: get(who).status_code for who in refused} == dict.fromkeys(refused, 403)
    assert client.get("/agencies/uji/payroll/2026-02").status_code == 401
    for who in ("hr", "pays"):
        answer = get(who)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
        assert answer.headers["content-disposition"] == 'attachment; filename="payroll-uji-2026-02.csv"'
        assert answer.text.splitlines()[1].startswith("2026-02,fitri,Fitri,dinkes,Analis Kepegawaian,FUNCTIONAL,")
    sheet = get("hr", "2026?format=xlsx")
    assert sheet.headers["content-type"].endswith("spreadsheetml.sheet")
    assert sheet.content[:2] == b"PK"
    assert sheet.content == get("pays", "2026?format=xlsx").content
    for path in ("2026-13", "2026-02..02", "2026-02?format=ods", "2026-02?colour=red"):
        assert get("hr", path).status_code == 400, path


def test_days_that_go_unpaid_are_told_with_their_decree_and_the_past_stays(ask: Ask, paying_agency: Any) -> None:
    city, fields = (
        paying_agency,
        "allowances { edges { node { amount outdated unpaid { days unpaid whole decrees } } } }",
    )
    leave = ExemptEmployee(
        employee="fitri",
        kind=ExemptionKind.UNPAID_LEAVE,
        since=date(2026, 2, 16),
        until=date(2026, 2, 28),
        decree="SK CLTN",
    )

    def told(as_of: int | None = None) -> list[Any]:
        city.house.follow()
        return [one["node"] for one in ask("hr", fields, as_of)["allowances"]["edges"]]

    (before,) = told()
    decreed = city.tell("hr", leave, on=MARCH).position
    (marked,) = told()
    city.tell("hr", ReviseAllowance(**PAY, reason="CLTN"), on=MARCH)
    (now,) = told()

    assert before == {"amount": "6000000", "outdated": False, "unpaid": None}
    assert marked == {**before, "outdated": True}
    assert told(decreed) == [marked]
    assert told(decreed - 1) == [before]
    half = {"days": 20, "unpaid": 10, "whole": "6000000", "decrees": ["SK CLTN"]}
    assert now == {"amount": "3000000", "outdated": False, "unpaid": half}


def test_points_are_outdated_when_a_month_of_theirs_is_exempt_afterwards(ask: Ask, paying_agency: Any) -> None:
    leave = ExemptEmployee(
        employee="fitri",
        kind=ExemptionKind.UNPAID_LEAVE,
        since=date(2025, 11, 1),
        until=date(2025, 12, 31),
        decree="SK CLTN",
    )
    fields = EMPLOYEE.format("credit { points { period months outdated } }")

    def told() -> list[tuple[str, int, bool]]:
        paying_agency.house.follow()
        (level,) = of_fitri(ask("hr", fields))["credit"]
        return [(one["period"], one["months"], one["outdated"]) for one in level["points"]]

    paying_agency.tell("hr", leave, on=MARCH)
    marked = told()
    paying_agency.tell("hr", ReviseCredit(employee="fitri", period="2025", reason="CLTN"), on=MARCH)

    assert marked == [("2025", 12, True), ("2026-01..02", 2, False)]
    assert told() == [("2025", 10, False), ("2026-01..02", 2, False)]
