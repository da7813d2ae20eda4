"""Every agency's year shows what the law provides for, and read models tell where."""

from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any

import psycopg
import pytest
from rich.console import Console

from neraca.demo.careers import BROKEN_OFF
from neraca.demo.output import Place, where_to_look
from neraca.demo.scope import Part, part
from neraca.demo.year import write
from neraca.domain.appraisal.commands import EstablishFact, Finalise
from neraca.domain.cohort.commands import CalibratePredicate, CloseCohort
from neraca.domain.period import parse
from neraca.domain.roster import AssignEmployee, RegisterEmployee
from neraca.domain.survey import OpenSurvey
from neraca.domain.vocabulary import EmploymentType
from neraca.domain.workplan.commands import DraftWorkPlan
from neraca.service.lateness import latenesses
from neraca.service.report_source import ReportSource
from neraca.store.pool import open_pool

AGENCIES = ("surabaya", "bandung", "samarinda", "surakarta", "gajahmungkur")
PAYING = ("surabaya", "bandung")
BY_SHORTER_PERIODS = ("surabaya", "bandung", "surakarta")
FINAL_YEARS = """
select a.employee, a.period
from read_scores.appraisal a
where a.agency = %s and a.status = 'final' and length(a.period) = 4
"""
WITH_EVENT = """
select distinct e.employee, e.period
from read_timeline.events e
where e.agency = %s and e.tag = %s
"""


@pytest.fixture
def neraca_reports(seeded_year: Any) -> Any:
    """Whose reports of a period came in time, of an agency."""

    def read(agency: str, period: str) -> Any:
        with open_pool(seeded_year.url, largest=1) as pool:
            service = seeded_year.service
            of = seeded_year.agencies[agency]
            source = ReportSource(of, date(2026, 2, 1), service.policies, service.reader, pool)
            return latenesses(source, parse(period), None)

    return read


@pytest.fixture
def ask(seeded_year: Any) -> Any:
    with psycopg.connect(seeded_year.url) as connection:
        yield lambda query, *given: connection.execute(
            query, given[0] if isinstance(given[0], dict) else given
        ).fetchall()


@pytest.mark.parametrize("agency", AGENCIES)
def test_every_result_of_the_year_has_a_document_that_was_delivered(ask: Any, agency: str) -> None:
    years = set(ask(FINAL_YEARS, agency))

    assert years
    assert years <= set(ask(WITH_EVENT, agency, "appraisal.document-issued"))
    delivered = set(ask(WITH_EVENT, agency, "appraisal.document-delivered"))
    assert years <= delivered
    refused = set(ask(WITH_EVENT, agency, "appraisal.document-refused"))
    kept = delivered - set(ask(WITH_EVENT, agency, "appraisal.document-received"))
    assert refused
    assert kept
    reported = set(ask(WITH_EVENT, agency, "appraisal.document-reported"))
    assert years & reported


@pytest.mark.parametrize("agency", AGENCIES)
def test_the_superior_evaluates_for_a_silent_appraiser_and_that_is_final(ask: Any, agency: str) -> None:
    query = """
    select e.employee, e.by <> a.appraiser and e.by = a.reviewer
    from read_timeline.events e
    join read_scores.appraisal a using (agency, employee, period)
    where e.agency = %s and e.tag = 'appraisal.finalised' and e.data ->> 'finality' = 'SUPERIOR'
    """

    found = ask(query, agency)

    assert found
    assert all(by_superior for _, by_superior in found)


@pytest.mark.parametrize("agency", AGENCIES)
def test_one_objection_is_upheld_and_one_amends_the_result(ask: Any, agency: str) -> None:
    query = """
    select d.employee, d.period, o.outcome
    from read_dossier.objection o
    join read_dossier.dossier d using (agency, stream)
    where o.agency = %s
    """

    outcomes = ask(query, agency)

    assert {outcome for _, _, outcome in outcomes} >= {"AMENDED", "UPHELD"}
    finals = (
        "select count(*) from read_timeline.events e where (e.agency, e.employee, e.period, e.tag) = (%s, %s, %s, %s)"
    )
    fixed = {
        outcome: ask(finals, agency, employee, period, "appraisal.finalised") for employee, period, outcome in outcomes
    }
    assert fixed["AMENDED"] == [(2,)]
    assert fixed["UPHELD"] == [(1,)]


