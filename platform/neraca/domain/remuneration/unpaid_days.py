"""The days of a month for which no allowance is paid, because an exemption keeps the employee from service and pay.

Which exemptions those are is **ours, and no official rule**. Unpaid leave (cuti di luar tanggungan negara) gives no
income, a state official is paid as that, and whoever is suspended has money of another kind; who prepares for
retirement keeps the last income. All of it is recalled of PP 11/2017 and not read (unverified).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from msgspec import Struct

from neraca.domain.assignments import Tenure, serves
from neraca.domain.period import Period
from neraca.domain.vocabulary import ExemptionKind

STOPS_PAY: Mapping[ExemptionKind, bool] = {
    ExemptionKind.STATE_OFFICIAL: True,
    ExemptionKind.SUSPENDED: True,
    ExemptionKind.UNPAID_LEAVE: True,
    ExemptionKind.PRE_RETIREMENT_LEAVE: False,
}


class UnpaidDays(Struct, frozen=True):
    """Of the `days` that count, so many are `unpaid`, by these decrees; `events` are the log positions of those.

    The days are the working days in service, by the calendar of the day on which that was asked.
    """

    days: tuple[date, ...]
    unpaid: int
    decrees: tuple[str, ...]
    events: tuple[int, ...]


def counting(month: Period, works: Callable[[date], bool]) -> tuple[date, ...]:
    """The days of a month by which pay is reckoned: its working days, or all where none is."""
    every = [month.starts + timedelta(days=n) for n in range((month.ends - month.starts).days + 1)]
    return tuple(day for day in every if works(day)) or tuple(every)


def unpaid_days(tenure: Tenure, days: Iterable[date], decreed_at: Mapping[str, Sequence[int]]) -> UnpaidDays | None:
    """What of the days goes unpaid; None where nothing does. `decreed_at` are the events of each exemption."""
    served = tuple(day for day in days if serves(tenure, day))
    stopping = [one for one in tenure.exemptions if STOPS_PAY[one.kind] and any(map(one.holds, served))]
    if not stopping:
        return None
    return UnpaidDays(
        days=served,
        unpaid=sum(any(one.holds(day) for one in stopping) for day in served),
        decrees=tuple(one.decree for one in stopping),
        events=tuple(sorted({at for one in stopping for at in decreed_at.get(one.decree, ())})),
    )


def paid_part(whole: Decimal, unpaid: UnpaidDays | None) -> Decimal:
    """What of an allowance is paid: all, or the share of the days that are not unpaid, half up to whole rupiah."""
    if unpaid is None:
        return whole
    share = whole * (len(unpaid.days) - unpaid.unpaid) / len(unpaid.days)
    return share.quantize(Decimal(1), ROUND_HALF_UP)
