"""The rulebook of a policy: what the commands must know of it, filled from the same plan that scores.

So a rating is refused at the door by exactly the scale that the score is computed on.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from neraca.domain.command_rules import (
    APPRAISER,
    WEEK_BEFORE,
    AssignedGroup,
    AssigningRule,
    DistributionRule,
    FactKind,
    FactRule,
    ItemRule,
    ObjectionLimits,
    PerspectiveRule,
    PlanRule,
    PolicyRef,
    RatingRule,
    ReportingRule,
    Rulebook,
    StepRule,
    TimeLimit,
)
from neraca.domain.vocabulary import RATER_GROUP, Perspective, PositionClass
from neraca.policy import model
from neraca.policy.check.facts import conditions, uses
from neraca.policy.compiled.compilation import CompiledPolicy
from neraca.policy.compiled.methods.items import ItemsStep
from neraca.policy.compiled.methods.majority import MajorityStep
from neraca.policy.compiled.methods.method import Kind
from neraca.policy.compiled.methods.rated import RatedStep
from neraca.policy.compiled.methods.survey_index import SurveyStep
from neraca.policy.model import Distribution, ObjectionRule, Policy, Reporting

FACT = "facts/"


def rulebook(plan: CompiledPolicy, policy: Policy) -> Rulebook:
    measures = [step.measuring for step in plan.indicators]
    workflow = policy.workflow
    return Rulebook(
        policy=PolicyRef(plan.id, plan.version, plan.policy_hash, plan.calc_hash),
        cycle=policy.period.cycle,
        policy_date=policy.period.policy_date,
        ratings=ratings(plan),
        items={step.given: _items(step) for step in measures if isinstance(step, ItemsStep | MajorityStep)},
        facts=_facts(plan) | frozenset(policy.required_facts),
        surveys=_surveys([step for step in measures if isinstance(step, SurveyStep)]),
        open_surveys=_open_surveys([step for step in measures if isinstance(step, SurveyStep)]),
        steps={
            name: StepRule(
                step.role,
                span(step.within),
                tuple(step.distinct_from),
                until=None if step.until is None else _month_and_day(step.until),
                superior_within=None if step.superior_within is None else span(step.superior_within),
            )
            for name, step in ({} if workflow is None else workflow.steps).items()
        },
        objection=None if workflow is None else _objection(workflow.objection),
        ranks=dict(plan.ranks),
        segments=policy.period.segments is not None,
        annual=plan.annual,
        plan=PlanRule() if workflow is None or workflow.plan is None else _plan(workflow.plan),
        judged_year=policy.period.annual is not None and policy.period.annual.combine == "judged",
        kinds=_kinds(policy),
        reporting=_reporting(policy.reporting),
        distribution=_distribution(policy.distribution),
        reminders=WEEK_BEFORE if workflow is None or workflow.reminders is None else span(workflow.reminders),
        feedback=None if workflow is None or workflow.feedback is None else workflow.feedback.by_appraiser,
        assigning=None if workflow is None or workflow.raters is None else _assigning(workflow.raters),
    )


def ratings(plan: CompiledPolicy) -> dict[str, dict[str, RatingRule]]:
    """Indicator -> rater group -> what it may give, and what becomes of it."""
    measures = [step.measuring for step in plan.indicators]
    return {step.indicator: _ratings(step) for step in measures if isinstance(step, RatedStep)}


def span(written: str) -> TimeLimit:
    """`P14D` or `14 working_days`."""
    if written.startswith("P"):
        return TimeLimit(int(written[1:-1]), working=False)
    return TimeLimit(int(written.split()[0]), working=True)


def _month_and_day(written: str) -> tuple[int, int]:
    return int(written[:2]), int(written[3:])


def _reporting(rule: Reporting | None) -> ReportingRule:
    if rule is None:
        return ReportingRule()
    return ReportingRule(rule.cadence == "daily", frozenset(rule.requires), rule.cadence)


def _plan(rule: model.PlanRule) -> PlanRule:
    by = None if rule.by is None else (int(rule.by[:2]), int(rule.by[3:]))
    asked = rule.perspectives
    perspectives = (
        None
        if asked is None
        else PerspectiveRule(frozenset(map(PositionClass, asked.of)), frozenset(map(Perspective, asked.required)))
    )
    within = rule.loads == "within_target"
    return PlanRule(rule.of == "year", by, rule.late, frozenset(rule.requires), perspectives, within)


_RELATION = {group: relation for relation, group in RATER_GROUP.items()}


def _assigning(rule: model.AssigningRule) -> AssigningRule:
    return AssigningRule(
        groups={
            _RELATION[name]: AssignedGroup(one.from_, one.count)
            for name, one in rule.groups.items()
            if name in _RELATION
        },
        opens=span(rule.opens),
        within=span(rule.within),
        together=rule.together,
        mutual=rule.mutual,
        appraiser_told=rule.appraiser_told,
        sealed=rule.sealed,
    )


def _distribution(rule: Distribution | None) -> DistributionRule | None:
    """Only over the people of one appraiser: over those of a unit it is told, and binds nobody."""
    return None if rule is None or rule.cohort != APPRAISER else DistributionRule(rule.mode)


def _objection(rule: ObjectionRule) -> ObjectionLimits:
    return ObjectionLimits(
        within=span(rule.within),
        decide_within=None if rule.decide_within is None else span(rule.decide_within),
        to=rule.to,
        grounds_required=rule.grounds_required,
        final=rule.final,
    )


def _ratings(step: RatedStep) -> dict[str, RatingRule]:
    return {
        group.name: RatingRule(
            group.scale.low,
            group.scale.high,
            group.scale.step,
            group.floor,
            group.most,
            group.anonymous,
            group.quorum,
            group.trim,
            group.median,
            group.whole,
        )
        for group in step.panel.groups
    }


def _items(step: ItemsStep | MajorityStep) -> ItemRule:
    if isinstance(step, MajorityStep):
        return ItemRule("level", tuple(step.levels), declared_weights=False, min_items=step.least)
    if step.levels is None:
        return ItemRule("ratio", (), step.declared, step.least)
    return ItemRule("level", tuple(step.levels), step.declared, step.least)


def _facts(plan: CompiledPolicy) -> frozenset[str]:
    return frozenset(path.removeprefix(FACT) for path in (*plan.readers, *plan.judges) if path.startswith(FACT))


_KINDS: dict[Kind, FactKind] = {"a number": "number", "true or false": "flag", "a word": "word"}


def _kinds(policy: Policy) -> dict[str, FactRule]:
    found = {use.fact: FactRule(_KINDS[use.kind]) for use in uses(policy) if use.kind is not None}
    for indicator in policy.indicators.values():
        for read in indicator.measure.facts():
            rule = found[read.fact]
            if rule.kind == "number" and read.least is not None:
                rule = replace(rule, least=read.least)
            if rule.kind == "number" and read.above is not None:
                rule = replace(rule, above=read.above)
            if read.words:
                asked = [*read.words, *_asked(policy, read.fact), *rule.words]
                rule = replace(rule, words=tuple(dict.fromkeys(asked)))
            found[read.fact] = rule
    return found


def _asked(policy: Policy, fact: str) -> Iterable[str]:
    """The words that conditions ask for."""
    for _, condition in conditions(policy):
        if condition.fact == fact:
            yield from condition.in_ or ()
            if isinstance(condition.equals, str):
                yield condition.equals


def _open_surveys(steps: list[SurveyStep]) -> frozenset[str]:
    """Of which all that read them count what came over an open link."""
    return frozenset(step.survey for step in steps) - {step.survey for step in steps if not step.count_unverified}


def _surveys(steps: list[SurveyStep]) -> dict[str, tuple[str, ...]]:
    """Two indicators may read one survey: together they need the elements of both."""
    found: dict[str, dict[str, None]] = {}
    for step in steps:
        found.setdefault(step.survey, {}).update(dict.fromkeys(step.elements))
    return {survey: tuple(elements) for survey, elements in found.items()}
