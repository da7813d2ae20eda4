"""What follows from results for the people themselves: a training plan, what somebody plans for themselves, and who is
considered for what.

The lowest of an office are to be trained: one is, the other is away. Where the agency has a rule for it, the best are
considered for a promotion or a reward, people are in boxes of talents, and those with low results are listed.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TypedDict

from neraca.demo.scope import Part
from neraca.demo.staff import Person
from neraca.demo.steps import Simulation, Step
from neraca.domain.contexts import Actor
from neraca.domain.development.candidacy import (
    AnswerCandidacy,
    AssessCandidacy,
    DecideCandidacy,
    NominateCandidate,
)
from neraca.domain.development.own_plan import AnswerDevelopment, CompleteDevelopment, ProposeDevelopment
from neraca.domain.development.potential import AssessPotential
from neraca.domain.development.training_plan import (
    ApproveTrainingPlan,
    CancelTraining,
    CompleteTraining,
    ProposeTrainingPlan,
    TrainingItem,
)
from neraca.domain.vocabulary import CandidacyKind, Role, TrainingKind

_LISTED = 20
"""People of whom it is recorded what a policy makes of them: each rests on a year's records."""

_NOMINATED = 3


class _Key(TypedDict):
    employee: str
    kind: CandidacyKind
    period: str


