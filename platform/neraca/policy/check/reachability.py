"""Whether what is written can ever happen: bands within reach, predicates that some path gives, caps that bind."""

from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_FLOOR, Decimal

from msgspec.structs import replace

from neraca.domain.case import Micro
from neraca.policy.check.intervals import always_there, combined, intervals
from neraca.policy.check.subject import Subject
from neraca.policy.check.weaknesses import weak_values_are_met_and_missed
from neraca.policy.findings import Finding, plain
from neraca.policy.interval import Interval
from neraca.policy.model import Bands, Cap, Items, Matrix
from neraca.policy.numbers import DIVIDE, PLACES, micro, text


def bands_are_in_reach(subject: Subject, found: Mapping[str, Interval]) -> Iterable[Finding]:
    policy = subject.policy
    for name, classifier in policy.classify.items():
        if not isinstance(classifier, Bands):
            continue
        span, above = found[classifier.node], None
        for level, band in classifier.bands.items():
            low = None if isinstance(band.from_, str) else micro(band.from_)
            if not _holds_a_value(subject, span, low, above):
                path = f"/classify/{name}/bands/{level}"
                where = f"'{classifier.node}' goes {span.words()}"
                if low is not None and span.high is not None and span.high < low:
                    what, remedy = f"no value reaches '{level}': {where}, never to {text(low)}", "lower its 'from'"
                elif above is not None and span.low is not None and span.low >= above:
                    what, remedy = f"no value reaches '{level}': {where}, never below {text(above)}", "take it away"
                else:
                    places = policy.precision.final
                    what = f"no value reaches '{level}': none of {places} decimals lies in it"
                    remedy = f"write its bounds with {places}"
                remedy = f"{remedy}, or let '{classifier.node}' reach it"
                yield subject.at(path, what, remedy, severity="warning")
            # A band with conditions may leave its values to those below it.
            if not band.requires:
                above = low


