"""People of one office who move at the end of a period, so that a year of any size shows who evaluates whom then.

By the law's two days: an appraiser who moves in the month before the last does not evaluate any more, and who acts in
the post does; one who moves within the evaluation evaluates still; and the result of an employee who moves then may be
that of the period before, by agreement. Somebody also delegates what they do as an appraiser. In the first period one
of them asks the others for feedback and is coached, and the leader of another takes a result over.

Their chance is their own: with them or without, the others live the same year.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct, structs

from neraca.demo.cases import Fate
from neraca.demo.environment import record
from neraca.demo.feedback import Circle, converse
from neraca.demo.scenario import Move, Participants, appraise, evaluate_year, plan_year
from neraca.demo.staff import Person
from neraca.demo.steps import Simulation, Step, months
from neraca.domain.acting_officials import AppointActing
from neraca.domain.appraisal.commands import RecordFollowUp
from neraca.domain.period import Period
from neraca.domain.registry import Command
from neraca.domain.roster import AssignEmployee, Delegate, RegisterEmployee, TransferEmployee
from neraca.domain.vocabulary import ActingKind, EmploymentType, FollowUpKind, PositionClass, Role

_DAY = 25
"""Of the law's examples, 25 August and 25 September, for the third quarter."""
_THIRD = 2
_TALENT = 75
_PEERS = 4
_CERTAIN = Fate(certain=True)
_SIGNED = Fate(certain=True, documented=True)


class _Cast(Struct, frozen=True):
    early: Person
    """The appraiser who moves before the evaluation, and whose post is vacant then."""
    late: Person
    """The appraiser who moves within it."""
    acting: Person
    """Who acts in the vacant post, and appraises the others from the next period on."""
    left: Person
    """The employee of the early one."""
    kept: Person
    """The employee of the late one."""
    mover: Person
    """The employee who moves to another office within the evaluation."""


class _Days(Struct, frozen=True):
    """`moved` is the period in which they move; the days are those of the early and of the late."""

    moved: Period
    early: date
    late: date


def move_appraisers(
    stage: Simulation, head: Person, other: Person, colleagues: Sequence[Person], periods: Sequence[Period]
) -> Iterable[Step]:
    """All are of the office of `head`, and who moves goes to that of `other`; `colleagues` rate as peers."""
    if periods[0].cycle == "month":
        return  # the month before the last is another period
    cast, days = _cast(head), _days(stage, periods)
    yield from _hired(stage, cast, periods[0].starts)
    yield from _moved(stage, cast, days, head, other, [one for one in periods if one.starts > days.moved.ends])
    peers = [one.nip for one in colleagues if one.unit == head.unit][:_PEERS]
    vacant = (days.early, cast.acting.nip)
    before = {
        cast.left.nip: Participants(cast.left, cast.early.nip, head.nip, peers, [], stand_in=vacant),
        cast.kept.nip: Participants(cast.kept, cast.late.nip, head.nip, peers, []),
        cast.mover.nip: Participants(cast.mover, cast.acting.nip, head.nip, peers, []),
    }
    elsewhere = Move(days.late, other.unit, other.nip, other.supervisor)
    for nip, people in before.items():
        after = (other.nip, other.supervisor) if nip == cast.mover.nip else (cast.acting.nip, head.nip)
        move = elsewhere if nip == cast.mover.nip else None
        yield from _year(stage, people, after, move, days.moved, periods, relieved=nip == cast.left.nip)
    for last in months(periods[0].starts, periods[-1].ends):
        yield from record(stage, (cast.left, cast.kept, cast.mover), last)
    yield from _delegated(stage, cast, periods[0])
    around = [cast.left.nip, cast.mover.nip, cast.acting.nip, cast.early.nip]
    yield from converse(stage, Circle(cast.kept.nip, cast.late.nip, around), periods[0])


def _cast(head: Person) -> _Cast:
    chief = "Kepala seksi"
    early, late, acting = (
        _person(head, n, name, chief, PositionClass.SUPERVISOR, head.nip)
        for n, name in enumerate(("Penilai Pindah Agustus", "Penilai Pindah September", "Pelaksana Tugas"))
    )
    left, kept, mover = (
        _person(head, n, name, "Pelaksana", PositionClass.OPERATIONAL, boss.nip)
        for n, (name, boss) in enumerate(
            (("Penilainya Pindah", early), ("Penilainya Menyusul", late), ("Mutasi Akhir Periode", acting)), 3
        )
    )
    return _Cast(early, late, acting, left, kept, mover)


def _person(head: Person, number: int, name: str, position: str, kind: PositionClass, boss: str) -> Person:
    return Person(
        nip=f"{head.nip[:6]}8{number:011}",
        name=f"Pegawai Contoh {name}",
        unit=head.unit,
        position=position,
        position_class=kind,
        employment=EmploymentType.CIVIL_SERVANT,
        career_level=None,
        supervisor=boss,
        talent=_TALENT,
    )


