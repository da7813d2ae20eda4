"""What the year's plans serve: a mission of the region, a plan of each office, and links from people up to it.

Most are linked in February, what is left serves nothing; one is linked late. Of one plan a result is added by consent
of both, and soon dropped again, before anything was reported of it: its numbers stay. One office drops a result in
July, so that what served it is loose.

Their chance is their own: with them or without, the others live the same year.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct

from neraca.demo.staff import Person
from neraca.demo.steps import Simulation, Step
from neraca.demo.work_plan import with_one_more
from neraca.domain.appraisal import commands as ask
from neraca.domain.cascade.links import LinkResult, NotePlanTalk, Served
from neraca.domain.cascade.mission import Goal, Mission, SetMission
from neraca.domain.cascade.unit_plan import (
    ApproveUnitPlan,
    DraftUnitPlan,
    ReviseUnitPlan,
    SubmitUnitPlan,
    UnitResult,
    UnitTarget,
)
from neraca.domain.facts import ALIGNED_RESULTS
from neraca.domain.headship import AppointHead
from neraca.domain.period import Period, parse
from neraca.domain.vocabulary import CascadeKind, Perspective, Role
from neraca.domain.workplan import commands as work
from neraca.policy.model import Ratio

_LINKED = 80
"""Of a hundred people, whose first result is linked in February."""

_TALKED, _FEBRUARY, _LATE, _DROPPED = 22, 33, 166, 194
"""Days of the year, or of what a city has of it, on which is talked, linked, linked late, and dropped by an office."""

_SPAN = (2025, 2029)
_MISSIONS = [
    Mission(
        "misi-1", "Pelayanan publik yang cepat dan mudah (contoh)", [Goal("tujuan-1", "Waktu layanan turun (contoh)")]
    ),
    Mission("misi-2", "Pemerintahan yang tepercaya (contoh)", [Goal("tujuan-2", "Anggaran tepat guna (contoh)")]),
]
_RESULTS = [
    UnitResult(
        "layanan",
        "layanan unit lebih cepat (contoh)",
        [UnitTarget("layanan-a", "layanan tepat waktu (contoh)", "persen", Decimal(90))],
        goal="tujuan-1",
        perspective=Perspective.SERVICE_RECIPIENT,
    ),
    UnitResult(
        "anggaran",
        "anggaran terserap tepat guna (contoh)",
        [UnitTarget("anggaran-a", "anggaran terserap (contoh)", "persen", Decimal(95))],
        goal="tujuan-2",
        perspective=Perspective.BUDGET,
    ),
    UnitResult(
        "arsip",
        "arsip unit tertata (contoh)",
        [UnitTarget("arsip-a", "arsip tertata: seluruh berkas ditemukan dalam sehari (contoh)", "uraian")],
        goal="tujuan-2",
        perspective=Perspective.INTERNAL_STRENGTHENING,
    ),
]
_KINDS = (CascadeKind.ASPECT, CascadeKind.SERVICE, CascadeKind.INTERMEDIATE_OUTPUT)


class Offices(Struct, frozen=True):
    """Who heads which office, and who is above them: the mayor of one whose head he appraises."""

    heads: Mapping[str, str]
    above: Mapping[str, str]
    appointed: frozenset[str]


def offices_of(people: Sequence[Person], led: tuple[str, str, str] | None) -> Offices:
    """`led` is the office whose head the mayor appraises, with that head and the mayor."""
    secretary = people[0].nip
    heads = {one.unit: one.nip for one in people[1:] if one.supervisor == secretary}
    above = dict.fromkeys(heads, secretary)
    if led is None:
        return Offices(heads, above, frozenset())
    unit, head, mayor = led
    return Offices(heads | {unit: head}, above | {unit: mayor}, frozenset({unit}))


def align(
    stage: Simulation,
    people: Sequence[Person],
    told: Iterable[Step],
    offices: Offices,
    first: Period,
    moved: Collection[str],
) -> Iterable[Step]:
    """`told` is what else happens, of which the plans are taken; who `moved` has no plan that changes."""
    secretary = people[0].nip
    yield from _unit_plans(stage, offices, first.starts)
    planned = _planned(told, first)
    own = [one for one in people[1:] if one.nip in planned]
    late = next(
        (one for one in reversed(own) if _may_change(one, secretary, planned[one.nip]) and one.nip not in moved), None
    )
    team = Counter(one.supervisor for one in own) if _within_target(stage) else Counter[str | None]()
    for person in own:
        if person is not late and (stage.probability(_LINKED) or person.supervisor == secretary):
            day = stage.working(first.starts + timedelta(days=_FEBRUARY + stage.rng.randint(0, 7)))
            yield from _linked(stage, person, secretary, planned, day, team[person.supervisor])
    if late is not None:
        yield from _linked(stage, late, secretary, planned, _later(stage, first.starts, _LATE), team[late.supervisor])
        yield from _changed(stage, late, planned[late.nip], first)


def count_alignment(stage: Simulation, told: Iterable[Step], offices: Offices) -> Iterable[Step]:
    """What leads to a goal, counted when a period has ended for whoever comes to a result, where the policy reads it.

    Once more before each result of the head of the office that drops one. Of `told` the results are taken.
    """
    measures = [one.measure for one in stage.policy.indicators.values()]
    if not any(isinstance(one, Ratio) and one.actual == ALIGNED_RESULTS for one in measures):
        return
    again = offices.heads[min(offices.heads)]
    counted: set[tuple[str, str]] = set()
    for step in told:
        for one in step.commands:
            if not isinstance(one, ask.Finalise):
                continue
            asked = ask.CountAlignment(employee=one.employee, period=one.period)
            if (one.employee, one.period) not in counted:
                counted.add((one.employee, one.period))
                at = min(stage.at(stage.working(parse(one.period).ends), 7), step.at - timedelta(minutes=2))
                yield Step(at, stage.clerk(Role.HR), (asked,), may_fail=True)
            if one.employee == again:
                yield Step(step.at - timedelta(minutes=1), stage.clerk(Role.HR), (asked,), may_fail=True)


def _later(stage: Simulation, since: date, days: int) -> date:
    """A city that begins in the middle of the year has what comes late before its end."""
    return stage.working(min(since + timedelta(days=days), date(since.year, 12, 15)))


class _Planned(Struct, frozen=True):
    """What somebody drafts first: for the year, or for the first `period`."""

    period: str
    results: Sequence[Any]
    of_year: bool


def _planned(told: Iterable[Step], first: Period) -> dict[str, _Planned]:
    found: dict[str, _Planned] = {}
    for step in told:
        for command in step.commands:
            if isinstance(command, work.DraftWorkPlan):
                found.setdefault(command.employee, _Planned(command.period, command.results, of_year=True))
            elif isinstance(command, ask.DraftPlan) and command.period == first.label:
                found.setdefault(command.employee, _Planned(command.period, command.results, of_year=False))
    return found


def _may_change(person: Person, secretary: str, planned: _Planned) -> bool:
    """Nothing else befalls the plan, and one more result may stand in the first one's list."""
    more = with_one_more(planned.results)
    return person.supervisor != secretary and len(more) > len(planned.results) and more[-1].id not in _ids(planned)


