"""Leaders who judge in haste are found, and a rule is tried for a year, where the demo says so."""

from importlib.resources import files
from typing import Any

import psycopg

from neraca.demo.output import Place
from neraca.demo.scope import Part, part
from neraca.demo.year import write
from neraca.domain.appraisal.commands import Rate
from neraca.domain.forensics.findings import MOST_CASES
from neraca.domain.forensics.thresholds import THRESHOLDS, WINDOW
from neraca.domain.period import parse
from neraca.domain.vocabulary import FindingKind, Relation
from neraca.policy.library import Library
from neraca.service.forensics import forensics
from neraca.service.report_source import ReportSource
from neraca.service.simulation import Simulator
from neraca.store.pool import open_pool

AGENCIES = ("surabaya", "bandung", "samarinda", "surakarta", "gajahmungkur")


def places(seeded_year: Any, agency: str) -> dict[str, Place]:
    query = (files("neraca.demo") / "sql" / "places.sql").read_bytes()
    with psycopg.connect(seeded_year.url) as connection:
        found = [Place(agency, *row) for row in connection.execute(query, {"agency": agency}).fetchall()]
    return {one.what: one for one in found}


def test_a_leader_who_answers_reports_at_one_sitting_is_found_where_reports_are_daily(seeded_year: Any) -> None:
    told = {agency: places(seeded_year, agency).get("reports answered at one sitting") for agency in AGENCIES}
    assert [agency for agency, place in told.items() if place is not None] == ["samarinda"]
    with open_pool(seeded_year.url, largest=1) as pool:
        source = ReportSource(
            agency=seeded_year.agencies["samarinda"],
            today=parse("2026-03").starts,
            policies=seeded_year.service.policies,
            history=seeded_year.service.reader,
            pool=pool,
        )
        found = [one for one in forensics(source, parse("2025")) if one.kind is FindingKind.BULK_ANSWERS]

    (bulk,) = found
    assert told["samarinda"] is not None
    assert bulk.judge == told["samarinda"].employee
    assert bulk.found >= THRESHOLDS.answers_at_once
    assert len({*bulk.events}) == len(bulk.events) == min(bulk.found, MOST_CASES)
    assert len(bulk.events) + bulk.further == bulk.found
    with psycopg.connect(seeded_year.url) as connection:
        query = "select distinct type from ledger.events where agency = 'samarinda' and position = any(%s)"
        types = {tag for (tag,) in connection.execute(query, ([*bulk.events],))}
    assert types <= {"appraisal.report-accepted", "appraisal.report-returned"}


def test_a_rule_is_tried_for_a_year_beside_the_one_in_force(seeded_year: Any) -> None:
    tried = {agency: places(seeded_year, agency).get("rule tried for a year") for agency in AGENCIES}
    assert [agency for agency, place in tried.items() if place is not None] == ["surakarta"]
    simulator = Simulator(seeded_year.url, seeded_year.service.policies, seeded_year.agencies)

    report = simulator.shadowed("surakarta", "s1")

    assert set(report.periods) == {"2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2025"}
    told = dict(zip(report.periods, report.found, strict=True))
    # A year is made of its quarters, which alone are judged by another rule.
    assert [period for period, one in told.items() if one.impact.people == 0 or one.impact.shift is None] == ["2025"]


def test_who_leads_many_rates_all_with_one_value_at_one_sitting(shipped: Library) -> None:
    of = part(shipped.agencies["bandung"], lambda one: shipped.get(one.id, one.version).policy)
    assert isinstance(of, Part)
    given: dict[tuple[str, str], list[tuple[Any, Any]]] = {}
    for step in write(of, 250, 2025, 365, "").steps:
        for one in step.commands:
            if isinstance(one, Rate) and one.relation is Relation.SUPERVISOR:
                given.setdefault((step.actor.id, one.period), []).append((step.at, one.scores))

    at_once = [
        some
        for some in given.values()
        if len(some) >= THRESHOLDS.judgements_at_once
        and max(at for at, _ in some) - min(at for at, _ in some) <= WINDOW
    ]

    (some,) = at_once
    assert len({tuple(sorted(scores.items())) for _, scores in some}) == 1
