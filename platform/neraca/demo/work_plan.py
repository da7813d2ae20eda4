"""What a person plans for the year where the policy has one plan for it, and what each period has of that."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar

from msgspec import Struct, structs

from neraca.domain.appraisal.events import Expectations, PlannedResult, PlanTerms, Target
from neraca.domain.period import Period, containing, of_months
from neraca.domain.vocabulary import Spread
from neraca.domain.workplan.events import YearResult, YearTarget
from neraca.domain.workplan.spread import Courses, shares
from neraca.domain.workplan.state import courses, months_before

TERMS = PlanTerms(
    resources="aplikasi unit dan dua rekan (contoh)",
    accountability="laporan bulanan kepada atasan (contoh)",
    consequences="menjadi dasar tunjangan dan pelatihan (contoh)",
)
"""What everybody's plan says beside results."""

EXPECTED = Expectations(
    meets="lengkap dan diterima tanpa perbaikan (contoh)",
    above="dijadikan contoh oleh unit lain (contoh)",
    below="dikembalikan lebih dari sekali (contoh)",
)
"""What is expected in words of whatever is measured by its quality."""

_MORE = Decimal(5)
_WHOLE, _TAKEN = Decimal(100), Decimal(20)
_ResultT = TypeVar("_ResultT", PlannedResult, YearResult)


class YearPlan(Struct):
    """The plan as it was revised last, and its course over the `months` it holds for; changes in place."""

    months: Period
    results: list[YearResult]
    courses: Courses

    def share(self, period: Period) -> list[PlannedResult]:
        return shares(self.results, self.courses, self.months, period)

    def revise(self, day: date, cycle: str) -> None:
        """A new assignment brings more of the first target that adds up, from the period of the day on."""
        since = months_before(self.months, containing(day, cycle).starts)
        first = next((one for one in self.results if one.targets[0].spread is Spread.SUM), None)
        if first is None or (goal := first.targets[0].target) is None:
            return
        more = structs.replace(first.targets[0], target=goal + _MORE)
        self.results = [
            structs.replace(one, targets=[more, *one.targets[1:]]) if one is first else one for one in self.results
        ]
        self.courses = courses(self.results, self.months, since, self.courses)


def of_year(planned: Sequence[PlannedResult], periods: Sequence[Period]) -> YearPlan:
    """What is planned for one period, for as many: levels stay, and what is counted adds up."""
    months = of_months(periods[0].starts.year, periods[0].starts.month, periods[-1].ends.month)
    results = [
        YearResult(
            one.id, one.title, [_of_year(target, len(periods)) for target in one.targets], one.priority, one.source
        )
        for one in planned
    ]
    return YearPlan(months, results, courses(results, months))


def _of_year(target: Target, periods: int) -> YearTarget:
    is_level = target.polarity == "min" or target.feeds is not None or target.target is None
    return YearTarget(
        target.id,
        target.indicator,
        target.unit,
        target.target if is_level or target.target is None else target.target * periods,
        target.weight,
        target.aspect,
        target.polarity,
        target.feeds,
        Spread.EACH if is_level else Spread.SUM,
        expectations=target.expectations,
    )


def with_one_more(results: Sequence[_ResultT]) -> list[_ResultT]:
    """The results, and after them one like the first, to be taken over: of the weights of its list it has a part, so
    that what is left without it stands as it did. As they are where the first one is in no list.
    """
    first = results[0]
    if first.targets[0].feeds is not None:
        return [*results]
    share = (_WHOLE - _TAKEN) / _WHOLE
    weighed = [_weighing(one, share) if one.source == first.source else one for one in results]
    target = first.targets[0]
    named = f"{first.id}-lagi"
    more = structs.replace(target, id=f"{named}-a", weight=None if target.weight is None else _TAKEN)
    return [*weighed, structs.replace(first, id=named, title="rencana hasil kerja tambahan (contoh)", targets=[more])]


def _weighing(result: _ResultT, share: Decimal) -> _ResultT:
    targets = [
        target if target.weight is None else structs.replace(target, weight=target.weight * share)
        for target in result.targets
    ]
    return structs.replace(result, targets=targets)
