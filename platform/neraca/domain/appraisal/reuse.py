"""The last periodic result of an employee who moved, taken over by agreement (PermenPANRB 6/2022, annex p. 91).

The new appraiser proposes it in the place of an evaluation of their own, and the employee agrees; then it is the result
of the period, marked as taken over. A year is always evaluated by the new appraiser. Where an objection has led to
another result of that period since, it is taken over anew in the same way.
"""

from neraca.domain import validation
from neraca.domain.appraisal.commands import AgreeToReuse, ProposeReuse
from neraca.domain.appraisal.consolidation import months_weighed
from neraca.domain.appraisal.events import AppraisalEvent, Finalised, Joined, JoinedPart, ReuseProposed
from neraca.domain.appraisal.relations import rules, the_appraiser, the_employee
from neraca.domain.appraisal.stages import unfinished
from neraca.domain.appraisal.state import Appraisal
from neraca.domain.contexts import AppraisalContext, Part, ReuseContext
from neraca.domain.errors import Conflict, Invalid, NotFound, NotOpen, TooEarly
from neraca.domain.period import following, parse


def propose(command: ProposeReuse, state: Appraisal, context: ReuseContext) -> list[AppraisalEvent]:
    _not_settled(state, context.source.position)
    the_appraiser(state, context, "propose to take over a result")
    validation.written(command.reason, "/reason", "the reason")
    if rules(context).cycle == "year":
        raise Conflict("a year is evaluated by the new appraiser (annex p. 91); only a periodic result is taken over")
    if not state.moved:
        raise NotOpen(
            f"{state.employee} did not move in {command.period}: evaluate it, or let HR send reassign-appraisal first"
        )
    if context.today < state.ends:
        raise TooEarly(f"{command.period} ends on {state.ends}; nothing is final before")
    source, wanted = parse(command.of), parse(command.period)
    if source.cycle != wanted.cycle or following(source).label != wanted.label:
        raise Invalid(
            f"/of: {command.of} is not the {wanted.cycle} before {command.period}; name that, as only the last result "
            "is taken over",
            field="/of",
        )
    _final(context)
    return [ReuseProposed(of=command.of, position=context.source.position, reason=command.reason)]


def agree(command: AgreeToReuse, state: Appraisal, context: ReuseContext) -> list[AppraisalEvent]:
    proposed = proposal(state, context)
    final = _final(context)
    if context.source.position != proposed.position:
        raise Conflict(f"{proposed.of} was finalised again since; {state.appraiser} must send propose-reuse again")
    part = JoinedPart(
        period=proposed.of,
        months=months_weighed(parse(proposed.of), context.people(command.employee), yearly=False),
        position=proposed.position,
        predicate=final.predicate,
        policy=final.policy,
        score=final.score,
        nodes=final.nodes,
    )
    taken = Joined(
        on=context.today,
        parts=[part],
        predicate=final.predicate,
        policy=final.policy,
        position=final.position,
        facts_digest=digest_taken_over(final),
        engine=final.engine,
        score=final.score,
        nodes=final.nodes,
        replaces=() if state.joined is None else (proposed.of,),
        reused=True,
        documented=True,
    )
    return [taken]


def digest_taken_over(final: Finalised) -> str:
    """Of the facts of a finalisation, the digest that may be shown; empty where it has none. The other one can be tried
    until the ratings of a closed group fit, and a joining and its document are read by more than the auditor.
    """
    return final.sealed_digest or ""


def proposal(state: Appraisal, context: AppraisalContext) -> ReuseProposed:
    """What the appraiser proposed. Raises NotFound, and asks first whether it is anything of the actor's."""
    _not_settled(state, None if state.reuse is None else state.reuse.position)
    the_employee(state, context, "agree to a result that is taken over")
    if state.reuse is None:
        raise NotFound("no result is proposed to be taken over; the appraiser sends propose-reuse")
    return state.reuse


def _not_settled(state: Appraisal, position: int | None) -> None:
    """Raises NotOpen for a final result, but for one that was taken over from what is fixed at another position now."""
    taken = state.joined
    if taken is None or not taken.reused or position in (None, taken.parts[0].position):
        unfinished(state)


def _final(context: ReuseContext) -> Finalised:
    """The result that would be taken over, which is one that was evaluated and is not contested."""
    source: Part = context.source
    if source.state.finalised is None:
        raise NotOpen(f"/of: {source.period} has no result of its own; evaluate this period", field="/of")
    if source.state.objection is not None and not source.state.objection_decided:
        raise NotOpen(f"/of: an objection to {source.period} is pending; wait until it is decided", field="/of")
    return source.state.finalised
