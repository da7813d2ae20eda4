"""Findings about how people judged, from a log that was really lived; and what of them is for whom."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from neraca.domain import streams
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import Cut, Finalised
from neraca.domain.forensics.findings import Finding
from neraca.domain.forensics.thresholds import THRESHOLDS, Thresholds
from neraca.domain.period import parse
from neraca.domain.vocabulary import FindingKind, ObjectionOutcome, Relation
from neraca.service.forensics import forensics, hidden_pairs
from neraca.service.report_source import ReportSource
from neraca.store.pool import open_pool

NEW_YEAR = date(2026, 1, 5)


def found(city: Any, period: str, *, anonymous: bool = False, by: Thresholds = THRESHOLDS) -> list[Finding]:
    city.house.follow()
    with open_pool(city.house.url, largest=1) as pool:
        source = ReportSource(
            agency=city.house.agencies[city.id],
            today=NEW_YEAR,
            policies=city.service.policies,
            history=city.service.reader,
            pool=pool,
        )
        return forensics(source, parse(period), anonymous=anonymous, by=by)


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


def test_what_was_rated_before_a_cut_makes_no_pair(peers: Any) -> None:
    reader, of = peers.service.reader, {}
    hash_ = peers.service.policies.in_force("uji", date(2025, 3, 31)).ref.hash
    rules = {hash_: peers.service.policies.by_hash("uji", hash_).rules.ratings}
    for name in ("ani", "budi"):
        past = [one.event for one in reader.stream("uji", streams.appraisal("uji", name, "2025-Q1"))]
        at = streams.appraisal("uji", name, "2025-Q2")
        cut = Cut(reason="pindah", parts=("2025-04", "2025-05..06"), since=date(2025, 5, 1))
        peers.keep("hr", at, *(one for one in past if not isinstance(one, Finalised)), cut)
        of[at] = (name, hash_)

    assert hidden_pairs(reader, "uji", of, rules) == []
    before = {streams.appraisal("uji", name, "2025-Q1"): (name, hash_) for name in ("ani", "budi")}
    assert len(hidden_pairs(reader, "uji", before, rules)) == 1


LOOSEST = Thresholds(
    fewest=1,
    elements=1,
    pairs=1,
    others=0,
    margin=Fraction(0),
    reciprocal_margin=Fraction(-100),
    share=Fraction(0),
    unread_share=Fraction(0),
    chance=Fraction(1),
    judgements_at_once=1,
    answers_at_once=1,
)
"""Everything is a finding by them: nothing is hidden by being too little."""


def peer(layanan: int, disiplin: int) -> ask.Rate:
    scores = {"layanan": Decimal(layanan), "disiplin": Decimal(disiplin)}
    return ask.Rate(employee="budi", period="2025-Q1", relation=Relation.PEER, scores=scores)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Other values from other hands in another order that come to the same.
        (
            [("ani", (100, 50)), ("cici", (80, 80)), ("dedi", (60, 80))],
            [("dedi", (80, 70)), ("ani", (81, 71)), ("cici", (79, 69))],
        ),
        # Two are too few to be told of, whatever they gave.
        ([("ani", (100, 100)), ("cici", (10, 10))], [("dedi", (55, 65)), ("ani", (80, 80))]),
    ],
)
def test_no_finding_tells_one_anonymous_value_however_loose_the_thresholds(
    fixture_agencies: dict[str, Any], one: list[Any], other: list[Any]
) -> None:
    told: list[Any] = []
    for n, (city, story) in enumerate(zip(fixture_agencies.values(), (one, other), strict=True)):
        city.score("budi")
        for rater, scores in story:
            city.tell(rater, peer(*scores), on=date(2025, 3, 3 + n))
        city.finalise("budi")
        found_ = found(city, "2025-Q1", by=LOOSEST)
        assert {finding.kind for finding in found_} >= {FindingKind.BULK_ANSWERS, FindingKind.BULK_JUDGEMENT}
        assert any(finding.kind is FindingKind.LENIENCY for finding in found_) is (len(story) > 2)
        told.append(found_)

    assert told[0] == told[1]
