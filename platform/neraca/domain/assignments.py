"""Who serves where and under whom on a day, and who stands in for one who left: each question asks one day.

| question | the day that is asked |
| --- | --- |
| who is somebody's unit and superior now (roster, reads, sight) | today, the legal day of the agency |
| may this actor act at all, as HR, official, appraiser, rater | today |
| may this person be named as superior or appraiser | the day from which they are named |
| whose appraisal may be opened, in which unit, under whom | the first day of the period in a place with a superior |
| which appraiser and reviewer are taken over at the opening | that first day, or today where it is later |
| who acts as appraiser or reviewer of an open appraisal | today, against the day from which they were named |
| whether an exemption keeps an appraiser or reviewer away | today: they are passed over until they are back |
| who rates as a peer or from below | the days of the period in which the unit had the appraisal, up to today |
| does supervision run in a circle | every day from the first of the new place to the last |

What is recorded counts from its own day on, in whatever order it was recorded: places are kept in order of their first
day, and of two for one day the one recorded later holds. Retirement hides what lies behind it, and nothing before.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import TypeAlias, TypeVar

from msgspec import Struct, field

from neraca.domain.errors import Invalid
from neraca.domain.vocabulary import ActingKind, ExemptionKind, PositionClass, StudyOutcome

_DAY = timedelta(days=1)

HeldT = TypeVar("HeldT")


class Assignment(Struct, frozen=True):
    """Where an employee stands on a day, and under whom; nobody is above the head of the agency."""

    unit: str
    supervisor: str | None


class Exemption(Struct):
    """Days for which one owes no plan and is owed no appraisal, by a decree; `until` None as long as it has no end."""

    decree: str
    kind: ExemptionKind
    since: date
    until: date | None
    withdrawn: bool = False

    def holds(self, day: date) -> bool:
        return not self.withdrawn and self.since <= day and (self.until is None or day <= self.until)


class Study(Struct):
    """Study by order of the agency, to be done by `until`; `ended` its last day once that is known."""

    decree: str
    programme: str
    since: date
    until: date
    ended: date | None = None
    outcome: StudyOutcome | None = None


class ActingAppointment(Struct):
    """That `to` acts on these days in the post which somebody holds, or last held, in the unit."""

    decree: str
    to: str
    kind: ActingKind
    unit: str
    since: date
    until: date

    def holds(self, day: date) -> bool:
        return self.since <= day <= self.until


class Tenure(Struct):
    """One employee's service: `since` None if never registered, `retired` the last day. Changes in place.

    Whoever was rehired was out of service in the `breaks`, first and last day of each. `posts`, `classes` and
    `levels` are those held from a day on, in order of days. A `state_official`, such as the head of a region,
    appraises and is appraised by nobody.
    """

    since: date | None = None
    retired: date | None = None
    places: list[tuple[date, Assignment]] = field(default_factory=list[tuple[date, Assignment]])
    state_official: bool = False
    exemptions: list[Exemption] = field(default_factory=list[Exemption])
    studies: list[Study] = field(default_factory=list[Study])
    breaks: list[tuple[date, date]] = field(default_factory=list[tuple[date, date]])
    name: str = ""
    posts: list[tuple[date, str]] = field(default_factory=list[tuple[date, str]])
    classes: list[tuple[date, PositionClass]] = field(default_factory=list[tuple[date, PositionClass]])
    levels: list[tuple[date, str]] = field(default_factory=list[tuple[date, str]])
    acting: list[ActingAppointment] = field(default_factory=list[ActingAppointment])


People: TypeAlias = Callable[[str], Tenure | None]
"""The tenure of an employee number; None for one who was never registered."""


class Roster(Struct, frozen=True):
    """The people of an agency, and the day on which they are asked for."""

    people: People
    today: date


def placed(tenure: Tenure, since: date, place: Assignment) -> None:
    """Puts a place among the others by its first day."""
    at = bisect_left(tenure.places, since, key=_first)
    same = at < len(tenure.places) and tenure.places[at][0] == since
    tenure.places[at : at + same] = [(since, place)]


def is_exempt(tenure: Tenure | None, day: date) -> bool:
    """Whether an exemption keeps somebody from their post on a day: they owe no plan and judge nobody."""
    return tenure is not None and any(one.holds(day) for one in tenure.exemptions)


def registered(name: str, people: People) -> bool:
    """Whether the roster knows somebody by that number, in service or not."""
    tenure = people(name)
    return tenure is not None and tenure.since is not None


def is_state_official(name: str, people: People) -> bool:
    tenure = people(name)
    return tenure is not None and tenure.state_official


def serves(tenure: Tenure | None, day: date) -> bool:
    if tenure is None or tenure.since is None or day < tenure.since or _in_a_break(tenure, day):
        return False
    return tenure.retired is None or day <= tenure.retired


def _in_a_break(tenure: Tenure, day: date) -> bool:
    return any(first <= day <= last for first, last in tenure.breaks)


def assignment_on(tenure: Tenure | None, day: date) -> Assignment | None:
    """None before the first place, after retirement and between two services."""
    if tenure is None or (tenure.retired is not None and day > tenure.retired) or _in_a_break(tenure, day):
        return None
    held = _held(tenure, day)
    return held[1] if held else None


def assignments_between(tenure: Tenure | None, first: date, last: date) -> Iterator[tuple[date, date, Assignment]]:
    """Each place held on a day from `first` to `last`, with the first and last of those days."""
    if tenure is None:
        return
    if tenure.retired is not None:
        last = min(last, tenure.retired)
    for since, until, place in _spans(tenure):
        for begins, ends in _outside(tenure.breaks, max(since, first), min(until, last)):
            yield begins, ends, place


def assignments_owed(tenure: Tenure | None, first: date, last: date) -> Iterator[tuple[date, date, Assignment]]:
    """As `assignments_between`, without the days of an exemption: of those alone an appraisal is due."""
    for begins, ends, place in assignments_between(tenure, first, last):
        yield from ((since, until, place) for since, until in _unexempted(tenure, begins, ends))


def months_owed(tenure: Tenure | None, first: date, last: date) -> set[int]:
    """The months of one year with a day of service that no exemption takes out."""
    if tenure is None or tenure.since is None:
        return set()
    begins, ends = max(first, tenure.since), last if tenure.retired is None else min(last, tenure.retired)
    served = _outside(tenure.breaks, begins, ends)
    owed = (days for since, until in served for days in _unexempted(tenure, since, until))
    return {month for since, until in owed for month in range(since.month, until.month + 1)}


def last_served(tenure: Tenure, first: date, last: date) -> date | None:
    """The last day of service from `first` to `last`; None where there is none, such as between two services."""
    if tenure.since is None:
        return None
    begins, ends = max(first, tenure.since), last if tenure.retired is None else min(last, tenure.retired)
    return max((until for _, until in _outside(tenure.breaks, begins, ends)), default=None)


def months_exempt(tenure: Tenure | None, first: date, last: date) -> set[int]:
    """The months of one year that exemptions take out from their first day to their last."""
    left = {month for since, until in _unexempted(tenure, first, last) for month in range(since.month, until.month + 1)}
    return {*range(first.month, last.month + 1)} - left


def _unexempted(tenure: Tenure | None, first: date, last: date) -> Iterator[tuple[date, date]]:
    """What is left of the days from `first` to `last`, in order."""
    standing = [one for one in tenure.exemptions if not one.withdrawn] if tenure else []
    return _outside([(one.since, one.until or date.max) for one in standing], first, last)


def _outside(taken: Iterable[tuple[date, date]], first: date, last: date) -> Iterator[tuple[date, date]]:
    """The days from `first` to `last` that are in none of the times taken, in order."""
    for since, until in sorted(taken):
        if since > last or until < first:
            continue
        if since > first:
            yield first, since - _DAY
        if until >= last:
            return
        first = until + _DAY
    if first <= last:
        yield first, last


def superiors(people: People, employee: str, day: date, by: date | None = None) -> Iterator[str]:
    """Who is above an employee on a day, the nearest first; with `by`, those who are still there then."""
    tenure = people(employee)
    held = _held(tenure, day) if tenure else None
    if held and held[1].supervisor is not None:
        yield from upwards(people, held[1].supervisor, held[0], by or day)


def upwards(people: People, named: str, since: date, day: date) -> Iterator[str]:
    """Whoever was named on the day `since` and holds that post still on `day`, then those above, each once.

    In the place of one who left comes the superior that the post had last. The walk ends with somebody it met before:
    a log may hold a circle that was recorded when nothing refused it.

    Whoever acts in a post by an appointment that holds on `day` comes in the place of its holder, and whoever an
    exemption keeps from the post on `day` is passed over, until they are back.
    """
    yield from (name for name, _ in upwards_in_posts(people, named, since, day, (ActingKind.PLT, ActingKind.PLH)))


def upwards_in_posts(
    people: People, named: str, since: date, day: date, kinds: Collection[ActingKind]
) -> Iterator[tuple[str, str | None]]:
    """The same, each with the holder of the post in which they act; of appointments, those of these kinds count.

    Where daily ones (PLH) do, whoever is away for a time is passed over: so is the holder whom an exemption keeps from
    the post on `day`, though nobody was appointed.
    """
    met: set[tuple[str, date]] = set()
    above: str | None = named
    said: set[str] = set()
    while above is not None and (above, since) not in met:
        met.add((above, since))
        tenure = people(above)
        if tenure is None:
            return
        left = left_post(tenure, since, day)
        acting = acting_for(tenure, since, day, people, kinds)
        away = ActingKind.PLH in kinds and is_exempt(tenure, day)
        stands, holder = (acting, above) if acting is not None else (None if left or away else above, None)
        if stands is not None and stands not in said:
            said.add(stands)
            yield stands, holder
        held = _held(tenure, day if left is None else left)
        if held is None:
            return
        since, above = held[0], held[1].supervisor


def left_post(tenure: Tenure, since: date, day: date) -> date | None:
    """The last day in the unit where one served on `since`; None as long as that is so on `day`.

    A superior who moves to another unit leaves those below behind, until somebody is placed under them again.
    """
    lasts: list[date] = []
    if tenure.retired is not None and tenure.retired < day:
        lasts.append(tenure.retired)
    at = max(bisect_right(tenure.places, since, key=_first) - 1, 0)
    for first, place in tenure.places[at:]:
        if first <= day and place.unit != tenure.places[at][1].unit:
            lasts.append(first - _DAY)
            break
    lasts += [first - _DAY for first, _ in tenure.breaks if since < first <= day]
    return min(lasts) if lasts else None


def acting_for(tenure: Tenure, since: date, day: date, people: People, kinds: Collection[ActingKind]) -> str | None:
    """Who acts on `day` in the post that was held on `since`; None where nobody does who serves and is not away."""
    held = _held(tenure, since) or (tenure.places[0] if tenure.places else None)
    found = (
        one.to for one in tenure.acting if one.kind in kinds and one.holds(day) and held and one.unit == held[1].unit
    )
    return next((name for name in found if serves(people(name), day) and not is_exempt(people(name), day)), None)


def title_on(tenure: Tenure, day: date) -> str | None:
    """The title of the post held on a day."""
    return _on(tenure.posts, day)


def class_on(tenure: Tenure, day: date) -> PositionClass | None:
    """The class of the post held on a day; before the first it is that one, which appraisals may reach back to."""
    return _on(tenure.classes, day) or (tenure.classes[0][1] if tenure.classes else None)


def level_on(tenure: Tenure, day: date) -> str | None:
    """The career level held on a day."""
    return _on(tenure.levels, day)


def held_from(known: list[tuple[date, HeldT]], since: date, value: HeldT) -> list[tuple[date, HeldT]]:
    """Puts a value among the others by its first day; of two for one day the one recorded later holds."""
    return sorted([*(one for one in known if one[0] != since), (since, value)], key=lambda one: one[0])


def _on(known: list[tuple[date, HeldT]], day: date) -> HeldT | None:
    return next((value for since, value in reversed(known) if since <= day), None)


def circle(people: People, employee: str, supervisor: str, first: date, last: date) -> date | None:
    """The first day found on which the employee would be above the supervisor they are to have from `first` to `last`.

    By what is recorded, be somebody in it retired or not.
    """
    ahead, met = [(supervisor, first, last)], set[tuple[str, date, date]]()
    while ahead:
        one = ahead.pop()
        name, begins, ends = one
        if name == employee:
            return begins
        # Else the walk might not end: an older log may hold a circle.
        if one in met:
            continue
        met.add(one)
        for since, until, place in _spans(people(name) or Tenure()):
            if place.supervisor is not None and since <= ends and until >= begins:
                ahead.append((place.supervisor, max(since, begins), min(until, ends)))
    return None


def named_in_service(name: str, day: date, field: str, people: People) -> None:
    """Raises Invalid for one who is not on the roster, or does not serve on the day from which they are named."""
    tenure = people(name)
    if tenure is None or tenure.since is None:
        raise Invalid(f"{field}: {name} is not on the roster; register them first, or name another", field=field)
    if day < tenure.since:
        raise Invalid(f"{field}: {name} serves from {tenure.since}, after {day}; name another", field=field)
    if _in_a_break(tenure, day):
        raise Invalid(f"{field}: {name} does not serve on {day}; name another", field=field)
    if not serves(tenure, day):
        raise Invalid(f"{field}: {name} retires on {tenure.retired}, before {day}; name their successor", field=field)


def first_day_of(tenure: Tenure | None, day: date) -> date:
    """The first day of the place that is held on a day; that day where there is none."""
    held = _held(tenure, day) if tenure else None
    return held[0] if held else day


def last_day_of(tenure: Tenure, since: date) -> date:
    """The last day of a place that would begin on `since`."""
    after = bisect_right(tenure.places, since, key=_first)
    return tenure.places[after][0] - _DAY if after < len(tenure.places) else date.max


def first_superior(found: Iterator[str], parties: Collection[str | None]) -> str | None:
    """The nearest who is no party."""
    return next((name for name in found if name not in parties), None)


def _first(place: tuple[date, Assignment]) -> date:
    return place[0]


def _held(tenure: Tenure, day: date) -> tuple[date, Assignment] | None:
    """The place of a day, though it be after retirement."""
    after = bisect_right(tenure.places, day, key=_first)
    return tenure.places[after - 1] if after else None


def _spans(tenure: Tenure) -> Iterator[tuple[date, date, Assignment]]:
    for at, (since, place) in enumerate(tenure.places):
        following = tenure.places[at + 1][0] - _DAY if at + 1 < len(tenure.places) else date.max
        yield since, following, place
