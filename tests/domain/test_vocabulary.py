"""Words that stand in the log, in policies and in what is read: held as they are, for ever or until told otherwise.

vocabulary.txt has them all, with what holds for the raters of each relation: `make goldens` writes it anew. Read the
difference: a word is added, and none is renamed or removed.
"""

import os
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

from neraca.domain import vocabulary
from neraca.domain.envelope import event_id
from neraca.domain.vocabulary import RATERS, Identity, Relation

FILE = Path(__file__).with_name("vocabulary.txt")


def _lines() -> Iterator[str]:
    for name, words in vars(vocabulary).items():
        if isinstance(words, type) and issubclass(words, StrEnum) and words is not StrEnum:
            yield f"{name}: {' '.join(f'{member.name}={member.value}' for member in words)}"
    for relation, rule in RATERS.items():
        yield f"{relation}: {rule.group}, recorded by {rule.role}, {rule.identity}. {rule.description}"


if os.environ.get("NERACA_WRITE_GOLDENS"):
    FILE.write_text("\n".join(_lines()) + "\n")


def test_the_words_of_closed_sets_and_what_holds_for_raters_are_what_is_kept() -> None:
    assert [*_lines()] == FILE.read_text().splitlines()


@pytest.mark.parametrize("relation", Relation)
def test_what_is_looked_up_of_a_relation_is_what_its_rule_says(relation: Relation) -> None:
    rule = RATERS[relation]

    assert vocabulary.RATER_GROUP[relation] == rule.group
    assert (relation in vocabulary.ANONYMOUS, relation in vocabulary.NAMED) == (
        rule.identity is Identity.ANONYMOUS,
        rule.identity is Identity.NAMED,
    )


def test_no_two_relations_have_a_group_in_common() -> None:
    assert RATERS.keys() == {*Relation}
    assert len({rule.group for rule in RATERS.values()}) == len(RATERS)


def test_agency_and_position_name_an_event() -> None:
    assert event_id("solo", 17) == "solo:17"