@pytest.mark.parametrize("agency", AGENCIES)
def test_cohorts_of_the_year_are_closed(ask: Any, agency: str) -> None:
    query = """
    select c.period, s.tag
    from read_cohorts.cohorts c
    join read_cohorts.steps s using (agency, stream)
    where c.agency = %s
    """

    assert ("2025", "cohort.closed") in ask(query, agency)


def test_an_appraiser_of_many_judges_one_of_them_anew_before_the_cohort_is_closed(shipped: Any) -> None:
    found = part(shipped.agencies["samarinda"], lambda adoption: shipped.get(adoption.id, adoption.version).policy)
    assert isinstance(found, Part)

    sent = [command for step in write(found, 40, 2025, 365, "").steps for command in step.commands]

    moved = [command for command in sent if isinstance(command, CalibratePredicate)]
    assert 1 <= len(moved) <= 3
    for one in moved:
        closed = CloseCohort(appraiser=one.appraiser, period=one.period)
        finalised = next(
            at for at, command in enumerate(sent) if command == Finalise(employee=one.employee, period=one.period)
        )
        assert sent.index(one) < sent.index(closed) < finalised


@pytest.mark.parametrize("agency", PAYING)
def test_points_are_credited_and_allowances_paid_and_revised_after_an_objection(ask: Any, agency: str) -> None:
    credited = ask("select employee, accumulated from read_remuneration.credit where agency = %s", agency)
    paid = ask("select employee, amount, reason from read_remuneration.allowances where agency = %s", agency)

    assert credited
    assert ask("select 1 from read_remuneration.brought_forward where agency = %s", agency)
    assert {employee for employee, _, reason in paid if reason is None} > {
        employee for employee, _, reason in paid if reason is not None
    }
    assert [reason for _, _, reason in paid if reason is not None]
    assert all(amount > 0 for _, amount, _ in paid)


@pytest.mark.parametrize("agency", AGENCIES)
def test_the_demo_says_where_to_look_for_each(ask: Any, agency: str, capsys: pytest.CaptureFixture[str]) -> None:
    query = (files("neraca.demo") / "sql" / "places.sql").read_text("utf-8")

    places = [Place(agency, *row) for row in ask(query, {"agency": agency})]

    shown = {place.what for place in places}
    assert shown >= {
        "acts for another (Plt, Plh)",
        "cohort closed",
        "deadline that passed, told by the clock",
        "done by a delegate",
        "document signed, delivered, reported",
        "evaluated by an appraiser who moved",
        "evaluated by the superior",
        "evaluated by who acts in the post (Plt)",
        "moved to another unit",
        "name or title corrected",
        "objection that amended",
        "objection upheld",
        "rehired",
        "retired",
        "signature refused",
    }
    enforced = {"cohort closed within its curve", "final by status", "head of a unit", "special expectation"}
    assert (shown >= enforced) is (agency == "surakarta")
    assert ("result before taken over by agreement" in shown) is (agency in BY_SHORTER_PERIODS)
    assert ("service times imported" in shown) is (agency == "surakarta")
    assert (shown >= {"allowance", "allowance revised", "credit points"}) is (agency in PAYING)
    console = Console()
    console.width = 200
    where_to_look(console, places)
    printed = capsys.readouterr().out
    assert all(f"{place.employee} │ {place.period}" in printed for place in places)


@pytest.mark.parametrize("agency", AGENCIES)
def test_careers_move_and_who_broke_off_a_study_is_judged_by_behaviour(seeded_year: Any, agency: str) -> None:
    reader = seeded_year.service.reader

    def events(tag: str) -> list[Any]:
        return [past.event for past in reader.of_type(agency, tag)]

    assert [one.position for one in events("employee.position-changed")] == ["Kepala seksi"]
    assert {one.kind for one in events("employee.acting-appointed")} == {"PLH", "PLT"}
    assert [one.outcome for one in events("employee.study-ended")] == ["BROKEN_OFF"]
    assert [one.kind for one in events("employee.exempted")] == ["UNPAID_LEAVE"]
    assert len(events("employee.retired")) == 2
    assert [one.decree for one in events("employee.rehired")] == ["SK contoh"]
    assert [one.name for one in events("employee.corrected")] == ["Pegawai Contoh Cuti Dinas, S.E."]
    assert [one.by for one in events("employee.sanction-lifted")] == ["SK contoh banding"]
    assert len(events("employee.transferred")) >= 1
    [student] = events("employee.study-assigned")
    opened = {past.stream: past.event.employee for past in reader.of_type(agency, "appraisal.opened")}
    facts = [past for past in reader.of_type(agency, "appraisal.fact-established") if past.event.fact == BROKEN_OFF]
    assert len(facts) == 1
    results = [past.event for past in reader.of_type(agency, "appraisal.finalised") if past.stream == facts[0].stream]
    assert [one.predicate for one in results] == ["sangat_kurang"]
    assert opened[facts[0].stream].startswith("9999")
    assert student.until.year == 2025


