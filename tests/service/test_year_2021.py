"""The year 2021 from the shipped files: half under PP 46/2011, half under PermenPANRB 8/2021, merged half and half."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from neraca.domain import streams
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import Evidence, Joined, PlannedResult, Target
from neraca.domain.period import parse
from neraca.domain.roster import AssignEmployee, RegisterEmployee
from neraca.domain.vocabulary import EmploymentType, PositionClass, Relation
from neraca.policy.library import Library
from neraca.projecting.rebuild import rebuild
from neraca.service.replay import replay
from projections import ALL

ROOT = Path(__file__).parents[2]
AGENCY = "kota-riwayat"
HALVES = ("2021-S1", "2021-S2")
SINCE, END = date(2021, 1, 1), date(2022, 1, 20)
FIRST = ("orientasi_pelayanan", "integritas", "komitmen", "disiplin", "kerja_sama")
SECOND = ("orientasi_pelayanan", "komitmen", "inisiatif_kerja", "kerja_sama")


def files() -> dict[str, str]:
    """The policies as shipped, and the agency of the tests that adopts two of them one after the other."""
    shipped = {str(file.relative_to(ROOT)): file.read_text() for file in sorted((ROOT / "policies").rglob("*.yaml"))}
    return shipped | {f"agencies/{AGENCY}/agency.yaml": (ROOT / f"tests/fixture_agency/{AGENCY}.yaml").read_text()}


@pytest.fixture
def history(database: str, open_service: Any, desk: Any) -> Iterator[Any]:
    library, found = Library.read(files(), {"Asia/Jakarta"})
    assert [str(one) for one in found if one.severity == "error"] == []
    with open_service(database, library.agencies) as house:
        house.adopt(library)
        agency = desk(house, AGENCY)
        for nip, supervisor in (("agus", None), ("sri", "agus"), ("budi", "sri")):
            agency.tell(
                "hr",
                RegisterEmployee(
                    employee=nip,
                    name=nip.title(),
                    employment_type=EmploymentType.CIVIL_SERVANT,
                    position="Analis",
                    position_class=PositionClass.FUNCTIONAL,
                    since=SINCE,
                ),
                AssignEmployee(employee=nip, unit="dinkes", since=SINCE, supervisor=supervisor),
                on=SINCE,
            )
        yield agency


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
    appraise(history, "2021-S2", (95, 105), dict.fromkeys(SECOND, 102), share=Decimal(50))

    history.tell("agus", ask.JoinParts(employee="budi", period="2021", parts=list(HALVES)), on=END)

    whole = history.service.reader.stream(history.id, streams.appraisal(history.id, "budi", "2021"))[-1].event
    assert isinstance(whole, Joined)
    # PP 46/2011: SKP (90 + 100) / 2 = 95; 0.6 x 95 + 0.4 x 80 = 89.00
    # PermenPANRB 8/2021: SKP (95 + 105) / 2 = 100; 0.7 x 100 + 0.3 x 102 = 100.60
    # half and half: (89.00 + 100.60) / 2 = 94.80
    assert [(part.period, part.months, part.score, part.predicate, part.policy.id) for part in whole.parts] == [
        ("2021-S1", 6, Decimal("89.00"), "baik", "id.nasional.pp-46-2011"),
        ("2021-S2", 6, Decimal("100.60"), "baik", "id.nasional.pp-30-2019"),
    ]
    assert (whole.score, whole.predicate, whole.policy.id) == (Decimal("94.80"), "baik", "id.nasional.pp-30-2019")
    assert [one.differences for one in replay(history.service, history.id)] == [(), (), ()]
    history.house.follow()
    for projection in ALL:
        assert rebuild(history.house.url, projection).equal is True
    with psycopg.connect(history.house.url) as connection:
        shown = connection.execute(
            "select period, score, predicate from read_scores.appraisal where employee = 'budi' order by period"
        ).fetchall()
    assert shown == [
        ("2021", Decimal("94.80"), "baik"),
        ("2021-S1", Decimal("89.00"), "baik"),
        ("2021-S2", Decimal("100.60"), "baik"),
    ]
