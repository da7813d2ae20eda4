"""The last periodic result of an employee who moved, taken over by agreement (PermenPANRB 6/2022, annex p. 91).

The new appraiser proposes it in the place of an evaluation of their own, and the employee agrees; then it is the result
of the period, marked as taken over. A year is always evaluated by the new appraiser.
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
    unfinished(state)
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
    unfinished(state)
    the_employee(state, context, "agree to a result that is taken over")
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
        facts_digest=final.facts_digest,
        engine=final.engine,
        score=final.score,
        nodes=final.nodes,
        reused=True,
    )
    return [taken]


def proposal(state: Appraisal, context: AppraisalContext) -> ReuseProposed:
    """What the appraiser proposed. Raises NotFound, and asks first whether it is anything of the actor's."""
    unfinished(state)
    the_employee(state, context, "agree to a result that is taken over")
    if state.reuse is None:
        raise NotFound("no result is proposed to be taken over; the appraiser sends propose-reuse")
    return state.reuse


def _final(context: ReuseContext) -> Finalised:
    """The result that would be taken over, which is one that was evaluated and is not contested."""
    source: Part = context.source
    if source.state.finalised is None:
        raise NotOpen(f"/of: {source.period} has no result of its own; evaluate this period", field="/of")
    if source.state.objection is not None and not source.state.objection_decided:
        raise NotOpen(f"/of: an objection to {source.period} is pending; wait until it is decided", field="/of")
    return source.state.finalised
