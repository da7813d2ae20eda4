"""Competence is assessed by the standard of the post, and the explanation names the event that set it."""

from datetime import date
from decimal import Decimal
from typing import Any

from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import Evidence
from neraca.domain.competency_standards import RequiredLevel, SetCompetencyStandard
from neraca.domain.vocabulary import PositionClass, Relation
from neraca.service.competency_standards import standing
from neraca.service.replay import replay
from neraca.service.scoring import gather

Q2: Any = {"employee": "budi", "period": "2025-Q2"}
BEGIN = date(2025, 4, 1)
KOMPETENSI = """  kompetensi:
    label: {id: Kompetensi, en: Competence}
    unit: persen
    ref: contoh
    measure: {method: items, source: kompetensi, item: ratio, weights: equal, min_items: 2}
    missing: renormalise

nodes:
"""


def standard(agency: Any, integrity: int, on: date, **of: Any) -> int:
    levels = [RequiredLevel("Integritas", Decimal(integrity)), RequiredLevel("Kerja Sama", Decimal(4))]
    return agency.tell(
        "hr", SetCompetencyStandard(since=date(2025, 1, 1), decree="SK 9/2025", levels=levels, **of), on=on
    ).position


def test_what_is_required_is_that_of_the_post_when_it_is_assessed_and_replays_so(
    fixture_agency: Any, policy: str
) -> None:
    text = policy.replace("nodes:\n", KOMPETENSI, 1).replace("of: {skp: 60,", "of: {skp: 50, kompetensi: 10,")
    fixture_agency.publish(text, version=2, since=BEGIN)
    fixture_agency.plan("budi", "2025-Q2")
    standard(fixture_agency, 4, BEGIN, position_class=PositionClass.FUNCTIONAL)
    of_post = standard(fixture_agency, 3, BEGIN, position="Analis")
    seen = [Evidence("Hasil uji", "arsip:uji/7")]
    reached = (("Integritas", 3), ("Kerja Sama", 2))
    assessed = [ask.AssessedCompetency(name, Decimal(level), evidence=seen) for name, level in reached]
    fixture_agency.tell("sri", ask.AssessCompetencies(**Q2, competencies=assessed, basis="Uji"), on=date(2025, 6, 2))

    facts = gather(fixture_agency.service.reader, fixture_agency.id, "budi", "2025-Q2", (), None).facts
    items = [(one.target, one.actual) for one in facts.case.items["kompetensi"]]
    assert items == [(3_000_000, 3_000_000), (4_000_000, 2_000_000)]
    assert [facts.sources[f"items/kompetensi/{n}"][0] for n in (0, 1)] == [of_post, of_post]
    scores = {"layanan": Decimal(80), "disiplin": Decimal(80)}
    rated = ask.Rate(**Q2, relation=Relation.SUPERVISOR, scores=scores)
    progress = ask.ReportProgress(
        **Q2,
        report="l1",
        result="layanan",
        target="berkas",
        until=date(2025, 6, 1),
        actual=Decimal(90),
        evidence=seen,
    )
    fixture_agency.tell("budi", progress, on=date(2025, 6, 2))
    fixture_agency.tell("sri", ask.AcceptReport(**Q2, report="l1"), rated, on=date(2025, 6, 3))
    fixture_agency.tell("sri", ask.Finalise(**Q2), on=date(2025, 7, 2))

    # A later revision of the standard changes nothing of what was assessed.
    levels = [RequiredLevel("Integritas", Decimal(5))]
    revised = SetCompetencyStandard(
        since=date(2025, 1, 1), position="Analis", decree="SK 9/2025", levels=levels, reason="keliru"
    )
    fixture_agency.tell("hr", revised, on=date(2025, 7, 3))
    assert [one.differences for one in replay(fixture_agency.service, fixture_agency.id)] == [()]
    found = standing(fixture_agency.service.reader, fixture_agency.id, None)
    assert [(one.of, [level.level for level in one.levels]) for one in found] == [
        ("FUNCTIONAL", [4, 4]),
        ("Analis", [5]),
    ]
    before = standing(fixture_agency.service.reader, fixture_agency.id, of_post)
    assert [(one.of, [level.level for level in one.levels]) for one in before][1] == ("Analis", [3, 4])
