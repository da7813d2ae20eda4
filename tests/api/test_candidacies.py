"""Candidacies and boxes of talents over GraphQL: what a policy made of somebody, by which events, and who reads it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs
from msgspec.json import decode

from neraca.domain import streams
from neraca.domain.development.candidacy import (
    AnswerCandidacy,
    AssessCandidacy,
    DecideCandidacy,
    NominateCandidate,
    ReviseCandidacy,
)
from neraca.domain.development.potential import AssessPotential
from neraca.domain.errors import Blocked, Invalid, NotOneInForce
from neraca.domain.headship import AppointHead
from neraca.domain.period import parse
from neraca.domain.policy_register import AttachImpact, ProposePolicy, PublishPolicy, SchedulePolicy
from neraca.domain.roster import AssignEmployee, RegisterEmployee, SanctionEmployee
from neraca.domain.vocabulary import CandidacyKind, EmploymentType, PositionClass, Scope, Severity
from neraca.policy.impact.report import CandidatesOfUnit, Impact
from neraca.service import candidacies
from neraca.service.candidacy_batch import ListingOrder, ListingOutcome, list_all
from neraca.service.development_reports import Box, boxes, candidates
from neraca.service.replay import replay
from neraca.service.report_source import ReportSource
from neraca.store.pool import open_pool

BEGIN, NEW_YEAR, LATER = date(2025, 1, 1), date(2026, 1, 5), date(2026, 2, 3)
PROMOTION: Any = {"employee": "fitri", "kind": CandidacyKind.PROMOTION, "period": "2025"}
TALENT: Any = {"employee": "fitri", "kind": CandidacyKind.TALENT, "period": "2025"}
RULES = "id.jateng.kota-semarang.gajahmungkur"
Ask = Any


@pytest.fixture
def city(paying_agency: Any, shipped: Any) -> Any:
    """Fitri's year is very good, and an assessor found potential; Agus heads the unit."""
    for ref in (f"{RULES}.promosi", f"{RULES}.talenta"):
        found = shipped.get(ref)
        publish = PublishPolicy(file=found.file, texts=dict(found.sources), reason="uji")
        paying_agency.tell("policy", publish, SchedulePolicy(id=ref, version=1, since=BEGIN))
    paying_agency.judge("2025", 115, NEW_YEAR)
    paying_agency.tell("hr", AppointHead(unit="dinkes", employee="agus", since=BEGIN, decree="SK 1"))
    found = AssessPotential(
        employee="fitri", value=Decimal("85.5"), source="Pusat penilaian", assessor="Tim 3", on=NEW_YEAR
    )
    paying_agency.tell("official", found, on=NEW_YEAR)
    return paying_agency


@pytest.fixture
def story(city: Any) -> dict[str, int]:
    listed = city.tell("hr", AssessCandidacy(**TALENT), on=NEW_YEAR).position
    nominated = city.tell("agus", NominateCandidate(**PROMOTION, reason="Layak"), on=NEW_YEAR).position
    city.tell("fitri", AnswerCandidacy(**PROMOTION, accepted=True, answer="Bersedia"), on=LATER)
    decide = DecideCandidacy(**PROMOTION, granted=True, reason="Formasi ada", decree="SK 9/2026")
    city.tell("official", decide, on=LATER)
    city.house.follow()
    return {"listed": listed, "nominated": nominated}


@pytest.fixture
def ask(story: dict[str, int], city: Any, asked: Any) -> Ask:
    return asked(city, ("fitri", "sri", "agus"), datetime(2026, 2, 4, tzinfo=UTC))


FITRI = "employees(first: 50) { edges { node { employeeNumber %s } } }"


def of_fitri(found: Any) -> Any:
    return next(one["node"] for one in found["employees"]["edges"] if one["node"]["employeeNumber"] == "fitri")


