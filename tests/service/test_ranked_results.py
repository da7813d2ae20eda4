"""Main and additional planned results from the plan to the result: what the guide of the annex makes of them, and
that no digest tells of them where the policy does not ask.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from neraca.domain import rater_privacy
from neraca.domain.appraisal import events as happened
from neraca.domain.appraisal.events import PlannedResult, Target
from neraca.domain.case import Item
from neraca.domain.facts import Facts, digest_of
from neraca.domain.vocabulary import Priority, Relation
from neraca.policy.library import Library
from neraca.policy.published import PublishedPolicy, ready
from neraca.service.scoring import GatheredFacts, score_under, scored

MAIN, ADDITIONAL = Priority.PRIMARY, Priority.ADDITIONAL
VALUES = ("berorientasi_pelayanan", "akuntabel", "kompeten", "harmonis", "loyal", "adaptif", "kolaboratif")

NATIONAL = Path(__file__).parents[2] / "policies" / "nasional"
SALT = "00" * 32
BASE = """
schema: asn-policy/1
id: id.uji.rata
version: 1
extends: {id: id.nasional.permenpanrb-6-2022, version: 1}
scope: {level: agency, code: uji}
title: {id: Rata-rata, en: Mean}
effective: {from: "2022-02-07", to: null}
"""
"""The base as it is, so that something judges by the mean."""


@pytest.fixture(scope="module")
def policies() -> Library:
    files = {f"nasional/{file.name}": file.read_text() for file in sorted(NATIONAL.glob("permenpanrb-*.yaml"))}
    return Library.read({**files, "rata.yaml": BASE})[0]


@pytest.fixture(scope="module")
def guide(policies: Library) -> PublishedPolicy:
    return ready(policies.get("id.nasional.permenpanrb-6-2022.pedoman"))


@pytest.fixture(scope="module")
def mean(policies: Library) -> PublishedPolicy:
    return ready(policies.get("id.uji.rata"))


def gathered(results: Sequence[tuple[Priority, str]], behaviour: int = 3) -> GatheredFacts:
    """A year with these results planned, approved and judged, and all seven values rated alike."""
    planned = [
        PlannedResult(f"r{at}", "Hasil", [Target("t", "Laporan", "laporan")], priority)
        for at, (priority, _) in enumerate(results)
    ]
    scores = {value: Decimal(behaviour) for value in VALUES}
    events = [
        happened.PlanDrafted(results=planned),
        happened.PlanApproved(),
        *(happened.LevelJudged(result=f"r{at}", level=level) for at, (_, level) in enumerate(results)),
        happened.Rated(rater="agus", relation=Relation.SUPERVISOR, scores=scores),
    ]
    facts = Facts(starts=date(2025, 1, 1), ends=date(2025, 12, 31))
    for position, event in enumerate(events, 1):
        facts.apply(event, position)
    return GatheredFacts(facts, len(events), "dinkes")


@pytest.mark.parametrize(
    ("results", "predicate", "score"),
    [
        ([(MAIN, "di_atas"), (MAIN, "di_atas"), (MAIN, "di_atas"), (MAIN, "di_bawah")], "baik", 2),
        ([(MAIN, "di_atas"), (MAIN, "di_atas"), (MAIN, "di_atas"), (ADDITIONAL, "di_bawah")], "sangat_baik", 3),
        ([(MAIN, "di_bawah"), (MAIN, "di_bawah"), (MAIN, "di_atas")], "butuh_perbaikan", 1),
        ([(MAIN, "sesuai"), (ADDITIONAL, "di_atas"), (ADDITIONAL, "di_atas")], "baik", 2),
    ],
)
def test_the_priority_in_the_plan_reaches_the_predicate(
    guide: PublishedPolicy, results: Sequence[tuple[Priority, str]], predicate: str, score: int
) -> None:
    found = scored(gathered(results), guide, SALT)

    assert (found.blocked, found.predicate, found.score) == (None, predicate, Decimal(score))


def test_digests_tell_of_priorities_only_where_the_policy_ranks(guide: PublishedPolicy, mean: PublishedPolicy) -> None:
    """What was recorded before items had a priority must come out the same, digest and sealed digest."""
    alike = gathered([(MAIN, "di_atas"), (MAIN, "sesuai")])
    ranked = gathered([(MAIN, "di_atas"), (ADDITIONAL, "sesuai")])
    assert ranked.facts.case.items["skp"] == [Item(level="di_atas"), Item(level="sesuai", priority="tambahan")]

    assert scored(ranked, mean, SALT) == scored(alike, mean, SALT)
    assert scored(ranked, mean, None) == scored(alike, mean, None)
    assert scored(ranked, mean, None).facts_digest == digest_of(alike.facts.case)

    told = scored(ranked, guide, SALT)
    assert told.facts_digest == digest_of(ranked.facts.case) != digest_of(alike.facts.case)
    assert told.sealed_digest == rater_privacy.sealed_digest(ranked.facts.case, SALT)
    assert scored(ranked, guide, None).facts_digest == told.facts_digest


def test_what_another_policy_makes_of_it_has_the_digest_of_the_one_that_judged(
    guide: PublishedPolicy, mean: PublishedPolicy
) -> None:
    of = gathered([(MAIN, "di_atas"), (MAIN, "sesuai"), (ADDITIONAL, "di_atas")])

    under = score_under(of, mean, guide)

    assert under.facts_digest == scored(of, mean, SALT).facts_digest
    assert (under.predicate, under.score) == ("sangat_baik", Decimal(3))
