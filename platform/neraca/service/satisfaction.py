"""What citizens said of each unit and service point, and of all together, as far as it may be told."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import Any

import msgspec
from msgspec import Struct

from neraca.domain.period import parse, preceding
from neraca.domain.survey.satisfaction import NOTHING, Answered, ElementMean, Satisfaction, bursts, enough, told
from neraca.domain.vocabulary import FEWEST_CITIZENS
from neraca.service.report_source import ReportSource

STATEMENT, OF_AGENCY = "satisfaction", "satisfaction-of-agency"

_SUMS = msgspec.json.Decoder(dict[str, Decimal])
_COUNTS = msgspec.json.Decoder(dict[str, int])


class ClosedSurvey(Struct, frozen=True):
    """A row of the read model: of a unit where `point` is empty."""

    survey: str
    period: str
    unit: str
    point: str
    name: str
    kind: str | None
    answered: int
    sums: str
    counts: str
    unverified: int
    unverified_sums: str
    unverified_counts: str
    flagged: str
    position: int
    supplemented: bool
    doubtful: bool

    @property
    def verified(self) -> Answered:
        return Answered(_SUMS.decode(self.sums), _COUNTS.decode(self.counts))

    @property
    def apart(self) -> Answered:
        return Answered(_SUMS.decode(self.unverified_sums), _COUNTS.decode(self.unverified_counts))


class UnitSatisfaction(Struct, frozen=True):
    """Of a unit, or of one of its service points. What too few citizens said is told of nowhere, and is None.

    `change` is against the period before of the same length. `unverified` came over an open link and is in no index but
    its own. `supplemented` tells that a few answers came at a later closing, which wait for others. `position` is that
    of the closing in the log.
    """

    survey: str
    unit: str
    point: str
    period: str
    answered: int | None
    index: Decimal | None
    category: str | None
    change: Decimal | None
    elements: dict[str, Decimal]
    unverified: int | None
    unverified_index: Decimal | None
    supplemented: bool
    position: int


class AgencySatisfaction(Struct, frozen=True):
    """Of all units together that enough citizens answered. `final` people have a final result of the period."""

    survey: str
    period: str
    units: int
    index: Decimal | None
    category: str | None
    change: Decimal | None
    elements: dict[str, Decimal]
    final: int
    position: int


class Told(Struct, frozen=True):
    """A row, and what may be told of it: of what came with tokens or by hand, and of what came over an open link."""

    row: ClosedSurvey
    verified: Satisfaction
    apart: Satisfaction
    change: Decimal | None = None

    @property
    def answered(self) -> int | None:
        """None where fewer than the floor did, or nothing of it is told."""
        return self.row.answered if self.verified.elements else None

    @property
    def unverified(self) -> int | None:
        return self.row.unverified if self.row.unverified >= FEWEST_CITIZENS else None


def satisfactions(
    source: ReportSource, unit: str | None = None, survey: str | None = None, period: str | None = None
) -> list[UnitSatisfaction]:
    """By survey, unit and period, each unit before its service points."""
    rows = source.rows(STATEMENT, {"unit": unit, "survey": survey, "periods": with_the_one_before(period)})
    return [said(one) for one in tellable(ClosedSurvey(*row) for row in rows) if period in (None, one.row.period)]


def with_the_one_before(period: str | None) -> list[str] | None:
    """The periods that must be read to tell of one, and of how it changed; None for all."""
    return None if period is None else [one for one in (period, _before(period)) if one]


def of_agency(source: ReportSource, survey: str | None = None) -> list[AgencySatisfaction]:
    """By survey and period."""
    return tellable_of_agency(source.rows(OF_AGENCY, {"survey": survey}))


def tellable(rows: Iterable[ClosedSurvey]) -> list[Told]:
    """`rows` are whole units, in order of survey, unit, period and point, with all their periods if `change` is to be
    told.
    """
    found: list[Told] = []
    for _, periods in groupby(rows, key=lambda one: (one.survey, one.unit)):
        known: dict[tuple[str, str], Decimal] = {}
        for one in (each for _, of in groupby(periods, key=lambda one: one.period) for each in _of_unit([*of])):
            index = one.verified.index
            before = known.get((one.row.point, _before(one.row.period)))
            change = None if index is None or before is None else index - before
            found.append(Told(one.row, one.verified, one.apart, change))
            if index is not None:
                known[one.row.point, one.row.period] = index
    return found


def _of_unit(rows: Sequence[ClosedSurvey]) -> list[Told]:
    """One period of a unit: its points beside it are told so that none is known as what is missing from the whole."""
    whole = next((one for one in rows if not one.point), None)
    points = {one.point: one.verified for one in rows if one.point}
    if whole is None or any(one.doubtful for one in rows):
        return [Told(one, NOTHING, NOTHING) for one in rows]
    rest = whole.verified
    for point in points.values():
        rest = rest.less(point)
    of_points = told(points, rest)
    of_unit = told({"": whole.verified})[""]
    if not enough(whole.verified.counts):
        of_points = dict.fromkeys(points, NOTHING)
    return [Told(one, of_points[one.point] if one.point else of_unit, told({"": one.apart})[""]) for one in rows]


@lru_cache(256)
def _before(label: str) -> str:
    """The label of the period of the same length before; empty where there is none."""
    before = preceding(parse(label))
    return "" if before is None else before.label


def said(one: Told) -> UnitSatisfaction:
    row = one.row
    return UnitSatisfaction(
        survey=row.survey,
        unit=row.unit,
        point=row.point,
        period=row.period,
        answered=one.answered,
        index=one.verified.index,
        category=one.verified.category,
        change=one.change,
        elements=_means(one.verified.elements),
        unverified=one.unverified,
        unverified_index=one.apart.index,
        supplemented=row.supplemented,
        position=row.position,
    )


def tellable_of_agency(rows: Iterable[Sequence[Any]]) -> list[AgencySatisfaction]:
    found: list[AgencySatisfaction] = []
    known: dict[tuple[str, str], Decimal] = {}
    for survey, period, units, sums, counts, position, doubtful, final in rows:
        answered = Answered(_SUMS.decode(sums), _COUNTS.decode(counts))
        # Each unit in it reaches the floor; more units can only be more.
        one = NOTHING if doubtful else told({"": answered})[""]
        before = known.get((survey, _before(period)))
        change = None if one.index is None or before is None else one.index - before
        if one.index is not None:
            known[survey, period] = one.index
        found.append(
            AgencySatisfaction(
                survey, period, units, one.index, one.category, change, _means(one.elements), final, position
            )
        )
    return found


def _means(elements: Sequence[ElementMean]) -> dict[str, Decimal]:
    return {one.element: one.mean for one in elements}


def noticed(flagged: str) -> Mapping[str, int]:
    return bursts(_COUNTS.decode(flagged))