def test_facts_of_schools_are_established_in_offices_that_run_them(shipped: Any) -> None:
    found = part(shipped.agencies["bandung"], lambda adoption: shipped.get(adoption.id, adoption.version).policy)
    assert isinstance(found, Part)

    sent = [command for step in write(found, 60, 2025, 365, "").steps for command in step.commands]

    units = {one.employee: one.unit for one in sent if isinstance(one, AssignEmployee)}
    where = {
        units[one.employee]
        for one in sent
        if isinstance(one, EstablishFact) and one.fact == "program_pendidikan_tercapai"
    }
    assert where
    assert all("Pendidikan" in found.agency.units[unit].name["id"] for unit in where)


@pytest.mark.parametrize("agency", AGENCIES)
def test_by_the_two_days_of_the_law_who_moved_early_does_not_evaluate_and_who_moved_late_does(
    shipped: Any, ask: Any, agency: str
) -> None:
    query = """
    select h.name, by.name
    from read_timeline.events e
    join read_roster.employees h on h.agency = e.agency and h.employee = e.employee
    join read_roster.employees by on by.agency = e.agency and by.employee = e.by
    where e.agency = %s and e.period = %s and e.tag = 'appraisal.finalised'
    """
    found = part(shipped.agencies[agency], lambda adoption: shipped.get(adoption.id, adoption.version).policy)
    assert isinstance(found, Part)
    moved = found.periods[min(2, len(found.periods) - 1)]

    evaluated = dict(ask(query, agency, moved.label))

    assert evaluated["Pegawai Contoh Penilainya Pindah"] == "Pegawai Contoh Pelaksana Tugas"
    assert evaluated["Pegawai Contoh Penilainya Menyusul"] == "Pegawai Contoh Penilai Pindah September"
    assert ("Pegawai Contoh Mutasi Akhir Periode" in evaluated) is (agency not in BY_SHORTER_PERIODS)


def test_high_officials_are_final_by_status_and_only_within_the_curve_that_is_enforced(ask: Any) -> None:
    query = """
    select h.name, a.predicate, e.data ->> 'finality'
    from read_timeline.events e
    join read_scores.appraisal a using (agency, employee, period)
    join read_roster.employees h using (agency, employee)
    where e.agency = %s and e.tag = 'appraisal.finalised' and h.position_class = 'SENIOR_EXECUTIVE'
    """

    found = {name.removeprefix("Pegawai Contoh "): (predicate, why) for name, predicate, why in ask(query, "surakarta")}

    assert found == {
        "Kepala Dinas": ("sangat_baik", "STATUS"),
        "Asisten Pemerintahan": ("baik", "STATUS"),
        "Asisten Perekonomian": ("baik", "STATUS"),
        "Asisten Administrasi": ("butuh_perbaikan", "STATUS"),
    }


def test_the_cohort_of_the_mayor_is_not_closed_before_one_of_it_was_judged_anew(shipped: Any) -> None:
    found = part(shipped.agencies["surakarta"], lambda adoption: shipped.get(adoption.id, adoption.version).policy)
    assert isinstance(found, Part)
    mayor = next(
        command.employee
        for step in write(found, 10, 2025, 365, "").steps
        for command in step.commands
        if isinstance(command, RegisterEmployee) and command.employment_type is EmploymentType.STATE_OFFICIAL
    )

    told = [
        (type(command), step.may_fail)
        for step in write(found, 10, 2025, 365, "").steps
        for command in step.commands
        if isinstance(command, CalibratePredicate | CloseCohort) and command.appraiser == mayor
    ]

    assert told == [(CloseCohort, True), (CalibratePredicate, False), (CloseCohort, False)]


