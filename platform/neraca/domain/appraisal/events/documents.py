"""The evaluation document: issued, delivered, and what the employee did with it."""

from datetime import date

from neraca.domain.appraisal.events.stages import OfAppraisal
from neraca.domain.command_rules import PolicyRef
from neraca.domain.event_facets import ReadableWhole, WithoutDossier, WithoutFacts
from neraca.domain.vocabulary import DocumentForm


class DocumentReceived(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.document-received"
):
    """The employee has the evaluation document: the objection window runs from this day."""

    on: date


class DocumentIssued(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.document-issued"
):
    """The evaluation document of the result that the event at log position `result` fixed: signed `on` a day `by` the
    appraiser or reviewer, or by a `deputy` in their place. There is one for each result.

    It is printed again from the log up to `position` by its `template`, in the words for agency and units that are kept
    here, and has then the hex `sha256`: that of its HTML. It is to be delivered until `deliver_by`, by the calendar of
    that day. `digest` is that of the facts as it may be shown, None for a
    result from before there was one. `code` is printed on it, to find it by.
    """

    on: date
    by: str
    form: DocumentForm
    number: str
    code: str
    template: str
    sha256: str
    result: int
    position: int
    policy: PolicyRef
    agency: str
    units: dict[str, str]
    deliver_by: date
    digest: str | None = None
    deputy: str | None = None
    recommendation: str | None = None


class DocumentDelivered(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.document-delivered"
):
    """The document was handed to the employee, who is to sign and return it until `return_by`."""

    on: date
    return_by: date


class DocumentReturned(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.document-returned"
):
    """The employee has signed the document and given it back."""

    on: date


class DocumentRefused(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.document-refused"
):
    """The employee has the document and does not sign it; it stands without."""

    on: date
    reason: str


class DocumentReported(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.document-reported"
):
    """The document went to the authorised official (PyB; PermenPANRB 6/2022, annex p. 114-119), in time until
    `report_by`, which is None where the policy names no window that it would run from.
    """

    on: date
    by: str
    report_by: date | None = None
