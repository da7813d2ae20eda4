"""Some more people in one office, so that a year of any size shows what becomes of a career.

Somebody is promoted, and then acts for another, whose name is corrected; one is sanctioned, has that lifted on appeal
and retires; one is rehired after retirement; one is exempt for a time; one breaks off a study by order of the agency.

Their chance is their own: with them or without, the others live the same year.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import TypedDict

from neraca.demo.cases import Fate
from neraca.demo.scenario import document
from neraca.demo.staff import Person
from neraca.demo.steps import Simulation, Step
from neraca.domain.acting_officials import AppointActing
from neraca.domain.appraisal import commands as ask
from neraca.domain.careers import ChangePosition, CorrectEmployee
from neraca.domain.exemptions import AssignStudy, EndStudy, ExemptEmployee
from neraca.domain.period import Period
from neraca.domain.registry import Command
from neraca.domain.roster import (
    AssignEmployee,
    LiftSanction,
    RegisterEmployee,
    RehireEmployee,
    RetireEmployee,
    SanctionEmployee,
)
from neraca.domain.vocabulary import (
    ActingKind,
    EmploymentType,
    ExemptionKind,
    PositionClass,
    Relation,
    Role,
    Severity,
    StudyOutcome,
)
from neraca.policy.model import Rated

BROKEN_OFF = "putus_tugas_belajar"
_NAMES = ("Promosi", "Cuti Dinas", "Pensiun", "Cuti Luar Tanggungan", "Tugas Belajar", "Diangkat Kembali")


class _Key(TypedDict):
    employee: str
    period: str


def move_people(stage: Simulation, head: Person, periods: list[Period]) -> Iterable[Step]:
    """All of them are of the office that `head` leads."""
    since, ends, hr = periods[0].starts, periods[-1].ends, stage.clerk(Role.HR)
    promoted, away, retired, exempt, student, back = numbers = [f"{head.nip[:6]}9{n:011}" for n in range(len(_NAMES))]
    first, half, third = (since + (ends - since) * quarter // 4 for quarter in (1, 2, 3))

    def told(day: date, *commands: Command) -> Step:
        return Step(stage.at(stage.working(day), 10), hr, commands)

    hired: list[Command] = []
    for nip, name in zip(numbers, _NAMES, strict=True):
        hired.append(
            RegisterEmployee(
                employee=nip,
                name=f"Pegawai Contoh {name}",
                employment_type=EmploymentType.CIVIL_SERVANT,
                position="Pelaksana",
                position_class=PositionClass.OPERATIONAL,
                since=since,
            )
        )
        hired.append(AssignEmployee(employee=nip, unit=head.unit, since=since, supervisor=head.nip))
    yield Step(stage.at(since - timedelta(days=10)), hr, tuple(hired))
    promotion = ChangePosition(
        employee=promoted,
        since=half,
        position="Kepala seksi",
        position_class=PositionClass.SUPERVISOR,
        decree="SK contoh promosi",
        reason="promosi (contoh)",
    )
    yield told(half, promotion)
    # Below a supervisor nobody acts for anybody.
    stands_in = half + timedelta(days=7)
    acting = AppointActing(
        employee=away,
        to=promoted,
        kind=ActingKind.PLH,
        unit=head.unit,
        since=stands_in,
        until=stands_in + timedelta(days=9),
        decree="SP contoh Plh",
    )
    yield told(stands_in, acting)
    yield told(third, RetireEmployee(employee=retired, on=third))
    leave = ExemptEmployee(
        employee=exempt, kind=ExemptionKind.UNPAID_LEAVE, since=first, until=third, decree="SK contoh cuti"
    )
    yield told(first, leave)
    decree = "SK contoh tugas belajar"
    study = AssignStudy(employee=student, programme="Magister (contoh)", since=first, until=ends, decree=decree)
    yield told(first, study)
    last = stage.working(third)
    broken = EndStudy(
        employee=student, decree=decree, on=third, outcome=StudyOutcome.BROKEN_OFF, reason="tidak dilanjutkan (contoh)"
    )
    yield told(last, broken)
    yield told(first, RetireEmployee(employee=back, on=first))
    again = RehireEmployee(employee=back, unit=head.unit, since=half, decree="SK contoh", supervisor=head.nip)
    yield told(half, again)
    corrected = CorrectEmployee(
        employee=away, name="Pegawai Contoh Cuti Dinas, S.E.", reason="gelar belum tercatat (contoh)"
    )
    yield told(first, corrected)
    warned = "SK contoh teguran"
    yield told(half, SanctionEmployee(employee=retired, severity=Severity.LIGHT, on=half, decree=warned))
    lifted = LiftSanction(
        employee=retired, decree=warned, by="SK contoh banding", reason="banding administratif dikabulkan (contoh)"
    )
    yield told(half + timedelta(days=21), lifted)
    yield from _judged_by_behaviour(stage, student, head.nip, periods[-1])


def _judged_by_behaviour(stage: Simulation, student: str, boss: str, period: Period) -> Iterable[Step]:
    """Who breaks off a study is judged so, also without a plan, where the policy has that rule."""
    policy = stage.policy
    if all(one.when.fact != BROKEN_OFF for one in policy.modifiers.values()):
        return
    key = _Key(employee=student, period=period.label)
    yield Step(stage.at(stage.working(period.starts), 8), stage.clerk(Role.HR), (ask.OpenAppraisal(**key),))
    day = stage.working(period.ends + timedelta(days=2))
    fact = ask.EstablishFact(**key, fact=BROKEN_OFF, basis="SK contoh tugas belajar", flag=True)
    yield Step(stage.at(day, 14), stage.clerk(Role.OFFICIAL), (fact,))
    scores: dict[str, Decimal] = {}
    for name, one in policy.indicators.items():
        if isinstance(one.measure, Rated) and (rule := policy.panels[one.measure.panel].raters.get("atasan")):
            scale = policy.scales[rule.scale or one.measure.scale]
            scores[name] = scale.min
    day = stage.working(period.ends + timedelta(days=4))
    rated = ask.Rate(**key, relation=Relation.SUPERVISOR, scores=scores)
    yield Step(stage.at(day, 10), stage.person(boss), (rated,))
    day = stage.working(period.ends + timedelta(days=7))
    # Where the policy asks for others' ratings too, there may be none.
    final = ask.Finalise(**key)
    yield Step(stage.at(day, 10), stage.person(boss), (final,), may_fail=True)
    yield from document(stage, final, stage.person(boss), day, Fate(documented=True))
