"""Training plans and development over GraphQL: from final results to what was learnt, as of any position, for whom."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs

from neraca.domain import streams
from neraca.domain.appraisal import commands
from neraca.domain.development.own_plan import AnswerDevelopment, CompleteDevelopment, ProposeDevelopment
from neraca.domain.development.training_plan import (
    ApproveTrainingPlan,
    CancelTraining,
    CompleteTraining,
    ProposeTrainingPlan,
    TrainingItem,
)
from neraca.domain.errors import NotFound
from neraca.domain.headship import AppointHead
from neraca.domain.vocabulary import FollowUpKind, TrainingKind
from neraca.service.development_reports import low_rated, needs, trainings
from neraca.service.report_source import ReportSource
from neraca.service.strengths import employee_strengths
from neraca.service.training_needs import needs_altered
from neraca.store.pool import open_pool

APRIL, MAY, JUNE = date(2025, 4, 10), date(2025, 5, 6), date(2025, 6, 3)
PLAN: Any = {"unit": "dinkes", "period": "2025-Q1"}
ITEM = TrainingItem(
    id="prima",
    kind=TrainingKind.CLASSROOM,
    title="Pelayanan prima",
    addresses=["skp", "sikap"],
    people=["ani", "budi"],
    provider="BKPSDM",
    hours=24,
    cost=Decimal(4_000_000),
    since=date(2025, 5, 5),
    until=date(2025, 5, 6),
)
Ask = Callable[..., Any]


@pytest.fixture
def story(fixture_agency: Any) -> dict[str, int]:
    """Of the first quarter Ani and Cici have low results and Budi a good one; Ani and Budi are to be trained, and Ani
    is, which answers what was recorded to follow from her result.
    """
    city = fixture_agency
    for employee, files, rating in (("ani", 20, 40), ("budi", 100, 95), ("cici", 55, 70)):
        city.score(employee, files, rating)
        city.finalise(employee)
    city.tell("hr", AppointHead(unit="dinkes", employee="agus", since=date(2025, 1, 1), decree="SK 1"), on=APRIL)
    follow = commands.RecordFollowUp(employee="ani", period="2025-Q1", kind=FollowUpKind.TRAINING, note="Layanan")
    followed = city.tell("sri", follow, on=APRIL).position
    proposed = city.tell("agus", ProposeTrainingPlan(**PLAN, items=[ITEM], reason="Hasil Q1"), on=APRIL).position
    approved = city.tell("official", ApproveTrainingPlan(**PLAN, reason="Ada anggaran"), on=APRIL).position
    done = CompleteTraining(
        **PLAN,
        item="prima",
        employee="ani",
        on=MAY,
        hours=22,
        certificate="arsip:sertifikat/7",
        follow_up=followed,
    )
    with pytest.raises(NotFound, match="no training was recorded at 1"):
        city.tell("hr", structs.replace(done, follow_up=1), on=MAY)
    city.tell("hr", done, on=MAY)
    city.tell("hr", CancelTraining(**PLAN, item="prima", employee="budi", reason="Tugas luar"), on=MAY)
    own: Any = {"employee": "ani", "year": 2025, "item": "statistik"}
    city.tell(
        "ani",
        ProposeDevelopment(
            **own,
            kind=TrainingKind.DISTANCE,
            title="Statistik dasar",
            aim="Membaca survei",
            addresses=["layanan"],
            hours=20,
            by=date(2025, 9, 30),
        ),
        on=MAY,
    )
    city.tell("sri", AnswerDevelopment(**own, agreed=True, answer="Silakan"), on=MAY)
    last = city.tell("ani", CompleteDevelopment(**own, on=JUNE, hours=18, learnt="Indeks"), on=JUNE).position
    city.house.follow()
    return {"followed": followed, "proposed": proposed, "approved": approved, "last": last}


@pytest.fixture
def ask(story: dict[str, int], fixture_agency: Any, asked: Any) -> Ask:
    return asked(fixture_agency, ("ani", "sri", "agus", "budi", "eko", "tono"), datetime(2025, 6, 4, tzinfo=UTC))


@pytest.fixture
def source(fixture_agency: Any) -> Iterator[ReportSource]:
    house = fixture_agency.house
    with open_pool(house.url) as pool:
        yield ReportSource(house.agencies["uji"], JUNE, house.service.policies, house.service.reader, pool)


UNIT = 'unit(id: "dinkes") { trainingPlans(period: "2025-Q1") { %s } }'
WITHOUT = 'unit(id: "dinkes") { withoutTraining(period: "2025-Q1") { employeeNumber predicate resultEvent } }'
DEVELOPMENT = """employees { edges { node { employeeNumber development {
    trainings { item status people { employeeNumber status hours certificate } }
    own { item status answer answeredBy hours learnt } } } } }"""


def plan_of(found: Any) -> Any:
    [plan] = found["unit"]["trainingPlans"]
    return plan


def test_a_plan_says_whom_results_ask_training_for_and_by_which_events(
    ask: Ask, story: dict[str, int], fixture_agency: Any
) -> None:
    """`skp` goes from 0 to 120, so that below 60 is weak where the policy says nothing."""
    fields = """needs { results weak { indicator below line policy people { employeeNumber value resultEvent } }
        low { employeeNumber predicate resultEvent } }"""

    needs = plan_of(ask("agus", UNIT % fields))["needs"]

    at = {who: f"uji:{final(fixture_agency, who)}" for who in ("ani", "cici")}
    assert needs["results"] == 3
    assert [one for one in needs["weak"] if one["indicator"] == "skp"] == [
        {
            "indicator": "skp",
            "below": "60",
            "line": None,
            "policy": "kota-uji@1",
            "people": [
                {"employeeNumber": "ani", "value": "20.00", "resultEvent": at["ani"]},
                {"employeeNumber": "cici", "value": "55.00", "resultEvent": at["cici"]},
            ],
        }
    ]
    assert needs["low"] == [
        {"employeeNumber": "ani", "predicate": "kurang", "resultEvent": at["ani"]},
        {"employeeNumber": "cici", "predicate": "cukup", "resultEvent": at["cici"]},
    ]


def test_a_weak_value_stands_beside_the_median_of_its_class_once_five_have_one(
    ask: Ask, fixture_agency: Any, source: ReportSource
) -> None:
    def beside() -> list[tuple[str, str | None, int | None]]:
        fields = "needs { weak { indicator people { employeeNumber value median people } } }"
        [skp] = [one for one in plan_of(ask("agus", UNIT % fields))["needs"]["weak"] if one["indicator"] == "skp"]
        told = [(one["employeeNumber"], one["median"], one["people"]) for one in skp["people"]]
        by_verb = [
            (one.employee, one.median and f"{one.median:f}", one.people)
            for one in needs(source, "2025-Q1", "dinkes")
            if one.measure == "skp"
        ]
        assert by_verb == told
        return told

    assert beside() == [("ani", None, None), ("cici", None, None)]

    for employee, files in (("dedi", 70), ("sri", 80)):
        fixture_agency.score(employee, files)
        fixture_agency.finalise(employee)
    fixture_agency.house.follow()

    assert beside() == [("ani", "70", 5), ("cici", "70", 5)]
    [own] = [one for one in employee_strengths(source, "ani", "2025-Q1") if one.measure == "skp"]
    assert (own.median, own.people) == (Decimal(70), 5)


def test_a_plan_is_told_down_to_who_did_what_now_and_as_of_before(ask: Ask, story: dict[str, int]) -> None:
    fields = """items { item status cost people { employeeNumber status on hours certificate followUp } }
        history { type by reason }"""

    [item] = plan_of(ask("hr", UNIT % fields))["items"]

    assert (item["status"], item["cost"]) == ("COMPLETED", "4000000")
    assert item["people"] == [
        {
            "employeeNumber": "ani",
            "status": "COMPLETED",
            "on": "2025-05-06",
            "hours": 22,
            "certificate": "arsip:sertifikat/7",
            "followUp": str(story["followed"]),
        },
        {
            "employeeNumber": "budi",
            "status": "CANCELLED",
            "on": None,
            "hours": None,
            "certificate": None,
            "followUp": None,
        },
    ]
    for position, status, steps in ((story["proposed"], "PROPOSED", 1), (story["approved"], "PLANNED", 2)):
        then = plan_of(ask("hr", UNIT % fields, as_of=position))
        assert [one["status"] for one in then["items"][0]["people"]] == [status, status]
        assert len(then["history"]) == steps
    assert plan_of(ask("hr", UNIT % fields))["history"][1] == {
        "type": "training.plan-approved",
        "by": "official",
        "reason": "Ada anggaran",
    }


def test_who_was_rated_low_and_has_no_training_is_listed(ask: Ask, story: dict[str, int], fixture_agency: Any) -> None:
    def listed(as_of: int | None = None) -> Any:
        return ask("hr", WITHOUT, as_of=as_of)["unit"]["withoutTraining"]

    cici = {
        "employeeNumber": "cici",
        "predicate": "cukup",
        "resultEvent": f"uji:{final(fixture_agency, 'cici')}",
    }
    assert listed() == [cici]
    assert [one["employeeNumber"] for one in listed(story["followed"])] == ["ani", "cici"]


def test_the_effect_of_a_training_is_told_from_one_period_to_the_next(ask: Ask) -> None:
    effects = "items { people { employeeNumber effects { indicator before after resultAfter } } }"

    [item] = plan_of(ask("hr", UNIT % effects))["items"]

    assert item["people"][0]["effects"] == [
        {"indicator": "skp", "before": "20.00", "after": None, "resultAfter": None},
        {"indicator": "sikap", "before": "40.00", "after": None, "resultAfter": None},
    ]
    assert ask("hr", UNIT % effects, as_of=10_000) in ("NOT_CAUGHT_UP", "NOT_AS_OF", "BAD_AS_OF")


def test_the_person_and_who_is_above_them_read_their_development(ask: Ask) -> None:
    for who in ("ani", "sri", "hr", "auditor"):
        found = ask(who, DEVELOPMENT)["employees"]["edges"]
        [ani] = [one["node"] for one in found if one["node"]["employeeNumber"] == "ani"]
        assert ani["development"] == {
            "trainings": [
                {
                    "item": "prima",
                    "status": "COMPLETED",
                    "people": [
                        {
                            "employeeNumber": "ani",
                            "status": "COMPLETED",
                            "hours": 22,
                            "certificate": "arsip:sertifikat/7",
                        }
                    ],
                }
            ],
            "own": [
                {
                    "item": "statistik",
                    "status": "COMPLETED",
                    "answer": "Silakan",
                    "answeredBy": "sri",
                    "hours": 18,
                    "learnt": "Indeks",
                }
            ],
        }, who
    told = ask("roster", DEVELOPMENT)["employees"]["edges"]
    assert [one["node"]["development"] for one in told] == [None] * len(told)


def test_a_units_plan_is_for_its_head_and_those_who_see_everybody(ask: Ask) -> None:
    for who in ("agus", "hr", "official", "auditor", "dossiers"):
        assert plan_of(ask(who, UNIT % "unit"))["unit"] == "dinkes", who
        assert len(ask(who, WITHOUT)["unit"]["withoutTraining"]) == 1
    for who in ("ani", "sri", "eko", "tono", "policy", "roster", "aggregates", "payroll", "log"):
        assert ask(who, UNIT % "unit") == {"unit": {"trainingPlans": None}}, who
        assert ask(who, WITHOUT) == {"unit": {"withoutTraining": None}}, who
    assert ask("hr", 'unit(id: "bpkad") { id }') == {"unit": None}


def test_reports_tell_it_in_rows(story: dict[str, int], source: ReportSource) -> None:
    found = trainings(source, "2025-Q1", None)
    low = low_rated(source, "2025-Q1", "dinkes")

    assert [(one.employee, one.status, one.on, one.hours, one.certificate) for one in found] == [
        ("ani", "completed", MAY, 22, "arsip:sertifikat/7"),
        ("budi", "cancelled", None, None, None),
    ]
    assert [(one.employee, one.predicate, one.trainings) for one in low] == [
        ("ani", "kurang", ("prima",)),
        ("cici", "cukup", ()),
    ]


def test_what_was_recorded_of_results_is_gathered_again_from_the_log(
    story: dict[str, int], fixture_agency: Any
) -> None:
    service = fixture_agency.service

    assert [*needs_altered(service.reader, service.policies, "uji")] == []


def test_a_recorded_need_that_the_results_do_not_bear_out_is_found(story: dict[str, int], fixture_agency: Any) -> None:
    service, stream = fixture_agency.service, streams.training("uji", "dinkes", "2025-Q1")
    [recorded, *_] = [one.event for one in service.reader.stream("uji", stream)]
    low = (structs.replace(recorded.needs.low[0], predicate="baik"), *recorded.needs.low[1:])
    forged = structs.replace(recorded, unit="disdik", needs=structs.replace(recorded.needs, low=low, weak=()))
    fixture_agency.keep("agus", streams.training("uji", "disdik", "2025-Q1"), forged)

    found = [*needs_altered(service.reader, service.policies, "uji")]

    assert [one.partition(": ")[2] for one in found] == [
        "training plan of disdik for 2025-Q1: final results are 0, recorded were 3",
        "training plan of disdik for 2025-Q1: who was rated low is not as recorded",
    ]


def final(city: Any, employee: str) -> int:
    past = city.service.reader.stream("uji", streams.appraisal("uji", employee, "2025-Q1"))
    return next(one.position for one in past if type(one.event).__name__ == "Finalised")
