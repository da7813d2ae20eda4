"""Whom a policy is for and when, what one appraisal covers, and how its numbers are rounded."""

from typing import Annotated, Literal

from msgspec import Meta, field

from neraca.policy.model.kinds import Block, IsoDate, PolicyId


class Extends(Block, frozen=True):
    """The parent this policy is laid over: maps merge key by key, all else replaces.

    id: the parent's id, as its own file says it
    version: the parent's version; a later one is taken only on purpose
    """

    id: PolicyId
    version: Annotated[int, Meta(ge=1)]


class Scope(Block, frozen=True):
    """Whom the policy is for.

    level: national, city, district, agency or unit
    code: the official code in quotes, such as "3578"
    """

    level: str
    code: str


class Effective(Block, frozen=True):
    """The days the policy rules, first and last included.

    from: the first day
    to: the last day; null while it stands. An end is written, never deleted
    """

    from_: IsoDate = field(name="from")
    to: IsoDate | None = None


class Segments(Block, frozen=True):
    """How parts of a period under different positions or policies become one score.

    combine: each part weighs by its time
    unit: what the time is counted in
    """

    combine: Literal["time_weighted"] = "time_weighted"
    unit: Literal["month"] = "month"


class Annual(Block, frozen=True):
    """How the results of the periods of a year become the result of the year.

    combine: time_weighted: each period weighs by its months; judged: the year is appraised anew, beside their results
    """

    combine: Literal["time_weighted", "judged"]


class Period(Block, frozen=True):
    """What one appraisal covers.

    cycle: how long it is
    start: the month and day on which the first of a year starts, in quotes: "01-01"
    policy_date: the day that picks the version of the policy
    segments: how parts of a period are put together
    annual: how its periods become the year, where they are shorter
    ref: the reference its length rests on
    """

    cycle: Literal["year", "semester", "quarter", "month"]
    start: Annotated[
        str, Meta(pattern=r"^[0-9]{2}-[0-9]{2}$", description='the month and day it starts in quotes, "01-01"')
    ]
    policy_date: Literal["period_start", "period_end"]
    segments: Segments | None = None
    annual: Annual | None = None
    ref: str | None = None


class Precision(Block, frozen=True):
    """How numbers are rounded. What is printed is what is judged.

    final: decimals that are printed and judged
    rounding: half_up takes 0.125 to 0.13; half_even to 0.12
    intermediate: decimals kept inside
    classify_on: bands read the printed value
    """

    final: Annotated[int, Meta(ge=0, le=4)]
    rounding: Literal["half_up", "half_even", "floor", "ceil"]
    intermediate: Literal[6] = 6
    classify_on: Literal["final"] = "final"
