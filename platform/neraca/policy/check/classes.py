"""From values to predicates: bands, matrices, modifiers and the spread of predicates over a cohort."""

from collections.abc import Iterable
from decimal import Decimal

from neraca.policy.check.facts import conditions
from neraca.policy.check.measures import descending
from neraca.policy.check.subject import Check, Subject
from neraca.policy.findings import Finding, meant, plain, suggestion, unmatched
from neraca.policy.model import Bands, Curve, GroupQuota, Matrix, Quota, Replacement


def outcome_is_a_classifier(subject: Subject) -> Iterable[Finding]:
    if subject.policy.outcome is not None:
        yield from subject.unknown("/outcome", "classifier", subject.policy.outcome, subject.policy.classify)


def ranks_differ(subject: Subject) -> Iterable[Finding]:
    first: dict[int, str] = {}
    for name, predicate in subject.policy.predicates.items():
        if first.setdefault(predicate.rank, name) != name:
            what = f"rank {predicate.rank} is also that of '{first[predicate.rank]}'"
            yield subject.value(f"/predicates/{name}/rank", what, "give each predicate its own rank")


def bands_descend_without_gap(subject: Subject) -> Iterable[Finding]:
    for name, classifier in subject.policy.classify.items():
        if isinstance(classifier, Bands):
            path = f"/classify/{name}"
            yield from subject.unknown(f"{path}/node", "node", classifier.node, subject.policy.nodes)
            bands = [(level, band.from_) for level, band in classifier.bands.items()]
            yield from descending(subject, f"{path}/bands", [*bands])


def lowest_band_asks_nothing(subject: Subject) -> Iterable[Finding]:
    for name, classifier in subject.policy.classify.items():
        if isinstance(classifier, Bands) and classifier.bands:
            level, band = list(classifier.bands.items())[-1]
            if band.requires:
                path = f"/classify/{name}/bands/{level}/requires"
                yield subject.at(path, "the last band may require nothing (no gap at the bottom)", "take it away")


def thresholds_can_be_met_exactly(subject: Subject) -> Iterable[Finding]:
    final = subject.policy.precision.final
    if subject.broken_in("/precision"):
        return
    for name, classifier in subject.policy.classify.items():
        if not isinstance(classifier, Bands):
            continue
        for level, band in classifier.bands.items():
            # What is judged has so many decimals: a bound between two of them is in truth the upper one.
            if not isinstance(band.from_, str) and band.from_ != round(band.from_, final):
                what = f"{plain(band.from_)} has more decimals than the {final} that are judged"
                path = f"/classify/{name}/bands/{level}/from"
                yield subject.value(path, what, f"write it with {final}", severity="warning")


def matrix_has_every_cell(subject: Subject) -> Iterable[Finding]:
    for name, matrix in _matrices(subject):
        path = f"/classify/{name}"
        rows, cols = (_levels(subject, meant(axis, _bands(subject))) for axis in (matrix.rows, matrix.cols))
        for axis, word in (("rows", matrix.rows), ("cols", matrix.cols)):
            yield from subject.unknown(f"{path}/{axis}", "bands classifier", word, _bands(subject))
        if rows is None or cols is None:
            continue
        odd, missing = unmatched(matrix.table, rows)
        for row in odd:
            what = f"'{row}' is not a level of '{matrix.rows}'"
            yield subject.at(f"{path}/table/{row}", what, suggestion(row, [r for r in rows if r not in matrix.table]))
        for row in missing:
            what, remedy = f"no row for '{row}' of '{matrix.rows}'", f"add '{row}' with a cell for {', '.join(cols)}"
            yield subject.at(f"{path}/table", what, remedy)
        for row, cells in matrix.table.items():
            yield from _row(subject, f"{path}/table/{row}", matrix, row, cells, cols)


def _row(
    subject: Subject, path: str, matrix: Matrix, row: str, cells: dict[str, str], cols: list[str]
) -> Iterable[Finding]:
    odd, missing = unmatched(cells, cols)
    for col in odd:
        what = f"'{col}' is not a level of '{matrix.cols}'"
        yield subject.at(f"{path}/{col}", what, suggestion(col, [c for c in cols if c not in cells]))
    for col in missing:
        yield subject.at(path, f"no cell for '{row}' x '{col}'", f"add '{col}' with a predicate")
    for col, predicate in cells.items():
        yield from subject.unknown(f"{path}/{col}", "predicate", predicate, subject.policy.predicates)


def outcome_gives_predicates(subject: Subject) -> Iterable[Finding]:
    """A matrix's cells are checked with the matrix."""
    policy = subject.policy
    for name, classifier in policy.classify.items():
        if name != policy.outcome or not isinstance(classifier, Bands):
            continue
        for level in classifier.bands:
            if level not in policy.predicates:
                path = f"/classify/{name}/bands/{level}"
                yield subject.at(path, f"unknown predicate '{level}'", suggestion(level, policy.predicates))


