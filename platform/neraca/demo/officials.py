"""The mayor and the high officials whom he appraises, where the agency has a rule of their own for them.

By the national guide: he judges each result and each value, adds an expectation of his own, and whoever heads an office
is judged by what it achieved. Where the curve binds it is refused to close his people outside of it, until he has moved
one with a reason; only then results are fixed, and those are final by status.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import TypedDict

from msgspec import Struct

from neraca.demo.cases import Fate
from neraca.demo.scenario import document
from neraca.demo.staff import Person
from neraca.demo.steps import Simulation, Step
from neraca.demo.work_plan import EXPECTED, TERMS
from neraca.domain.achievement import OrgPredicate, ReviseAchievement
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import PlannedResult, Target
from neraca.domain.cohort.commands import CalibratePredicate, CloseCohort, JudgeCohort, OpenCohort
from neraca.domain.facts import HEADED_UNIT_PREDICATE
from neraca.domain.headship import AppointHead
from neraca.domain.registry import Command
from neraca.domain.roster import AssignEmployee, RegisterEmployee
from neraca.domain.vocabulary import EmploymentType, Perspective, PositionClass, Priority, Relation, Role
from neraca.policy.model import Policy, Rated

_CERTAIN = Fate(certain=True, documented=True)


class _Leader(Struct, frozen=True):
    """`level` is what the mayor judges each of their results, `values` each of their values."""

    name: str
    position: str
    level: str
    values: int


_LEADERS = (
    _Leader("Kepala Dinas", "Kepala Dinas", "sesuai", 3),
    _Leader("Asisten Pemerintahan", "Asisten Pemerintahan", "sesuai", 3),
    _Leader("Asisten Perekonomian", "Asisten Perekonomian", "sesuai", 2),
    _Leader("Asisten Administrasi", "Asisten Administrasi Umum", "sesuai", 2),
)
_HEAD, _MOVED = 0, 3
_RESULTS = ("arah kebijakan ditetapkan (contoh)", "tindak lanjut pengawasan selesai (contoh)")
_ACHIEVED: Mapping[OrgPredicate, Decimal] = MappingProxyType({"istimewa": Decimal(112), "baik": Decimal(95)})


_PERSPECTIVES = (Perspective.SERVICE_RECIPIENT, Perspective.BUDGET, Perspective.BUSINESS_PROCESS)
"""Of high officials' results: the budget is always one (PermenPANRB 6/2022, annex p. 29)."""


class _Key(TypedDict):
    employee: str
    period: str


def appraise_leaders(stage: Simulation, policy: Policy, secretary: Person, head: Person, year: int) -> Iterable[Step]:
    """`secretary` stands where the mayor serves; one of the leaders heads the office of `head`."""
    mayor = f"{secretary.nip[:6]}7{0:011}"
    leaders = {f"{secretary.nip[:6]}7{n:011}": one for n, one in enumerate(_LEADERS, 1)}
    since = date(year, 1, 1)
    yield from _placed(stage, mayor, leaders, secretary.unit, head.unit, since)
    for nip in leaders:
        yield from _planned(stage, policy, nip, mayor, year)
    # When every unit's predicate of the year is published; what the reviews of it came to counts.
    day = stage.working(date(year + 1, 1, 21))
    yield from _reviewed(stage, {secretary.unit: "baik", head.unit: "istimewa"}, str(year), day)
    for nip, one in leaders.items():
        yield from _judged(stage, policy, nip, one, mayor, _Key(employee=nip, period=str(year)))
    headed = ask.EstablishFact(
        employee=list(leaders)[_HEAD],
        period=str(year),
        fact=HEADED_UNIT_PREDICATE,
        basis="predikat kinerja organisasi (contoh)",
        word="istimewa",
    )
    yield Step(stage.at(day, 14), stage.clerk(Role.OFFICIAL), (headed,))
    yield from _distributed(stage, mayor, list(leaders)[_MOVED], str(year), stage.working(day + timedelta(days=1)))
    day = stage.working(day + timedelta(days=5))
    for nip in leaders:
        final = ask.Finalise(employee=nip, period=str(year))
        yield Step(stage.at(day, 9), stage.person(mayor), (final,))
        yield from document(stage, final, stage.person(mayor), day, _CERTAIN)


def headed_by_leader(secretary: Person, head: Person) -> tuple[str, str, str]:
    """The office that one of the leaders heads, who that is, and the mayor above."""
    mayor, leader = (f"{secretary.nip[:6]}7{n:011}" for n in (0, _HEAD + 1))
    return head.unit, leader, mayor


