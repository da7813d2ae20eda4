"""From values to predicates: bands, matrices, modifiers and the spread of predicates over a cohort."""

from collections.abc import Iterable

from neraca.policy.check.measures import descending
from neraca.policy.check.subject import Check, Subject
from neraca.policy.findings import Finding, meant, plain, suggestion, unmatched
from neraca.policy.model import Bands, Condition, Matrix


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
    for name, classifier in subject.policy.classify.items():
        if not isinstance(classifier, Bands):
            continue
        for level, band in classifier.bands.items():
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
    outcome = subject.policy.classify.get(subject.policy.outcome or "")
    if isinstance(outcome, Bands):
        for level in outcome.bands:
            if level not in subject.policy.predicates:
                path = f"/classify/{subject.policy.outcome}/bands/{level}"
                yield subject.at(path, f"unknown predicate '{level}'", suggestion(level, subject.policy.predicates))


def each_classifier_is_used(subject: Subject) -> Iterable[Finding]:
    policy = subject.policy
    if subject.broken_in("/classify", "/outcome"):
        return
    used = set[str]() if policy.outcome is None else {meant(policy.outcome, policy.classify)}
    for _, matrix in _matrices(subject):
        used |= {meant(matrix.rows, policy.classify), meant(matrix.cols, policy.classify)}
    for name in policy.classify:
        if name not in used:
            what = "classifier does not lead to the outcome (silent no-effect)"
            yield subject.at(f"/classify/{name}", what, "name it in a matrix or as 'outcome', or take it away")


def conditions_ask_one_thing(subject: Subject) -> Iterable[Finding]:
    for path, condition in _conditions(subject):
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
        if then.max_predicate is None and then.min_predicate is None:
            yield subject.at(path, "changes nothing", "add max_predicate or min_predicate")
        elif (
            then.max_predicate in predicates
            and then.min_predicate in predicates
            and predicates[then.min_predicate].rank > predicates[then.max_predicate].rank
        ):
            what = f"'{then.min_predicate}' at least and '{then.max_predicate}' at most cannot both be"
            yield subject.at(path, what, "swap them, or keep one")


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
        for key, words in (("at_least_one_of", curve.at_least_one_of), ("none_of", curve.none_of)):
            for index, word in enumerate(words):
                yield from subject.unknown(f"{path}/{key}/{index}", "predicate", word, predicates)


def quotas_can_be_met(subject: Subject) -> Iterable[Finding]:
    rule = subject.policy.distribution
    for name, curve in rule.curves.items() if rule is not None else ():
        path = f"/distribution/curves/{name}"
        for predicate, quota in curve.quotas.items():
            where = f"{path}/quotas/{predicate}"
            if quota.min is None and quota.max is None:
                yield subject.at(where, "a quota without min and max", "add one of them, or take it away")
            elif quota.min is not None and quota.max is not None and quota.min > quota.max:
                yield subject.at(where, f"min {plain(quota.min)} is above max {plain(quota.max)}", "swap them")
        least = sum(quota.min for quota in curve.quotas.values() if quota.min is not None)
        if least > 100:
            yield subject.at(f"{path}/quotas", f"the least shares sum to {plain(least)}", "lower them to 100 or less")


def _bands(subject: Subject) -> list[str]:
    return [name for name, classifier in subject.policy.classify.items() if isinstance(classifier, Bands)]


def _matrices(subject: Subject) -> Iterable[tuple[str, Matrix]]:
    for name, classifier in subject.policy.classify.items():
        if isinstance(classifier, Matrix):
            yield name, classifier


def _levels(subject: Subject, name: str) -> list[str] | None:
    classifier = subject.policy.classify.get(name)
    return list(classifier.bands) if isinstance(classifier, Bands) else None


def _conditions(subject: Subject) -> Iterable[tuple[str, Condition]]:
    for name, modifier in subject.policy.modifiers.items():
        yield f"/modifiers/{name}/when", modifier.when
    for name, classifier in subject.policy.classify.items():
        if isinstance(classifier, Bands):
            for level, band in classifier.bands.items():
                for index, condition in enumerate(band.requires):
                    yield f"/classify/{name}/bands/{level}/requires/{index}", condition


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
    distribution_names_predicates,
    quotas_can_be_met,
)
