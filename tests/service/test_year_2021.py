"""The year 2021 from the shipped files: half under PP 46/2011, half under PermenPANRB 8/2021, merged half and half."""

from datetime import date
from decimal import Decimal
from typing import Any

import psycopg

from neraca.domain import streams
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import Evidence, Joined, PlannedResult, Target
from neraca.domain.period import parse
from neraca.domain.vocabulary import Relation
from neraca.projecting.rebuild import rebuild
from neraca.service.replay import replay
from projections import ALL

HALVES = ("2021-S1", "2021-S2")
END = date(2022, 1, 20)
FIRST = ("orientasi_pelayanan", "integritas", "komitmen", "disiplin", "kerja_sama")
SECOND = ("orientasi_pelayanan", "komitmen", "inisiatif_kerja", "kerja_sama")


def appraise(
    agency: Any, label: str, actuals: tuple[int, ...], ratings: dict[str, int], share: Decimal | None = None
) -> None:
    """From opening to the final result, on the last day of the half-year."""
    which: Any = {"employee": "budi", "period": label}
    last = parse(label).ends
    results = [
        PlannedResult(f"r{at}", "Kerja", [Target("berkas", "Berkas", "berkas", Decimal(100), share)])
        for at in range(len(actuals))
    ]
    agency.tell("hr", ask.OpenAppraisal(**which), on=last)
    agency.tell("budi", ask.DraftPlan(**which, results=results), ask.SubmitPlan(**which), on=last)
    agency.tell("sri", ask.ApprovePlan(**which), on=last)
    for at, actual in enumerate(actuals):
        report = ask.ReportProgress(
            **which,
            report=f"l{at}",
            result=f"r{at}",
            target="berkas",
            until=last,
            actual=Decimal(actual),
            evidence=[Evidence("Rekap", "arsip:rekap")],
        )
        agency.tell("budi", report, on=last)
        agency.tell("sri", ask.AcceptReport(**which, report=f"l{at}"), on=last)
    scores = {name: Decimal(score) for name, score in ratings.items()}
    agency.tell("sri", ask.Rate(**which, relation=Relation.SUPERVISOR, scores=scores), on=last)
    agency.tell("agus", ask.Finalise(**which), on=last)


def test_2021_50_50_merge(history: Any) -> None:
    appraise(history, "2021-S1", (90, 100), dict.fromkeys(FIRST, 80))
    appraise(history, "2021-S2", (98, 100), dict.fromkeys(SECOND, 102), share=Decimal(50))

    history.tell("agus", ask.JoinParts(employee="budi", period="2021", parts=list(HALVES)), on=END)

    whole = history.service.reader.stream(history.id, streams.appraisal(history.id, "budi", "2021"))[-1].event
    assert isinstance(whole, Joined)
    # PP 46/2011: SKP (90 + 100) / 2 = 95; 0.6 x 95 + 0.4 x 80 = 89.00
    # PermenPANRB 8/2021: 98 percent is worth 88 and 100 percent 109, SKP (88 + 109) / 2 = 98.50;
    # 0.7 x 98.50 + 0.3 x 102 = 99.55
    # half and half: (89.00 + 99.55) / 2 = 94.275 -> 94.28
    assert [(part.period, part.months, part.score, part.predicate, part.policy.id) for part in whole.parts] == [
        ("2021-S1", 6, Decimal("89.00"), "baik", "id.nasional.pp-46-2011"),
        ("2021-S2", 6, Decimal("99.55"), "baik", "id.nasional.permenpanrb-8-2021"),
    ]
    assert (whole.score, whole.predicate, whole.policy.id) == (
        Decimal("94.28"),
        "baik",
        "id.nasional.permenpanrb-8-2021",
    )
    assert [one.differences for one in replay(history.service, history.id)] == [(), (), ()]
    history.house.follow()
    for projection in ALL:
        assert rebuild(history.house.url, projection).equal is True
    with psycopg.connect(history.house.url) as connection:
        shown = connection.execute(
            "select period, score, predicate from read_scores.appraisal where employee = 'budi' order by period"
        ).fetchall()
    assert shown == [
        ("2021", Decimal("94.28"), "baik"),
        ("2021-S1", Decimal("89.00"), "baik"),
        ("2021-S2", Decimal("99.55"), "baik"),
    ]
