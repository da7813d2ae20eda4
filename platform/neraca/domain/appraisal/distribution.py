"""What organisation and cohort mean for a result that is to be fixed: whether it may be, and what it then is."""

from msgspec import Struct
from msgspec.structs import replace

from neraca.domain import validation
from neraca.domain.appraisal.commands import Finalise
from neraca.domain.appraisal.events import CalibratedPredicate, InCohort, MoveReviewed
from neraca.domain.appraisal.relations import rules
from neraca.domain.appraisal.state import Appraisal
from neraca.domain.cohort.achievements import organisation_of
from neraca.domain.cohort.state import CohortStage, Standing
from neraca.domain.contexts import CohortStanding, FinalisingContext
from neraca.domain.errors import Conflict, Invalid, NotOpen
from neraca.domain.facts import HEADED_UNIT_PREDICATE
from neraca.domain.period import of_months


def held_to(computed: str, state: Appraisal, context: FinalisingContext) -> tuple[str, InCohort | None]:
    """Takes the predicate that was computed, and gives the one with which the result is fixed and the closed cohort
    that it was held to; None where no distribution binds it.

    Raises NotOpen and Conflict where the policy enforces its curve, or the appraiser has moved the predicate, and the
    cohort is not closed with what the facts come to now.
    """
    rule, standing = rules(context).distribution, context.standing
    # What a superior's decision amended is theirs, and no more the appraiser's to spread over a curve.
    if rule is None or rule.mode == "off" or standing is None or state.objections:
        return computed, None
    cohort, enforced = standing.cohort, rule.mode == "enforce"
    member = cohort.members.get(state.employee)
    if member is None:
        if enforced:
            raise NotOpen(
                f"the policy enforces a distribution, and the cohort of {state.appraiser} for it has no "
                f"{state.employee}; open-cohort takes in everybody"
            )
        return computed, None
    if cohort.stage is not CohortStage.CLOSED:
        # Else what the appraiser has said of them would count or not by who is first.
        if enforced or member.calibrated is not None:
            raise NotOpen(f"the cohort of {state.appraiser} is not closed; send close-cohort first")
        return computed, None
    if _judged(member) != computed and not enforced and member.calibrated is None:
        return computed, recorded(state.employee, standing)[1]
    if _judged(member) != computed:
        raise Conflict(
            f"the cohort was closed with {_judged(member)} for {state.employee}, and the facts come to {computed} by "
            "now; HR must send reopen-cohort, and it is judged again"
        )
    return recorded(state.employee, standing)


class Reviewed(Struct, frozen=True):
    """What whoever enacts a decision `said` of the move, and the predicate of the result; with its cohort if kept."""

    said: MoveReviewed
    predicate: str
    cohort: InCohort | None = None


def reviewed(command: Finalise, computed: str, state: Appraisal, context: FinalisingContext) -> Reviewed | None:
    """Of a result that amends one which the appraiser had moved in a cohort; None of any other.

    Raises Invalid where nothing is said though what is computed now is another predicate than the one it was moved to,
    and where the move cannot be kept.
    """
    if state.calibration is None or state.amending is None:
        if command.move is not None:
            raise Invalid(
                "/move: no result that was moved in a cohort is amended here; leave move and reason out", field="/move"
            )
        return None
    predicate, cohort = state.calibration
    before = cohort.calibrated
    if before is None:
        raise LookupError("a calibration without what was computed")
    if command.move is None:
        if computed == predicate:
            return None
        raise Invalid(
            f"/move: {before.by} had moved the result from {before.computed} to {predicate}, and the facts come to "
            f"{computed} by now; say whether the move is kept or withdrawn, and the reason",
            field="/move",
        )
    reason = validation.written(command.reason, "/reason", "the reason")
    if command.move == "withdrawn" or computed == predicate:
        return Reviewed(MoveReviewed(command.move == "kept", reason), computed)
    ranks = rules(context).ranks
    if (ranks[predicate] > ranks[before.computed]) is not (ranks[predicate] > ranks[computed]):
        raise Invalid(
            f"/move: the facts come to {computed} by now, beyond {predicate}, to which {before.by} had moved the "
            "result; withdraw the move",
            field="/move",
        )
    if context.allowed and predicate not in context.allowed:
        raise Invalid(
            f"/move: the records of {state.employee} allow only {', '.join(context.allowed)}; withdraw the move",
            field="/move",
        )
    kept = CalibratedPredicate(computed, context.actor.id, reason, before.position)
    return Reviewed(MoveReviewed(True, reason), predicate, replace(cohort, calibrated=kept))


def told_as_head(state: Appraisal, context: FinalisingContext) -> None:
    """Holds what the appraisal says of the unit that the employee heads to what is on record. Raises NotOpen."""
    headed = context.headed
    if headed is None:
        return
    period = of_months(state.starts.year, state.starts.month, state.ends.month)
    found = [organisation_of(unit, period, headed.achieved, context.today, last_year=True) for unit in headed.units]
    counts = [one for one in found if one is not None]
    if not counts and headed.told is not None:
        raise NotOpen(
            f"{HEADED_UNIT_PREDICATE} is {headed.told}, and {state.employee} heads no unit that published anything; HR "
            "must send appoint-head, or cancel-appraisal"
        )
    if counts and headed.told not in {one.predicate for one in counts}:
        said = " or ".join(f"{one.predicate} of {one.unit} for {one.period}" for one in counts)
        raise NotOpen(
            f"{state.employee} heads a unit, and its predicate is the rating of the results: an official must "
            f"establish {HEADED_UNIT_PREDICATE} as {said}"
        )


def recorded(employee: str, standing: CohortStanding) -> tuple[str, InCohort]:
    """The predicate that a member has by a closed cohort, and what their result records of it. LookupError where it is
    not closed, or they are no member.
    """
    opened, closed = standing.cohort.opened, standing.cohort.closed
    member = standing.cohort.members[employee]
    if opened is None or closed is None or member.judged is None:
        raise LookupError(f"{employee} is in no closed cohort")
    organisation, moved = opened.organisation, member.calibrated
    computed = member.judged.predicate
    held = InCohort(
        appraiser=opened.appraiser,
        position=standing.closed,
        mode=opened.mode,
        kept=None if closed.unchecked is not None else not closed.breaches,
        organisation=None if organisation is None else organisation.predicate,
        last_year=organisation is not None and organisation.last_year,
    )
    if moved is None or moved.after == computed:
        return computed, held
    calibrated = CalibratedPredicate(computed, moved.by, moved.reason, standing.calibrated)
    return moved.after, replace(held, calibrated=calibrated)


def _judged(member: Standing) -> str | None:
    return None if member.judged is None else member.judged.predicate