def each_classifier_is_used(subject: Subject) -> Iterable[Finding]:
    policy = subject.policy
    if subject.broken_in("/classify", "/outcome"):
        return
    used = set[str]() if policy.outcome is None else {meant(policy.outcome, policy.classify)}
    used |= {meant(one.then.replace.by, policy.classify) for one in policy.modifiers.values() if one.then.replace}
    for _, matrix in _matrices(subject):
        used |= {meant(matrix.rows, policy.classify), meant(matrix.cols, policy.classify)}
    for name in policy.classify:
        if name not in used:
            what = "classifier does not lead to the outcome (silent no-effect)"
            yield subject.at(f"/classify/{name}", what, "name it in a matrix or as 'outcome', or take it away")


def conditions_ask_one_thing(subject: Subject) -> Iterable[Finding]:
    for path, condition in conditions(subject.policy):
        asked = [
            name
            for name, value in (("equals", condition.equals), ("in", condition.in_), ("at_least", condition.at_least))
            if value is not None
        ]
        if not asked:
            yield subject.at(path, "asks nothing of the fact", "add one of: equals, in, at_least")
        elif len(asked) > 1:
            yield subject.at(path, f"asks {len(asked)} things: {', '.join(asked)}", "keep one")
        elif condition.in_ == []:
            yield subject.at(f"{path}/in", "an empty list is never met", "name the words that meet it")


def modifiers_name_predicates(subject: Subject) -> Iterable[Finding]:
    predicates = subject.policy.predicates
    for name, modifier in subject.policy.modifiers.items():
        path, then = f"/modifiers/{name}/then", modifier.then
        for key, word in (("max_predicate", then.max_predicate), ("min_predicate", then.min_predicate)):
            if word is not None:
                yield from subject.unknown(f"{path}/{key}", "predicate", word, predicates)
        bounds = then.max_predicate is not None or then.min_predicate is not None
        if then.replace is not None:
            yield from _replacement(subject, f"{path}/replace", then.replace)
            if bounds:
                what = "bounds the predicate that it replaces as well"
                yield subject.at(path, what, "name the predicates that may come of it in replace, without bounds")
        elif not bounds:
            yield subject.at(path, "changes nothing", "add max_predicate, min_predicate or replace")
        elif (
            then.max_predicate in predicates
            and then.min_predicate in predicates
            and predicates[then.min_predicate].rank > predicates[then.max_predicate].rank
        ):
            what = f"'{then.min_predicate}' at least and '{then.max_predicate}' at most cannot both be"
            yield subject.at(path, what, "swap them, or keep one")


def _replacement(subject: Subject, path: str, one: Replacement) -> Iterable[Finding]:
    """A predicate for each level of a classifier that is there."""
    policy, judges = subject.policy, _bands(subject)
    yield from subject.unknown(f"{path}/by", "bands classifier", one.by, judges)
    levels = _levels(subject, meant(one.by, judges))
    odd, missing = unmatched(one.predicates, levels or one.predicates)
    for level in odd:
        others = [other for other in levels or () if other not in one.predicates]
        what = f"'{level}' is not a level of '{one.by}'"
        yield subject.at(f"{path}/predicates/{level}", what, suggestion(level, others))
    for level in missing:
        yield subject.at(f"{path}/predicates", f"no predicate for '{level}' of '{one.by}'", f"add '{level}'")
    for level, predicate in one.predicates.items():
        yield from subject.unknown(f"{path}/predicates/{level}", "predicate", predicate, policy.predicates)


def one_modifier_replaces(subject: Subject) -> Iterable[Finding]:
    """Of several that apply at once, none could be said to come first: modifiers have no order."""
    names = [name for name, one in subject.policy.modifiers.items() if one.then.replace is not None]
    for name in names[1:]:
        what = f"'{names[0]}' replaces the predicate too, and nobody could say which does where both apply"
        yield subject.at(f"/modifiers/{name}/then/replace", what, "keep one of them")


def modifiers_change_something(subject: Subject) -> Iterable[Finding]:
    ranks = {name: one.rank for name, one in subject.policy.predicates.items()}
    if len(ranks) < 2:
        return
    best, worst = max(ranks, key=lambda name: ranks[name]), min(ranks, key=lambda name: ranks[name])
    for name, modifier in subject.policy.modifiers.items():
        path = f"/modifiers/{name}/then"
        if modifier.then.max_predicate == best:
            yield subject.value(
                f"{path}/max_predicate", f"'{best}' is the highest: changes nothing", "name a lower one"
            )
        if modifier.then.min_predicate == worst:
            yield subject.value(
                f"{path}/min_predicate", f"'{worst}' is the lowest: changes nothing", "name a higher one"
            )