def test_a_candidacy_says_what_the_policy_made_of_which_events_and_what_people_did(ask: Ask, city: Any) -> None:
    fields = """candidacies(kind: PROMOTION, period: "2025") { edges { node { employeeNumber stage outcome eligible
        score policy answer reason decree nominatedBy facts { name value events } history { stage by reason }
        explain { kind path } } } }"""

    [edge] = ask("official", fields)["candidacies"]["edges"]

    one = edge["node"]
    final = streams.appraisal("uji", "fitri", "2025")
    result = next(past for past in city.service.reader.stream("uji", final) if hasattr(past.event, "predicate"))
    assert [one.pop(name) for name in ("facts", "history")] == [
        [{"name": "predikat_kinerja", "value": "sangat_baik", "events": [f"uji:{result.position}"]}],
        [
            {"stage": "NOMINATED", "by": "agus", "reason": "Layak"},
            {"stage": "ACCEPTED", "by": "fitri", "reason": None},
            {"stage": "GRANTED", "by": "official", "reason": "Formasi ada"},
        ],
    ]
    assert {step["path"] for step in one.pop("explain")} >= {"indicators/hasil_terakhir", "classify/pencalonan"}
    assert one == {
        "employeeNumber": "fitri",
        "stage": "GRANTED",
        "outcome": "memenuhi_syarat",
        "eligible": True,
        "score": "100.00",
        "policy": f"{RULES}.promosi@1",
        "answer": "Bersedia",
        "reason": "Formasi ada",
        "decree": "SK 9/2026",
        "nominatedBy": "agus",
    }


def test_it_is_read_as_it_stood_before(ask: Ask, story: dict[str, int]) -> None:
    fields = "candidacies { edges { node { kind stage } } }"

    then = ask("hr", fields, as_of=story["nominated"])["candidacies"]["edges"]

    assert [one["node"] for one in then] == [
        {"kind": "PROMOTION", "stage": "NOMINATED"},
        {"kind": "TALENT", "stage": "LISTED"},
    ]
    eligible = ask("hr", 'candidacies(kind: TALENT, eligible: true, period: "2025") { edges { node { outcome } } }')
    assert [one["node"] for one in eligible["candidacies"]["edges"]] == [{"outcome": "kotak_9"}]
    first = ask("hr", "candidacies(first: 1) { pageInfo { endCursor hasNextPage } }")["candidacies"]["pageInfo"]
    [last] = ask("hr", f'candidacies(after: "{first["endCursor"]}") {{ edges {{ node {{ kind }} }} }}')["candidacies"][
        "edges"
    ]
    assert (first["hasNextPage"], last["node"]["kind"]) == (True, "TALENT")


def test_a_person_reads_what_they_are_nominated_for_and_the_box_that_the_policy_lets_them(ask: Ask) -> None:
    fields = FITRI % "candidacies { kind stage } box { outcome } potential { value source assessor }"

    for who in ("hr", "official", "auditor"):
        found = of_fitri(ask(who, fields))
        assert found["box"]["outcome"] == "kotak_9"
        assert found["potential"] == [{"value": "85.5", "source": "Pusat penilaian", "assessor": "Tim 3"}]
    own = of_fitri(ask("fitri", fields))
    assert [one["kind"] for one in own["candidacies"]] == ["PROMOTION", "TALENT"]
    assert (own["box"]["outcome"], own["potential"]) == ("kotak_9", None)
    for who in ("sri", "roster", "dossiers"):
        assert {name: of_fitri(ask(who, fields))[name] for name in ("candidacies", "box", "potential")} == {
            "candidacies": None,
            "box": None,
            "potential": None,
        }, who


def test_boxes_are_counted_and_never_of_a_few_for_those_who_know_of_nobody(ask: Ask) -> None:
    fields = 'nineBox(period: "2025") { outcome people }'

    assert ask("hr", fields) == {"nineBox": [{"outcome": "kotak_9", "people": 1}]}
    for who in ("policy", "aggregates"):
        assert ask(who, fields) == {"nineBox": []}
    for who in ("fitri", "agus", "payroll"):
        assert ask(who, fields) == "NOT_ALLOWED"
        assert ask(who, "candidacies { edges { node { stage } } }") == "NOT_ALLOWED"


