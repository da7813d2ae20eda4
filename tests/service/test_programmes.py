"""Programmes through the ledger: from reports of several units to facts of each member, and to results that replay."""

from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from msgspec import structs

from neraca.domain import streams
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import Evidence, Feeds
from neraca.domain.errors import Invalid, NotOpen
from neraca.domain.programme.commands import (
    AcceptProgrammeReport,
    ConcludePeriod,
    CorrectPeriod,
    DefineIndicator,
    JoinProgramme,
    LeaveProgramme,
    ReportProgrammeProgress,
    ReviseProgrammeTarget,
    StartProgramme,
)
from neraca.domain.programme.events import Counting, PeriodConcluded, ProgrammeKind
from neraca.projecting.rebuild import rebuild
from neraca.service.programme_companions import companions_of
from neraca.service.replay import replay
from neraca.service.scoring import facts_of_all, gather
from projections import ALL

BEGINS, DURING, AFTER = date(2025, 1, 6), date(2025, 3, 3), date(2025, 4, 8)
PERIOD = "2025-Q1"


class Programme:
    """Sri leads what an official owns; Budi and Ani of one unit and Eko of another are in it."""

    def __init__(self, agency: Any, name: str = "mpp") -> None:
        self.agency, self.name = agency, name

    def start(self, **shares: str) -> "Programme":
        self.tell(
            "official",
            StartProgramme(
                programme=self.name,
                kind=ProgrammeKind.PROGRAMME,
                title="Mal pelayanan publik",
                purpose="Satu loket",
                units=["dinkes", "disdik"],
                lead="sri",
                begins=BEGINS,
                ends=date(2025, 12, 31),
            ),
        )
        for employee, share in shares.items():
            self.join(employee, share)
        return self

    def join(self, employee: str, share: str = "0.5", since: date = BEGINS) -> None:
        join = JoinProgramme(programme=self.name, employee=employee, since=since, share=Decimal(share), role="Loket")
        self.tell("official", join)

    def define(self, counting: Counting = Counting.SHARED, feeds: Feeds | None = None) -> "Programme":
        self.tell(
            "official",
            DefineIndicator(
                programme=self.name,
                indicator="berkas",
                title="Berkas",
                measure="berkas",
                counting=counting,
                targets={PERIOD: Decimal(100)},
                feeds=feeds or Feeds("realisasi_tim", "target_tim"),
            ),
        )
        return self

    def report(self, actual: int, report: str = "l1", until: date = date(2025, 3, 31)) -> None:
        told = ReportProgrammeProgress(
            programme=self.name,
            report=report,
            indicator="berkas",
            until=until,
            actual=Decimal(actual),
            evidence=[Evidence("Rekap", "arsip:rekap")],
        )
        self.tell("budi", told, on=AFTER)
        self.tell("sri", AcceptProgrammeReport(programme=self.name, report=report), on=AFTER)

    def conclude(self) -> None:
        self.tell("official", ConcludePeriod(programme=self.name, period=PERIOD), on=AFTER)

    def correct(self, reason: str = "Salah hitung") -> None:
        self.tell("official", CorrectPeriod(programme=self.name, period=PERIOD, reason=reason), on=AFTER)

    def tell(self, by: str, *commands: Any, on: date = DURING) -> None:
        self.agency.tell(by, *commands, on=on)


@pytest.fixture
def programme(fixture_agency: Any) -> Programme:
    return Programme(fixture_agency)


def facts_of(agency: Any, employee: str, until: int | None = None) -> Any:
    return gather(agency.service.reader, agency.id, employee, PERIOD, ("skm",), until).facts


def told(agency: Any, employee: str) -> dict[str, Decimal]:
    facts = facts_of(agency, employee).case.facts
    return {name: Decimal(facts[name]) / 1_000_000 for name in ("realisasi_tim", "target_tim") if name in facts}


def rows(agency: Any) -> dict[str, tuple[Any, Any]]:
    agency.house.follow()
    with psycopg.connect(agency.house.url) as connection:
        found = connection.execute("select employee, facts, score from read_scores.appraisal order by employee")
        return {employee: (facts["case"]["facts"], score) for employee, facts, score in found}


