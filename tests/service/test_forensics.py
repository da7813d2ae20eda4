"""Findings about how people judged, from a log that was really lived; and what of them is for whom."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from neraca.domain.appraisal import commands as ask
from neraca.domain.forensics.findings import Finding
from neraca.domain.period import parse
from neraca.domain.vocabulary import FindingKind, ObjectionOutcome, Relation
from neraca.service.forensics import forensics
from neraca.service.report_source import ReportSource
from neraca.store.pool import open_pool

NEW_YEAR = date(2026, 1, 5)


def found(city: Any, period: str, *, anonymous: bool = False) -> list[Finding]:
    city.house.follow()
    with open_pool(city.house.url, largest=1) as pool:
        source = ReportSource(
            agency=city.house.agencies[city.id],
            today=NEW_YEAR,
            policies=city.service.policies,
            history=city.service.reader,
            pool=pool,
        )
        return forensics(source, parse(period), anonymous=anonymous)


@pytest.fixture
def judged(hasty_agency: Any) -> Any:
    return hasty_agency


def test_bulk_judging_without_spread_is_found_with_its_events(judged: Any) -> None:
    bulk, alike = found(judged, "2025")

    assert (bulk.judge, bulk.kind, bulk.found, bulk.since) == ("sri", FindingKind.BULK_JUDGEMENT, 10, bulk.until)
    assert (alike.judge, alike.kind, alike.cases, alike.chance) == (
        "sri",
        FindingKind.NO_SPREAD,
        10,
        Decimal("0.000005"),  # one way in 184,756
    )
    types = {judged.service.reader.between("uji", at, at)[0].type for one in (bulk, alike) for at in one.events}
    assert types == {"appraisal.finalised"}
    assert {case.employee for case in alike.of} == {f"s{n}" for n in range(10)}
    assert found(judged, "2025-Q1") == []


def test_a_result_that_is_open_again_is_no_case(judged: Any) -> None:
    which: Any = {"employee": "s0", "period": "2025"}
    judged.tell("s0", ask.ReceiveDocument(**which), on=NEW_YEAR)
    judged.tell("s0", ask.FileObjection(**which, grounds="Angka salah"), on=NEW_YEAR)
    judged.tell("sri", ask.ExplainObjection(**which, explanation="Salah salin"), on=NEW_YEAR)
    judged.tell(
        "agus", ask.DecideObjection(**which, outcome=ObjectionOutcome.AMENDED, reason="Diperbaiki"), on=NEW_YEAR
    )
    fact = ask.EstablishFact(**which, fact="hasil", number=Decimal(80), basis="uji")
    judged.tell("official", fact, on=NEW_YEAR)

    (alike,) = found(judged, "2025")  # nine in a moment are too few

    assert (alike.kind, alike.cases) == (FindingKind.NO_SPREAD, 9)


@pytest.fixture
def peers(fixture_agency: Any) -> Any:
    """Ani and Budi rate each other 100 where Cici and Dedi rate either 60; then all is final."""
    city = fixture_agency
    for name in ("ani", "budi"):
        city.score(name)
    for rater, employee, value in (
        ("ani", "budi", 100),
        ("budi", "ani", 100),
        *((who, whom, 60) for who in ("cici", "dedi") for whom in ("ani", "budi")),
    ):
        scores = {"layanan": Decimal(value)}
        rate = ask.Rate(employee=employee, period="2025-Q1", relation=Relation.PEER, scores=scores)
        city.tell(rater, rate)
    for name in ("ani", "budi"):
        city.finalise(name)
    return city


def test_pairs_of_anonymous_raters_are_found_for_auditors_alone(peers: Any) -> None:
    assert found(peers, "2025-Q1") == []

    (pair,) = found(peers, "2025-Q1", anonymous=True)

    assert (pair.judge, pair.other, pair.kind, pair.anonymous) == ("ani", "budi", FindingKind.RECIPROCITY, True)
    assert pair.measure == Decimal("33.333333")  # Sri gave either 80
    types = [peers.service.reader.between("uji", at, at)[0].type for at in pair.events]
    assert types == ["appraisal.rated", "appraisal.rated"]