def test_the_log_for_programs_says_nothing_of_what_somebody_is_considered_for(ask: Ask) -> None:
    found = ask.client.get("/agencies/uji/events?limit=1000", headers={"Authorization": f"Bearer {Scope.LOG}"}).json()
    types = [one["type"] for one in found["events"]]

    assert types.count("withheld") == 5
    assert [one for one in types if one.startswith(("candidacy.", "potential."))] == []
    marks = [one for one in found["events"] if one["type"] == "withheld"]
    assert [(one["stream"], one["event"]) for one in marks] == [(None, {"withheld": True})] * 5


def test_a_replay_reckons_what_was_recorded_again(story: dict[str, int], city: Any) -> None:
    again = [one for one in replay(city.service, "uji") if "promotion" in one.period or "talent" in one.period]

    assert [(one.period, one.recomputed.predicate, one.differences) for one in again] == [
        ("2025 talent", "kotak_9", ()),
        ("2025 promotion", "memenuhi_syarat", ()),
        ("2025 promotion", "memenuhi_syarat", ()),
    ]


def test_a_replay_finds_what_the_facts_do_not_bear_out(story: dict[str, int], city: Any) -> None:
    [listed] = city.service.reader.stream("uji", streams.candidacy("uji", **TALENT))
    better = structs.replace(listed.event.considered, outcome="kotak_8", score=Decimal(1))
    forged = structs.replace(listed.event, period="2024", considered=better)
    city.keep("hr", streams.candidacy("uji", "fitri", CandidacyKind.TALENT, "2024"), forged)

    [found] = [one for one in replay(city.service, "uji") if one.period == "2024 talent"]

    assert found.differences[0].startswith("facts have digest")
    assert "outcome is missing, recorded was kotak_8" in found.differences


def test_everybody_with_a_result_is_listed_once(city: Any) -> None:
    city.house.follow()
    order = ListingOrder("uji", CandidacyKind.TALENT, parse("2025"))
    now = datetime(2026, 2, 4, 3, tzinfo=UTC)

    done = [list_all(city.service, city.house.url, city.actor("hr"), order, lambda: now) for _ in range(2)]

    assert done == [[ListingOutcome("fitri", "listed")], [ListingOutcome("fitri", "unchanged")]]
    city.house.follow()
    with open_pool(city.house.url) as pool:
        source = ReportSource(city.house.agencies["uji"], LATER, city.service.policies, city.service.reader, pool)
        [found] = candidates(source, CandidacyKind.TALENT, "2025")
    assert (found.employee, found.stage, found.outcome, found.policy) == (
        "fitri",
        "listed",
        "kotak_9",
        f"{RULES}.talenta@1",
    )
    assert boxes([found]) == [Box("kotak_9", found.label, 1)]


def test_what_changed_since_the_nomination_decides(city: Any) -> None:
    """A sanction of the year, recorded after the nomination, makes no candidate of her, and a revision says so."""
    city.tell("agus", NominateCandidate(**PROMOTION, reason="Layak"), on=NEW_YEAR)
    city.tell("fitri", AnswerCandidacy(**PROMOTION, accepted=True), on=NEW_YEAR)
    decide = DecideCandidacy(**PROMOTION, granted=True, reason="Formasi ada")
    city.tell("official", decide, on=NEW_YEAR)
    sanction = SanctionEmployee(employee="fitri", severity=Severity.SEVERE, on=date(2025, 11, 3), decree="SK D1")
    city.tell("hr", sanction, on=LATER)

    with pytest.raises(Blocked, match="makes belum_memenuhi_syarat of fitri"):
        city.tell("official", ReviseCandidacy(**PROMOTION, granted=True, reason="Tetap"), on=LATER)
    city.tell("official", ReviseCandidacy(**PROMOTION, granted=False, reason="Hukuman disiplin"), on=LATER)

    [*_, revised] = [one.event for one in city.service.reader.stream("uji", streams.candidacy("uji", **PROMOTION))]
    assert (revised.granted, revised.considered.outcome) == (False, "belum_memenuhi_syarat")
    assert [one for one in replay(city.service, "uji") if one.differences] == []