def positions(agency: Any, name: str = "mpp") -> list[int]:
    return [past.position for past in agency.service.reader.stream(agency.id, streams.programme(agency.id, name))]


def holds(agency: Any) -> None:
    """Every result replays to the same, and the read models are what a rebuild makes of the log."""
    assert [one.differences for one in replay(agency.service, agency.id) if one.differences] == []
    agency.house.follow()
    assert all(rebuild(agency.house.url, one).equal for one in ALL if one.name in ("scores", "programmes"))


def test_a_report_filed_once_counts_for_every_member_by_share_and_days(programme: Any) -> None:
    agency = programme.agency
    for employee in ("budi", "eko", "ani"):
        agency.plan(employee)
    programme.start(budi="0.75", eko="0.25").define()
    programme.report(90)
    before = rows(agency)
    programme.conclude()

    assert told(agency, "budi") == {"realisasi_tim": Decimal("67.5"), "target_tim": Decimal(75)}
    assert told(agency, "eko") == {"realisasi_tim": Decimal("22.5"), "target_tim": Decimal(25)}
    # Who is in no programme has what their plan says.
    assert told(agency, "ani") == {"target_tim": Decimal(20)}
    now = rows(agency)
    assert {name: facts["realisasi_tim"] for name, (facts, _) in now.items() if name != "ani"} == {
        "budi": 67_500_000,
        "eko": 22_500_000,
    }
    assert now["ani"] == before["ani"]
    holds(agency)


def test_the_number_leads_back_to_the_conclusion_and_to_the_reports_it_rests_on(programme: Any) -> None:
    agency = programme.agency
    agency.plan("budi")
    programme.start(budi="1").define()
    programme.report(90)
    programme.conclude()

    *_, reported, accepted, concluded = positions(agency)
    assert facts_of(agency, "budi").sources["facts/realisasi_tim"] == [reported, accepted, concluded]
    # As the log was before, nothing of it was known.
    assert "realisasi_tim" not in facts_of(agency, "budi", concluded - 1).case.facts


def test_a_final_result_rests_on_what_was_concluded_and_stays_when_that_is_corrected(programme: Any) -> None:
    agency = programme.agency
    agency.score("budi")
    agency.score("eko")
    programme.start(budi="0.5", eko="0.5").define()
    programme.report(90)
    programme.conclude()
    agency.finalise("budi")
    fixed = rows(agency)
    programme.report(100, "l2")
    programme.correct()

    now = rows(agency)
    assert now["budi"][1] == fixed["budi"][1]
    assert now["eko"][1] != fixed["eko"][1]
    assert told(agency, "eko") == {"realisasi_tim": Decimal(50), "target_tim": Decimal(50)}
    agency.finalise("eko")
    holds(agency)


def test_an_appraisal_that_is_opened_later_has_what_was_concluded_before(programme: Any) -> None:
    agency = programme.agency
    programme.start(budi="1").define()
    programme.report(90)
    programme.conclude()
    agency.score("budi")

    assert told(agency, "budi") == {"realisasi_tim": Decimal(90), "target_tim": Decimal(100)}
    agency.finalise("budi")
    holds(agency)


def test_a_rate_is_the_same_for_all_and_two_programmes_weigh_by_what_each_had_of_the_person(programme: Any) -> None:
    agency = programme.agency
    agency.plan("budi")
    agency.plan("eko")
    programme.start(budi="0.75", eko="0.4").define(Counting.COMMON)
    programme.report(80)
    other = Programme(agency, "kota-cerdas").start(budi="0.25").define(Counting.COMMON)
    other.report(100)
    programme.conclude()
    other.conclude()

    assert told(agency, "eko") == {"realisasi_tim": Decimal(80), "target_tim": Decimal(100)}
    assert told(agency, "budi") == {"realisasi_tim": Decimal(85), "target_tim": Decimal(100)}
    with pytest.raises(Invalid, match="told by programme 'mpp' as COMMON"):
        Programme(agency, "ketiga").start(budi="1").define(Counting.SHARED)
    holds(agency)