def distribution_names_predicates(subject: Subject) -> Iterable[Finding]:
    rule, predicates = subject.policy.distribution, subject.policy.predicates
    if rule is None:
        return
    for name, curve in rule.curves.items():
        path = f"/distribution/curves/{name}"
        for predicate in curve.quotas:
            if predicate not in predicates:
                where = f"{path}/quotas/{predicate}"
                yield subject.at(where, f"unknown predicate '{predicate}'", suggestion(predicate, predicates))
        lists = {"at_least_one_of": curve.at_least_one_of, "none_of": curve.none_of}
        lists |= {f"group_quotas/{group}/of": quota.of for group, quota in curve.group_quotas.items()}
        for key, words in lists.items():
            for index, word in enumerate(words):
                yield from subject.unknown(f"{path}/{key}/{index}", "predicate", word, predicates)
                if word in words[:index]:
                    yield subject.value(f"{path}/{key}/{index}", f"'{word}' is there twice", "name it once")
        for group, quota in curve.group_quotas.items():
            if len(quota.of) < 2:
                where = f"{path}/group_quotas/{group}/of"
                yield subject.at(where, "a group of fewer than two predicates", "name more, or write it under quotas")


def quotas_can_be_met(subject: Subject) -> Iterable[Finding]:
    rule = subject.policy.distribution
    for name, curve in rule.curves.items() if rule is not None else ():
        path = f"/distribution/curves/{name}"
        quotas: dict[str, Quota | GroupQuota] = {f"quotas/{name}": quota for name, quota in curve.quotas.items()}
        quotas |= {f"group_quotas/{group}": quota for group, quota in curve.group_quotas.items()}
        for key, quota in quotas.items():
            where = f"{path}/{key}"
            if quota.min is None and quota.max is None:
                yield subject.at(where, "a quota without min and max", "add one of them, or take it away")
            elif quota.min is not None and quota.max is not None and quota.min > quota.max:
                yield subject.at(where, f"min {plain(quota.min)} is above max {plain(quota.max)}", "swap them")
        yield from _shares(subject, path, curve)


def _shares(subject: Subject, path: str, curve: Curve) -> Iterable[Finding]:
    """Whether any cohort could have these shares together."""
    least = {name: quota.min or Decimal(0) for name, quota in curve.quotas.items()}
    most = {name: quota.max for name, quota in curve.quotas.items() if quota.max is not None}
    most |= dict.fromkeys(curve.none_of, Decimal(0))
    for index, name in enumerate(curve.none_of):
        if least.get(name):
            yield subject.value(f"{path}/none_of/{index}", f"'{name}' has a least share too", "keep one of the two")
    if curve.at_least_one_of and set(curve.at_least_one_of) <= set(curve.none_of):
        yield subject.at(f"{path}/at_least_one_of", "none of these is allowed by none_of", "take one away from none_of")
    total = sum(least.values(), Decimal(0))
    if total > 100:
        yield subject.at(f"{path}/quotas", f"the least shares sum to {plain(total)}", "lower them to 100 or less")
    if all(name in most for name in subject.policy.predicates) and sum(most.values()) < 100:
        what = f"the largest shares sum to {plain(sum(most.values()))}"
        yield subject.at(f"{path}/quotas", what, "raise them to 100 or more, or leave one predicate free")
    for group, quota in curve.group_quotas.items():
        where, names = f"{path}/group_quotas/{group}", set(quota.of)
        apart = sum((share for name, share in least.items() if name in names), Decimal(0))
        if quota.max is not None and apart > quota.max:
            what = f"max {plain(quota.max)}, but its predicates have least shares of {plain(apart)}"
            yield subject.at(where, what, "raise max, or lower those")
        elif quota.min is not None and quota.min <= apart:
            what = f"min {plain(quota.min)} already follows from the least shares of its predicates (no effect)"
            yield subject.at(where, what, "take it away, or raise it", severity="warning")
        if quota.min is not None and total - apart + max(apart, quota.min) > 100 >= total:
            what = f"min {plain(quota.min)} beside other least shares of {plain(total - apart)} is more than 100"
            yield subject.at(where, what, "lower one of them")
        room = sum((most[name] for name in names), Decimal(0)) if names <= most.keys() else None
        if quota.min is not None and room is not None and room < quota.min:
            what = f"min {plain(quota.min)}, but its predicates have largest shares of {plain(room)}"
            yield subject.at(where, what, "lower min, or raise those")


def _bands(subject: Subject) -> list[str]:
    return [name for name, classifier in subject.policy.classify.items() if isinstance(classifier, Bands)]


def _matrices(subject: Subject) -> Iterable[tuple[str, Matrix]]:
    for name, classifier in subject.policy.classify.items():
        if isinstance(classifier, Matrix):
            yield name, classifier


def _levels(subject: Subject, name: str) -> list[str] | None:
    classifier = subject.policy.classify.get(name)
    return list(classifier.bands) if isinstance(classifier, Bands) else None


CHECKS: tuple[Check, ...] = (
    outcome_is_a_classifier,
    ranks_differ,
    bands_descend_without_gap,
    lowest_band_asks_nothing,
    thresholds_can_be_met_exactly,
    matrix_has_every_cell,
    outcome_gives_predicates,
    each_classifier_is_used,
    conditions_ask_one_thing,
    modifiers_name_predicates,
    one_modifier_replaces,
    modifiers_change_something,
    distribution_names_predicates,
    quotas_can_be_met,
)
