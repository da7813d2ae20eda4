"""What the fold of facts keeps of plan, reports, raters, months and sanctions for the events to come."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from neraca.domain.appraisal import events as appraisal
from neraca.domain.case import Item, Micro, micro
from neraca.domain.vocabulary import Priority, Severity


class KeptTarget(Struct):
    """`planned` are the positions of its approval, draft and revisions, `reported` of the progress that counts."""

    id: str
    target: Micro | None
    weight: Micro | None
    polarity: Literal["max", "min"]
    feeds: appraisal.Feeds | None
    planned: list[int]
    reported: list[int] = []
    actual: Micro | None = None
    until: date | None = None

    @property
    def at(self) -> list[int]:
        return [*self.planned, *self.reported]


class KeptResult(Struct):
    """`priority` is only told of additional results: of main ones nothing more is kept than before there was any."""

    id: str
    source: str
    targets: list[KeptTarget]
    level: str | None = None
    judged_at: int = 0
    priority: Literal["tambahan"] | UnsetType = UNSET

    @property
    def ranked(self) -> Literal["utama", "tambahan"]:
        return "utama" if self.priority is UNSET else self.priority


class KeptReport(Struct):
    """A report not yet accepted or returned; `target` None is a day's activity."""

    at: int
    day: date
    result: str | None = None
    target: str | None = None
    actual: Micro | None = None
    working_day: bool = True


class Rater(Struct):
    group: str
    scores: dict[str, Micro]
    at: dict[str, int]
    hidden: bool = False
    sealed: bool | UnsetType = UNSET


class KeptMonth(Struct):
    required: int
    absent: int
    late: int
    left_early: int
    at: int


class KeptSanction(Struct):
    """`at` are the positions it rests on."""

    decree: str
    severity: Severity
    at: list[int]


def kept_result(result: appraisal.PlannedResult, at: list[int]) -> KeptResult:
    return KeptResult(
        result.id,
        result.source,
        [
            KeptTarget(t.id, micro_or_none(t.target), micro_or_none(t.weight), t.polarity, t.feeds, list(at))
            for t in result.targets
        ],
        priority="tambahan" if result.priority is Priority.ADDITIONAL else UNSET,
    )


def are_alike(one: KeptTarget, other: KeptTarget) -> bool:
    """Whether two are measured alike."""
    same = (one.target, one.weight, one.polarity, one.feeds)
    return same == (other.target, other.weight, other.polarity, other.feeds)


def is_told(target: KeptTarget, report: KeptReport, position: int) -> bool:
    """Whether an accepted report tells of a target what counts: actuals are cumulative, so that is what is said of the
    latest day, not what was accepted last.
    """
    if target.until is not None and report.day < target.until:
        return False
    target.actual, target.until = report.actual, report.day
    target.reported = [report.at, position]
    return True


def facts_fed_by(results: Iterable[KeptResult]) -> set[str]:
    """The facts that become what targets say."""
    feeds = [target.feeds for result in results for target in result.targets if target.feeds]
    return {name for one in feeds for name in (one.actual, one.target) if name}


def facts_fed(target: KeptTarget) -> tuple[str | None, ...]:
    return () if target.feeds is None else (target.feeds.actual, target.feeds.target)


def item_of(result: KeptResult, target: KeptTarget) -> Item:
    return Item(target.target, target.actual, None, target.weight, target.polarity, result.ranked)


def micro_or_none(number: Decimal | None) -> Micro | None:
    return None if number is None else micro(number)
