"""Feedback in words: given, withdrawn, asked for and declined. It is input to whoever judges, and in no number.

The leader owes it, peers, subordinates and other parties related to the work may give it, and the employee may ask for
it (PermenPANRB 6/2022 ps 18-19, annex p. 70). A leader speaks under their name. What others say is hidden as ratings of
anonymous groups are, and closes with them (rater_privacy): no refusal tells who gave some, and nobody who asked a
colleague learns whether they answered.
"""

from typing import TypeAlias

from neraca.domain import validation
from neraca.domain.appraisal.commands import DeclineFeedback, GiveFeedback, RequestFeedback, WithdrawFeedback
from neraca.domain.appraisal.events import (
    AppraisalEvent,
    FeedbackDeclined,
    FeedbackGiven,
    FeedbackRequested,
    FeedbackWithdrawn,
)
from neraca.domain.appraisal.parties import sees
from neraca.domain.appraisal.relations import acting, enacts, named_since, roster_of, rules, the_appraiser
from neraca.domain.appraisal.stages import unfinished
from neraca.domain.appraisal.state import Appraisal, Asked, Stage, waiting
from neraca.domain.assignments import Assignment, assignments_between, registered, serves
from neraca.domain.contexts import AppraisalContext
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound, NotOpen, TooEarly
from neraca.domain.vocabulary import FeedbackSource

MOST = 200
"""Pieces of feedback that one person gives, or asks for, in one appraisal."""

_AboutSomething: TypeAlias = GiveFeedback | RequestFeedback


