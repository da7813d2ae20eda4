"""Words that stand in the log, in policies and in what is read: held as they are, for ever or until told otherwise."""

from enum import StrEnum

import msgspec
import pytest

from neraca.domain import vocabulary
from neraca.domain.envelope import event_id
from neraca.domain.vocabulary import RATERS, Identity, Relation, Role


@pytest.mark.parametrize(
    ("closed_set", "words"),
    [
        (vocabulary.EmploymentType, "CIVIL_SERVANT CONTRACT PART_TIME_CONTRACT"),
        (vocabulary.PositionClass, "SENIOR_EXECUTIVE ADMINISTRATOR SUPERVISOR OPERATIONAL FUNCTIONAL"),
        (vocabulary.Priority, "PRIMARY ADDITIONAL"),
        (vocabulary.Aspect, "QUANTITY QUALITY TIME COST"),
        (vocabulary.ObjectionOutcome, "UPHELD AMENDED"),
        (vocabulary.FollowUpKind, "TRAINING COACHING COUNSELING REWARD PROMOTION SANCTION"),
        (vocabulary.Severity, "ringan sedang berat"),
        (vocabulary.Scope, "aggregates log roster dossiers"),
        (
            vocabulary.Role,
            "employee hr official surveyor policy auditor integrator policy-approver national",
        ),
        (vocabulary.Relation, "SUPERVISOR PEER SUBORDINATE CITIZEN SELF QUALITY_ASSURER"),
        (vocabulary.Identity, "anonymous named by-policy"),
    ],
)
def test_the_words_of_a_closed_set_are_stored_and_sent_and_stay(closed_set: type[StrEnum], words: str) -> None:
    assert [member.value for member in closed_set] == words.split()


def test_what_holds_for_the_raters_of_each_relation() -> None:
    assert {relation: msgspec.structs.astuple(rule) for relation, rule in RATERS.items()} == {
        Relation.SUPERVISOR: ("atasan", Role.EMPLOYEE, Identity.NAMED, "The direct supervisor (atasan)."),
        Relation.PEER: ("rekan", Role.EMPLOYEE, Identity.ANONYMOUS, "A peer (rekan)."),
        Relation.SUBORDINATE: ("bawahan", Role.EMPLOYEE, Identity.ANONYMOUS, "A subordinate (bawahan)."),
        Relation.CITIZEN: ("warga", Role.SURVEYOR, Identity.ANONYMOUS, "A citizen who was served (warga)."),
        Relation.SELF: ("diri", Role.EMPLOYEE, Identity.NAMED, "The person rated (diri)."),
        Relation.QUALITY_ASSURER: (
            "penjamin_mutu",
            Role.OFFICIAL,
            Identity.BY_POLICY,
            "The quality assurer (penjamin mutu).",
        ),
    }
    assert {
        relation: (
            vocabulary.RATER_GROUP[relation],
            relation in vocabulary.ANONYMOUS,
            relation in vocabulary.NAMED,
        )
        for relation in Relation
    } == {
        Relation.SUPERVISOR: ("atasan", False, True),
        Relation.PEER: ("rekan", True, False),
        Relation.SUBORDINATE: ("bawahan", True, False),
        Relation.CITIZEN: ("warga", True, False),
        Relation.SELF: ("diri", False, True),
        Relation.QUALITY_ASSURER: ("penjamin_mutu", False, False),
    }


def test_agency_and_position_name_an_event() -> None:
    assert event_id("solo", 17) == "solo:17"