def test_a_correction_counts_the_days_that_are_left_and_the_parts_still_add_up(programme: Any) -> None:
    agency = programme.agency
    agency.plan("budi")
    agency.plan("eko")
    programme.start(budi="0.5", eko="0.5").define()
    programme.report(90)
    programme.conclude()
    leave = LeaveProgramme(programme="mpp", employee="eko", on=BEGINS, reason="Keliru dicatat")
    programme.tell("official", leave, on=AFTER)
    programme.correct()

    assert told(agency, "budi")["realisasi_tim"] > told(agency, "eko")["realisasi_tim"] > 0
    assert sum(told(agency, one)["realisasi_tim"] for one in ("budi", "eko")) == 90
    holds(agency)


def test_who_never_was_a_member_has_no_more_of_it_than_anybody(programme: Any) -> None:
    agency = programme.agency
    agency.plan("budi")
    agency.plan("eko")
    before = told(agency, "eko")
    programme.start(budi="0.5", eko="0.5").define()
    programme.report(90)
    programme.conclude()
    assert told(agency, "eko")["realisasi_tim"] == 45
    never = LeaveProgramme(programme="mpp", employee="eko", on=date(2025, 1, 5), reason="Salah nama")
    programme.tell("official", never, on=AFTER)
    programme.correct()

    # What their plan says counts again, and an official may type what is missing.
    assert told(agency, "eko") == before == {"target_tim": Decimal(20)}
    assert told(agency, "budi")["realisasi_tim"] == 90
    programme.tell("official", structs.replace(never, employee="budi"), on=AFTER)
    programme.correct("Tidak ada anggota")
    assert told(agency, "budi") == before
    programme.join("budi")
    programme.correct("Budi anggota")
    assert told(agency, "budi")["realisasi_tim"] == 90
    # Nor has anybody anything of what is not measured any more.
    unmeasured = ReviseProgrammeTarget(
        programme="mpp", indicator="berkas", period=PERIOD, target=None, reason="Tidak diukur"
    )
    programme.tell("official", unmeasured, on=AFTER)
    programme.correct("Salah simpul")
    assert told(agency, "budi") == before
    which: dict[str, Any] = {"employee": "eko", "period": PERIOD}
    agency.tell("official", ask.EstablishFact(**which, fact="realisasi_tim", number=Decimal(9), basis="uji"), on=AFTER)
    assert told(agency, "eko")["realisasi_tim"] == 9
    holds(agency)


def test_a_fact_is_told_by_an_official_or_by_a_programme_and_never_by_both(programme: Any) -> None:
    agency = programme.agency
    for employee in ("budi", "eko", "ani"):
        agency.plan(employee)
    programme.start(budi="0.5").define()

    def establish(employee: str, fact: str = "realisasi_tim") -> None:
        which: dict[str, Any] = {"employee": employee, "period": PERIOD}
        agency.tell("official", ask.EstablishFact(**which, fact=fact, number=Decimal(9), basis="uji"))

    with pytest.raises(Invalid, match="programme 'mpp' tells 'realisasi_tim' of its members in 2025-Q1"):
        establish("budi")
    establish("ani")
    with pytest.raises(Invalid, match="'realisasi_tim' of ani in 2025-Q1 was typed by an official"):
        programme.join("ani")
    # From a day after the period there is nothing that both would tell.
    programme.join("ani", since=date(2025, 4, 1))
    establish("eko")
    other = Programme(agency, "lain").start(eko="1")
    with pytest.raises(NotOpen, match="'realisasi_tim' of eko in 2025-Q1 was typed by an official"):
        other.define()
    # What the batch itself says before counts as well.
    join = JoinProgramme(programme="mpp", employee="cici", since=BEGINS, share=Decimal(1), role="Data")
    agency.plan("cici")
    typed = ask.EstablishFact(employee="cici", period=PERIOD, fact="target_tim", number=Decimal(9), basis="uji")
    by_both: dict[str, Any] = {"actor": agency.actor("official")}
    with pytest.raises(Invalid, match="programme 'mpp' tells 'target_tim' of its members"):
        agency.tell("official", join, typed, **by_both)
    with pytest.raises(Invalid, match="send establish-fact in a batch of its own"):
        agency.tell("official", typed, join, **by_both)


