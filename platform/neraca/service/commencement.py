"""What beginning on a day does to the periods that run: those the new rule would cut, and who works in them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from msgspec import Struct

from neraca.domain.command_rules import PolicyRef
from neraca.domain.errors import NotOneInForce
from neraca.domain.period import Period, parse
from neraca.domain.policy_register import PolicyScheduled, PolicySuperseded, ValidityPeriod, validity
from neraca.domain.policy_register.events import Classes
from neraca.domain.policy_register.placement import Placement, placed
from neraca.domain.vocabulary import PositionClass
from neraca.policy.impact import report


class Start(Struct, frozen=True):
    """From when, to when and for whom a candidate is to rule; `in_parts` where it may cut a period."""

    since: date
    until: date | None = None
    classes: Classes | None = None
    in_parts: bool = False


class RunningPeriod(Struct, frozen=True):
    """How many appraisals of a period and a class are not final, and how many of them have a score."""

    period: str
    position_class: PositionClass | None
    people: int
    scored: int


class Schedule(Struct, frozen=True):
    """Spans of one purpose, and which of them join parts of a period."""

    spans: tuple[ValidityPeriod, ...]
    joins: Callable[[ValidityPeriod], bool]

    def with_(self, policy: PolicyRef, start: Start, *, joins: bool) -> "Schedule":
        """As it would be. Raises Conflict or AlreadyDone where the policy finds no place in it."""
        # As with a legal basis: what a law may allow must not be refused to a simulation.
        wanted = Placement(policy, start.since, start.until, start.classes, "simulated")
        found = list(self.spans)
        for event in placed(wanted, found):
            if isinstance(event, PolicySuperseded):
                found = validity.supersede(found, event)
            if isinstance(event, PolicyScheduled):
                found = validity.schedule(found, event)
        return Schedule(tuple(found), lambda one: joins if one.hash == policy.hash else self.joins(one))

    def blocked(self, label: str, position_class: PositionClass | None) -> "BlockedPeriod | None":
        """Why an appraisal of a period has no score, whatever its facts; None where one rule judges it."""
        period = parse(label)
        try:
            validity.require_in_force(self.spans, period.ends, position_class)
            validity.require_unsplit(self.spans, period, position_class, self.joins)
        except NotOneInForce as why:
            return BlockedPeriod(why.message, self._parts(period, position_class))
        return None

    def _parts(self, period: Period, position_class: PositionClass | None) -> tuple[str, ...]:
        try:
            found = validity.parts(self.spans, period, position_class, self.joins)
        except NotOneInForce:
            return ()
        return tuple(part.label for part in found) if len(found) > 1 else ()


class BlockedPeriod(Struct, frozen=True):
    """`parts` are those to appraise instead; none where no rule, or more than one, is in force at the end."""

    reason: str
    parts: tuple[str, ...]


class CommencementEffects(Struct, frozen=True):
    """`blocked` are the periods and classes that come to be blocked, with the reason."""

    report: report.Start
    blocked: Mapping[tuple[str, PositionClass | None], str]


def commencement_effects(
    start: Start, running: Iterable[RunningPeriod], now: Schedule, then: Schedule
) -> CommencementEffects:
    """What the schedule blocks and today's doesn't."""
    found: dict[tuple[str, tuple[str, ...]], report.Cut] = {}
    blocked: dict[tuple[str, PositionClass | None], str] = {}
    for one in running:
        why = then.blocked(one.period, one.position_class)
        if why is None or now.blocked(one.period, one.position_class) is not None:
            continue
        blocked[one.period, one.position_class] = why.reason
        before = found.get((one.period, why.parts), report.Cut(one.period, why.parts, 0, 0))
        cut = report.Cut(one.period, why.parts, before.running + one.people, before.newly_blocked + one.scored)
        found[one.period, why.parts] = cut
    cuts = tuple(found[key] for key in sorted(found, key=lambda key: (parse(key[0]).starts, key)))
    return CommencementEffects(report.Start(start.since, start.until, start.classes, start.in_parts, cuts), blocked)
