"""What may be asked of a programme. `programme` is an id of the agency's choosing."""

from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from msgspec import Struct

from neraca.domain.appraisal.events import Evidence, Feeds
from neraca.domain.programme.events import Counting, ProgrammeKind
from neraca.domain.text_kinds import Key, Nip, PeriodLabel, Prose, ProseIfAny, Title


class ToProgramme(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    programme: Key


class StartProgramme(ToProgramme, frozen=True, tag="start-programme"):
    """The official who sends it owns the programme; somebody else leads it. `ends` is the planned end."""

    kind: ProgrammeKind
    title: Title
    purpose: Prose
    units: list[Key]
    lead: Nip
    begins: date
    ends: date
    description: ProseIfAny = ""


class ReviseProgramme(ToProgramme, frozen=True, tag="revise-programme"):
    """All of it as it is from here on."""

    title: Title
    purpose: Prose
    units: list[Key]
    ends: date
    reason: Prose
    description: ProseIfAny = ""


class ReassignProgramme(ToProgramme, frozen=True, tag="reassign-programme"):
    """`lead` or `owner` left out stays as it is."""

    reason: Prose
    lead: Nip | None = None
    owner: Nip | None = None


class JoinProgramme(ToProgramme, frozen=True, tag="join-programme"):
    """Takes an employee of any unit in from a day on; also of a programme that has ended, from a day until then.
    `share` is above 0 and at most 1: of a quantity that is shared out, each has as much as their share times their
    days is of all members'.
    """

    employee: Nip
    since: date
    share: Decimal
    role: Title


class ReviseShare(ToProgramme, frozen=True, tag="revise-programme-share"):
    employee: Nip
    since: date
    share: Decimal
    reason: Prose


class LeaveProgramme(ToProgramme, frozen=True, tag="leave-programme"):
    """`on` is the last day as a member; the day before the first says that they never were."""

    employee: Nip
    on: date
    reason: Prose


class NamedBaseline(Struct, frozen=True, forbid_unknown_fields=True):
    """What the indicator stood at on a day before the programme began, and who says so."""

    value: Decimal
    day: date
    source: Title


class DefineIndicator(ToProgramme, frozen=True, tag="define-programme-indicator"):
    """`targets` are by period; COMMON counts alike for all members, SHARED is shared out among them. `feeds` names the
    facts of a policy that actual and target become for members: nobody types those for them then.
    """

    indicator: Key
    title: Title
    measure: Title
    counting: Counting
    targets: dict[PeriodLabel, Decimal]
    polarity: Literal["max", "min"] = "max"
    baseline: NamedBaseline | None = None
    feeds: Feeds | None = None


class ReviseProgrammeTarget(ToProgramme, frozen=True, tag="revise-programme-target"):
    """Sets the target of a period; without one, the indicator is not measured in it."""

    indicator: Key
    period: PeriodLabel
    reason: Prose
    target: Decimal | None = None


class ReviseProgrammeBaseline(ToProgramme, frozen=True, tag="revise-programme-baseline"):
    """What the indicator stood at before, in the place of what was said of it; without one, nothing is known of it."""

    indicator: Key
    reason: Prose
    baseline: NamedBaseline | None = None


class ReportProgrammeProgress(ToProgramme, frozen=True, tag="report-programme-progress"):
    """`report` is an id of the sender's choosing, once per programme; `actual` what was reached from the first day of
    the period to `until`.
    """

    report: Key
    indicator: Key
    until: date
    actual: Decimal
    evidence: list[Evidence] = []
    note: Prose | None = None


class AcceptProgrammeReport(ToProgramme, frozen=True, tag="accept-programme-report"):
    report: Key
    feedback: Prose | None = None


class ReturnProgrammeReport(ToProgramme, frozen=True, tag="return-programme-report"):
    report: Key
    feedback: Prose


class ConcludePeriod(ToProgramme, frozen=True, tag="conclude-programme-period"):
    """What the accepted reports come to counts for the members from here on."""

    period: PeriodLabel


class CorrectPeriod(ToProgramme, frozen=True, tag="correct-programme-period"):
    """Concludes it again, by the reports, targets and members as they are now."""

    period: PeriodLabel
    reason: Prose


class EndProgramme(ToProgramme, frozen=True, tag="end-programme"):
    """`on` is its last day. What happened until then is still reported and concluded."""

    on: date
    reason: Prose
    completed: bool = True


ProgrammeCommand: TypeAlias = (
    StartProgramme
    | ReviseProgramme
    | ReassignProgramme
    | JoinProgramme
    | ReviseShare
    | LeaveProgramme
    | DefineIndicator
    | ReviseProgrammeTarget
    | ReviseProgrammeBaseline
    | ReportProgrammeProgress
    | AcceptProgrammeReport
    | ReturnProgrammeReport
    | ConcludePeriod
    | CorrectPeriod
    | EndProgramme
)
