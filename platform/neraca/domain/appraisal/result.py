"""Judgements, vouched facts and the final result."""

from collections import Counter
from decimal import Decimal

from neraca.domain import validation
from neraca.domain.appraisal.alignment import is_counted
from neraca.domain.appraisal.commands import (
    AssessCompetencies,
    AssessedCompetency,
    EstablishFact,
    Finalise,
    JudgeLevel,
    RecordFollowUp,
    WithdrawFact,
)
from neraca.domain.appraisal.distribution import held_to, reviewed, told_as_head
from neraca.domain.appraisal.events import (
    AppraisalEvent,
    CompetenciesAssessed,
    Competency,
    FactEstablished,
    FactWithdrawn,
    Finalised,
    FollowUpRecorded,
    LevelJudged,
)
from neraca.domain.appraisal.plan_rules import COMPETENCIES
from neraca.domain.appraisal.plan_share import is_newest
from neraca.domain.appraisal.ratings import still_rated
from neraca.domain.appraisal.relations import (
    acting,
    final_by_status,
    may_finalise,
    not_the_employee,
    rules,
    stands_in,
    the_appraiser,
)
from neraca.domain.appraisal.reports import check_evidence
from neraca.domain.appraisal.stages import final, planned, promised, unfinished
from neraca.domain.appraisal.state import Appraisal, Stage, superiors_who_judged
from neraca.domain.case import Micro
from neraca.domain.command_rules import FactKind, FactRule, Rulebook
from neraca.domain.contexts import (
    AppraisalContext,
    AssessingContext,
    EstablishingContext,
    FinalisingContext,
    RequiredCompetencies,
    VouchingContext,
)
from neraca.domain.errors import Blocked, Invalid, NotAllowed, NotFound, NotOpen, TooEarly
from neraca.domain.facts import FROM_THE_LEDGER
from neraca.domain.period import parse
from neraca.domain.validation import suggestion
from neraca.domain.vocabulary import Finality, Role

_TARGET = "/fact: '{}' is a target, and where there is none the policy's rule for what is missing holds"


