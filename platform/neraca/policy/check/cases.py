"""The tests in a policy speak only of what the policy reads and gives; a misspelt fact would test nothing."""

from collections.abc import Iterable
from decimal import Decimal

from neraca.domain.survey import HIGHEST, LOWEST
from neraca.policy.check.facts import uses
from neraca.policy.check.scales import on_scale, steps_of
from neraca.policy.check.subject import Check, Subject
from neraca.policy.findings import Finding, plain, suggestion
from neraca.policy.model import Bands, Items, Majority, Policy, PolicyTest, Rated, Scale, SurveyIndex


def facts_read(policy: Policy) -> frozenset[str]:
    """Every fact some measure, condition, modifier or cohort rule of the policy reads."""
    return frozenset((*policy.required_facts, *(use.fact for use in uses(policy))))


def some_test_is_there(subject: Subject) -> Iterable[Finding]:
    if not subject.policy.tests and not subject.policy.abstract:
        what, remedy = "the policy has no tests", "add tests: a case and what is to come of it"
        path = "/tests" if "tests" in subject.own.entries else ""
        yield subject.at(path, what, remedy, severity="warning")


def names_differ(subject: Subject) -> Iterable[Finding]:
    seen: set[str] = set()
    for index, test in enumerate(subject.policy.tests):
        if test.name in seen:
            path = f"/tests/{index}/name"
            yield subject.value(path, f"another test is named '{test.name}'", "give it a name of its own")
        seen.add(test.name)


def facts_are_read(subject: Subject) -> Iterable[Finding]:
    if subject.broken_in("/indicators/*/measure", "/modifiers", "/classify", "/distribution", "/required_facts"):
        return
    known = sorted(facts_read(subject.policy))
    for index, test in enumerate(subject.policy.tests):
        for fact in test.facts:
            if fact not in known:
                path = f"/tests/{index}/facts/{fact}"
                yield subject.at(path, f"nothing in the policy reads fact '{fact}'", suggestion(fact, known))


def ratings_fit(subject: Subject) -> Iterable[Finding]:
    policy = subject.policy
    if subject.broken_in("/indicators/*/measure", "/panels", "/scales"):
        return
    rated = {name: one.measure for name, one in policy.indicators.items() if isinstance(one.measure, Rated)}
    for index, test in enumerate(policy.tests):
        for name, groups in test.ratings.items():
            path = f"/tests/{index}/ratings/{name}"
            if name != "*" and name not in rated:
                yield subject.at(path, f"unknown rated indicator '{name}'", suggestion(name, ["*", *rated]))
                continue
            meant = [rated[name]] if name != "*" else [one for key, one in rated.items() if key not in test.ratings]
            if not meant:
                what = "no rated indicator is left that these could be for (no effect)"
                yield subject.at(path, what, "take them away")
            yield from _groups(subject, path, groups, meant)


def _groups(subject: Subject, path: str, groups: dict[str, list[Decimal]], meant: list[Rated]) -> Iterable[Finding]:
    policy = subject.policy
    panels = {one.panel: policy.panels[one.panel] for one in meant if one.panel in policy.panels}
    known = sorted({group for panel in panels.values() for group in panel.raters})
    if not known:
        return  # the panel is unknown, or nobody is meant: both are found by themselves
    for group, values in groups.items():
        if group not in known:
            yield subject.at(f"{path}/{group}", f"unknown rater group '{group}'", suggestion(group, known))
        for scale in _scales(policy, group, meant):
            for at, value in enumerate(values):
                if not on_scale(value, scale):
                    what = f"{plain(value)} is not on the scale of '{group}'"
                    yield subject.at(f"{path}/{group}/{at}", what, f"write {steps_of(scale)}")


def _scales(policy: Policy, group: str, meant: list[Rated]) -> list[Scale]:
    names = {
        policy.panels[one.panel].raters[group].scale or one.scale
        for one in meant
        if one.panel in policy.panels and group in policy.panels[one.panel].raters
    }
    return [policy.scales[name] for name in sorted(names) if name in policy.scales]