def develop(stage: Simulation, people: Sequence[Person], part: Part) -> Iterable[Step]:
    """`people` lead nobody and stay where they are."""
    if not people:
        return
    label, year = part.periods[-1].label, part.periods[0].starts.year
    by_talent = sorted(people, key=lambda one: (one.talent, one.nip))
    yield from _own_plan(stage, by_talent[len(by_talent) // 2], part.since)
    # When no objection is pending any more.
    yield from _training(stage, by_talent, label, stage.working(date(year + 1, 3, 9)))
    day = stage.working(date(year + 1, 3, 16))
    best = by_talent[::-1]
    for kind in CandidacyKind:
        if kind.purpose not in part.purposes:
            continue
        if kind is CandidacyKind.TALENT:
            yield from _boxes(stage, best[:_LISTED], label, day)
        elif kind is CandidacyKind.DISCIPLINE:
            yield from _listed(stage, by_talent[:_LISTED], kind, label, day)
        else:
            yield from _considered(stage, best[:_NOMINATED], kind, label, day)


def _own_plan(stage: Simulation, person: Person, since: date) -> Iterable[Step]:
    me, day, year = stage.person(person.nip), stage.working(since + timedelta(days=10)), since.year
    propose = ProposeDevelopment(
        employee=person.nip,
        year=year,
        item="mandiri-1",
        kind=TrainingKind.DISTANCE,
        title="Mengolah data layanan (contoh)",
        aim="membaca hasil survei sendiri (contoh)",
        addresses=[_measured(stage)],
        hours=20,
        by=date(year, 12, 31),
    )
    yield Step(stage.at(day), me, (propose,))
    answer = AnswerDevelopment(
        employee=person.nip, year=year, item="mandiri-1", agreed=True, answer="pakai Jumat sore (contoh)"
    )
    yield Step(stage.at(stage.working(day + timedelta(days=2))), stage.person(person.supervisor or ""), (answer,))
    done = stage.working(day + timedelta(days=60))
    complete = CompleteDevelopment(
        employee=person.nip,
        year=year,
        item="mandiri-1",
        on=done,
        hours=18,
        learnt="bisa menghitung indeks sendiri (contoh)",
        certificate="arsip:contoh/sertifikat-mandiri-1",
    )
    yield Step(stage.at(done, 15), me, (complete,))


def _training(stage: Simulation, by_talent: Sequence[Person], label: str, day: date) -> Iterable[Step]:
    unit, hr, official = by_talent[0].unit, stage.clerk(Role.HR), stage.clerk(Role.OFFICIAL)
    lowest = [one.nip for one in by_talent if one.unit == unit][:2]
    since = stage.working(day + timedelta(days=14))
    item = TrainingItem(
        id="layanan-1",
        kind=TrainingKind.CLASSROOM,
        title="Pelayanan dan pelaporan (contoh)",
        addresses=[_measured(stage)],
        people=lowest,
        provider="BKPSDM (contoh)",
        hours=24,
        cost=Decimal(4_500_000),
        since=since,
        until=stage.working(since + timedelta(days=2)),
    )
    proposed, approved = f"training {unit}/{label}", f"approved training {unit}/{label}"
    propose = ProposeTrainingPlan(unit=unit, period=label, items=[item], reason="hasil periode ini (contoh)")
    yield Step(stage.at(day, 10), hr, (propose,), makes=proposed)
    approve = ApproveTrainingPlan(unit=unit, period=label, reason="anggaran tersedia (contoh)")
    decided = stage.working(day + timedelta(days=3))
    yield Step(stage.at(decided, 10), official, (approve,), needs=proposed, makes=approved)
    after = stage.working(item.until + timedelta(days=1))
    done = CompleteTraining(
        unit=unit,
        period=label,
        item=item.id,
        employee=lowest[0],
        on=item.until,
        hours=24,
        certificate="arsip:contoh/sertifikat-layanan-1",
    )
    yield Step(stage.at(after, 10), hr, (done,), needs=approved)
    if len(lowest) > 1:
        away = CancelTraining(
            unit=unit, period=label, item=item.id, employee=lowest[1], reason="bertugas di luar kota (contoh)"
        )
        yield Step(stage.at(after, 11), hr, (away,), needs=approved)


def _considered(
    stage: Simulation, best: Sequence[Person], kind: CandidacyKind, label: str, day: date
) -> Iterable[Step]:
    """They accept and get it; but of a promotion only the first does."""
    hr, official = stage.clerk(Role.HR), stage.clerk(Role.OFFICIAL)
    for place, person in enumerate(best):
        key = _Key(employee=person.nip, kind=kind, period=label)
        nominated = f"candidate {kind} {person.nip}/{label}"
        nominate = NominateCandidate(**key, reason="hasil terbaik di unitnya (contoh)")
        # The policy may make no candidate of them.
        yield Step(stage.at(day, 9), hr, (nominate,), may_fail=True, needs=_result(person.nip, label), makes=nominated)
        answered = stage.working(day + timedelta(days=3))
        accepts = place == 0 or kind is not CandidacyKind.PROMOTION
        said = "bersedia (contoh)" if accepts else "belum siap pindah (contoh)"
        answer = AnswerCandidacy(**key, accepted=accepts, answer=said)
        yield Step(stage.at(answered, 9), stage.person(person.nip), (answer,), needs=nominated)
        decide = DecideCandidacy(
            **key,
            granted=accepts,
            reason="formasi dan anggaran tersedia (contoh)" if accepts else "calon tidak bersedia (contoh)",
            decree="SK contoh 800/1" if accepts else None,
        )
        decided = stage.working(answered + timedelta(days=4))
        yield Step(stage.at(decided, 10), official, (decide,), needs=nominated)


def _boxes(stage: Simulation, people: Sequence[Person], label: str, day: date) -> Iterable[Step]:
    for person in people:
        # Of no result: potential is found by others than whoever judges the work.
        value = Decimal(stage.rng.randrange(3_500, 9_900)).scaleb(-2)
        found = AssessPotential(
            employee=person.nip,
            value=value,
            source="pusat penilaian (contoh)",
            assessor="tim asesor 1 (contoh)",
            on=stage.working(day - timedelta(days=7)),
        )
        yield Step(stage.at(day, 8), stage.clerk(Role.OFFICIAL), (found,))
    yield from _listed(stage, people, CandidacyKind.TALENT, label, day)


def _listed(stage: Simulation, people: Sequence[Person], kind: CandidacyKind, label: str, day: date) -> Iterable[Step]:
    hr: Actor = stage.clerk(Role.HR)
    for person in people:
        listed = AssessCandidacy(employee=person.nip, kind=kind, period=label)
        yield Step(stage.at(day, 13), hr, (listed,), needs=_result(person.nip, label))


def _result(nip: str, label: str) -> str:
    return f"result {nip}/{label}"


def _measured(stage: Simulation) -> str:
    return next(iter(stage.policy.indicators))