def _days(stage: Simulation, periods: Sequence[Period]) -> _Days:
    moved = periods[min(_THIRD, len(periods) - 1)]
    late = moved.ends.replace(day=_DAY)
    early = (late.replace(day=1) - timedelta(days=1)).replace(day=_DAY)
    return _Days(moved, stage.working(early), stage.working(late))


def _hired(stage: Simulation, cast: _Cast, since: date) -> Iterable[Step]:
    commands: list[Command] = []
    for person in (cast.early, cast.late, cast.acting, cast.left, cast.kept, cast.mover):
        commands += (
            RegisterEmployee(
                employee=person.nip,
                name=person.name,
                employment_type=person.employment,
                position=person.position,
                position_class=person.position_class,
                since=since,
            ),
            AssignEmployee(employee=person.nip, unit=person.unit, since=since, supervisor=person.supervisor),
        )
    yield Step(stage.at(since - timedelta(days=9)), stage.clerk(Role.HR), tuple(commands))


def _moved(
    stage: Simulation, cast: _Cast, days: _Days, head: Person, other: Person, later: Sequence[Period]
) -> Iterable[Step]:
    hr = stage.clerk(Role.HR)
    for appraiser, day in ((cast.early, days.early), (cast.late, days.late)):
        gone = TransferEmployee(
            employee=appraiser.nip, unit=other.unit, since=day, supervisor=other.nip, reason="mutasi penilai (contoh)"
        )
        yield Step(stage.at(day, 8), hr, (gone,))
    acting = AppointActing(
        employee=cast.early.nip,
        to=cast.acting.nip,
        kind=ActingKind.PLT,
        unit=head.unit,
        since=days.early,
        until=days.early + timedelta(days=180),
        decree="SP contoh Plt",
    )
    yield Step(stage.at(days.early, 9), hr, (acting,))
    if later:
        led = tuple(
            TransferEmployee(
                employee=one.nip,
                unit=head.unit,
                since=later[0].starts,
                supervisor=cast.acting.nip,
                reason="atasan langsung yang baru (contoh)",
            )
            for one in (cast.left, cast.kept)
        )
        yield Step(stage.at(days.late, 10), hr, led)


def _year(
    stage: Simulation,
    people: Participants,
    after: tuple[str, str | None],
    move: Move | None,
    moved: Period,
    periods: Sequence[Period],
    *,
    relieved: bool,
) -> Iterable[Step]:
    """`after` are the appraiser and the reviewer once the period in which they moved is over; `relieved`, of a result
    in the first one.
    """
    plan, person = plan_year(stage, people, periods), people.person
    following = Participants(person, after[0], after[1], people.peers if move is None else [], [])
    for period in periods:
        now = following if period.starts > moved.ends else people
        inside = move if period == moved else None
        reused = inside is not None and period != periods[0] and period.cycle != "year"
        fate = Fate(certain=True, reused=reused) if reused else _SIGNED if period == moved else _CERTAIN
        if relieved and period == periods[0]:
            fate = structs.replace(fate, relieved=True)
        yield from appraise(stage, now, period, inside, plan, fate)
    if stage.policy.period.annual is not None:
        # Who moved within the evaluation evaluates the year too.
        stays = moved == periods[-1] and move is None and people.stand_in is None
        last = people if stays else following
        yield from evaluate_year(stage, last, periods, _SIGNED)


def _delegated(stage: Simulation, cast: _Cast, period: Period) -> Iterable[Step]:
    day = stage.working(period.ends + timedelta(days=20))
    handed_on = Delegate(
        employee=cast.late.nip,
        to=cast.acting.nip,
        since=day,
        until=day + timedelta(days=6),
        reason="penugasan ke luar kota (contoh)",
    )
    yield Step(stage.at(day, 8), stage.person(cast.late.nip), (handed_on,))
    coached = RecordFollowUp(
        employee=cast.kept.nip, period=period.label, kind=FollowUpKind.COACHING, note="pendampingan mingguan (contoh)"
    )
    yield Step(stage.at(day, 13), stage.person(cast.acting.nip), (coached,), instead_of=cast.late.nip)


def offices(people: Sequence[Person]) -> tuple[Person, Person]:
    """The head of the first office, and that of another where there is one: not of the last by name, whose result may
    come late.
    """
    heads = [one for one in people[1:] if one.supervisor == people[0].nip and one.position == f"Kepala {one.unit}"]
    by_unit: Mapping[str, Person] = {one.unit: one for one in heads}
    others = [one for one in heads[1:] if one.unit != max(by_unit)] or heads[1:] or heads
    return heads[0], others[0]


def moved_to(head: Person, other: Person) -> Mapping[str, Sequence[str]]:
    """Whom the head of the other office appraises besides their own people, when the last period is over."""
    return {other.nip: [_cast(head).mover.nip]}