def test_what_is_concluded_names_its_reports_by_their_place_in_the_log(programme: Any) -> None:
    agency = programme.agency
    programme.start(budi="1").define()
    programme.report(80, until=date(2025, 2, 28))
    programme.report(90, "l2")
    accept = AcceptProgrammeReport(programme="mpp", report="l3")
    third = ReportProgrammeProgress(
        programme="mpp",
        report="l3",
        indicator="berkas",
        until=date(2025, 3, 31),
        actual=Decimal(95),
        evidence=[Evidence("Rekap", "arsip:rekap")],
    )
    programme.tell("budi", third, on=AFTER)
    with pytest.raises(Invalid, match="conclude-programme-period rests on what is in the log"):
        programme.tell("official", accept, ConcludePeriod(programme="mpp", period=PERIOD), on=AFTER)
    programme.tell("sri", accept, on=AFTER)
    programme.conclude()

    *_, reported, accepted, at = positions(agency)
    concluded = agency.service.reader.between(agency.id, at, at)[0]
    event = agency.house.mapper.decode(concluded.type, concluded.data).body
    assert isinstance(event, PeriodConcluded)
    assert (event.indicators[0].actual, event.indicators[0].at) == (Decimal(95), [reported, accepted])


def test_who_was_in_a_programme_with_somebody_on_the_same_days(programme: Any) -> None:
    agency = programme.agency
    programme.start(budi="0.5", eko="0.5")
    programme.join("ani", since=date(2025, 4, 1))
    programme.tell("official", LeaveProgramme(programme="mpp", employee="eko", on=date(2025, 2, 28), reason="Pindah"))
    Programme(agency, "sendiri").start(budi="1")
    before = positions(agency)[-1]

    def companions(employee: str, first: date, last: date, until: int | None = None) -> Any:
        return companions_of(agency.service.reader, agency.id, employee, first, last, until)

    gone, joined = [(BEGINS, date(2025, 2, 28))], [(date(2025, 4, 1), date(2025, 6, 30))]
    assert companions("budi", BEGINS, date(2025, 3, 31)) == {"mpp": {"eko": gone}}
    assert companions("budi", BEGINS, date(2025, 6, 30)) == {"mpp": {"ani": joined, "eko": gone}}
    assert companions("budi", date(2025, 3, 1), date(2025, 3, 31)) == {}
    assert companions("eko", BEGINS, date(2025, 6, 30)) == {"mpp": {"budi": gone}}
    assert companions("cici", BEGINS, date(2025, 6, 30)) == {}
    # As the log was before Eko left.
    assert companions("budi", date(2025, 3, 1), date(2025, 3, 31), before - 1) == {
        "mpp": {"eko": [(date(2025, 3, 1), date(2025, 3, 31))]}
    }


