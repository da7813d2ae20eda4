"""What a plan must be for the policy in force to score it."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from neraca.domain import validation
from neraca.domain.appraisal.events import Feeds, PlannedResult, PlanTerms, Target
from neraca.domain.command_rules import ItemRule, Rulebook
from neraca.domain.errors import Invalid
from neraca.domain.facts import COMPETENCIES, FROM_THE_LEDGER
from neraca.domain.faults import Faults
from neraca.domain.text_kinds import counted
from neraca.domain.vocabulary import Perspective, PositionClass

_PLAN = "skp"
"""The list of a result that names none."""

_ALL = Decimal(100)
_MOST_TOLD = 20
"""Weights that a refusal lists."""

_TERMS = {
    "resources": "what resources there are",
    "accountability": "how it is accounted for",
    "consequences": "what follows from it",
}


def check_plan(results: list[PlannedResult], rulebook: Rulebook, *, share: bool = False) -> None:
    """Refuses what the policy in force couldn't score, all of it at once. The `share` of one period in a plan of the
    year need not have all of its weights: those that are there count in proportion.
    """
    if not results:
        raise Invalid("/results: the plan is empty; plan at least one result", field="/results")
    wrong = Faults()
    with wrong:
        _unique([result.id for result in results], "/results", "planned result")
    for at, result in enumerate(results):
        with wrong:
            check_result(result, f"/results/{at}", rulebook)
    fed = [fact for r in results for t in r.targets if t.feeds for fact in (t.feeds.actual, t.feeds.target) if fact]
    with wrong:
        _unique(fed, "/results", "fed fact")
    for source, rule in rulebook.items.items():
        if source != COMPETENCIES:
            with wrong:
                _check_list(source, rule, [result for result in results if result.source == source], rulebook, share)
    wrong.tell()


def check_left(results: list[PlannedResult], rulebook: Rulebook, field: str) -> None:
    """Refuses to let a result go where the policy could not score what is left. Weights stay as they were given, and
    count in proportion, as those of a period's share in a plan of the year do.
    """
    try:
        check_plan(results, rulebook, share=True)
    except Invalid as refused:
        said = refused.message.partition(": ")[2]
        raise Invalid(f"{field}: in what would be left of the plan, {said}", field=field) from None


def check_terms(terms: PlanTerms | None, rulebook: Rulebook) -> None:
    """Refuses what is said beside results where it is empty, or lacks what the policy asks for."""
    said, wrong = terms or PlanTerms(), Faults()
    for name, what in _TERMS.items():
        text = getattr(said, name)
        with wrong:
            if text is not None:
                validation.written(text, f"/terms/{name}", f"what is said of {what}")
            elif name in rulebook.plan.requires:
                raise Invalid(
                    f"/terms/{name}: policy {rulebook.policy.id} asks each plan to say {what}; add /terms/{name}",
                    field=f"/terms/{name}",
                )
    wrong.tell()


def check_perspectives(
    perspectives: Sequence[Perspective | None], position_class: PositionClass | None, rulebook: Rulebook
) -> None:
    """Refuses the results of somebody whose class of post plans by perspective where one has none, or where one that
    the policy wants is not among them.
    """
    rule = rulebook.plan.perspectives
    if rule is None or position_class not in rule.classes:
        return
    whom = f"policy {rulebook.policy.id} has {position_class} plan by perspective"
    wrong = Faults()
    for at, one in enumerate(perspectives):
        if one is None:
            field = f"/results/{at}/perspective"
            with wrong:
                raise Invalid(f"{field}: {whom}; give one of {', '.join(Perspective)}", field=field)
    missing = [one for one in Perspective if one in rule.required and one not in perspectives]
    if missing and None not in perspectives:
        raise Invalid(
            f"/results: {whom}, and none is of {', '.join(missing)}; plan at least one result of each", field="/results"
        )
    wrong.tell()


def check_result(result: PlannedResult, at: str, rulebook: Rulebook) -> None:
    """What one planned result must be, whatever the others are. `at` is its place in the command."""
    wrong = Faults()
    with wrong:
        validation.written(result.id, f"{at}/id", "the id")
    with wrong:
        validation.written(result.title, f"{at}/title", "the title")
    if not result.targets:
        with wrong:
            raise Invalid(f"{at}/targets: '{result.id}' has no target; say how it is measured", field=f"{at}/targets")
    with wrong:
        _unique([target.id for target in result.targets], f"{at}/targets", "target")
    # A result that only feeds facts belongs to no list, and has the default's name in events that name none.
    lists = rulebook.items.keys() - {COMPETENCIES}
    if result.source != _PLAN or any(target.feeds is None for target in result.targets):
        with wrong:
            validation.known(
                result.source, lists, f"{at}/source", f"policy {rulebook.policy.id} has no item list {{}} for plans"
            )
    for place, target in enumerate(result.targets):
        with wrong:
            _check_target(target, f"{at}/targets/{place}", rulebook.items.get(result.source), rulebook)
    wrong.tell()


def _check_target(target: Target, at: str, rule: ItemRule | None, rulebook: Rulebook) -> None:
    """Without a `rule`, where the policy has no such list, what every target must be."""
    wrong = Faults()
    with wrong:
        validation.written(target.id, f"{at}/id", "the id")
    with wrong:
        validation.written(target.indicator, f"{at}/indicator", "the indicator")
    for name in ("meets", "above", "below") if target.expectations is not None else ():
        text = getattr(target.expectations, name)
        if text is not None:
            with wrong:
                validation.written(text, f"{at}/expectations/{name}", "what is expected")
    with wrong:
        _check_amount(target, at, rule)
    with wrong:
        if target.weight is not None:
            validation.exact(target.weight, f"{at}/weight")
        if target.feeds is not None:
            _check_feeds(target.feeds, target.weight, at, rulebook)
        elif rule is not None:
            _check_weight(target, at, rule)
    wrong.tell()


def _check_amount(target: Target, at: str, rule: ItemRule | None) -> None:
    amount = None if target.target is None else validation.exact(target.target, f"{at}/target")
    by_rule = rule is not None and rule.kind == "ratio"
    divides = by_rule if target.feeds is None else target.feeds.target is not None
    if target.feeds is None and target.polarity == "min" and amount == 0:
        return  # nothing is to happen: met when nothing did, else not
    if divides and (amount is None or amount <= 0):
        raise Invalid(
            f"{at}/target: '{target.id}' needs a target above 0: achievement is divided by it", field=f"{at}/target"
        )


def _check_feeds(feeds: Feeds, weight: Decimal | None, at: str, rulebook: Rulebook) -> None:
    facts = rulebook.facts - FROM_THE_LEDGER
    for fact in (feeds.actual, feeds.target):
        if fact is not None:
            validation.known(fact, facts, f"{at}/feeds", f"policy {rulebook.policy.id} has no fact {{}} for plans")
            rule = rulebook.kinds.get(fact)
            if rule is not None and rule.kind != "number":
                raise Invalid(
                    f"{at}/feeds: a plan gives numbers, and policy {rulebook.policy.id} reads '{fact}' as a "
                    f"{rule.kind}",
                    field=f"{at}/feeds",
                )
    if weight is not None:
        raise Invalid(f"{at}/weight: a target that feeds a fact has no weight; leave it out", field=f"{at}/weight")


def _check_weight(target: Target, at: str, rule: ItemRule) -> None:
    if rule.declared_weights and (target.weight is None or target.weight <= 0):
        raise Invalid(f"{at}/weight: '{target.id}' needs a weight above 0", field=f"{at}/weight")
    if not rule.declared_weights and target.weight is not None:
        raise Invalid(f"{at}/weight: the policy weighs all alike; leave the weight out", field=f"{at}/weight")


def _check_list(source: str, rule: ItemRule, results: list[PlannedResult], rulebook: Rulebook, share: bool) -> None:
    items = [target for result in results for target in result.targets if target.feeds is None]
    count = len(items) if rule.kind == "ratio" else len(results)
    if count < rule.min_items:
        raise Invalid(
            f"/results: policy {rulebook.policy.id} needs at least {counted(rule.min_items, 'item')} in '{source}', "
            f"found {count}",
            field="/results",
        )
    weights = [item.weight for item in items if item.weight and item.weight.is_finite() and item.weight > 0]
    if not rule.declared_weights or share or not items or len(weights) < len(items):
        return  # what has no weight is told by itself
    total = sum(weights, Decimal(0))
    if total != _ALL:
        raise Invalid(
            f"/results: the weights of '{source}' sum to {total}, must be 100: {_weights(results)}; {_mended(total)}",
            field="/results",
        )


def _weights(results: Sequence[PlannedResult]) -> str:
    """The weight of each target, by the place where it is planned."""
    found = [
        f"{result.id}/{target.id} {target.weight}"
        for result in results
        for target in result.targets
        if target.feeds is None
    ]
    return ", ".join(found[:_MOST_TOLD]) + (", ..." if len(found) > _MOST_TOLD else "")


def _mended(total: Decimal) -> str:
    return f"give {_ALL - total} more" if total < _ALL else f"give {total - _ALL} less"


def each_once(results: Sequence[str], drop: Sequence[str]) -> None:
    """Refuses a change that says two things of one result, of which only the last would count."""
    for place, names in (("results", results), ("drop", drop)):
        for at, name in enumerate(names):
            if name in names[:at]:
                field = f"/{place}/{at}/id" if place == "results" else f"/{place}/{at}"
                raise Invalid(f"{field}: '{name}' is there twice; name each once", field=field)


def _unique(ids: list[str], field: str, what: str) -> None:
    twice = [name for name, times in Counter(ids).items() if times > 1]
    if twice:
        raise Invalid(f"{field}: {what} '{twice[0]}' is there twice; give each its own", field=field)