def _ids(planned: _Planned) -> list[str]:
    return [one.id for one in planned.results]


def _unit_plans(stage: Simulation, offices: Offices, since: date) -> Iterable[Step]:
    hr, first, year = stage.clerk(Role.HR), stage.working(since), since.year
    told = SetMission(
        first_year=_SPAN[0],
        last_year=_SPAN[1],
        vision="Kota yang melayani (contoh)",
        missions=_MISSIONS,
        decree="Perda contoh tentang RPJMD",
    )
    yield Step(stage.at(first, 8), hr, (told,))
    drafted, approved = stage.working(first + timedelta(days=4)), stage.working(first + timedelta(days=6))
    for unit, head in sorted(offices.heads.items()):
        if unit not in offices.appointed:
            appointed = AppointHead(unit=unit, employee=head, since=since, decree="SK contoh pimpinan unit")
            yield Step(stage.at(first, 11), hr, (appointed,))
        which: Any = {"unit": unit, "year": year}
        sent = (DraftUnitPlan(**which, results=_RESULTS), SubmitUnitPlan(**which))
        yield Step(stage.at(drafted, 10), stage.person(head), sent)
        yield Step(stage.at(approved, 10), stage.person(offices.above[unit]), (ApproveUnitPlan(**which),))
    unit = min(offices.heads)
    revised = ReviseUnitPlan(
        unit=unit, year=year, results=_RESULTS[:2], reason="arsip dikelola dinas kearsipan (contoh)"
    )
    day = _later(stage, since, _DROPPED)
    yield Step(stage.at(day, 10), stage.person(offices.above[unit]), (revised,))