def test_people_of_two_offices_share_the_integrated_service_project_by_name(shipped: Any) -> None:
    sent = commands_of(shipped, "surabaya", 60)

    units = {one.employee: one.unit for one in sent if isinstance(one, AssignEmployee)}
    sharing = {
        units[one.employee]
        for one in sent
        if isinstance(one, DraftWorkPlan)
        and any(result.title == "proyek layanan administrasi terpadu (contoh)" for result in one.results)
    }
    assert sharing == {"disdukcapil", "dpmptsp"}


def test_people_have_the_posts_of_their_office(shipped: Any) -> None:
    posts: dict[str, set[str]] = {}
    for agency in ("surakarta", "gajahmungkur", "bandung"):
        sent = commands_of(shipped, agency, 400)
        units = {one.employee: one.unit for one in sent if isinstance(one, AssignEmployee)}
        for one in sent:
            if isinstance(one, RegisterEmployee):
                posts.setdefault(f"{agency}/{units[one.employee]}", set()).add(one.position)

    assert posts["surakarta/disdukcapil"] >= {"Operator SIAK", "Petugas Loket KTP-el"}
    assert posts["gajahmungkur/puskesmas"] >= {"Dokter", "Perawat", "Petugas Pendaftaran Pasien"}
    assert posts["bandung/disdik"] >= {"Guru SD", "Guru SMP"}


def test_only_offices_with_counters_ask_their_citizens_and_have_times_of_waiting(shipped: Any) -> None:
    sent = commands_of(shipped, "surabaya", 200)
    units = {one.employee: one.unit for one in sent if isinstance(one, AssignEmployee)}

    asking = {one.unit for one in sent if isinstance(one, OpenSurvey)}
    timed = {units[one.employee] for one in sent if isinstance(one, EstablishFact) and one.fact == "rata_menit_layanan"}

    assert asking == {"disdukcapil", "dpmptsp", "dinkes", "dishub"}
    assert timed <= asking


def commands_of(shipped: Any, agency: str, people: int) -> list[Any]:
    found = part(shipped.agencies[agency], lambda adoption: shipped.get(adoption.id, adoption.version).policy)
    assert isinstance(found, Part)
    return [command for step in write(found, people, 2025, 365, "").steps for command in step.commands]


def test_the_times_of_the_civil_registry_are_imported_corrected_and_facts_of_its_people(ask: Any) -> None:
    steps = "select s.tag from read_service_times.steps s where s.agency = %s order by s.log_position"
    assert [tag for (tag,) in ask(steps, "surakarta")] == [
        "service-times.imported",
        "service-times.withdrawn",
        "service-times.imported",
        "service-times.confirmed",
    ]
    people = """
    select a.facts #>> '{case,facts,rata_menit_penyelesaian}', a.facts #>> '{case,facts,standar_menit_penyelesaian}'
    from read_scores.appraisal a
    where a.agency = %s and a.period = '2025-Q4' and a.unit = 'disdukcapil' and a.policy_id like '%%surakarta'
    """
    mean = """
    select s.event #>> '{facts,0,number}' from read_service_times.steps s
    where s.agency = %s and s.tag = 'service-times.confirmed'
    """
    found, ((number,),) = ask(people, "surakarta"), ask(mean, "surakarta")
    assert found
    assert {tuple(one) for one in found} == {(str(int(Decimal(number) * 1_000_000)), "15000000")}


def test_of_daily_entries_some_come_late_and_some_do_not_come(neraca_reports: Any) -> None:
    people = neraca_reports("samarinda", "2025-12")

    assert {one.cadence for one in people} == {"daily"}
    assert sum(one.late for one in people) > 0
    assert sum(one.missing for one in people) > 0
    assert sum(one.in_time for one in people) > 0


def test_an_office_says_what_it_will_mend_and_answers_for_it(ask: Any) -> None:
    steps = (
        "select s.tag, s.event ->> 'outcome' from read_achievements.steps s "
        "where s.agency = %s and s.tag like %s order by s.log_position"
    )

    assert ask(steps, "samarinda", "improvement.%") == [
        ("improvement.planned", None),
        ("improvement.answered", "partly"),
    ]
