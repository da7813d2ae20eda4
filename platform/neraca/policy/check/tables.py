"""Tables: a word forgotten in one of them would stop, or pay nothing to, everybody who has it."""

from collections.abc import Iterable, Mapping

from neraca.domain.development.candidacy_facts import is_predicate
from neraca.domain.remuneration.told_facts import PREDICATE
from neraca.policy.check.subject import Check, Subject
from neraca.policy.findings import Finding, plain, suggestion, unmatched
from neraca.policy.model import Table


def tables_tell_words_apart(subject: Subject) -> Iterable[Finding]:
    for name, table in _tables(subject).items():
        path, numbers = f"/indicators/{name}/measure/values", set(table.values.values())
        if not table.values:
            yield subject.at(path, "no words", "write each word with its number, as in {baik: 100}")
        elif len(numbers) == 1:
            what = f"every word is {plain(*numbers)}, so the fact counts for nothing"
            yield subject.at(path, what, "give the words different numbers, or measure without it", severity="warning")


def tables_by_predicate_have_each_predicate(subject: Subject) -> Iterable[Finding]:
    """Not where people are considered by the results of other policies: whether those fit is seen where both are
    adopted (source/agency_files.py).
    """
    if subject.policy.purpose == "candidacy":
        return
    predicates = subject.policy.predicates
    for name, table in _tables(subject).items():
        if table.fact != PREDICATE or not table.values:
            continue
        path = f"/indicators/{name}/measure/values"
        if predicates:
            yield from _same_words(subject, path, table.values, predicates, "predicate")
        else:
            what = "nobody can tell whether every predicate is in this table"
            yield subject.at(path, what, "add 'predicates' to the policy", severity="warning")


def tables_by_one_fact_have_the_same_words(subject: Subject) -> Iterable[Finding]:
    first: dict[str, str] = {}
    tables = _tables(subject)
    for name, table in tables.items():
        # Of a predicate it is the same words, however many periods it is back.
        fact = PREDICATE if is_predicate(table.fact) else table.fact
        known = tables[first.setdefault(fact, name)].values
        if fact != PREDICATE or not subject.policy.predicates or subject.policy.purpose == "candidacy":
            kind = f"word of '{table.fact}' in indicator '{first[fact]}'"
            yield from _same_words(subject, f"/indicators/{name}/measure/values", table.values, known, kind)


def _same_words(
    subject: Subject, path: str, given: Iterable[str], wanted: Iterable[str], kind: str
) -> Iterable[Finding]:
    there, wants = list(given), list(wanted)
    odd, missing = unmatched(there, wants)
    for word in odd:
        left = [wanted_word for wanted_word in wants if wanted_word not in there]
        yield subject.at(f"{path}/{word}", f"'{word}' is no {kind}", suggestion(word, left or wants))
    for word in missing:
        yield subject.at(path, f"no number for '{word}', a {kind}", f"add '{word}'")


def _tables(subject: Subject) -> Mapping[str, Table]:
    return {name: one.measure for name, one in subject.policy.indicators.items() if isinstance(one.measure, Table)}


CHECKS: tuple[Check, ...] = (
    tables_tell_words_apart,
    tables_by_predicate_have_each_predicate,
    tables_by_one_fact_have_the_same_words,
)
