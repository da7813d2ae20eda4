"""What a value means where it is left out: in the log, in a case, in the rules and in what a decision is told."""

import gc
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest

from neraca.domain import validation
from neraca.domain.case import MICRO, Case, Item, SurveyElement
from neraca.domain.collector import no_cycles
from neraca.domain.command_rules import FactRule, PolicyRef, RatingRule, Rulebook
from neraca.domain.contexts import Draft
from neraca.domain.envelope import Envelope
from neraca.domain.errors import Invalid
from neraca.domain.facts import Facts
from neraca.domain.roster import EmployeeRetired

NOON = datetime(2025, 3, 3, 5, tzinfo=UTC)
RETIRED = EmployeeRetired(on=date(2025, 3, 31))


def test_an_envelope_is_stored_without_what_is_as_usual() -> None:
    usual = Envelope(at=NOON, by="hr", correlation="c", body=RETIRED)
    assert msgspec.json.encode(usual) == (
        b'{"at":"2025-03-03T05:00:00Z","by":"hr","correlation":"c",'
        b'"body":{"type":"employee.retired","on":"2025-03-31"}}'
    )


def test_an_envelope_is_stored_with_all_that_is_otherwise() -> None:
    other = Envelope(
        at=NOON,
        by="hr",
        on_behalf_of="sri",
        correlation="c",
        causation="solo:7",
        effective=date(2025, 2, 1),
        schema=2,
        body=RETIRED,
    )
    assert msgspec.json.encode(other) == (
        b'{"at":"2025-03-03T05:00:00Z","by":"hr","for":"sri","correlation":"c","causation":"solo:7",'
        b'"effective":"2025-02-01","schema":2,"body":{"type":"employee.retired","on":"2025-03-31"}}'
    )


def test_a_case_in_json_leaves_out_of_an_item_what_it_has_not() -> None:
    case = Case(items={"skp": [Item(target=MICRO), Item(level="sesuai"), Item(polarity="min")]})
    case.surveys["skm"] = {"u1": SurveyElement(3 * MICRO, 2)}
    assert msgspec.json.encode(case, order="sorted") == (
        b'{"facts":{},"items":{"skp":[{"target":1000000},{"level":"sesuai"},{"polarity":"min"}]},"ratings":{},'
        b'"surveys":{"skm":{"u1":{"n":2,"sum":3000000}}}}'
    )
    assert msgspec.structs.astuple(Item()) == (None, None, None, None, "max", "utama")


def test_facts_begin_empty_and_are_nobody_elses() -> None:
    facts, other = (Facts(starts=date(2025, 1, 1), ends=date(2025, 3, 31)) for _ in range(2))
    facts.case.facts["a"] = 1
    facts.sources["facts/a"] = [1]
    facts.off_days.append(1)
    assert msgspec.to_builtins(other) == {
        "starts": "2025-01-01",
        "ends": "2025-03-31",
        "case": {"facts": {}, "ratings": {}, "items": {}, "surveys": {}},
        "sources": {},
        "drafted": [],
        "drafted_at": 0,
        "results": [],
        "pending": {},
        "raters": {},
        "months": {},
        "sanctions": [],
        "active_days": [],
        "off_days": [],
    }


def test_a_policy_that_says_nothing_more_trims_nothing_and_joins_no_parts(rules: Rulebook) -> None:
    rating = RatingRule(min=0, max=1, step=1, floor=1, most=None, anonymous=False)
    assert (rating.quorum, rating.trim, rating.median) == (1, 0, False)
    assert msgspec.structs.astuple(FactRule("number")) == ("number", (), None, None)
    plain = Rulebook(
        **{
            name: getattr(rules, name)
            for name in (
                "policy cycle policy_date ratings items facts surveys steps objection ranks".split()  # noqa: SIM905
            )
        }
    )
    assert (plain.segments, plain.kinds, plain.annual, plain.judged_year) == (False, {}, False, False)


def test_a_draft_of_which_nothing_more_was_found_has_nothing_to_warn_of() -> None:
    draft = Draft(
        policy=PolicyRef("p", 1, "a", "b"),
        purpose="predicate",
        abstract=False,
        since=date(2025, 1, 1),
        until=None,
        cycle="year",
        policy_date="period_end",
    )
    told = msgspec.structs.asdict(draft)
    assert {name: told[name] for name in [*told][7:]} == {
        "cycles": {},
        "segments": False,
        "joining": frozenset(),
        "warnings": (),
        "doubtful": (),
        "locked": (),
        "tests": 0,
        "tests_before": 0,
    }


def test_a_refusal_of_one_value_names_its_field_and_no_command() -> None:
    with pytest.raises(Invalid) as refused:
        validation.exact(Decimal("NaN"), "/actual")
    assert (refused.value.field, refused.value.faults, refused.value.at) == ("/actual", (), None)
    assert (str(refused.value), refused.value.message) == ("/actual: NaN is not a number below 10^18",) * 2


@pytest.mark.parametrize("collects", [True, False])
def test_the_collector_of_cycles_is_left_as_it_was_found(collects: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if collects else gc.disable)()
        with suppress(ZeroDivisionError), no_cycles():
            assert not gc.isenabled()
            raise ZeroDivisionError
        assert gc.isenabled() is collects
    finally:
        (gc.enable if before else gc.disable)()
