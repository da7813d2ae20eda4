"""All steps of one agency's year, in order of time. The same seed and size give the same year."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from random import Random
from typing import TypeAlias

from msgspec import Struct
from msgspec.json import Encoder
from msgspec.structs import replace

from neraca.demo.careers import move_people
from neraca.demo.cascade import align, count_alignment, offices_of
from neraca.demo.cases import fates
from neraca.demo.cohorts import close_cohorts
from neraca.demo.development import develop
from neraca.demo.environment import attend, hire, publish_achievements, survey
from neraca.demo.fairness import Text, in_haste, try_a_rule
from neraca.demo.improvement import mend
from neraca.demo.officials import appraise_leaders, headed_by_leader
from neraca.demo.programmes import run_programmes
from neraca.demo.raters import draw, told_of
from neraca.demo.remuneration import pay
from neraca.demo.scenario import Move, Participants, appraise, evaluate_year, plan_year
from neraca.demo.scope import YEAR, Part
from neraca.demo.service_times import import_times, unmeasured
from neraca.demo.staff import Person, staff
from neraca.demo.standards import keep_standards
from neraca.demo.steps import Simulation, Step
from neraca.demo.transfers import move_appraisers, moved_to, offices
from neraca.domain.agency import Agency
from neraca.domain.period import Period

_TRANSFERRED = 3
_DIGITS = 8
_ENCODER = Encoder()

_Places: TypeAlias = dict[str, tuple[str, str | None]]
"""Unit and supervisor by employee."""


class Year(Struct, frozen=True):
    """`story` tells the year from what another release makes of the same seed and size. `prefix` begins the key of
    each step.
    """

    part: Part
    people: int
    steps: list[Step]
    story: str
    prefix: str

    @property
    def agency(self) -> Agency:
        return self.part.agency


def write(part: Part, count: int, seed: int, days: int, prefix: str, text: Text | None = None) -> Year:
    """`days` of the year; a whole one has its aftermath too, when results are fixed and contested. `prefix` begins the
    keys of all stories, `text` is that of the policy, where it is at hand.
    """
    agency, periods = part.agency, part.periods
    # Seeded by the agency too, so that one more or one fewer changes nobody else's year.
    own = f"{seed}/{agency.id}"
    rng = Random(own)  # noqa: S311 -- a story, not a secret
    stage = Simulation(agency, part.policy, rng, own)
    people = staff(agency, count, part.since, rng)
    steps = [*hire(stage, people, part.since)]
    steps += attend(stage, people, periods[0].starts, periods[-1].ends)
    units = sorted({person.unit for person in people})
    moves = _moves(stage, people, periods)
    fated = fates(people, moves, periods)
    unheard = told_of(people, moves).silent
    places: _Places = {person.nip: (person.unit, person.supervisor) for person in people}
    plans = {person.nip: plan_year(stage, _cast(person, people, places, places), periods) for person in people[1:]}
    for period in periods:
        steps += survey(stage, period, units)
        steps += publish_achievements(stage, period, units)
        later = places | {nip: (move.unit, move.supervisor) for nip, move in moves.items() if period.holds(move.day)}
        for person in people[1:]:
            move = moves.get(person.nip)
            inside = move if move is not None and period.holds(move.day) else None
            fate = replace(fated.of(person.nip, period), unheard=person.nip in unheard)
            steps += appraise(stage, _cast(person, people, places, later), period, inside, plans[person.nip], fate)
        places = later
    if part.policy.period.annual is not None:
        for person in people[1:]:
            fate = fated.of_year(person.nip)
            steps += evaluate_year(stage, _cast(person, people, places, places), periods, fate)
    steps += close_cohorts(stage.beside("cohorts"), people, places, periods, fated, moved_to(*offices(people)))
    steps += move_people(stage.beside("careers"), people[1], periods)
    stay = [person for person in people[2:] if person.nip not in moves]
    steps += move_appraisers(stage.beside("movers"), *offices(people), stay, periods)
    if part.of_leaders is not None:
        steps += appraise_leaders(stage.beside("leaders"), part.of_leaders, people[0], offices(people)[1], YEAR)
    leaders = {person.supervisor for person in people}
    steps += develop(stage.beside("development"), [one for one in stay if one.nip not in leaders], part)
    steps += keep_standards(stage.beside("standards"), people, part.since)
    steps += draw(stage.beside("raters"), people, moves, periods)
    steps += mend(stage.beside("improvements"), periods, units)
    steps += import_times(stage.beside("times"), periods)
    steps += pay(stage.beside("pay"), people, part, fated)
    steps = run_programmes(stage.beside("programmes"), people, moves, periods, steps)
    steps = in_haste(stage.beside("haste"), steps, periods)
    led = None if part.of_leaders is None else headed_by_leader(people[0], offices(people)[1])
    headed = offices_of(people, led)
    steps += align(stage.beside("cascade"), people, steps[:], headed, periods[0], moves)
    steps += count_alignment(stage.beside("alignment"), sorted(steps, key=lambda step: step.at), headed)
    steps += try_a_rule(stage.beside("shadow"), part, text)
    steps = unmeasured(steps)
    # The sort is stable: what was told first happens first at the same minute.
    steps.sort(key=lambda step: step.at)
    story = _digest(steps)
    if days < 365:
        end = datetime.combine(date(YEAR, 1, 1) + timedelta(days=days), time(), UTC)
        steps = [step for step in steps if step.at < end]
    return Year(part, len(people), steps, story, f"{prefix}{story}/")


def _digest(steps: Sequence[Step]) -> str:
    """Of all that is sent in the year, by whom and when."""
    found = sha256()
    for step in steps:
        found.update(_ENCODER.encode((step.at, step.actor.id, step.place, step.commands)))
    return found.hexdigest()[:_DIGITS]


def _cast(person: Person, people: list[Person], places: _Places, later: _Places) -> Participants:
    """Appraised by whoever leads when the period begins, rated by those who are around when it ends."""
    unit, supervisor = places[person.nip]
    if supervisor is None:
        raise ValueError(f"{person.nip} has nobody to be appraised by")
    below = [one.nip for one in people if later[one.nip][1] == person.nip]
    reviewer = places[supervisor][1]
    others = {person.nip, supervisor, reviewer, *below}
    peers = [one.nip for one in people if later[one.nip][0] == unit and one.nip not in others]
    return Participants(person, supervisor, reviewer, peers, below)


def _moves(stage: Simulation, people: list[Person], periods: list[Period]) -> dict[str, Move]:
    """A few of those without people below them change to another unit in the middle of a period."""
    leaders = {person.supervisor for person in people}
    heads = {person.unit: person for person in people[1:] if person.supervisor == people[0].nip}
    movers = [person for person in people[1:] if person.nip not in leaders]
    moves: dict[str, Move] = {}
    if len(heads) < 2:
        return moves
    for person in stage.rng.sample(movers, max(1, len(movers) * _TRANSFERRED // 100)):
        period = stage.rng.choice(periods)
        day = stage.working(period.starts + (period.ends - period.starts) // 2)
        unit = stage.rng.choice([unit for unit in heads if unit != person.unit])
        moves[person.nip] = Move(day, unit, heads[unit].nip, heads[unit].supervisor)
    return moves
