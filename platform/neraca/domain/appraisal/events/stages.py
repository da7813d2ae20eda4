"""The stages of an appraisal: opened, handed over, cancelled or cut, with its time limits and what follows it."""

from datetime import date

from msgspec import Struct

from neraca.domain.event_facets import ReadableWhole, WithoutDossier, WithoutFacts, WithoutPlan, WithoutState
from neraca.domain.vocabulary import DeadlineKind, FollowUpKind, PositionClass


class OfAppraisal(Struct, frozen=True, kw_only=True, omit_defaults=True):
    pass


class Opened(OfAppraisal, WithoutFacts, ReadableWhole, frozen=True, tag="appraisal.opened"):
    """`reviewer` is the superior of the appraiser, who decides objections (PermenPANRB 6/2022 ps 29).

    `position_class` is the employee's at the opening; with the period it says which policy judges. `since` is the day
    whose roster named unit, appraiser and reviewer. `acting_for` is who held the vacant post in which the appraiser
    acts (Plt).
    """

    employee: str
    period: str
    starts: date
    ends: date
    unit: str
    appraiser: str
    reviewer: str | None = None
    position_class: PositionClass | None = None
    since: date | None = None
    acting_for: str | None = None


class Reassigned(OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.reassigned"):
    """The employee moved: a new unit and appraiser take the appraisal over (PermenPANRB 6/2022, annex p. 91)."""

    unit: str
    appraiser: str
    since: date
    reason: str
    reviewer: str | None = None


class Reopened(OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.reopened"):
    """Only a decided objection reopens an appraisal."""

    reason: str


class Cancelled(OfAppraisal, WithoutFacts, ReadableWhole, frozen=True, tag="appraisal.cancelled"):
    """It was opened wrongly: nothing from its opening on counts any more. It may be opened again, and starts afresh."""

    reason: str


class Cut(Cancelled, frozen=True, tag="appraisal.cut"):
    """The open whole became two parts, the second of which begins on `since`. Nothing of it counts in the whole, until
    its parts are joined; what belongs to a part goes into that as it is opened.
    """

    parts: tuple[str, ...]
    since: date


class WindowOpened(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.window-opened"
):
    """The time to evaluate has begun, and ends with `last`."""

    first: date
    last: date


class DeadlineReminded(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.deadline-reminded"
):
    """A time limit comes near: for others to send on. `role` is the policy's word for whoever has to act."""

    kind: DeadlineKind
    role: str
    since: date
    last: date


class DeadlinePassed(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.deadline-passed"
):
    """The last day went by without what was due. It tells and changes nothing: rights follow from days alone."""

    kind: DeadlineKind
    role: str
    since: date
    last: date


class FollowUpRecorded(
    OfAppraisal, WithoutState, WithoutFacts, WithoutPlan, ReadableWhole, frozen=True, tag="appraisal.follow-up-recorded"
):
    kind: FollowUpKind
    note: str
    due: date | None = None