def test_each_part_of_a_cut_year_has_of_a_quantity_what_its_days_have(fixture_agency: Any, policy: str) -> None:
    """Budi is in it from April on: 91 of 275 days lie in the first half, and Eko's are of the second alone."""
    agency = fixture_agency
    yearly = policy.replace("cycle: quarter", "cycle: year").replace(
        "policy_date: period_end}", "policy_date: period_end, segments: {combine: time_weighted, unit: month}}"
    )
    agency.publish(yearly, version=2, since=date(2026, 1, 1))
    agency.publish(yearly.replace("terlambat: {", "telat: {"), version=3, since=date(2026, 7, 1), in_parts=True)
    day, end = date(2026, 3, 2), date(2026, 12, 31)
    start = StartProgramme(
        programme="mpp",
        kind=ProgrammeKind.TEAM,
        title="Tim",
        purpose="Satu loket",
        units=["dinkes"],
        lead="sri",
        begins=date(2026, 1, 5),
        ends=end,
    )
    members = [
        JoinProgramme(programme="mpp", employee=nip, since=since, share=Decimal("0.5"), role="Loket")
        for nip, since in (("budi", date(2026, 4, 1)), ("eko", date(2026, 7, 1)))
    ]
    define = DefineIndicator(
        programme="mpp",
        indicator="berkas",
        title="Berkas",
        measure="berkas",
        counting=Counting.SHARED,
        targets={"2026": Decimal(1000)},
        feeds=Feeds("realisasi_tim", "target_tim"),
    )
    with pytest.raises(Invalid, match="2027-Q3 has no day of the programme"):
        agency.tell("official", start, structs.replace(define, targets={"2027-Q3": Decimal(1)}), on=day)
    agency.tell("official", start, *members, on=day)
    for nip in ("budi", "eko"):
        for label in ("2026-S1", "2026-S2"):
            agency.tell("hr", ask.OpenAppraisal(employee=nip, period=label), on=date(2026, 7, 2))
    which: dict[str, Any] = {"employee": "budi", "period": "2026-S1"}
    typed = ask.EstablishFact(**which, fact="realisasi_tim", number=Decimal(9), basis="uji")
    # What was typed in a part is typed of the year, whether somebody is in the programme before or after.
    agency.tell("official", typed, on=date(2026, 7, 2))
    with pytest.raises(NotOpen, match="'realisasi_tim' of budi in 2026-S1 was typed by an official"):
        agency.tell("official", define, on=date(2026, 7, 2))
    leave = LeaveProgramme(programme="mpp", employee="budi", on=date(2026, 3, 31), reason="Salah catat")
    agency.tell("official", leave, define, on=date(2026, 7, 2))
    with pytest.raises(Invalid, match="'realisasi_tim' of budi in 2026-S1 was typed by an official"):
        agency.tell("official", members[0], on=date(2026, 7, 2))
    gone = ask.WithdrawFact(**which, fact="realisasi_tim", reason="Dari program")
    agency.tell("official", gone, on=date(2026, 7, 2))
    agency.tell("official", members[0], on=date(2026, 7, 2))
    with pytest.raises(Invalid, match="programme 'mpp' tells 'realisasi_tim' of its members in 2026-S1"):
        agency.tell("official", typed, on=date(2026, 7, 3))
    report = ReportProgrammeProgress(
        programme="mpp",
        report="l1",
        indicator="berkas",
        until=end,
        actual=Decimal(917),
        evidence=[Evidence("Rekap", "arsip:rekap")],
    )
    agency.tell("budi", report, on=end)
    agency.tell("sri", AcceptProgrammeReport(programme="mpp", report="l1"), on=end)
    agency.tell("official", ConcludePeriod(programme="mpp", period="2026"), on=end)

    def part(nip: str, label: str) -> Any:
        facts = gather(agency.service.reader, agency.id, nip, label, (), None).facts.case.facts
        return facts.get("realisasi_tim")

    whole = {nip: 917_000_000 * days // 459 for nip, days in (("budi", 275), ("eko", 184))}
    parts = {(nip, label): part(nip, label) for nip in whole for label in ("2026-S1", "2026-S2")}
    assert parts["eko", "2026-S1"] is None
    assert parts["budi", "2026-S1"] + parts["budi", "2026-S2"] + parts["eko", "2026-S2"] == 917_000_000
    assert abs(parts["budi", "2026-S1"] - whole["budi"] * 91 // 275) <= 1
    assert abs(parts["eko", "2026-S2"] - whole["eko"]) <= 1
    # Of the year that is joined of them the bands read what is of all its days.
    of_both, _ = facts_of_all(agency.service.reader, agency.id, "budi", "2026", ["2026-S1", "2026-S2"], None)
    assert of_both.facts["realisasi_tim"] == parts["budi", "2026-S1"] + parts["budi", "2026-S2"]
    holds(agency)
