"""What the year does to everybody at once: people registered, attendance, surveys, units' results."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from neraca.demo import offices
from neraca.demo.staff import Person
from neraca.demo.steps import Simulation, Step, months
from neraca.domain import facts
from neraca.domain.achievement import OrgPredicate, PublishAchievement, ReviseAchievement
from neraca.domain.agency import Unit, working_days
from neraca.domain.attendance import CorrectAttendance, RecordAttendance
from neraca.domain.period import Period
from neraca.domain.registry import Command
from neraca.domain.roster import AssignEmployee, RegisterEmployee, SanctionEmployee
from neraca.domain.survey import CloseSurvey, OpenSurvey, RecordResponse
from neraca.domain.vocabulary import Role, Severity
from neraca.policy.model import SurveyIndex

_BEFORE = timedelta(days=12)
"""So long before the first day people are registered."""
_AT_ONCE = 25
_RESPONSES = 34


def hire(stage: Simulation, people: list[Person], since: date) -> Iterable[Step]:
    """Whoever leads is there before those they lead."""
    # A supervisor must be on the roster when somebody is placed under them.
    by_number = {person.nip: person for person in people}
    people = sorted(people, key=lambda person: _depth(person, by_number))
    firsts = range(0, len(people), _AT_ONCE)
    for first, at in zip(firsts, sorted(stage.at(since - _BEFORE) for _ in firsts), strict=True):
        commands: list[Command] = []
        for person in people[first : first + _AT_ONCE]:
            commands.append(
                RegisterEmployee(
                    employee=person.nip,
                    name=person.name,
                    employment_type=person.employment,
                    position=person.position,
                    position_class=person.position_class,
                    since=since,
                    career_level=person.career_level,
                )
            )
            commands.append(
                AssignEmployee(employee=person.nip, unit=person.unit, since=since, supervisor=person.supervisor)
            )
        yield Step(at, stage.clerk(Role.HR), tuple(commands))


def _depth(person: Person, by_number: Mapping[str, Person]) -> int:
    depth = 0
    while person.supervisor is not None:
        person, depth = by_number[person.supervisor], depth + 1
    return depth


def attend(stage: Simulation, people: list[Person], starts: date, ends: date) -> Iterable[Step]:
    """Month by month; now and then a month is corrected, and somebody is sanctioned."""
    for last in months(starts, ends):
        days = working_days(stage.agency, last.replace(day=1), last)
        label = f"{last:%Y-%m}"
        after = stage.working(last + timedelta(days=2))
        yield from record(stage, people, last)
        if stage.probability(40):
            wrong = _month(stage, stage.rng.choice(people), label, days)
            mended = CorrectAttendance(
                employee=wrong.employee, month=label, required_days=days, late=1, reason="surat izin menyusul"
            )
            yield Step(stage.at(after + timedelta(days=3)), stage.clerk(Role.HR), (mended,))
        if facts.SANCTION in _words(stage) and stage.probability(15):
            who = stage.rng.choice(people[1:])
            severity = stage.rng.choice(list(Severity))
            decree = SanctionEmployee(employee=who.nip, severity=severity, on=last, decree=f"SK contoh {label}")
            yield Step(stage.at(after, 10), stage.clerk(Role.HR), (decree,))


def record(stage: Simulation, people: Sequence[Person], last: date) -> Iterable[Step]:
    """The attendance of the month that ends on `last`."""
    days, after = working_days(stage.agency, last.replace(day=1), last), stage.working(last + timedelta(days=2))
    for first in range(0, len(people), _AT_ONCE):
        batch = [_month(stage, person, f"{last:%Y-%m}", days) for person in people[first : first + _AT_ONCE]]
        yield Step(stage.at(after, 8), stage.clerk(Role.HR), tuple(batch))


def _month(stage: Simulation, person: Person, label: str, days: int) -> RecordAttendance:
    careless = 100 - person.talent
    return RecordAttendance(
        employee=person.nip,
        month=label,
        required_days=days,
        absent_days=int(stage.probability(careless // 6)),
        late=stage.rng.randint(0, careless // 20),
        left_early=int(stage.probability(careless // 4)),
    )


def survey(stage: Simulation, period: Period, units: list[str]) -> Iterable[Step]:
    """Each unit with a counter asks its citizens; the last one has too few answers to count."""
    wanted = [one.measure for one in stage.policy.indicators.values() if isinstance(one.measure, SurveyIndex)]
    for kind in {measure.survey: measure for measure in wanted}.values():
        asking = [unit for unit in units if _asks(stage.agency.units[unit], kind)]
        for unit in asking:
            # So that the year also shows what too few answers come to.
            few = len(asking) > 1 and unit == asking[-1] and kind.min_respondents > 1
            yield from _ask(stage, period, unit, kind, 5 if few else max(_RESPONSES, kind.min_respondents + 2))


def _asks(unit: Unit, kind: SurveyIndex) -> bool:
    return offices.serves_public(unit) and offices.belongs(kind.survey, unit)


def _ask(stage: Simulation, period: Period, unit: str, kind: SurveyIndex, responses: int) -> Iterable[Step]:
    clerk = stage.clerk(Role.SURVEYOR)
    where: dict[str, Any] = {"unit": unit, "period": period.label, "survey": kind.survey}
    opens = stage.working(period.ends - timedelta(days=25))
    yield Step(
        stage.at(opens, 8),
        clerk,
        (OpenSurvey(unit=unit, period=period.label, survey=kind.survey, elements=list(kind.elements)),),
    )
    mood = stage.rng.randint(40, 95)
    day = stage.working(opens + timedelta(days=3))
    for first in range(0, responses, _AT_ONCE):
        answers = tuple(
            RecordResponse(
                **where,
                respondent=f"warga-{unit}-{period.label}-{number:04}",
                answers={name: _answer(stage, mood) for name in kind.elements},
            )
            for number in range(first, min(first + _AT_ONCE, responses))
        )
        yield Step(stage.at(day, 9 + first // _AT_ONCE), clerk, answers)
    yield Step(stage.at(stage.working(period.ends - timedelta(days=3)), 15), clerk, (CloseSurvey(**where),))


def _answer(stage: Simulation, mood: int) -> Decimal:
    return Decimal(min(4, max(1, (mood + stage.rng.randint(-25, 35)) // 25 + 1)))


def publish_achievements(stage: Simulation, period: Period, units: list[str]) -> Iterable[Step]:
    """Where the policy reads the unit's result. The last of several units is late: its people may be blocked."""
    if not {facts.UNIT_INDEX, facts.UNIT_PREDICATE} & _words(stage):
        return
    official = stage.clerk(Role.OFFICIAL)
    day = stage.working(period.ends + timedelta(days=2))
    for unit in units:
        if unit == late_unit(units):
            continue
        index = stage.around(stage.rng.randint(20, 100), 78, 118)
        published = PublishAchievement(
            unit=unit, period=period.label, index=index, predicate=org_predicate(index), source="LKjIP contoh"
        )
        yield Step(stage.at(day, 10), official, (published,))
        if stage.probability(20):
            index += 1
            revised = ReviseAchievement(
                unit=unit, period=period.label, index=index, predicate=org_predicate(index), reason="hasil reviu"
            )
            yield Step(stage.at(stage.working(day + timedelta(days=1)), 11), official, (revised,))


def late_unit(units: Sequence[str]) -> str | None:
    """Of more than two, the last tells late what it achieved."""
    return units[-1] if len(units) > 2 else None


def org_predicate(index: Decimal) -> OrgPredicate:
    return "istimewa" if index >= 110 else "baik" if index >= 90 else "butuh_perbaikan"


def _words(stage: Simulation) -> set[str]:
    """Names of the facts the policy speaks of anywhere."""
    policy = stage.policy
    said = {one.when.fact for one in policy.modifiers.values()} | set(policy.required_facts)
    for one in policy.indicators.values():
        measure = one.measure
        for key in ("fact", "actual", "target"):
            value = getattr(measure, key, None)
            if isinstance(value, str):
                said.add(value)
        said |= {event.fact for event in getattr(measure, "events", {}).values()}
    if policy.distribution is not None:
        said.add(policy.distribution.select_by)
    return said