def judge(command: JudgeLevel, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    planned(state)
    the_appraiser(state, context, "judge a result")
    validation.known(command.result, state.results.keys(), "/result", "the plan has no result {}")
    source = state.results[command.result].source
    rule = rules(context).items.get(source)
    if rule is None or not rule.levels:
        raise Invalid(
            f"/result: the policy computes '{source}' from targets; there is no level to judge", field="/result"
        )
    validation.known(command.level, rule.levels, "/level", f"the scale of '{source}' has no level {{}}")
    return [LevelJudged(result=command.result, level=command.level, note=command.note, by=context.actor.id)]


def assess(command: AssessCompetencies, state: Appraisal, context: AssessingContext) -> list[AppraisalEvent]:
    """The whole list; a later assessment replaces it. What is required is the standard's, where one stands."""
    unfinished(state)
    the_appraiser(state, context, "assess competencies")
    validation.written(command.basis, "/basis", "the basis")
    rule = rules(context).items.get(COMPETENCIES)
    if rule is None:
        raise Invalid("/competencies: the policy in force doesn't use competencies", field="/competencies")
    if len(command.competencies) < max(1, rule.min_items):
        raise Invalid(f"/competencies: the policy needs at least {max(1, rule.min_items)}", field="/competencies")
    assessed = [_assessed(at, one, context.standard) for at, one in enumerate(command.competencies)]
    name, times = Counter(validation.token(one.name) for one in assessed).most_common()[0]
    # By their one form: «Kerja Sama» and «kerja sama» would be averaged as two.
    if times > 1:
        raise Invalid(f"/competencies: '{name}' is there twice; assess each once", field="/competencies")
    if context.standard is not None:
        _all_of(context.standard, assessed)
    return [
        CompetenciesAssessed(
            competencies=assessed,
            basis=command.basis,
            standard=None if context.standard is None else context.standard.standard,
            evidence={one.name: one.evidence for one in command.competencies if one.evidence},
        )
    ]


def _assessed(at: int, one: AssessedCompetency, standard: RequiredCompetencies | None) -> Competency:
    field = f"/competencies/{at}"
    validation.written(one.name, f"{field}/name", "the name")
    required = one.required if standard is None else _of_standard(one, standard, field)
    if required is None:
        raise Invalid(
            f"{field}/required: no standard is kept for the post; give the level that it requires",
            field=f"{field}/required",
        )
    if validation.exact(required, f"{field}/required") <= 0:
        raise Invalid(
            f"{field}/required: must be above 0: the level reached is divided by it", field=f"{field}/required"
        )
    if validation.exact(one.reached, f"{field}/reached") < 0:
        raise Invalid(
            f"{field}/reached: {one.reached} is below 0; send the level reached, or 0 for none",
            field=f"{field}/reached",
        )
    return Competency(one.name, required, one.reached)


def _of_standard(one: AssessedCompetency, standard: RequiredCompetencies, field: str) -> Decimal:
    of = standard.standard.of
    if one.required is not None:
        raise Invalid(
            f"{field}/required: the level required is that of the standard of {of} from {standard.standard.since}; "
            "leave it out",
            field=f"{field}/required",
        )
    levels = {validation.token(name): level for name, level in standard.levels.items()}
    if validation.token(one.name) not in levels:
        raise Invalid(
            f"{field}/name: the standard of {of} has no '{one.name}'; it has {', '.join(sorted(standard.levels))}",
            field=f"{field}/name",
        )
    if not one.evidence:
        raise Invalid(
            f"{field}/evidence: there is none; name what shows the level reached in '{one.name}'",
            field=f"{field}/evidence",
        )
    check_evidence(one.evidence, field)
    return levels[validation.token(one.name)]


def _all_of(standard: RequiredCompetencies, assessed: list[Competency]) -> None:
    known = {validation.token(one.name) for one in assessed}
    missing = [name for name in standard.levels if validation.token(name) not in known]
    if missing:
        raise Invalid(
            f"/competencies: the standard of {standard.standard.of} asks {', '.join(sorted(missing))} too; assess each",
            field="/competencies",
        )


def establish(command: EstablishFact, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    unfinished(state)
    not_the_employee(state, context, "vouch for a fact")
    rulebook = rules(context)
    validation.written(command.basis, "/basis", "the basis")
    if command.fact in FROM_THE_LEDGER:
        raise Invalid(f"/fact: '{command.fact}' is counted from the log; correct its records instead", field="/fact")
    if isinstance(context, VouchingContext) and context.programme:
        raise Invalid(
            f"/fact: programme '{context.programme}' tells '{command.fact}' of its members in {command.period}; report "
            "it there, and its owner concludes the period",
            field="/fact",
        )
    if isinstance(context, VouchingContext) and context.measured_in:
        raise Invalid(
            f"/fact: '{command.fact}' is measured in {context.measured_in} for {command.period}; have the times there "
            "imported and confirmed anew",
            field="/fact",
        )
    validation.known(command.fact, rulebook.facts, "/fact", f"policy {rulebook.policy.id} has no fact {{}}")
    if isinstance(context, EstablishingContext) and not context.heading:
        raise NotOpen(
            f"/fact: '{command.fact}' is of the unit that the employee heads, and {state.employee} heads none at "
            f"the end of {command.period}; HR must send appoint-head first",
            field="/fact",
        )
    if sum(value is not None for value in (command.number, command.flag, command.word)) != 1:
        raise Invalid("/number: give exactly one of number, flag and word", field="/number")
    number = None if command.number is None else validation.exact(command.number, "/number")
    if command.word is not None:
        validation.written(command.word, "/word", "the word")
    if command.fact in rulebook.kinds:
        rule = rulebook.kinds[command.fact]
        _can_be_read(command, number, rule, rulebook)
        if rule.is_target:
            promised(state, context, _TARGET.format(command.fact), field="/fact")
    return [
        FactEstablished(
            fact=command.fact,
            basis=command.basis,
            number=command.number,
            flag=command.flag,
            word=command.word,
        )
    ]


def withdraw_fact(command: WithdrawFact, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    unfinished(state)
    not_the_employee(state, context, "withdraw a fact")
    if command.fact not in state.vouched:
        there = suggestion(command.fact, state.vouched)
        raise NotFound(f"/fact: nobody vouched for '{command.fact}' here, or it was withdrawn; {there}", field="/fact")
    return [FactWithdrawn(fact=command.fact, reason=validation.written(command.reason, "/reason", "the reason"))]


def _can_be_read(command: EstablishFact, number: Micro | None, rule: FactRule, rulebook: Rulebook) -> None:
    """Refuses a value that the policy would leave unread or could not reckon with. `number` is the command's, exact."""
    given: dict[FactKind, object] = {"number": command.number, "flag": command.flag, "word": command.word}
    name = next(kind for kind, value in given.items() if value is not None)
    if name != rule.kind:
        raise Invalid(
            f"/{name}: policy {rulebook.policy.id} reads '{command.fact}' as a {rule.kind}; give /{rule.kind}",
            field=f"/{name}",
        )
    if command.word is not None and rule.words:
        lacks = f"policy {rulebook.policy.id} has no word {{}} for '{command.fact}'"
        validation.known(command.word, rule.words, "/word", lacks)
    if number is None:
        return
    if rule.least is not None and number < rule.least:
        raise Invalid(
            f"/number: {command.number} is below 0; '{command.fact}' counts what was done, from 0 on", field="/number"
        )
    if rule.above is not None and number <= rule.above:
        raise Invalid(
            f"/number: '{command.fact}' must be above 0: achievement is divided by it; leave out what was not planned",
            field="/number",
        )


def finalisable(command: Finalise, state: Appraisal, context: AppraisalContext) -> None:
    """Not before the period's last day, and not past an employee whose submitted plan nobody answered.

    Raises all that can be refused before the score is computed.
    """
    unfinished(state)
    may_finalise(state, context)
    if context.today < state.ends:
        raise TooEarly(f"{command.period} ends on {state.ends}; nothing is final before")
    still_rated(state, context)
    if state.stage is Stage.SUBMITTED:
        raise NotOpen(f"a submitted plan waits for {state.appraiser}; approve or return it first")


def finalise(command: Finalise, state: Appraisal, context: FinalisingContext) -> list[AppraisalEvent]:
    finalisable(command, state, context)
    if context.unsettled:
        raise NotOpen(
            f"the year is judged beside the results of its periods, and {', '.join(context.unsettled)} has none that "
            "stands; finalise it and let its objection be decided, or let HR cancel it where it was opened wrongly"
        )
    is_newest(state, context.plans, parse(command.period))
    is_counted(state, context.alignment)
    scored = context.scored
    if scored.predicate is None or scored.blocked is not None:
        raise Blocked(f"there is no result: {scored.blocked or 'the policy gives no predicate'}")
    told_as_head(state, context)
    predicate, cohort = held_to(scored.predicate, state, context)
    move = reviewed(command, scored.predicate, state, context)
    if move is not None and move.cohort is not None:
        predicate, cohort = move.predicate, move.cohort
    finality = _finality(state, context)
    return [
        Finalised(
            on=context.today,
            predicate=predicate,
            policy=scored.policy,
            position=scored.position,
            facts_digest=scored.facts_digest,
            engine=scored.engine,
            score=scored.score,
            nodes=scored.nodes,
            final=finality is not None,
            sealed_digest=scored.sealed_digest,
            salt=scored.salt,
            # Groups close once; a result that is fixed again has none left to close.
            closed={} if state.closed else scored.closed,
            closed_by=scored.closed_by,
            objection_from="document",
            cohort=cohort,
            finality=finality,
            amends=state.amending,
            move=None if move is None else move.said,
        )
    ]


def follow_up(command: RecordFollowUp, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    final(state)
    not_the_employee(state, context, "record a follow-up")
    appraiser = acting(state, context).appraiser
    if context.actor.id != appraiser and not context.actor.roles & {Role.HR, Role.OFFICIAL}:
        raise NotAllowed(f"only the appraiser {appraiser or state.appraiser}, HR or an official may record a follow-up")
    # No reward, training or sanction is to follow from what may yet be amended.
    if state.objection is not None and not state.objection_decided:
        raise NotOpen("an objection is pending; follow up when it is decided")
    validation.written(command.note, "/note", "the note")
    if command.due is not None and command.due < context.today:
        raise Invalid(f"/due: {command.due} is past; choose a day from {context.today}", field="/due")
    return [FollowUpRecorded(kind=command.kind, note=command.note, due=command.due)]


def _finality(state: Appraisal, context: FinalisingContext) -> Finality | None:
    """Why nobody may object to what is fixed now; None where the employee may."""
    if state.amending is not None:
        limits = rules(context).objection
        # A policy may let an objection follow an objection; ours and the law don't.
        return Finality.AMENDED if limits is None or limits.final else None
    if _evaluated_by_reviewer(state, context):
        return Finality.SUPERIOR
    return Finality.STATUS if final_by_status(state, context) else None


def _evaluated_by_reviewer(state: Appraisal, context: AppraisalContext) -> bool:
    """The reviewer judged instead of the appraiser, or fixes a result of which the appraiser judged nothing.

    Not where the appraiser judged any of it: the law takes the objection away where the superior evaluates in the
    place of who was silent (annex p. 90.11). Nor where the appraiser has left: who is next above then is the
    appraiser, and is answered to by an objection.
    """
    if acting(state, context).appraiser != state.appraiser or _judged_by(state.appraiser, state):
        return False
    return _judged_by(state.reviewer, state) or stands_in(state, context)


def _judged_by(superior: str | None, state: Appraisal) -> bool:
    return superior in superiors_who_judged(state)
