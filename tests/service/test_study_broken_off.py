"""Who breaks off a study, under the national rule as shipped: judged by behaviour alone, also without a plan."""

from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from neraca.domain import streams
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import Finalised, PlannedResult, Target
from neraca.domain.errors import Blocked, NotOpen
from neraca.domain.vocabulary import Relation
from neraca.projecting.rebuild import rebuild
from neraca.service.replay import replay
from projections import scores

VALUES = ("berorientasi_pelayanan", "akuntabel", "kompeten", "harmonis", "loyal", "adaptif", "kolaboratif")
RESULTS = [PlannedResult("tugas", "Tugas belajar", [Target("lulus", "Lulus", "ijazah", Decimal(1))])]
LAST = date(2025, 12, 31)
WHICH: Any = {"employee": "budi", "period": "2025"}
BROKEN_OFF = ask.EstablishFact(**WHICH, fact="putus_tugas_belajar", basis="SK 12/2025", flag=True)


@pytest.fixture
def city(history: Any) -> Any:
    history.tell("hr", ask.OpenAppraisal(**WHICH), on=date(2025, 1, 6))
    return history


def rate(city: Any, behaviour: int) -> None:
    scores = {value: Decimal(behaviour) for value in VALUES}
    city.tell("sri", ask.Rate(**WHICH, relation=Relation.SUPERVISOR, scores=scores), on=LAST)


def final(city: Any) -> Finalised:
    """The result, which replays and rebuilds to the same."""
    city.tell("sri", ask.Finalise(**WHICH), on=LAST)
    assert [one.differences for one in replay(city.service, city.id)] == [()]
    city.house.follow()
    assert rebuild(city.house.url, scores.PROJECTION).equal is True
    return city.service.reader.stream(city.id, streams.appraisal(city.id, "budi", "2025"))[-1].event


def shown(city: Any) -> tuple[Any, ...] | None:
    city.house.follow()
    with psycopg.connect(city.house.url) as connection:
        return connection.execute(
            "select status, score, predicate from read_scores.appraisal where agency = %s and employee = 'budi'",
            (city.id,),
        ).fetchone()


@pytest.mark.parametrize(("behaviour", "predicate"), [(1, "sangat_kurang"), (2, "kurang"), (3, "kurang")])
def test_drop_out_without_plan_is_final_by_behaviour(city: Any, behaviour: int, predicate: str) -> None:
    rate(city, behaviour)
    assert shown(city) == ("blocked", None, None)
    with pytest.raises(Blocked, match=r"indicators/rencana_hasil_kerja is missing"):
        city.tell("sri", ask.Finalise(**WHICH), on=LAST)

    city.tell("official", BROKEN_OFF, on=LAST)
    assert shown(city) == ("provisional", None, predicate)
    result = final(city)

    assert (result.predicate, result.score, result.nodes["hasil_kerja"]) == (predicate, None, None)
    assert result.nodes["perilaku"] == behaviour
    assert shown(city) == ("final", None, predicate)


def test_its_document_is_printed_though_the_result_has_no_score(city: Any) -> None:
    rate(city, 1)
    city.tell("official", BROKEN_OFF, on=LAST)
    final(city)
    city.tell("sri", ask.IssueDocument(**WHICH), on=LAST)

    assert "Sangat Kurang" in city.service.documents.printed(city.id, "budi", "2025").decode()


def test_drop_out_with_plan_is_final_by_behaviour_whatever_the_results(city: Any) -> None:
    first = date(2025, 1, 6)
    city.tell("budi", ask.DraftPlan(**WHICH, results=RESULTS), ask.SubmitPlan(**WHICH), on=first)
    city.tell("sri", ask.ApprovePlan(**WHICH), on=first)
    city.tell("sri", ask.JudgeLevel(**WHICH, result="tugas", level="di_atas"), on=LAST)
    rate(city, 3)
    assert shown(city) == ("provisional", Decimal(3), "sangat_baik")

    city.tell("official", BROKEN_OFF, on=LAST)

    result = final(city)
    assert (result.predicate, result.score) == ("kurang", Decimal(3))


def test_drop_out_without_a_judgement_of_behaviour_is_no_result(city: Any) -> None:
    city.tell("official", BROKEN_OFF, on=LAST)

    assert shown(city) == ("blocked", None, None)
    with pytest.raises(Blocked, match=r"berorientasi_pelayanan: 0 of at least 1 ratings from atasan"):
        city.tell("sri", ask.Finalise(**WHICH), on=LAST)


def test_a_plan_that_waits_for_an_answer_is_answered_first(city: Any) -> None:
    city.tell("budi", ask.DraftPlan(**WHICH, results=RESULTS), ask.SubmitPlan(**WHICH), on=date(2025, 1, 6))
    rate(city, 2)
    city.tell("official", BROKEN_OFF, on=LAST)

    with pytest.raises(NotOpen, match=r"a submitted plan waits for sri"):
        city.tell("sri", ask.Finalise(**WHICH), on=LAST)


def test_a_fact_taken_back_lets_the_results_decide_again(city: Any) -> None:
    rate(city, 2)
    city.tell("official", BROKEN_OFF, on=LAST)
    assert shown(city) == ("provisional", None, "kurang")

    finished = ask.EstablishFact(**WHICH, fact="putus_tugas_belajar", basis="Ralat SK 12/2025", flag=False)
    city.tell("official", finished, on=LAST)

    assert shown(city) == ("blocked", None, None)