def test_somebody_is_considered_by_the_policy_of_the_kind_and_its_periods(city: Any) -> None:
    reward: Any = PROMOTION | {"kind": CandidacyKind.REWARD}
    with pytest.raises(NotOneInForce, match="no policy for reward is in force in 2025"):
        city.tell("hr", NominateCandidate(**reward, reason="Layak"), on=NEW_YEAR)
    quarter: Any = PROMOTION | {"period": "2025-Q4"}
    with pytest.raises(Invalid, match="looks at results of a year, and 2025-Q4 is none"):
        city.tell("hr", NominateCandidate(**quarter, reason="Layak"), on=NEW_YEAR)
    with pytest.raises(Invalid, match="rests on what is in the log"):
        city.tell("hr", AssessCandidacy(**TALENT), NominateCandidate(**TALENT, reason="Layak"), on=NEW_YEAR)


def test_a_proposal_shows_who_would_come_in_or_drop_out_before_it_is_approved(city: Any, shipped: Any) -> None:
    """Fitri is considered with 100 of 100; another, whose year was good, with 80."""
    whom = RegisterEmployee(
        employee="gita",
        name="Gita",
        employment_type=EmploymentType.CIVIL_SERVANT,
        position="Analis",
        position_class=PositionClass.FUNCTIONAL,
        since=BEGIN,
    )
    city.tell("hr", whom, AssignEmployee(employee="gita", unit="dinkes", since=BEGIN, supervisor="sri"))
    city.judge("2025", 100, NEW_YEAR, employee="gita")
    city.house.follow()
    found = shipped.get(f"{RULES}.promosi")

    text = found.sources[found.file].replace("\nversion: 1\n", "\nversion: 2\n")
    stricter = text.replace("bands: {memenuhi_syarat: {from: 80}", "bands: {memenuhi_syarat: {from: 90}")
    assert stricter.count("from: 90") == 1
    rules, _, _ = stricter.partition("\ntests:\n")
    of_its_own = (
        "- {name: baik belum memenuhi, facts: {predikat_kinerja: baik}, expect: {predicate: belum_memenuhi_syarat}}"
    )
    propose = ProposePolicy(
        file=found.file,
        texts={found.file: f"{rules}\ntests:\n  {of_its_own}\n"},
        reason="uji",
        since=date(2027, 1, 1),
        fewer_tests="Contoh",
    )
    city.tell("policy", propose, on=LATER)
    register = streams.policy_register("uji")
    proposed = city.service.reader.stream("uji", register)[-1].event
    attach = AttachImpact(proposal=proposed.proposal, policy_hash=proposed.policy.hash, period="2025")
    city.tell("policy", attach, on=LATER)

    attached = city.service.reader.stream("uji", register)[-1].event
    assert attached.summary.endswith("; of 2 considered 0 come in, 1 drop out")
    effect = decode(attached.text, type=Impact).candidacy
    assert effect
    assert effect.before
    assert (effect.before.version, effect.after.version) == (1, 2)
    assert effect.total == CandidatesOfUnit("", people=2, before=2, after=1, come_in=0, drop_out=1)
    assert [(one.before, one.after, one.comes_in) for one in effect.changes] == [
        ("memenuhi_syarat", "belum_memenuhi_syarat", False)
    ]
    # It names nobody: its hash is what approvals bind to.
    assert b"gita" not in attached.text.encode()


@pytest.mark.parametrize("rules", ["promosi", "talenta"])
def test_many_are_considered_together_as_each_by_themselves(
    city: Any, monkeypatch: pytest.MonkeyPatch, rules: str
) -> None:
    monkeypatch.setattr(candidacies, "_AT_ONCE", 2)
    reader, policy = city.service.reader, city.service.policies.find("uji", f"{RULES}.{rules}@1")
    people = ["sri", "fitri", "nobody", "agus", "fitri"]

    together = [*candidacies.considered_all(reader, "uji", people, "2025", policy, None)]

    assert together == [candidacies.considered(reader, "uji", one, "2025", policy, None) for one in people]
    assert len({one.facts_digest for one in together}) > 1
