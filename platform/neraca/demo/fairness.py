"""Leaders who judge in haste, for rater forensics to find, and a rule that is tried for a year beside the one in force.

Where reports are daily, one leader answers those of the last weeks at a sitting, which moves no number. Where people
are appraised by half-years, one who has many of them rates all with one value within minutes.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from neraca.demo.scope import Part
from neraca.demo.steps import Simulation, Step
from neraca.domain.appraisal import commands as ask
from neraca.domain.forensics.thresholds import THRESHOLDS, WINDOW
from neraca.domain.period import Period
from neraca.domain.policy_register import NameShadow, ProposePolicy
from neraca.domain.vocabulary import Relation, Role

_PUT_OFF = timedelta(days=24)
"""Reports of the last days of a period that wait for one sitting."""

_LATEST = datetime.max.replace(tzinfo=UTC)

_MOVED = ("suara_masyarakat: 40, rencana_hasil_kerja: 20", "suara_masyarakat: 35, rencana_hasil_kerja: 25")
"""Weights that a proposal would change, where a policy has them."""


class Text(Struct, frozen=True):
    """The file of a policy, and the texts of it and its parents."""

    file: str
    texts: Mapping[str, str]


def in_haste(stage: Simulation, steps: Sequence[Step], periods: Sequence[Period]) -> list[Step]:
    """The same steps, of which some leader does many at once in the last period in which one has as many."""
    if stage.agency.reporting.cadence == "daily":
        return _answered_at_once(stage, steps, periods[-1])
    if stage.policy.period.cycle == "semester":
        return next((found for one in reversed(periods) if (found := _rated_alike(stage, steps, one))), list(steps))
    return list(steps)


def _answered_at_once(stage: Simulation, steps: Sequence[Step], period: Period) -> list[Step]:
    evening = _evening(stage, stage.working(period.ends - timedelta(days=1)))

    def waits(step: Step) -> bool:
        answers = all(isinstance(one, ask.AcceptReport) and one.period == period.label for one in step.commands)
        return answers and evening - _PUT_OFF <= step.at <= evening

    count = Counter[str]()
    for one in steps:
        count[one.actor.id] += len(one.commands) if waits(one) else 0
    leader = _most(count, THRESHOLDS.answers_at_once)
    put_off = [one for one in steps if one.actor.id == leader and waits(one)]
    moments = dict(zip(map(id, put_off), _within(evening, len(put_off)), strict=True))
    return [replace(one, at=moments[id(one)]) if id(one) in moments else one for one in steps]


def _rated_alike(stage: Simulation, steps: Sequence[Step], period: Period) -> list[Step] | None:
    """None where nobody rates as many."""

    def rates(step: Step) -> ask.Rate | None:
        first = step.commands[0]
        own = isinstance(first, ask.Rate) and first.relation is Relation.SUPERVISOR and first.period == period.label
        return first if own and step.instead_of is None and isinstance(first, ask.Rate) else None

    # What an amended result is rated again is done by itself, later.
    over = _evaluated(steps, period)
    own = [one for one in steps if (given := rates(one)) and one.at < over.get(given.employee, _LATEST)]
    leader = _most(Counter(one.actor.id for one in own), THRESHOLDS.judgements_at_once)
    own = [one for one in own if one.actor.id == leader]
    if not own:
        return None
    evening = _evening(stage, max(one.at for one in own).astimezone(ZoneInfo(stage.agency.time_zone)).date())
    # Whoever is evaluated before that evening, as who retires, is rated when the others would be.
    own = [one for one in own if (given := rates(one)) and over.get(given.employee, _LATEST) > evening + WINDOW]
    if len(own) < THRESHOLDS.judgements_at_once:
        return None
    first = rates(own[0])
    scores = {} if first is None else first.scores
    moments = dict(zip(map(id, own), _within(evening, len(own)), strict=True))
    rated = {command.employee for one in own for command in one.commands if isinstance(command, ask.Rate)}

    def alike(step: Step) -> Step | None:
        if id(step) in moments:
            commands = tuple(replace(one, scores=scores) if isinstance(one, ask.Rate) else one for one in step.commands)
            return replace(step, at=moments[id(step)], commands=commands)
        revises = [
            one
            for one in step.commands
            if isinstance(one, ask.ReviseRating) and one.period == period.label and one.employee in rated
        ]
        # Whoever does it in haste takes no second look.
        return None if revises and step.actor.id == leader else step

    return [found for one in steps if (found := alike(one)) is not None]


def _evaluated(steps: Sequence[Step], period: Period) -> dict[str, datetime]:
    """When each is first evaluated for the period."""
    found: dict[str, datetime] = {}
    for step in steps:
        for one in step.commands:
            if isinstance(one, ask.Finalise) and one.period == period.label:
                found[one.employee] = min(step.at, found.get(one.employee, step.at))
    return found


def try_a_rule(stage: Simulation, part: Part, text: Text | None) -> Iterable[Step]:
    """Policy staff propose other weights at the beginning of the year, and have them tried until its end."""
    if text is None or _MOVED[0] not in text.texts[text.file]:
        return
    own, _, _ = text.texts[text.file].partition("\ntests:")
    version = part.policy.version
    changed = own.replace(f"\nversion: {version}\n", f"\nversion: {version + 1}\n").replace(*_MOVED)
    day, staff = stage.working(part.since), stage.clerk(Role.POLICY)
    proposed = ProposePolicy(
        file=text.file,
        texts={**text.texts, text.file: changed},
        reason="bobot hasil kerja dinaikkan (contoh)",
        since=date(part.since.year + 1, 1, 1),
        fewer_tests="kasus uji menyusul setelah setahun dicoba (contoh)",
    )
    yield Step(stage.at(day, 8), staff, (proposed,))
    named = NameShadow(proposal="p1", reason="dicoba setahun di samping aturan yang berlaku (contoh)", since=day)
    yield Step(stage.at(day, 9), staff, (named,))


def _most(count: Counter[str], least: int) -> str | None:
    """Who does most, where that is enough to be found; of two the first by number."""
    name = min(count, key=lambda one: (-count[one], one), default=None)
    return name if name is not None and count[name] >= least else None


def _evening(stage: Simulation, day: date) -> datetime:
    return datetime.combine(day, time(20), ZoneInfo(stage.agency.time_zone)).astimezone(ZoneInfo("UTC"))


def _within(begins: datetime, many: int) -> list[datetime]:
    """As many moments, in order, within four fifths of the window."""
    return [begins + WINDOW * 4 / 5 * n / max(many, 1) for n in range(many)]
