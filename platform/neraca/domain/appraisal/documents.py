"""The evaluation document: signed by who evaluated, delivered, signed or refused by the employee, reported.

Each step has a term in working days of the agency (PermenPANRB 6/2022, annex p. 114-119), which a policy's workflow may
set otherwise. What comes late is recorded with its day and not refused: refusing it would leave the employee without.
"""

from base64 import b32encode
from datetime import date
from hashlib import sha256

from neraca.domain import validation
from neraca.domain.appraisal import deadlines
from neraca.domain.appraisal.commands import (
    DeliverDocument,
    IssueDocument,
    ReceiveDocument,
    RefuseDocument,
    ReportDocument,
    ReturnDocument,
)
from neraca.domain.appraisal.events import (
    AppraisalEvent,
    DocumentDelivered,
    DocumentIssued,
    DocumentReceived,
    DocumentRefused,
    DocumentReported,
    DocumentReturned,
)
from neraca.domain.appraisal.relations import acting, not_the_employee, rules, stands_in, the_employee
from neraca.domain.appraisal.stages import final
from neraca.domain.appraisal.state import Appraisal, IssuedDocument
from neraca.domain.contexts import AppraisalContext, IssuingContext, PrintedDocument
from neraca.domain.errors import AlreadyDone, NotAllowed, NotFound, NotOpen
from neraca.domain.period import parse
from neraca.domain.vocabulary import DocumentForm, Role

_LETTER = {DocumentForm.PERIODIC: "P", DocumentForm.ANNUAL: "T", DocumentForm.AMENDED: "K"}
"""Periodik, tahunan, keberatan."""


def form(period: str, *, amended: bool) -> DocumentForm:
    """Which of the law's forms the document of a result has."""
    if amended:
        return DocumentForm.AMENDED
    return DocumentForm.ANNUAL if parse(period).cycle == "year" else DocumentForm.PERIODIC


def number(agency: str, of: DocumentForm, result: int, on: date) -> str:
    """The number of the document of the result at a log position: no two results of an agency have that one."""
    return f"DEK-{_LETTER[of]}/{result:06d}/{agency.upper()}/{on.year}"


def code(agency: str, numbered: str, printed: PrintedDocument) -> str:
    """What is printed on a document to find it by: 80 bits, in letters and digits that are not mistaken for others."""
    said = sha256("\n".join((agency, numbered, printed.policy.hash, printed.digest or "")).encode()).digest()
    letters = b32encode(said[:10]).decode()
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def issuable(command: IssueDocument, state: Appraisal, context: AppraisalContext) -> None:
    """Raises all that can be refused before the document is printed."""
    final(state)
    not_the_employee(state, context, "sign the document")
    if state.document is not None:
        raise AlreadyDone(
            f"the document of this result was issued on {state.document.issued} as {state.document.number}"
        )
    _signs(state, context)
    if command.recommendation is not None:
        validation.written(command.recommendation, "/recommendation", "the recommendation")


def issue(command: IssueDocument, state: Appraisal, context: IssuingContext) -> list[AppraisalEvent]:
    issuable(command, state, context)
    return [signed(command, state, context, context.printed)]


def signed(
    command: IssueDocument, state: Appraisal, context: AppraisalContext, printed: PrintedDocument
) -> DocumentIssued:
    """That whoever sends the command signs what was printed."""
    of, agency = form(command.period, amended=state.amended), context.agency.id
    numbered = number(agency, of, printed.result, context.today)
    return DocumentIssued(
        on=context.today,
        by=context.actor.id,
        deputy=context.deputy,
        form=of,
        number=numbered,
        code=code(agency, numbered, printed),
        template=printed.template,
        sha256=printed.sha256,
        result=printed.result,
        position=printed.position,
        policy=printed.policy,
        digest=printed.digest,
        agency=printed.agency,
        units=printed.units,
        deliver_by=deadlines.last_to_deliver(state, context.today, rules(context), context.agency),
        recommendation=command.recommendation,
    )


def deliver(command: DeliverDocument, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    document = _issued(state)
    not_the_employee(state, context, "deliver the document")
    _hands_over(state, context, "deliver the document")
    if document.delivered is not None:
        raise AlreadyDone(f"the document was delivered on {document.delivered}")
    last = deadlines.last_to_return(state, context.today, rules(context), context.agency)
    return [DocumentDelivered(on=context.today, return_by=last)]


def receive(command: ReceiveDocument, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    """By nobody else, as the days to object run from here (PermenPANRB 6/2022 ps 29)."""
    final(state)
    the_employee(state, context, "receive the document")
    if state.received is not None:
        raise AlreadyDone(f"the document was received on {state.received}")
    return [DocumentReceived(on=context.today)]


def give_back(command: ReturnDocument, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    document = _issued(state)
    the_employee(state, context, "sign and return the document")
    if document.returned is not None:
        raise AlreadyDone(f"the document was signed and returned on {document.returned}")
    return [*_received(state, context), DocumentReturned(on=context.today)]


def refuse(command: RefuseDocument, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    document = _issued(state)
    the_employee(state, context, "refuse to sign the document")
    if document.returned is not None:
        raise AlreadyDone(f"the document was signed and returned on {document.returned}")
    if document.refused is not None:
        raise AlreadyDone(f"the signature was refused on {document.refused}")
    validation.written(command.reason, "/reason", "the reason")
    return [*_received(state, context), DocumentRefused(on=context.today, reason=command.reason)]


def report(command: ReportDocument, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    """Once the employee has it, and what it says is not in question."""
    document = _issued(state)
    not_the_employee(state, context, "report the document")
    _hands_over(state, context, "report the document")
    if document.reported is not None:
        raise AlreadyDone(f"the document was reported on {document.reported}")
    if document.delivered is None and state.received is None:
        raise NotOpen("the document was not delivered yet; the employee has it before the authorised official")
    if state.objection is not None and not state.objection_decided:
        raise NotOpen("an objection is pending; report the document when it is decided")
    # A part of a year that is evaluated as one has the window of the year, as the policy's cycle tells.
    annual = parse(command.period).cycle == deadlines.YEAR or None
    due = deadlines.report(state, rules(context), context.agency, annual=annual)
    return [DocumentReported(on=context.today, by=context.actor.id, report_by=due and due.last)]


def _signs(state: Appraisal, context: AppraisalContext) -> None:
    """Whoever evaluated, or acts for them now; where nobody does, an official."""
    found = acting(state, context)
    named, signer = ("reviewer", found.reviewer) if deadlines.is_superiors(state) else ("appraiser", found.appraiser)
    if signer is None:
        if Role.OFFICIAL not in context.actor.roles:
            raise NotAllowed(f"nobody acts as the {named} any more; an authorised official signs the document")
        return
    if context.actor.id != signer and not stands_in(state, context):
        raise NotAllowed(f"only the {named} {signer} signs this document; you are {context.actor.id}")


def _hands_over(state: Appraisal, context: AppraisalContext, doing: str) -> None:
    found = acting(state, context)
    if context.actor.id in (found.appraiser, found.reviewer):
        return
    if Role.HR not in context.actor.roles:
        raise NotAllowed(f"only the appraiser {found.appraiser or state.appraiser}, the reviewer or HR may {doing}")


def _issued(state: Appraisal) -> IssuedDocument:
    final(state)
    if state.document is None:
        raise NotFound("no document of this result was issued; whoever evaluated must send issue-document first")
    return state.document


def _received(state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    """Who signs or refuses what they were given has received it."""
    return [] if state.received is not None else [DocumentReceived(on=context.today)]
