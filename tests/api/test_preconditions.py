from datetime import date

import pytest

from neraca.api.preconditions import ADD, CREATE, etag, expected, versions
from neraca.api.problems import Problem
from neraca.domain.appraisal.commands import DraftPlan, OpenAppraisal, Rate, SubmitPlan
from neraca.domain.catalogue import COMMANDS
from neraca.domain.roster import RetireEmployee
from neraca.domain.vocabulary import Relation

SUBMIT = SubmitPlan(employee="1", period="2025")


def test_the_tables_name_commands_that_exist() -> None:
    assert COMMANDS.keys() >= CREATE | ADD
    assert not CREATE & ADD


def test_a_change_must_say_what_it_saw() -> None:
    with pytest.raises(Problem, match=r"command 1 \(retire-employee\)") as refused:
        expected(
            None, "a", [OpenAppraisal(employee="1", period="2025"), RetireEmployee(employee="1", on=date(2025, 1, 1))]
        )

    assert refused.value.status == 428


def test_what_a_unit_begins_it_may_go_on_with() -> None:
    opened = OpenAppraisal(employee="1", period="2025")

    assert expected(None, "a", [opened, DraftPlan(employee="1", period="2025", results=[]), SUBMIT]) == ()


def test_a_rater_need_not_have_seen_the_appraisal() -> None:
    assert expected(None, "a", [Rate(employee="1", period="2025", relation=Relation.PEER, scores={})]) == ()


@pytest.mark.parametrize(
    ("written", "read"), [('"v17"', (17,)), ('"v17", "v3"', (17, 3)), ('"v17,v3"', (17, 3)), ('"v0"', (0,))]
)
def test_versions_are_read_in_order(written: str, read: tuple[int, ...]) -> None:
    assert versions(written) == read


@pytest.mark.parametrize("written", ["v17", '"17"', '"v-1"', "*", "", '""', 'W/"v1"', '"v1" oops'])
def test_what_is_no_version_is_refused(written: str) -> None:
    with pytest.raises(Problem, match="If-Match"):
        versions(written)


def test_an_etag_may_be_sent_back() -> None:
    assert versions(etag((17, 3))) == (17, 3)
