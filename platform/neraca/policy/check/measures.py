"""Indicators: what each method needs, and that some node counts the result."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise

from neraca.domain.vocabulary import FEWEST_CITIZENS
from neraca.policy.check.subject import Check, Subject
from neraca.policy.findings import Finding, meant, plain
from neraca.policy.model import Banded, Cap, Deduction, Inverse, Items, Majority, Rated, Ratio, SurveyIndex
from neraca.policy.numbers import micro


def panels_and_scales_exist(subject: Subject) -> Iterable[Finding]:
    policy = subject.policy
    for name, indicator in policy.indicators.items():
        path, measure = f"/indicators/{name}/measure", indicator.measure
        if isinstance(measure, Rated):
            yield from subject.unknown(f"{path}/panel", "panel", measure.panel, policy.panels)
        if isinstance(measure, Rated | Items | Majority) and measure.scale is not None:
            yield from subject.unknown(f"{path}/scale", "scale", measure.scale, policy.scales)


def one_list_is_read_one_way(subject: Subject) -> Iterable[Finding]:
    """The items of a source are entered once: they cannot be levels for one indicator and ratios for another."""
    first: dict[str, str] = {}
    for name, indicator in subject.policy.indicators.items():
        measure = indicator.measure
        if not isinstance(measure, Items | Majority):
            continue
        other = first.setdefault(measure.source, name)
        before = subject.policy.indicators[other].measure
        for key in ("item", "weights", "scale"):
            if getattr(before, key) != getattr(measure, key):
                what = f"items '{measure.source}' have another '{key}' in indicator '{other}'"
                yield subject.value(
                    f"/indicators/{name}/measure/{key}", what, "write the same in both, or name another source"
                )


def targets_are_not_what_they_measure(subject: Subject) -> Iterable[Finding]:
    for name, indicator in subject.policy.indicators.items():
        measure = indicator.measure
        if isinstance(measure, Ratio | Inverse) and measure.actual == measure.target:
            what = f"'{measure.actual}' is measured against itself: always 100"
            yield subject.value(f"/indicators/{name}/measure/target", what, "name the fact that holds the target")


def events_are_counted_once(subject: Subject) -> Iterable[Finding]:
    for name, indicator in subject.policy.indicators.items():
        if not isinstance(indicator.measure, Deduction):
            continue
        first: dict[str, str] = {}
        for event, counted in indicator.measure.events.items():
            if first.setdefault(counted.fact, event) != event:
                what = f"'{counted.fact}' is deducted for '{first[counted.fact]}' already"
                path = f"/indicators/{name}/measure/events/{event}/fact"
                yield subject.value(path, what, "name another fact, or take one of the two away")


def bands_score_apart(subject: Subject) -> Iterable[Finding]:
    for name, indicator in subject.policy.indicators.items():
        bands = indicator.measure.bands if isinstance(indicator.measure, Banded) else []
        for index, (above, band) in enumerate(pairwise(bands)):
            if above.score == band.score:
                path = f"/indicators/{name}/measure/bands/{index}/score"
                what = f"scores {plain(above.score)}, as the band below it does (no effect)"
                yield subject.at(path, what, "take one of them away, or give it a score of its own", severity="warning")


def level_items_have_levels(subject: Subject) -> Iterable[Finding]:
    for name, indicator in subject.policy.indicators.items():
        path, measure = f"/indicators/{name}/measure", indicator.measure
        if not isinstance(measure, Items):
            continue
        if measure.item == "ratio":
            if measure.scale is not None and subject.wrote(f"{path}/scale"):
                yield subject.at(f"{path}/scale", "ratio items have no scale (silent no-effect)", "take it away")
        elif measure.scale is None:
            yield subject.at(path, "missing key 'scale'", "name the scale whose levels the items have")
        elif (scale := subject.policy.scales.get(measure.scale)) is not None and not scale.levels:
            what = f"scale '{measure.scale}' has no levels"
            yield subject.value(f"{path}/scale", what, "give it levels, or name a scale that has some")


def standards_descend_along_their_lines(subject: Subject) -> Iterable[Finding]:
    """Each category begins below the one above it; a line rises within its own, and the highest category has none,
    since nothing would end it.
    """
    for name, indicator in subject.policy.indicators.items():
        path, measure = f"/indicators/{name}/measure/standards", indicator.measure
        if not isinstance(measure, Items) or not measure.standards:
            continue
        if measure.item != "ratio":
            yield subject.at(path, "items of levels have no standards (silent no-effect)", "take them away")
            continue
        yield from descending(subject, path, [(key, one.from_) for key, one in measure.standards.items()])
        for place, (key, one) in enumerate(measure.standards.items()):
            at = f"{path}/{key}"
            if (one.to is None) != (one.to_score is None):
                lacking = "to" if one.to is None else "to_score"
                yield subject.at(at, f"missing key '{lacking}'", "a line needs both 'to' and 'to_score'")
            elif one.to is not None and place == 0:
                yield subject.value(f"{at}/to", "nothing ends the line of the highest category", "take the line away")
            elif one.to is not None and micro(one.to) <= one.low:
                what = f"the line ends at {plain(one.to)}, where the category begins or before"
                yield subject.value(f"{at}/to", what, "write a larger number, or take the line away")


def majorities_have_three_levels(subject: Subject) -> Iterable[Finding]:
    """Above, below and what lies between: with another number of levels nobody could say what "as expected" is."""
    for name, indicator in subject.policy.indicators.items():
        if not isinstance(indicator.measure, Majority):
            continue
        scale = subject.policy.scales.get(indicator.measure.scale)
        if scale is not None and len(scale.levels) != 3:
            what = f"scale '{indicator.measure.scale}' has {len(scale.levels)} levels, and a majority is told of three"
            remedy = "name a scale with three levels: below, as and above expectation"
            yield subject.value(f"/indicators/{name}/measure/scale", what, remedy)


def targets_are_above_zero(subject: Subject) -> Iterable[Finding]:
    for name, indicator in subject.policy.indicators.items():
        measure = indicator.measure
        if isinstance(measure, Ratio | Inverse) and isinstance(measure.target, Decimal) and measure.target <= 0:
            what = f"target is {plain(measure.target)}"
            yield subject.value(f"/indicators/{name}/measure/target", what, "write a number above 0, or a fact")


def reciprocals_have_a_ceiling(subject: Subject) -> Iterable[Finding]:
    for name, indicator in subject.policy.indicators.items():
        measure = indicator.measure
        if isinstance(measure, Inverse) and measure.form == "reciprocal" and indicator.cap.max is None:
            what = "a reciprocal has no value at 0 without cap.max"
            yield subject.at(f"/indicators/{name}/measure", what, "add cap: {max: 120} or another ceiling")


def score_bands_descend_without_gap(subject: Subject) -> Iterable[Finding]:
    for name, indicator in subject.policy.indicators.items():
        if isinstance(indicator.measure, Banded):
            path = f"/indicators/{name}/measure/bands"
            yield from descending(subject, path, [(str(i), b.from_) for i, b in enumerate(indicator.measure.bands)])


def descending(subject: Subject, path: str, bands: list[tuple[str, Decimal | str]]) -> Iterable[Finding]:
    """Findings unless the lower bounds fall strictly and the last is `min`."""
    if not bands:
        yield subject.at(path, "no bands", "write at least one, the last of them 'from: min'")
        return
    above: Decimal | None = None
    for key, bound in bands[:-1]:
        if isinstance(bound, str):
            yield subject.value(f"{path}/{key}/from", "only the last band may be 'from: min'", "write a number")
        elif above is not None and bound >= above:
            what = f"from {plain(bound)} is not below the band above it ({plain(above)})"
            yield subject.value(f"{path}/{key}/from", what, "list the bands from the highest down")
        else:
            above = bound
    if not isinstance(bands[-1][1], str):
        what = "last band must be 'from: min' (no gap at the bottom)"
        yield subject.at(path, what, f"write 'from: min' in '{bands[-1][0]}', or add a band below it")


def surveys_have_elements(subject: Subject) -> Iterable[Finding]:
    for name, indicator in subject.policy.indicators.items():
        path, measure = f"/indicators/{name}/measure", indicator.measure
        if not isinstance(measure, SurveyIndex):
            continue
        if not measure.elements:
            yield subject.at(f"{path}/elements", "no elements", "name the elements of the survey")
        for index, element in enumerate(measure.elements):
            if element in measure.elements[:index]:
                yield subject.at(f"{path}/elements/{index}", f"'{element}' is there twice", "name it once")
        if measure.factor <= 0:
            yield subject.value(f"{path}/factor", f"factor is {plain(measure.factor)}", "write a number above 0")


def citizens_stay_hidden(subject: Subject) -> Iterable[Finding]:
    """What few answered would be read from the results that it counts in."""
    for name, indicator in subject.policy.indicators.items():
        measure = indicator.measure
        if isinstance(measure, SurveyIndex) and measure.min_respondents < FEWEST_CITIZENS:
            path, few = f"/indicators/{name}/measure/min_respondents", measure.min_respondents
            what, remedy = f"{few} citizens are too few to stay anonymous", f"write {FEWEST_CITIZENS} or more"
            yield subject.value(path, what, remedy, severity="unfit")


def deductions_deduct(subject: Subject) -> Iterable[Finding]:
    for name, indicator in subject.policy.indicators.items():
        path, measure = f"/indicators/{name}/measure/events", indicator.measure
        if not isinstance(measure, Deduction):
            continue
        if not measure.events:
            yield subject.at(path, "no events", "name what is deducted for")
        for event, counted in measure.events.items():
            if counted.points <= 0:
                what = f"deducts {plain(counted.points)} points"
                yield subject.value(f"{path}/{event}/points", what, "write a number above 0")


def caps_make_sense(subject: Subject) -> Iterable[Finding]:
    for name, indicator in subject.policy.indicators.items():
        yield from bounds(subject, f"/indicators/{name}/cap", indicator.cap)
        if isinstance(indicator.measure, Items):
            yield from bounds(subject, f"/indicators/{name}/measure/item_cap", indicator.measure.item_cap)


def bounds(subject: Subject, path: str, cap: Cap) -> Iterable[Finding]:
    if cap.min is not None and cap.max is not None and cap.min > cap.max:
        yield subject.at(path, f"min {plain(cap.min)} is above max {plain(cap.max)}", "swap them")


def some_node_uses_each(subject: Subject) -> Iterable[Finding]:
    policy = subject.policy
    if subject.broken_in("/nodes/*/of"):
        return
    known = [*policy.indicators, *policy.nodes]
    used = {meant(child, known) for node in policy.nodes.values() for child in node.of}
    for name in policy.indicators:
        if name not in used:
            remedy = "name it in a node's 'of', or take it away"
            if not subject.wrote(f"/indicators/{name}"):
                remedy += f" with remove: [/indicators/{name}]"
            yield subject.at(f"/indicators/{name}", "indicator is not used by any node (silent no-effect)", remedy)


CHECKS: tuple[Check, ...] = (
    panels_and_scales_exist,
    one_list_is_read_one_way,
    targets_are_not_what_they_measure,
    events_are_counted_once,
    bands_score_apart,
    level_items_have_levels,
    standards_descend_along_their_lines,
    majorities_have_three_levels,
    targets_are_above_zero,
    reciprocals_have_a_ceiling,
    score_bands_descend_without_gap,
    surveys_have_elements,
    citizens_stay_hidden,
    deductions_deduct,
    caps_make_sense,
    some_node_uses_each,
)
