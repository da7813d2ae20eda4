"""A refusal's advice leads somewhere: each is followed, and what was refused is then done."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

import pytest
from msgspec import Struct
from msgspec.structs import replace

from neraca.domain import dispatch, streams
from neraca.domain.achievement import PublishAchievement, ReviseAchievement
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import PlannedResult, Target
from neraca.domain.attendance import CorrectAttendance, RecordAttendance
from neraca.domain.errors import Refusal
from neraca.domain.roster import (
    AssignEmployee,
    LiftSanction,
    RegisterEmployee,
    RetireEmployee,
    ReviseSanction,
    SanctionEmployee,
    TransferEmployee,
)
from neraca.domain.vocabulary import EmploymentType, ObjectionOutcome, PositionClass, Relation, Severity

WHO: dict[str, Any] = {"employee": "budi", "period": "2025"}
JULY, AFTER, LATER = date(2025, 7, 1), date(2026, 1, 5), date(2026, 1, 8)
RESULTS = [
    PlannedResult("layanan", "Layanan", [Target("menit", "Menit", "menit", Decimal(15), Decimal(40))]),
    PlannedResult("berkas", "Berkas", [Target("jumlah", "Berkas", "berkas", Decimal(200), Decimal(60))]),
]

Told: TypeAlias = tuple[str, Any, date]


def _register(name: str, since: date = date(2024, 1, 1)) -> Told:
    command = RegisterEmployee(
        employee=name,
        name=name,
        employment_type=EmploymentType.CIVIL_SERVANT,
        position="Analis",
        position_class=PositionClass.FUNCTIONAL,
        since=since,
    )
    return "hr", command, JULY


def _assign(name: str, supervisor: str | None, since: date = date(2024, 1, 1), unit: str = "dinkes") -> Told:
    return "hr", AssignEmployee(employee=name, unit=unit, since=since, supervisor=supervisor), JULY


def _transfer(name: str, supervisor: str | None, since: date, unit: str = "dinkes", on: date = JULY) -> Told:
    move = TransferEmployee(employee=name, unit=unit, since=since, supervisor=supervisor, reason="mutasi")
    return "hr", move, on


def _retire(name: str, day: date) -> Told:
    return "hr", RetireEmployee(employee=name, on=day), JULY


def _hired(*people: tuple[str, str | None]) -> tuple[Told, ...]:
    return tuple(told for name, supervisor in people for told in (_register(name), _assign(name, supervisor)))


def _reassign(appraiser: str, on: date = JULY, reviewer: str | None = None) -> Told:
    since = date(2025, 2, 1)
    to = ask.ReassignAppraisal(
        **WHO, unit="dinkes", appraiser=appraiser, since=since, reason="pengganti", reviewer=reviewer
    )
    return "hr", to, on


def _rate(by: str, relation: Relation, on: date = JULY) -> Told:
    return by, ask.Rate(**WHO, relation=relation, scores={"layanan": Decimal(4)}), on


def _report(report: str) -> Told:
    return "budi", ask.ReportActivity(**WHO, report=report, day=date(2025, 6, 2), activity="Melayani"), JULY


TEAM = _hired(("agus", None), ("sri", "agus"), ("budi", "sri"), ("wati", "sri"), ("tono", "agus"))
OPEN: Told = ("hr", ask.OpenAppraisal(**WHO), JULY)
DRAFT: Told = ("budi", ask.DraftPlan(**WHO, results=RESULTS), JULY)
SUBMIT: Told = ("budi", ask.SubmitPlan(**WHO), JULY)
APPROVE: Told = ("sri", ask.ApprovePlan(**WHO), JULY)
FINALISE: Told = ("sri", ask.Finalise(**WHO), AFTER)
OBJECT: Told = ("budi", ask.FileObjection(**WHO, grounds="Bukti tidak dihitung"), LATER)
AMEND: Told = ("agus", ask.DecideObjection(**WHO, outcome=ObjectionOutcome.AMENDED, reason="Benar"), LATER)
RECEIVE: Told = ("budi", ask.ReceiveDocument(**WHO), LATER)
MAY: dict[str, Any] = {"employee": "budi", "month": "2025-05", "required_days": 15}
RECORD: Told = ("hr", RecordAttendance(**MAY), JULY)
CORRECT: Told = ("hr", CorrectAttendance(**MAY, reason="surat menyusul"), JULY)
UNIT: dict[str, Any] = {"unit": "dinkes", "period": "2025", "index": Decimal(96), "predicate": "baik"}
PUBLISH: Told = ("official", PublishAchievement(**UNIT, source="LKjIP"), AFTER)
REVISE: Told = ("official", ReviseAchievement(**UNIT, reason="reviu"), AFTER)
SANCTION: Told = (
    "hr",
    SanctionEmployee(employee="budi", severity=Severity.LIGHT, on=date(2025, 5, 5), decree="SK 5"),
    JULY,
)
LIFT: Told = ("hr", LiftSanction(employee="budi", decree="SK 5", by="SK 9", reason="banding"), JULY)
OPENED = (*TEAM, OPEN)
RUNNING = (*OPENED, DRAFT, SUBMIT, APPROVE)
FINAL = (*RUNNING, _rate("sri", Relation.SUPERVISOR), FINALISE)


class Case(Struct, frozen=True):
    """After `past`, `refused` is refused with `advice`; then `followed` is done, which holds what was wanted."""

    past: tuple[Told, ...]
    refused: Told
    advice: str
    followed: tuple[Told, ...]


CASES = {
    "not on the roster": Case(
        (*_hired(("agus", None), ("sri", "agus")),),
        OPEN,
        "register and assign",
        (
            _register("budi"),
            _assign("budi", "sri"),
            OPEN,
        ),
    ),
    "no place": Case(
        (*_hired(("agus", None), ("sri", "agus")), _register("budi")),
        OPEN,
        "assign one first",
        (
            _assign("budi", "sri"),
            OPEN,
        ),
    ),
    "first place after the period": Case(
        (*_hired(("agus", None), ("sri", "agus")), _register("budi"), _assign("budi", "sri", date(2026, 3, 1))),
        OPEN,
        "the first being from 2026-03-01; transfer from an earlier day",
        (_transfer("budi", "sri", date(2025, 1, 1)), OPEN),
    ),
    "no supervisor, from the first day": Case(
        (*_hired(("agus", None), ("sri", "agus"), ("budi", None)),),
        OPEN,
        "transfer them with one, from 2025-01-01 or a later day",
        (_transfer("budi", "sri", date(2025, 1, 1)), OPEN),
    ),
    "no supervisor, from a later day": Case(
        (*_hired(("agus", None), ("sri", "agus"), ("budi", None)),),
        OPEN,
        "or a later day of the period",
        (_transfer("budi", "sri", date(2025, 6, 1)), OPEN),
    ),
    "the supervisor left and nobody is above": Case(
        (*_hired(("agus", None), ("sri", None), ("budi", "sri")), _retire("sri", date(2025, 3, 1))),
        OPEN,
        "transfer budi from 2025-01-01 with a supervisor who serves",
        (_transfer("budi", "agus", date(2025, 1, 1)), OPEN),
    ),
    "a place already": Case(
        TEAM, _assign("budi", "tono"), "transfer them to another", (_transfer("budi", "tono", date(2025, 2, 1)),)
    ),
    "a transfer without a place": Case(
        (*_hired(("sri", None)), _register("budi")),
        _transfer("budi", "sri", date(2025, 2, 1)),
        "assign one first",
        (_assign("budi", "sri"),),
    ),
    "an unknown supervisor": Case(
        (_register("budi"),),
        _assign("budi", "sri"),
        "register them first",
        (
            _register("sri"),
            _assign("budi", "sri"),
        ),
    ),
    "a supervisor who retires before": Case(
        (*TEAM, _retire("tono", date(2025, 6, 30))),
        _transfer("budi", "tono", JULY),
        "retires on 2025-06-30, before 2025-07-01; name their successor",
        (_transfer("budi", "agus", JULY),),
    ),
    "a circle": Case(
        TEAM,
        _transfer("sri", "budi", JULY),
        "first transfer budi from 2025-07-01",
        (_transfer("budi", "agus", JULY), _transfer("sri", "budi", JULY)),
    ),
    "before registration": Case(
        TEAM,
        _transfer("budi", "tono", date(2023, 1, 1)),
        "name a day from then",
        (_transfer("budi", "tono", date(2024, 1, 1)),),
    ),
    "after retirement, another day": Case(
        (*TEAM, _retire("budi", JULY)),
        _transfer("budi", "tono", date(2025, 8, 1)),
        "name a day up to then",
        (_transfer("budi", "tono", JULY),),
    ),
    "after retirement, the day corrected": Case(
        (*TEAM, _retire("budi", JULY)),
        _transfer("budi", "tono", date(2025, 8, 1)),
        "or first correct the day of retirement",
        (_retire("budi", date(2026, 7, 1)), _transfer("budi", "tono", date(2025, 8, 1))),
    ),
    "a retirement before a transfer that has begun": Case(
        (*TEAM, _transfer("budi", "tono", date(2025, 6, 1))),
        _retire("budi", date(2025, 5, 1)),
        "before the last transfer on 2025-06-01; name a day from then",
        (_retire("budi", date(2025, 6, 1)),),
    ),
    "the appraiser left, the next superior": Case(
        (*OPENED, DRAFT, SUBMIT, _retire("sri", date(2025, 6, 30))),
        ("tono", APPROVE[1], JULY),
        "agus, the next superior, may approve the plan",
        (("agus", APPROVE[1], JULY),),
    ),
    "the appraiser left, reassigned": Case(
        (*OPENED, DRAFT, SUBMIT, _retire("sri", date(2025, 6, 30))),
        ("tono", APPROVE[1], JULY),
        "or whom HR names by reassign-appraisal",
        (_reassign("tono"), ("tono", APPROVE[1], JULY)),
    ),
    "a colleague who became the appraiser revises": Case(
        (*RUNNING, _rate("wati", Relation.PEER), _reassign("wati")),
        ("wati", ask.ReviseRating(**WHO, scores={"layanan": Decimal(3)}, reason="x"), JULY),
        "rate as SUPERVISOR, which replaces this rating",
        (_rate("wati", Relation.SUPERVISOR),),
    ),
    "a colleague who came to work under the employee": Case(
        (*RUNNING, _rate("wati", Relation.PEER), _transfer("wati", "budi", date(2025, 3, 1))),
        _rate("wati", Relation.SUBORDINATE),
        "withdraw that rating, then rate as SUBORDINATE",
        (("wati", ask.WithdrawRating(**WHO, reason="salah kelompok"), JULY), _rate("wati", Relation.SUBORDINATE)),
    ),
    "a colleague of a closed group who became the reviewer": Case(
        (
            *RUNNING,
            _rate("tono", Relation.PEER),
            _reassign("sri", reviewer="tono"),
            *FINAL[-2:],
            RECEIVE,
            OBJECT,
            ("tono", AMEND[1], LATER),
        ),
        _rate("tono", Relation.SUPERVISOR, LATER),
        "enact the decision by what else is judged",
        (("tono", FINALISE[1], LATER),),
    ),
    "rated already": Case(
        (*RUNNING, _rate("sri", Relation.SUPERVISOR)),
        _rate("sri", Relation.SUPERVISOR),
        "revise",
        (("sri", ask.ReviseRating(**WHO, scores={"layanan": Decimal(3)}, reason="x"), JULY),),
    ),
    "nothing to submit": Case(OPENED, SUBMIT, "draft one first", (DRAFT, SUBMIT)),
    "nothing submitted": Case((*OPENED, DRAFT), APPROVE, "budi must submit it first", (SUBMIT, APPROVE)),
    "a submitted plan is not drafted": Case(
        (*OPENED, DRAFT, SUBMIT),
        DRAFT,
        "again when it is returned",
        (
            ("sri", ask.ReturnPlan(**WHO, feedback="lengkapi"), JULY),
            DRAFT,
        ),
    ),
    "an approved plan is not drafted": Case(
        RUNNING,
        DRAFT,
        "the appraiser may revise a target with a reason",
        (("sri", ask.ReviseTarget(**WHO, result="berkas", target="jumlah", value=Decimal(9), reason="x"), JULY),),
    ),
    "a report before approval": Case(
        (*OPENED, DRAFT, SUBMIT),
        _report("a"),
        "against an approved plan",
        (
            APPROVE,
            _report("a"),
        ),
    ),
    "a report twice": Case((*RUNNING, _report("a")), _report("a"), "use a new id", (_report("b"),)),
    "a submitted plan waits at the end": Case(
        (*OPENED, DRAFT, SUBMIT),
        FINALISE,
        "approve or return it first",
        (
            APPROVE,
            FINALISE,
        ),
    ),
    "received before it is final": Case(RUNNING, RECEIVE, "must be finalised first", (FINALISE, RECEIVE)),
    "a final result": Case(
        FINAL,
        ("sri", ask.ReviseRating(**WHO, scores={"layanan": Decimal(3)}, reason="x"), LATER),
        "only a decided objection opens the appraisal again",
        (OBJECT, AMEND, _rate("agus", Relation.SUPERVISOR, LATER)),
    ),
    "a month twice": Case((*TEAM, RECORD), RECORD, "correct it with a reason", (CORRECT,)),
    "a month not recorded": Case(TEAM, CORRECT, "record it first", (RECORD, CORRECT)),
    "an achievement twice": Case((PUBLISH,), PUBLISH, "revise it", (REVISE,)),
    "an achievement not published": Case((), REVISE, "publish one first", (PUBLISH, REVISE)),
    "a sanction twice": Case((*TEAM, SANCTION), SANCTION, "changed by revise-sanction or lift-sanction", (LIFT,)),
    "a heavier sanction made lighter": Case(
        (*TEAM, SANCTION),
        SANCTION,
        "revise-sanction",
        (
            (
                "hr",
                ReviseSanction(employee="budi", decree="SK 5", severity=Severity.SEVERE, by="SK 8", reason="x"),
                JULY,
            ),
        ),
    ),
}


@pytest.fixture
def office(given: Any, scored: Any) -> Callable[[Told], list[Any]]:
    """Decides on what was told before, of whatever stream."""
    states: dict[Any, Any] = {}

    def person(name: str) -> Any:
        state = states.get(streams.employee("uji", name))
        return None if state is None or state.since is None else state

    def tell(told: Told) -> list[Any]:
        by, command, on = told
        state = states.setdefault(streams.stream_of("uji", command), dispatch.initial(command))
        known = given(command, by=by, on=on, scored=scored, position_class=PositionClass.FUNCTIONAL)
        events = dispatch.decide(command, state, replace(known, people=person))
        for event in events:
            dispatch.evolve(state, event)
        return events

    return tell


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_advice_of_a_refusal_leads_somewhere(office: Callable[[Told], list[Any]], case: Case) -> None:
    for told in case.past:
        office(told)

    with pytest.raises(Refusal, match=case.advice):
        office(case.refused)
    for told in case.followed:
        assert office(told)
