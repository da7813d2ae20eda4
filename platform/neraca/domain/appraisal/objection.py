"""Objection: filed to the superior of the appraiser, who hears both sides and upholds or amends.

PermenPANRB 6/2022 ps 29 counts working days, PP 30/2019 ps 59 calendar days: the policy says which.
"""

from neraca.domain import validation
from neraca.domain.appraisal import deadlines
from neraca.domain.appraisal.commands import DecideObjection, ExplainObjection, FileObjection
from neraca.domain.appraisal.events import (
    AppraisalEvent,
    ObjectionDecided,
    ObjectionExplained,
    ObjectionFiled,
    Reopened,
)
from neraca.domain.appraisal.relations import acting, actors, not_the_employee, raters, rules, the_employee
from neraca.domain.appraisal.stages import final
from neraca.domain.appraisal.state import Appraisal
from neraca.domain.contexts import AppraisalContext, Unruled
from neraca.domain.errors import AlreadyDone, NotAllowed, NotFound, NotOpen, TooLate
from neraca.domain.vocabulary import Finality, ObjectionOutcome, Role

_WHY = {
    None: "the reviewer evaluated in the appraiser's place, or the head of the region did (annex p. 90)",
    Finality.SUPERIOR: "the reviewer, to whom an objection would go, evaluated in the appraiser's place (annex p. 90)",
    Finality.AMENDED: "the reviewer, to whom an objection would go, enacted it by their decision on the one before",
    Finality.STATUS: (
        "the law says so of heads of independent units and of whom the head of the region rates (annex p. 90)"
    ),
}
"""Of results from before the log said it, the first."""


def file(command: FileObjection, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    """The window runs from when the employee got the document, and is open for as long as they did not."""
    final(state)
    the_employee(state, context, "object")
    # The numbers that can be wrong are those of the parts; the whole only weighs them by months.
    if state.joined is not None:
        parts = ", ".join(part.period for part in state.joined.parts)
        raise NotOpen(f"this result is joined from {parts}; object to a part, and the whole follows")
    # By the rules the result was fixed by, where another has come to split its period since.
    limits = rules(context).objection
    if limits is None:
        raise NotOpen("the policy in force has no workflow, so nothing in it can be objected to")
    if state.objection is not None:
        raise AlreadyDone(f"an objection was filed on {state.objection.filed}; there is one per result")
    if limits.final and state.objections:
        raise AlreadyDone("an objection was decided in this appraisal, and the policy makes that decision final")
    # PermenPANRB 6/2022, annex p. 90: an objection would go to the reviewer, who is the one that evaluated.
    if state.finalised is not None and state.finalised.final:
        raise NotOpen(f"this result is final: {_WHY[state.finalised.finality]}")
    window = deadlines.objection(state, rules(context), context.agency)
    if window is not None and context.today > window.last:
        days = f"{limits.within.days} {'working days' if limits.within.working else 'days'}"
        raise TooLate(f"the window for objections closed on {window.last}: {days} from {window.since}")
    if limits.grounds_required:
        validation.written(command.grounds, "/grounds", "the grounds")
    return [ObjectionFiled(grounds=command.grounds, filed=context.today)]


def explain(command: ExplainObjection, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    _pending(state)
    heard = {state.employee, state.appraiser, acting(state, context).appraiser}
    if context.actor.id not in heard:
        raise NotAllowed(
            f"only {state.employee} and the appraiser {state.appraiser} explain; you are {context.actor.id}"
        )
    validation.written(command.explanation, "/explanation", "the explanation")
    return [ObjectionExplained(by=context.actor.id, explanation=command.explanation)]


def decide(command: DecideObjection, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    """A late decision is recorded too: the law binds the reviewer to a term, but gives no one else the decision when
    it lapses, and refusing it would punish the employee. `due` and `decided` let anybody see that it was late.
    """
    _pending(state)
    not_the_employee(state, context, "decide an objection")
    _no_party(state, context)
    reviewer = acting(state, context).reviewer
    if reviewer is not None and context.actor.id != reviewer:
        instead = "" if reviewer == state.reviewer else f", in the place of {state.reviewer},"
        raise NotAllowed(f"only the reviewer {reviewer}{instead} may decide; you are {context.actor.id}")
    if reviewer is None and Role.OFFICIAL not in context.actor.roles:
        none = f"nobody is above the reviewer {state.reviewer}, who can't" if state.reviewer else "there is no reviewer"
        raise NotAllowed(f"{none}; an authorised official decides, who is no party")
    validation.written(command.reason, "/reason", "the reason")
    term = None if isinstance(context.ruling, Unruled) else deadlines.decision(state, context.ruling, context.agency)
    decided = ObjectionDecided(
        outcome=command.outcome,
        reason=command.reason,
        decided=context.today,
        due=None if term is None else term.last,
    )
    if command.outcome is ObjectionOutcome.AMENDED:
        return [decided, Reopened(reason=command.reason)]
    return [decided]


def _no_party(state: Appraisal, context: AppraisalContext) -> None:
    """Not for the employee either, whoever asks; nor where one's own rating is in question."""
    parties = {state.appraiser, acting(state, context).appraiser, *raters(state), *state.judges}
    if parties.intersection(actors(context)):
        raise NotAllowed("the appraiser, and whoever rated, is a party to the objection; the reviewer decides it")


def _pending(state: Appraisal) -> None:
    final(state)
    if state.objection is None:
        raise NotFound("no objection was filed against this result")
    if state.objection_decided:
        raise AlreadyDone("the objection is decided")