def _within_target(stage: Simulation) -> bool:
    plan = stage.policy.workflow and stage.policy.workflow.plan
    return plan is not None and plan.loads == "within_target"


def _linked(
    stage: Simulation, person: Person, secretary: str, planned: Mapping[str, _Planned], day: date, team: int
) -> Iterable[Step]:
    """A head's results serve the office, each other's the first two of who is above. Where loads stay within their
    target, each of the `team` takes no more than an equal part of it.
    """
    own = planned[person.nip]
    which: Any = {"employee": person.nip, "period": own.period}
    links: list[LinkResult] = []
    if person.supervisor == secretary:
        for result, of_unit in zip(own.results, _RESULTS, strict=False):
            serves = Served(of_unit.id, unit=person.unit)
            links.append(LinkResult(**which, result=result.id, serves=serves, kind=CascadeKind.ASPECT))
    elif (above := planned.get(person.supervisor or "")) is not None:
        for result, of_boss in list(zip(own.results, above.results, strict=False))[: 1 + stage.probability(50)]:
            serves = Served(of_boss.id, employee=person.supervisor, period=above.period)
            shared = result.targets[0].target
            whole = of_boss.targets[0].target
            if team and shared is not None and whole is not None:
                shared = min(shared, whole // team) or None
            if whole is not None and shared is not None and stage.probability(40):
                load: Any = {"kind": CascadeKind.LOAD, "target": of_boss.targets[0].id, "share": shared}
            else:
                kind = stage.rng.choice(_KINDS)
                # A part of the same by another aspect of it, or for another region.
                by_region = kind is CascadeKind.ASPECT and int(person.nip[-1]) % 2
                load = {"kind": CascadeKind.REGION if by_region else kind}
            links.append(LinkResult(**which, result=result.id, serves=serves, **load))
    if links:
        yield Step(stage.at(day, 9), stage.person(person.nip), tuple(links))


def _changed(stage: Simulation, person: Person, own: _Planned, first: Period) -> Iterable[Step]:
    """Both talk; one more is added by consent, and dropped by consent within the first month."""
    boss = stage.person(person.supervisor or "")
    me = stage.person(person.nip)
    talk: Any = {"employee": person.nip, "period": own.period}
    day = stage.working(first.starts + timedelta(days=_TALKED))
    before = list(own.results)
    more = with_one_more(before)
    yield Step(stage.at(day, 9), me, (NotePlanTalk(**talk, on=day, note="Saya usul satu hasil tambahan (contoh)"),))
    yield Step(stage.at(day, 13), boss, (NotePlanTalk(**talk, on=day, note="Setuju, bobot disesuaikan (contoh)"),))
    added = [one for one in more if one not in before]
    back = [one for one in before if one not in more]
    day = stage.working(day + timedelta(days=1))
    yield from _agreed(stage, own, talk, first, day, (me, boss), "tambah", "penugasan tambahan (contoh)", added, [])
    day = stage.working(day + timedelta(days=2))
    dropped = [more[-1].id]
    reason = "penugasan dialihkan ke unit lain (contoh)"
    yield from _agreed(stage, own, talk, first, day, (boss, me), "hapus", reason, back, dropped)


def _agreed(
    stage: Simulation,
    own: _Planned,
    which: Any,
    first: Period,
    day: date,
    who: tuple[Any, Any],
    change: str,
    reason: str,
    results: list[Any],
    drop: list[str],
) -> Iterable[Step]:
    proposer, other = who
    what: Any = {**which, "change": change, "reason": reason, "results": results, "drop": drop}
    if not own.of_year:
        yield Step(stage.at(day, 9), proposer, (ask.ProposePlanChange(**what),))
        yield Step(stage.at(day, 14), other, (ask.AgreeToPlanChange(**which, change=change),))
        return
    yield Step(stage.at(day, 9), proposer, (work.ProposeWorkPlanChange(**what),))
    taken = ask.TakePlan(employee=which["employee"], period=first.label)
    yield Step(stage.at(day, 14), other, (work.AgreeToWorkPlanChange(**which, change=change), taken))