def _holds_a_value(subject: Subject, span: Interval, low: Micro | None, above: Micro | None) -> bool:
    """Whether some printed value of the span is at `low` or above it, and below `above`."""
    precision = subject.policy.precision
    unit, divide = 10 ** (PLACES - precision.final), DIVIDE[precision.rounding]
    starts = [
        bound for bound in (low, None if span.low is None else divide(span.low, unit) * unit) if bound is not None
    ]
    first = -(-max(starts) // unit) * unit if starts else None
    if first is None:
        return True
    last = None if span.high is None else divide(span.high, unit) * unit
    return (above is None or first < above) and (last is None or first <= last)


def predicates_are_given(subject: Subject) -> Iterable[Finding]:
    policy = subject.policy
    if policy.outcome is None:
        return
    outcome = policy.classify[policy.outcome]
    given: set[str | None] = (
        set(outcome.bands)
        if isinstance(outcome, Bands)
        else {predicate for row in outcome.table.values() for predicate in row.values()}
    )
    for modifier in policy.modifiers.values():
        given |= {modifier.then.min_predicate, modifier.then.max_predicate}
        given |= set(() if modifier.then.replace is None else modifier.then.replace.predicates.values())
    for name in policy.predicates:
        if name not in given:
            place = "a cell" if isinstance(outcome, Matrix) else "a band"
            what, remedy = (
                "no path leads to this predicate",
                f"give {place} of '{policy.outcome}' to it, or take it away",
            )
            yield subject.at(f"/predicates/{name}", what, remedy, severity="warning")


def values_differ(subject: Subject, found: Mapping[str, Interval]) -> Iterable[Finding]:
    """What is the same for everybody judges nobody."""
    policy = subject.policy
    for section, name in (*(("indicators", i) for i in policy.indicators), *(("nodes", n) for n in policy.nodes)):
        span = found[name]
        if span.low is None or span.low != span.high:
            continue
        if section == "nodes" and any(
            found[child].low is not None and found[child].low == found[child].high for child in policy.nodes[name].of
        ):
            continue
        what = f"is {text(span.low)} for everybody (silent no-effect)"
        remedy = "widen what caps or clamps it, or take it away"
        yield subject.at(f"/{section}/{name}", what, remedy, severity="warning")


def caps_bind(subject: Subject, found: Mapping[str, Interval]) -> Iterable[Finding]:
    """A bound that nothing passes does no harm and no good: whoever moves it waits in vain for an effect."""
    policy = subject.policy
    for name, one in policy.indicators.items():
        path, measure = f"/indicators/{name}", one.measure
        yield from _idle(subject, f"{path}/cap", one.cap, measure.interval(policy))
        if isinstance(measure, Items):
            bare = replace(measure, item_cap=Cap()).interval(policy)
            yield from _idle(subject, f"{path}/measure/item_cap", measure.item_cap, bare)
    for name, node in policy.nodes.items():
        yield from _idle(
            subject, f"/nodes/{name}/clamp", node.clamp, combined(policy, replace(node, clamp=Cap()), found)
        )


def _idle(subject: Subject, path: str, cap: Cap, span: Interval) -> Iterable[Finding]:
    idle: dict[str, str] = {}
    if cap.min is not None and span.low is not None and span.low >= micro(cap.min):
        idle["min"] = f"falls below {plain(cap.min)}"
    if cap.max is not None and span.high is not None and span.high <= micro(cap.max):
        idle["max"] = f"rises above {plain(cap.max)}"
    where = f"{path}/{next(iter(idle))}" if len(idle) == 1 else path
    if idle and subject.wrote(where):
        yield _no_effect(subject, where, f"nothing {' or '.join(idle.values())}: it goes {span.words()}")


def _no_effect(subject: Subject, path: str, what: str) -> Finding:
    return subject.value(path, f"{what} (no effect)", "take it away", severity="warning")


def values_have_bounds(subject: Subject, found: Mapping[str, Interval]) -> Iterable[Finding]:
    """Without bounds one outlier decides a score, and 64 bits cannot be proved to hold the sums of a whole city."""
    policy = subject.policy
    for name in policy.indicators if policy.purpose == "predicate" else ():  # sums of money are left to exact integers
        lacks = [key for key, end in (("min", found[name].low), ("max", found[name].high)) if end is None]
        if lacks:
            bounds = " or ".join({"min": "below", "max": "above"}[key] for key in lacks)
            what = f"nothing bounds it {bounds}, so 64-bit arithmetic cannot be proved to hold it"
            remedy = (
                f"add cap: {{{', '.join({'min': 'min: 0', 'max': 'max: 120'}[key] for key in lacks)}}} or other bounds"
            )
            yield subject.at(f"/indicators/{name}", what, remedy, severity="warning")


def missing_limits_bite(subject: Subject, found: Mapping[str, Interval]) -> Iterable[Finding]:
    policy = subject.policy
    for name, node in policy.nodes.items():
        path, limit = f"/nodes/{name}/min_weight_present", node.min_weight_present
        if not limit or not subject.wrote(path):
            continue
        if node.combine not in ("weighted_mean", "mean"):
            yield _no_effect(subject, path, f"a {node.combine} does not count the weight that is present")
            continue
        total = sum(node.of.values(), Decimal(0))
        sure = sum(
            (weight for child, weight in node.of.items() if always_there(policy, child, found[child])), Decimal(0)
        )
        if sure * 100 >= limit * total:
            share = plain((sure * 100 / total).quantize(Decimal("0.01"), ROUND_FLOOR))
            yield _no_effect(
                subject, path, f"{share} of 100 always count, so less than {plain(limit)} are never present"
            )


OF_SPANS: tuple[Callable[[Subject, Mapping[str, Interval]], Iterable[Finding]], ...] = (
    bands_are_in_reach,
    values_differ,
    caps_bind,
    values_have_bounds,
    missing_limits_bite,
    weak_values_are_met_and_missed,
)


GIVEN = ("/classify", "/predicates", "/outcome", "/modifiers")
MEASURED = ("/scales", "/panels", "/indicators", "/nodes", "/precision", "/classify")


def within(subject: Subject, wrong: Iterable[Finding]) -> Iterable[Finding]:
    """What cannot be reached. `wrong` are errors found before: where they lie, nothing can be said of what follows.

    So each check here is handed names that are there, nodes in no circle, weights above 0, bands that fall and caps
    that are the right way up.
    """
    mistaken = {*subject.broken, *(one.path for one in wrong)}
    if not _any_in(GIVEN, mistaken):
        yield from predicates_are_given(subject)
    if not _any_in(MEASURED, mistaken):
        found = intervals(subject.policy)
        for check in OF_SPANS:
            yield from check(subject, found)


def _any_in(sections: Iterable[str], paths: Iterable[str]) -> bool:
    wanted = set(sections)
    return any("/" + path.split("/")[1] in wanted for path in paths if path)
