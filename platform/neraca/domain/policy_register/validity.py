"""Who rules when: spans of days, for classes of employees. One version on a day for a class; none or two is an error.

State and read models share these functions, so that they can't disagree about what is in force.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from neraca.domain.command_rules import PolicyRef
from neraca.domain.errors import NotOneInForce
from neraca.domain.period import Period, cut
from neraca.domain.policy_register.events import Classes, PolicyScheduled, PolicyScheduleWithdrawn, PolicySuperseded
from neraca.domain.vocabulary import PositionClass

EVERYBODY = frozenset(PositionClass)


class ValidityPeriod(Struct, frozen=True):
    """`policy` is `id@version`; `since` and `until` are both included, and `until` None is open-ended."""

    policy: str
    hash: str
    calc_hash: str
    since: date
    until: date | None = None
    classes: Classes | None = None

    @property
    def ref(self) -> PolicyRef:
        """Returns what this span was scheduled by: the reference that its event names."""
        id_, version = PolicyRef.parsed(self.policy)
        if version is None:
            raise ValueError(f"{self.policy} has no version")
        return PolicyRef(id_, version, self.hash, self.calc_hash)

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)

    def meets(self, since: date, until: date | None) -> bool:
        return (self.until is None or since <= self.until) and (until is None or self.since <= until)

    def words(self) -> str:
        whom = "" if self.classes is None else f" for {', '.join(self.classes)}"
        until = f"to {self.until}" if self.until else "on without end"
        return f"{self.policy} rules{whom} from {self.since} {until}"


def members(classes: Iterable[PositionClass] | None) -> frozenset[PositionClass]:
    return EVERYBODY if classes is None else frozenset(classes)


def written(members: frozenset[PositionClass]) -> Classes | None:
    return None if members == EVERYBODY else tuple(one for one in PositionClass if one in members)


def schedule(spans: Iterable[ValidityPeriod], event: PolicyScheduled) -> list[ValidityPeriod]:
    ref = event.policy
    return [*spans, ValidityPeriod(ref.name, ref.hash, ref.calc_hash, event.since, event.until, event.classes)]


def supersede(spans: Iterable[ValidityPeriod], event: PolicySuperseded) -> list[ValidityPeriod]:
    """A span that ends for some classes only is split; one that never ruled is left out."""
    return [left for span in spans for left in _shortened(span, event)]


def shortened(spans: Iterable[ValidityPeriod], event: PolicySuperseded) -> list[ValidityPeriod]:
    """What a superseding takes days from, as it ruled before and for the classes that it no longer rules."""
    return [replace(span, classes=written(ended)) for span in spans if (ended := _ended(span, event))]


def withdraw(spans: Iterable[ValidityPeriod], event: PolicyScheduleWithdrawn) -> list[ValidityPeriod]:
    """Without the span that is taken back, and with those restored in the place of what was left of them."""
    back = [
        ValidityPeriod(
            one.policy.name,
            one.policy.hash,
            one.policy.calc_hash,
            one.since,
            one.until,
            one.classes,
        )
        for one in event.restored
    ]
    gone = {(event.policy.hash, event.since, event.classes), *((one.hash, one.since, one.classes) for one in back)}
    found = [span for span in spans if (span.hash, span.since, span.classes) not in gone]
    for one in back:
        found = _joined(found, one)
    return found


def _joined(spans: list[ValidityPeriod], back: ValidityPeriod) -> list[ValidityPeriod]:
    """What ruled some classes as it rules the others, in one span again."""
    for span in spans:
        if replace(span, classes=back.classes) == back:
            both = replace(span, classes=written(members(span.classes) | members(back.classes)))
            return [both if one is span else one for one in spans]
    return [*spans, back]


def _ended(span: ValidityPeriod, event: PolicySuperseded) -> frozenset[PositionClass]:
    """The classes for which the event ends the span."""
    meant = span.until is None if event.since is None else span.since == event.since
    running = span.until is None or span.until > event.until
    if span.hash != event.policy.hash or not meant or not running:
        return frozenset()
    return members(span.classes) & members(event.classes)


def _shortened(span: ValidityPeriod, event: PolicySuperseded) -> Iterator[ValidityPeriod]:
    ended = _ended(span, event)
    if not ended:
        yield span
        return
    if rest := members(span.classes) - ended:
        yield replace(span, classes=written(rest))
    if event.until >= span.since:
        yield replace(span, until=event.until, classes=written(ended))


def in_force(
    spans: Iterable[ValidityPeriod], day: date, position_class: PositionClass | None = None
) -> ValidityPeriod | None:
    """Raises NotOneInForce for two. For an unknown class, the version that rules all classes."""
    holding = [span for span in spans if span.holds(day)]
    wanted = EVERYBODY if position_class is None else frozenset({position_class})
    ruling = [span for span in holding if wanted & members(span.classes)]
    whom = "an employee of unknown class" if position_class is None else position_class
    if len({span.hash for span in ruling}) > 1:
        raise NotOneInForce(f"more than one policy is in force for {whom} on {day}: {_named(ruling)}")
    covered = frozenset[PositionClass]().union(*(members(span.classes) for span in ruling))
    # For an unknown class: a rule for some classes only may not be theirs.
    if ruling and not wanted <= covered:
        raise NotOneInForce(f"no policy is in force for {whom} on {day}: {_named(ruling)}")
    return ruling[0] if ruling else None


def require_in_force(
    spans: Iterable[ValidityPeriod], day: date, position_class: PositionClass | None = None
) -> ValidityPeriod:
    """Raises NotOneInForce for none or two, naming the spans there are."""
    known = list(spans)
    span = in_force(known, day, position_class)
    if span is None:
        whom = "" if position_class is None else f" for {position_class}"
        raise NotOneInForce(f"no policy is in force{whom} on {day}: {_named(known) or 'none is scheduled'}")
    return span


def parts(
    spans: Iterable[ValidityPeriod],
    period: Period,
    position_class: PositionClass | None,
    joins: Callable[[ValidityPeriod], bool],
) -> list[Period]:
    """The parts into which rules that begin within a period cut it; just the period where none does.

    A rule cuts on the first of a month, if it can move a digit, and if it and the one before `joins` parts of a period:
    otherwise the rule on the last day judges all of it. Raises NotOneInForce for two on one day.
    """
    known = list(spans)
    firsts: list[date] = []
    for day in sorted({span.since for span in known if period.starts < span.since <= period.ends}):
        before, since = (in_force(known, at, position_class) for at in (day - timedelta(days=1), day))
        # Another name, reference or text that moves no digit judges alike, and cuts nothing.
        if before is None or since is None or before.calc_hash == since.calc_hash:
            continue
        # Parts are weighed by whole months, and attendance comes by the month.
        if day.day != 1 or not joins(before) or not joins(since):
            return [period]
        firsts.append(day)
    return cut(period, firsts)


def require_unsplit(
    spans: Iterable[ValidityPeriod],
    period: Period,
    position_class: PositionClass | None,
    joins: Callable[[ValidityPeriod], bool],
) -> None:
    """Raises NotOneInForce, naming the parts to appraise instead."""
    found = parts(spans, period, position_class, joins)
    if len(found) > 1:
        labels = ", ".join(part.label for part in found)
        raise NotOneInForce(f"another rule begins within {period.label}: appraise {labels}, then join-parts")


def _named(spans: Iterable[ValidityPeriod]) -> str:
    return "; ".join(span.words() for span in spans)
