"""An agency as its file describes it, and the legal periods its calendar gives."""

from datetime import date, timedelta
from typing import Annotated, Literal, TypeAlias, get_args

from msgspec import Meta, Struct, field
from msgspec.structs import replace

from neraca.domain.command_rules import ReportingRule, TimeLimit
from neraca.domain.reporting_rhythms import Cadence

Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

ShortId: TypeAlias = Annotated[
    str, Meta(pattern=r"^[a-z][a-z0-9_-]{0,63}$", description="a short name of small letters, digits, - and _")
]
Language: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z]{2,3}$", description="a language code such as id or en")]


class _Block(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Unit(_Block, frozen=True):
    """An office. It takes part from `activated` on; not yet if None. `independent` where it stands by itself
    (unit kerja mandiri): nobody may object to the result of its head.
    """

    name: dict[Language, str]
    activated: date | None
    independent: bool = False


class Reporting(_Block, frozen=True):
    """`daily`: each working day wants a report. It is in time within `in_time_days` calendar days of the day, or of the
    end of the stretch of its `cadence`, that it is of; nothing is said of that if None.
    """

    cadence: Cadence
    daily: bool = False
    in_time_days: Annotated[int, Meta(ge=0, le=62)] | None = None


PostClass: TypeAlias = Literal["SENIOR_EXECUTIVE", "ADMINISTRATOR", "SUPERVISOR", "OPERATIONAL", "FUNCTIONAL"]
"""The words of `PositionClass`, as a file writes them."""

POST_CLASSES: tuple[PostClass, ...] = get_args(PostClass)


class Adoption(_Block, frozen=True):
    """A policy the agency appraises by, first and last day included; `to` None is until further notice. `classes` are
    those of the posts that it is for, None for all.
    """

    id: str
    version: Annotated[int, Meta(ge=1)]
    from_: date = field(name="from")
    to: date | None = None
    classes: tuple[PostClass, ...] | None = None

    @property
    def members(self) -> frozenset[PostClass]:
        return frozenset(POST_CLASSES if self.classes is None else self.classes)

    def holds(self, day: date) -> bool:
        return self.from_ <= day and (self.to is None or day <= self.to)


class Approvals(_Block, frozen=True):
    """How many people other than its author must approve a policy before it rules."""

    quorum: Annotated[int, Meta(ge=1)] = 1


class SignIn(_Block, frozen=True):
    """Where people of the agency sign in (OpenID Connect): at which `issuer`, as which `client`, and which `claim` of a
    token holds their employee number. `private_network` where the issuer is of this machine's own networks, or over
    plain HTTP. `pages` is where browsers have the pages, such as https://neraca.example: with it they sign in there by
    the issuer, which must know the address to come back to. Nothing of it is secret.
    """

    issuer: Annotated[
        str, Meta(pattern=r"^https?://[!-~]{1,1990}$", description="an address such as https://host/path")
    ]
    client: Annotated[str, Meta(pattern=r"^[!-~]{1,255}$", description="letters, digits and punctuation")]
    claim: Annotated[str, Meta(pattern=r"^[!-~]{1,255}$", description="letters, digits and punctuation")]
    private_network: bool = False
    pages: (
        Annotated[str, Meta(pattern=r"^https?://[!-~]{1,255}$", description="an address such as https://host")] | None
    ) = None


class Agency(_Block, frozen=True):
    schema: Literal["neraca-agency/1"]
    id: ShortId
    name: dict[Language, str]
    kind: Literal["city", "district"]
    time_zone: str
    languages: tuple[Language, ...]
    stage: Literal["demonstration", "production"]
    units: dict[ShortId, Unit]
    working_week: tuple[Weekday, ...]
    holidays: dict[date, str]
    reporting: Reporting
    policies: tuple[Adoption, ...]
    planning_size: Annotated[int, Meta(ge=1)] | None = None
    approvals: Approvals = Approvals()
    sign_in: SignIn | None = None


def in_rhythm(agency: Agency, rule: ReportingRule) -> Agency:
    """The agency as it has reports come of whom a policy appraises: in the policy's rhythm, or else in its own. The one
    rule for what is owed, told and paid for.
    """
    cadence = "daily" if rule.daily else rule.cadence
    if cadence is None:
        return agency
    return replace(agency, reporting=replace(agency.reporting, cadence=cadence, daily=cadence == "daily"))


def is_working_day(agency: Agency, day: date) -> bool:
    return WEEK[day.weekday()] in agency.working_week and day not in agency.holidays


def working_days(agency: Agency, first: date, last: date) -> int:
    """How many there are from `first` to `last`, both included; 0 if `last` comes before."""
    return sum(is_working_day(agency, first + timedelta(days=n)) for n in range((last - first).days + 1))


def days_before(agency: Agency, last: date, span: TimeLimit) -> date:
    """The latest day from which a legal period of this length ends on `last`."""
    if not span.working:
        return last - timedelta(days=span.days)
    _has_working_days(agency)
    day, left = last, span.days
    while left:
        left -= is_working_day(agency, day)
        day -= timedelta(days=1)
    return day


def deadline(agency: Agency, since: date, span: TimeLimit) -> date:
    """The last day of a legal period. The day it starts from does not count; calendar days run through holidays."""
    if not span.working:
        return since + timedelta(days=span.days)
    _has_working_days(agency)
    day, left = since, span.days
    while left:
        day += timedelta(days=1)
        left -= is_working_day(agency, day)
    return day


def _has_working_days(agency: Agency) -> None:
    """Else counting them would never end."""
    if not agency.working_week:
        raise ValueError(f"{agency.id}: a week without working days has no deadline; name some in working_week")