def items_fit(subject: Subject) -> Iterable[Finding]:
    policy = subject.policy
    measures = [one.measure for one in policy.indicators.values()]
    sources = {one.source: one for one in measures if isinstance(one, Items | Majority)}
    ranked = {one.source for one in measures if isinstance(one, Majority)}
    for index, test in enumerate(policy.tests):
        for source, items in test.items.items():
            path = f"/tests/{index}/items/{source}"
            if source not in sources:
                yield subject.at(path, f"no indicator takes items '{source}'", suggestion(source, sources))
                continue
            measure = sources[source]
            levels = policy.scales[measure.scale].levels if measure.scale in policy.scales else {}
            for at, item in enumerate(items):
                here = f"{path}/{at}"
                if measure.item == "ratio" and item.level is not None:
                    yield subject.at(f"{here}/level", "these items are ratios", "write target and actual")
                elif measure.item == "level" and (item.target is not None or item.actual is not None):
                    yield subject.at(here, "these items are levels", f"write level: {' or '.join(levels) or 'a level'}")
                elif measure.item == "level" and item.level is not None and levels:
                    yield from subject.unknown(f"{here}/level", "level", item.level, levels)
                if measure.weights == "equal" and item.weight is not None:
                    what = "these items weigh the same (silent no-effect)"
                    declared = "" if isinstance(measure, Majority) else ", or write weights: declared in the indicator"
                    yield subject.at(f"{here}/weight", what, f"take it away{declared}")
                elif measure.weights == "declared" and item.weight is None:
                    yield subject.at(here, "missing key 'weight'", "add it: the indicator says weights: declared")
                if item.priority != "utama" and source not in ranked:
                    what = "main and additional items count alike (silent no-effect)"
                    yield subject.at(
                        f"{here}/priority", what, "take it away, or write method: majority in the indicator"
                    )


def surveys_fit(subject: Subject) -> Iterable[Finding]:
    surveys = {
        one.measure.survey: one.measure.elements
        for one in subject.policy.indicators.values()
        if isinstance(one.measure, SurveyIndex)
    }
    for index, test in enumerate(subject.policy.tests):
        for survey, elements in test.surveys.items():
            path = f"/tests/{index}/surveys/{survey}"
            if survey not in surveys:
                yield subject.at(path, f"no indicator takes survey '{survey}'", suggestion(survey, surveys))
                continue
            for element, answers in elements.items():
                if element not in surveys[survey]:
                    what = f"survey '{survey}' has no element '{element}'"
                    yield subject.at(f"{path}/{element}", what, suggestion(element, surveys[survey]))
                # Of fewer than none the least is more than the most: never so.
                if not LOWEST * answers.n <= answers.sum <= HIGHEST * answers.n:
                    what = f"{answers.n} answers of {LOWEST} to {HIGHEST} never sum to {plain(answers.sum)}"
                    yield subject.at(f"{path}/{element}/sum", what, "mend one of the two numbers", severity="warning")


def expectations_can_be_met(subject: Subject) -> Iterable[Finding]:
    policy = subject.policy
    values = [*policy.indicators, *policy.nodes]
    for index, test in enumerate(policy.tests):
        path, expect = f"/tests/{index}/expect", test.expect
        if _empty(test):
            yield subject.at(path, "expects nothing", "add status, predicate, score, nodes or levels")
        if expect.status == "blocked" and (expect.predicate is not None or expect.score is not None):
            yield subject.at(path, "a blocked case has neither predicate nor score", "take them away, or the status")
        if expect.predicate is not None and policy.outcome is None:
            yield subject.at(f"{path}/predicate", "the policy gives no predicate", "expect a score, or add 'outcome'")
        elif expect.predicate is not None:
            yield from subject.unknown(f"{path}/predicate", "predicate", expect.predicate, policy.predicates)
        if expect.score is not None and policy.score is None:
            yield subject.at(f"{path}/score", "the policy names no score", "expect it of a node, or add 'score'")
        for name in expect.nodes:
            if name not in values:
                yield subject.at(f"{path}/nodes/{name}", f"unknown indicator/node '{name}'", suggestion(name, values))
        for name, level in expect.levels.items():
            where = f"{path}/levels/{name}"
            if name not in policy.classify:
                yield subject.at(where, f"unknown classifier '{name}'", suggestion(name, policy.classify))
                continue
            classifier = policy.classify[name]
            known = classifier.bands if isinstance(classifier, Bands) else policy.predicates
            yield from subject.unknown(where, "level", level, known)


def _empty(test: PolicyTest) -> bool:
    expect = test.expect
    told = (expect.status, expect.predicate, expect.score)
    return not expect.nodes and not expect.levels and all(one is None for one in told)


CHECKS: tuple[Check, ...] = (
    some_test_is_there,
    names_differ,
    facts_are_read,
    ratings_fit,
    items_fit,
    surveys_fit,
    expectations_can_be_met,
)
