"""What is reported of the work, and how the appraiser answers."""

from datetime import date
from decimal import Decimal

from msgspec import Struct

from neraca.domain.appraisal.events.stages import OfAppraisal
from neraca.domain.event_facets import ReadableWhole, WithoutPlan
from neraca.domain.text_kinds import Key, Title, Uri


class Evidence(Struct, frozen=True, omit_defaults=True):
    """A reference to evidence kept elsewhere; `sha256` (hex) fixes what was seen."""

    title: Title
    uri: Uri
    sha256: Key | None = None


class ProgressReported(OfAppraisal, WithoutPlan, ReadableWhole, frozen=True, tag="appraisal.progress-reported"):
    """`actual` is cumulative from the start of the period up to and including `until`."""

    report: str
    result: str
    target: str
    until: date
    actual: Decimal
    evidence: list[Evidence] = []
    note: str | None = None


class ActivityReported(OfAppraisal, WithoutPlan, ReadableWhole, frozen=True, tag="appraisal.activity-reported"):
    """A day's work (aktivitas harian); `result` names the planned result it served.

    `working_day` is as the agency's calendar had it when it was reported: what is done on other days is welcome, but
    does not count among the days on which a report is due. `minutes` is how long it took, where that was said.
    """

    report: str
    day: date
    activity: str
    result: str | None = None
    evidence: list[Evidence] = []
    working_day: bool = True
    minutes: int | None = None


class ReportAccepted(OfAppraisal, WithoutPlan, ReadableWhole, frozen=True, tag="appraisal.report-accepted"):
    report: str
    feedback: str | None = None


class ReportReturned(OfAppraisal, WithoutPlan, ReadableWhole, frozen=True, tag="appraisal.report-returned"):
    report: str
    feedback: str