def give(command: GiveFeedback, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    giver = context.actor.id
    if giver == command.employee:
        raise NotAllowed(f"{giver} is the employee; feedback comes from others, so ask for it by request-feedback")
    if not serves(context.people(giver), context.today):
        raise NotAllowed(
            f"{giver} is not in service on {context.today}, so no feedback comes from them; HR registers whoever is to "
            "give some"
        )
    _takes_feedback(command, state, context)
    source = _source(giver, state, context)
    if context.deputy is not None and source is not FeedbackSource.LEADER:
        raise NotAllowed("feedback of a colleague is not given for another; send it without Neraca-On-Behalf-Of")
    _open_to(source, command, state)
    if context.today < state.starts:
        raise TooEarly(f"the period starts on {state.starts}; there is nothing to give feedback on before")
    _about(command, state, context)
    validation.written(command.words, "/words", "the feedback")
    if (giver, command.feedback) in state.feedback.given:
        raise AlreadyDone(
            f"/feedback: {giver} has given feedback as '{command.feedback}' already; give each its own id",
            field="/feedback",
        )
    if sum(one == giver for one, _ in state.feedback.given) >= MOST:
        raise Conflict(f"{giver} has given feedback {MOST} times in this appraisal, which is the most")
    return [
        FeedbackGiven(
            feedback=command.feedback,
            giver=giver,
            source=source,
            tone=command.tone,
            words=command.words,
            on=context.today,
            result=command.result,
            indicator=command.indicator,
        )
    ]


def withdraw(command: WithdrawFeedback, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    """The words go; that there were some under this id stays, so that the id is not given twice."""
    giver = context.actor.id
    _takes_feedback(command, state, context)
    source = state.feedback.given.get((giver, command.feedback))
    if source is None:
        raise NotFound(
            f"/feedback: there is no feedback '{command.feedback}' by you; it was never given or is withdrawn",
            field="/feedback",
        )
    _open_to(source, command, state)
    reason = validation.written(command.reason, "/reason", "the reason")
    return [FeedbackWithdrawn(feedback=command.feedback, giver=giver, source=source, reason=reason)]


def request(command: RequestFeedback, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    unfinished(state)
    asker = context.actor.id
    if asker != state.employee:
        the_appraiser(state, context, "request feedback")
    elif context.deputy is not None:
        raise NotAllowed("an employee asks for feedback themselves; send it without Neraca-On-Behalf-Of")
    _may_be_asked(command, state, context)
    source = _source(command.of, state, context)
    _open_to(source, command, state)
    _about(command, state, context)
    asked = Asked(asker, command.of, command.result, command.indicator)
    # Until a leader answers by name, be it for good: to let a colleague be asked again would tell that they answered,
    # also where they lead by now, or led when they were asked.
    if asked in state.feedback.open:
        raise AlreadyDone(
            f"/of: you have asked {command.of} for this already; whether and when they answer is theirs to say",
            field="/of",
        )
    if sum(one.asker == asker for one in state.feedback.asked) >= MOST:
        raise Conflict(f"{asker} has asked for feedback {MOST} times in this appraisal, which is the most")
    return [
        FeedbackRequested(
            asker=asker,
            asked=command.of,
            source=source,
            on=context.today,
            result=command.result,
            indicator=command.indicator,
            question=command.question,
        )
    ]


def decline(command: DeclineFeedback, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    asked = context.actor.id
    _takes_feedback(command, state, context)
    if not waiting(state.feedback, asked):
        raise NotFound(f"nobody waits for feedback of {asked} here; it was never asked for, or is answered")
    source = _source(asked, state, context)
    if source is FeedbackSource.LEADER:
        raise NotAllowed("the leader owes feedback and can't decline; send give-feedback")
    return [FeedbackDeclined(asked=asked, source=source)]


def _takes_feedback(
    command: GiveFeedback | WithdrawFeedback | DeclineFeedback, state: Appraisal, context: AppraisalContext
) -> None:
    """A colleague is told in the same words of an appraisal that is final, or was, and of one that is not there."""
    if sees(command.employee, state, context.actor, roster_of(context)):
        unfinished(state)
    elif state.stage in (Stage.UNOPENED, Stage.FINAL) or _closed(state):
        raise NotOpen(
            f"no appraisal of {command.employee} for {command.period} takes feedback now; HR opens it, and it takes "
            "some until its result is final"
        )


def _open_to(
    source: FeedbackSource, command: GiveFeedback | WithdrawFeedback | RequestFeedback, state: Appraisal
) -> None:
    """With the first result what colleagues say closes for good: what comes or goes then would be told apart."""
    if source is not FeedbackSource.LEADER and _closed(state):
        raise NotOpen(
            f"feedback of colleagues on {command.employee} for {command.period} closed when the result was first "
            "final; give it in the next period"
        )


def _closed(state: Appraisal) -> bool:
    return (state.closed and not state.closed_early) or state.joined is not None


def _may_be_asked(command: RequestFeedback, state: Appraisal, context: AppraisalContext) -> None:
    if command.of == context.actor.id:
        raise Invalid("/of: nobody asks themselves for feedback; name somebody else", field="/of")
    if command.of == state.employee:
        raise Invalid(
            f"/of: {command.of} is the employee; feedback comes from others, so name a colleague", field="/of"
        )
    if not registered(command.of, context.people):
        raise Invalid(f"/of: {command.of} is not on the roster; HR registers and assigns them first", field="/of")
    if not serves(context.people(command.of), context.today):
        raise Invalid(f"/of: {command.of} is not in service on {context.today}; name somebody who serves", field="/of")


def _about(command: _AboutSomething, state: Appraisal, context: AppraisalContext) -> None:
    """One planned result, or one value, or the whole."""
    if command.result is not None and command.indicator is not None:
        raise Invalid(
            "/indicator: feedback is about one result or one value; leave one of them out", field="/indicator"
        )
    if command.result is not None and (not state.planned or command.result not in state.results):
        # Not by its neighbours: a colleague does not see the plan.
        raise Invalid(
            f"/result: the approved plan has no result '{command.result}'; name another, or give none for the whole",
            field="/result",
        )
    if command.indicator is not None:
        rulebook = rules(context)
        said = f"policy {rulebook.policy.id} has no rated value {{}}"
        validation.known(command.indicator, rulebook.ratings.keys(), "/indicator", said)


def _source(nip: str, state: Appraisal, context: AppraisalContext) -> FeedbackSource:
    """How somebody stands to the employee, as the roster has it in the days of the period up to today."""
    found = acting(state, context)
    leads = {state.appraiser, state.reviewer, found.appraiser, found.reviewer}
    if nip in leads or (nip == context.actor.id and enacts(state, found, context.actor)):
        return FeedbackSource.LEADER
    held = _held(nip, state, context)
    if any(place.supervisor == state.employee for place in held):
        return FeedbackSource.SUBORDINATE
    if any(place.unit == state.unit for place in held):
        return FeedbackSource.PEER
    return FeedbackSource.OTHER_PARTY


def _held(nip: str, state: Appraisal, context: AppraisalContext) -> list[Assignment]:
    """The places one had in the days of the period in which the unit had the appraisal."""
    first = max(state.starts, named_since(state, context.people))
    last = min(state.ends, context.today)
    return [place for *_, place in assignments_between(context.people(nip), first, last)]
