"""What can have happened to a programme."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal, TypeAlias

from msgspec import Struct

from neraca.domain.appraisal.events import Evidence, Feeds
from neraca.domain.event_facets import ReadableWhole, WithoutFacts


class ProgrammeKind(StrEnum):
    """A programme has a purpose outside the agency; a team is put together for a piece of work (tim kerja)."""

    PROGRAMME = "PROGRAMME"
    TEAM = "TEAM"


class Counting(StrEnum):
    """How an indicator counts for members: a rate is the same for all, a quantity is shared out among them."""

    COMMON = "COMMON"
    SHARED = "SHARED"


class Baseline(Struct, frozen=True):
    """What an indicator stood at on a day before the programme began, and who says so."""

    value: Decimal
    day: date
    source: str


class Stretch(Struct, frozen=True):
    """Days, first and last included, on which a member served in the programme with one share."""

    since: date
    until: date
    share: Decimal


class ConcludedIndicator(Struct, frozen=True, omit_defaults=True):
    """What an indicator came to in a period, by the reports at log positions `at`, of which the last tells of `until`.

    Of a quantity that is shared out, `actuals` and `targets` are what each member has of it; they add up to the whole.
    """

    indicator: str
    counting: Counting
    actual: Decimal
    target: Decimal
    until: date
    at: list[int]
    feeds: Feeds | None = None
    actuals: dict[str, Decimal] = {}
    targets: dict[str, Decimal] = {}


class OfProgramme(Struct, frozen=True, kw_only=True, omit_defaults=True):
    programme: str


class ProgrammeStarted(OfProgramme, WithoutFacts, ReadableWhole, frozen=True, tag="programme.started"):
    """`owner` is the official who answers for it; `ends` the planned end."""

    kind: ProgrammeKind
    title: str
    purpose: str
    units: list[str]
    lead: str
    owner: str
    begins: date
    ends: date
    description: str = ""


class ProgrammeRevised(OfProgramme, WithoutFacts, ReadableWhole, frozen=True, tag="programme.revised"):
    """All of it as it is from here on."""

    title: str
    purpose: str
    units: list[str]
    ends: date
    reason: str
    description: str = ""


class ProgrammeReassigned(OfProgramme, WithoutFacts, ReadableWhole, frozen=True, tag="programme.reassigned"):
    """Who leads and who owns it from here on."""

    lead: str
    owner: str
    reason: str


class MemberJoined(OfProgramme, WithoutFacts, ReadableWhole, frozen=True, tag="programme.member-joined"):
    employee: str
    since: date
    share: Decimal
    role: str


class ShareRevised(OfProgramme, WithoutFacts, ReadableWhole, frozen=True, tag="programme.share-revised"):
    employee: str
    since: date
    share: Decimal
    reason: str


class MemberLeft(OfProgramme, WithoutFacts, ReadableWhole, frozen=True, tag="programme.member-left"):
    """`on` is the last day as a member: the day before the first of one who never was."""

    employee: str
    on: date
    reason: str


class IndicatorDefined(OfProgramme, WithoutFacts, ReadableWhole, frozen=True, tag="programme.indicator-defined"):
    """`targets` are by period; `feeds` the facts of a policy that they become for members; `measure` is the unit of
    measure.
    """

    indicator: str
    title: str
    measure: str
    counting: Counting
    targets: dict[str, Decimal]
    polarity: Literal["max", "min"] = "max"
    baseline: Baseline | None = None
    feeds: Feeds | None = None


class ProgrammeTargetRevised(OfProgramme, WithoutFacts, ReadableWhole, frozen=True, tag="programme.target-revised"):
    """`target` None: the indicator is not measured in the period."""

    indicator: str
    period: str
    reason: str
    target: Decimal | None = None


class BaselineRevised(OfProgramme, WithoutFacts, ReadableWhole, frozen=True, tag="programme.baseline-revised"):
    """`baseline` None: nothing is known any more of what the indicator stood at before."""

    indicator: str
    reason: str
    baseline: Baseline | None = None


class ProgrammeProgressReported(
    OfProgramme, WithoutFacts, ReadableWhole, frozen=True, tag="programme.progress-reported"
):
    """`actual` is what was reached from the period's first day to `until`; `by` the member or lead who reports."""

    report: str
    indicator: str
    until: date
    actual: Decimal
    evidence: list[Evidence]
    by: str
    note: str | None = None


class ProgrammeReportAccepted(OfProgramme, WithoutFacts, ReadableWhole, frozen=True, tag="programme.report-accepted"):
    report: str
    feedback: str | None = None


class ProgrammeReportReturned(OfProgramme, WithoutFacts, ReadableWhole, frozen=True, tag="programme.report-returned"):
    report: str
    feedback: str


class OfConclusion(OfProgramme, frozen=True):
    """What a period came to, and who had which part in it: of a member without a stretch nothing counts any more.

    It is `divisible` where people are appraised for just such periods, so that a shorter appraisal within is a part.
    """

    period: str
    indicators: list[ConcludedIndicator]
    members: dict[str, list[Stretch]]


class PeriodConcluded(OfConclusion, ReadableWhole, frozen=True, tag="programme.period-concluded"):
    """From here on it counts for the members."""

    divisible: bool = False


class PeriodCorrected(OfConclusion, ReadableWhole, frozen=True, tag="programme.period-corrected"):
    """It counts in the place of what was concluded; results that are final stay as they are."""

    reason: str
    divisible: bool = False


class ProgrammeEnded(OfProgramme, WithoutFacts, ReadableWhole, frozen=True, tag="programme.ended"):
    """`on` is its last day; `completed` tells whether it reached its end or was broken off."""

    on: date
    reason: str
    completed: bool = True


ProgrammeEvent: TypeAlias = (
    ProgrammeStarted
    | ProgrammeRevised
    | ProgrammeReassigned
    | MemberJoined
    | ShareRevised
    | MemberLeft
    | IndicatorDefined
    | ProgrammeTargetRevised
    | BaselineRevised
    | ProgrammeProgressReported
    | ProgrammeReportAccepted
    | ProgrammeReportReturned
    | PeriodConcluded
    | PeriodCorrected
    | ProgrammeEnded
)