def _placed(
    stage: Simulation, mayor: str, leaders: Mapping[str, _Leader], unit: str, headed: str, since: date
) -> Iterable[Step]:
    hired: list[Command] = [
        RegisterEmployee(
            employee=mayor,
            name="Pegawai Contoh Wali Kota",
            employment_type=EmploymentType.STATE_OFFICIAL,
            position="Wali Kota",
            since=since,
        ),
        AssignEmployee(employee=mayor, unit=unit, since=since),
    ]
    for nip, one in leaders.items():
        hired += (
            RegisterEmployee(
                employee=nip,
                name=f"Pegawai Contoh {one.name}",
                employment_type=EmploymentType.CIVIL_SERVANT,
                position=one.position,
                position_class=PositionClass.SENIOR_EXECUTIVE,
                since=since,
            ),
            AssignEmployee(
                employee=nip, unit=headed if one is _LEADERS[_HEAD] else unit, since=since, supervisor=mayor
            ),
        )
    hr = stage.clerk(Role.HR)
    yield Step(stage.at(since - timedelta(days=8)), hr, tuple(hired))
    appointed = AppointHead(unit=headed, employee=list(leaders)[_HEAD], since=since, decree="SK contoh kepala dinas")
    yield Step(stage.at(stage.working(since), 11), hr, (appointed,))


def _planned(stage: Simulation, policy: Policy, nip: str, mayor: str, year: int) -> Iterable[Step]:
    key, source = _Key(employee=nip, period=str(year)), _source(policy)
    results = [
        PlannedResult(
            f"hasil-{n}",
            title,
            [
                Target(
                    f"hasil-{n}-a", "indikator pimpinan (contoh)", "dokumen", target=Decimal(4), expectations=EXPECTED
                )
            ],
            Priority.PRIMARY if n == 1 else Priority.ADDITIONAL,
            source,
            _PERSPECTIVES[(n - 1) % len(_PERSPECTIVES)],
        )
        for n, title in enumerate(_RESULTS, 1)
    ]
    first = stage.working(date(year, 1, 1))
    yield Step(stage.at(first, 13), stage.clerk(Role.HR), (ask.OpenAppraisal(**key),))
    day = stage.working(first + timedelta(days=5))
    drafted = (ask.DraftPlan(**key, results=results, terms=TERMS), ask.SubmitPlan(**key))
    yield Step(stage.at(day, 9), stage.person(nip), drafted)
    day = stage.working(day + timedelta(days=2))
    expected = ask.AddSpecialExpectation(
        **key, indicator=_values(policy)[0], expectation="turun ke loket sebulan sekali dan laporkan temuannya (contoh)"
    )
    yield Step(stage.at(day, 9), stage.person(mayor), (ask.ApprovePlan(**key), expected))


def _reviewed(stage: Simulation, units: Mapping[str, OrgPredicate], year: str, day: date) -> Iterable[Step]:
    revised = tuple(
        ReviseAchievement(
            unit=unit, period=year, index=_ACHIEVED[predicate], predicate=predicate, reason="hasil reviu (contoh)"
        )
        for unit, predicate in units.items()
    )
    yield Step(stage.at(day, 10), stage.clerk(Role.OFFICIAL), revised)


def _judged(stage: Simulation, policy: Policy, nip: str, leader: _Leader, mayor: str, key: _Key) -> Iterable[Step]:
    day = stage.working(date(int(key["period"]) + 1, 1, 8))
    judged = tuple(ask.JudgeLevel(**key, result=f"hasil-{n}", level=leader.level) for n in range(1, len(_RESULTS) + 1))
    rated = ask.Rate(
        **key, relation=Relation.SUPERVISOR, scores={name: Decimal(leader.values) for name in _values(policy)}
    )
    yield Step(stage.at(day, 9), stage.person(mayor), (*judged, rated))


def _distributed(stage: Simulation, mayor: str, moved: str, year: str, day: date) -> Iterable[Step]:
    """The curve of a unit that is good leaves no room for three who are, and asks for one below."""
    hr, boss = stage.clerk(Role.HR), stage.person(mayor)
    closed = CloseCohort(appraiser=mayor, period=year)
    yield Step(stage.at(day, 8), hr, (OpenCohort(appraiser=mayor, period=year),))
    yield Step(stage.at(day, 9), hr, (JudgeCohort(appraiser=mayor, period=year),))
    yield Step(stage.at(day, 10), hr, (closed,), may_fail=True)
    anew = CalibratePredicate(
        appraiser=mayor,
        period=year,
        employee=moved,
        predicate="butuh_perbaikan",
        reason="tindak lanjut pengawasan paling lambat di antara rekan setingkat (contoh)",
    )
    yield Step(stage.at(day, 13), boss, (anew,))
    yield Step(stage.at(day, 14), hr, (closed,))


def _values(policy: Policy) -> Sequence[str]:
    return [name for name, one in policy.indicators.items() if isinstance(one.measure, Rated)]


def _source(policy: Policy) -> str:
    """The list of results that the policy judges by levels."""
    return next(source for one in policy.indicators.values() if (source := getattr(one.measure, "source", None)))
