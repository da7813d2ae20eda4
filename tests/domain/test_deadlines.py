"""Last days: of the appraiser's window, of the superior's own time after it, to object, and to decide."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.agency import working_days
from neraca.domain.appraisal import deadlines
from neraca.domain.appraisal.commands import DecideObjection, FileObjection, Finalise, Rate
from neraca.domain.appraisal.deadlines import Deadline, DeadlineKind
from neraca.domain.appraisal.state import Appraisal, evolve
from neraca.domain.command_rules import StepRule, TimeLimit
from neraca.domain.errors import NotAllowed, TooLate
from neraca.domain.vocabulary import Finality, ObjectionOutcome, Relation

WHO: dict[str, Any] = {"employee": "budi", "period": "2025"}
BY_LAW = StepRule(
    "pejabat_penilai", TimeLimit(14, True), ("pegawai",), until=(1, 31), superior_within=TimeLimit(14, True)
)
RATE = Rate(**WHO, relation=Relation.SUPERVISOR, scores={"layanan": Decimal(4)})
FILE = FileObjection(**WHO, grounds="Bukti Mei tidak dihitung")
DECIDE = DecideObjection(**WHO, outcome=ObjectionOutcome.UPHELD, reason="Bukti memang terlambat")


@pytest.fixture
def by_law(rules):
    return replace(rules, steps={"nilai": BY_LAW})


def folded(*events: Any) -> Appraisal:
    state = Appraisal()
    for event in events:
        state = evolve(state, event)
    return state


def test_silent_appraiser_on_31_january_and_1_february(after, past, by_law, scored):
    """PermenPANRB 6/2022, annex p. 90: the appraiser has all of January; after it the superior evaluates, finally."""
    known = {"by": "agus", "rules": by_law}

    for last in (date(2026, 1, 22), date(2026, 1, 31)):
        with pytest.raises(NotAllowed, match=r"you are agus, who may after 2026-01-31, and has until 2026-02-20$"):
            after(*past.running, when=RATE, on=last, **known)
    rated = after(*past.running, when=RATE, on=date(2026, 2, 1), **known)
    [finalised] = after(*past.running, *rated, when=Finalise(**WHO), on=date(2026, 2, 1), scored=scored, **known)

    assert finalised == replace(past.finalised, on=date(2026, 2, 1), final=True, finality=Finality.SUPERIOR)
    assert after(*past.running, when=RATE, on=date(2026, 2, 1), by="sri", rules=by_law), "late, and still the appraiser"


@pytest.mark.parametrize(
    ("changes", "last"),
    [
        ({}, date(2026, 1, 31)),
        # The parts of a year that is judged as one are evaluated with it.
        ({"starts": date(2025, 1, 1), "ends": date(2025, 5, 31)}, date(2026, 1, 31)),
        ({"cycle": "quarter"}, date(2026, 1, 21)),
        ({"cycle": "semester", "ends": date(2025, 6, 30)}, date(2025, 7, 18)),
        # A year over its quarters is evaluated as a year.
        ({"cycle": "quarter", "annual": True}, date(2026, 1, 31)),
        ({"cycle": "year", "annual": False}, date(2026, 1, 21)),
        # An older policy names no day, and its days stay.
        ({"until": None}, date(2026, 1, 21)),
        ({"until": None, "annual": True}, date(2026, 1, 21)),
        ({"until": (12, 31)}, date(2026, 12, 31)),
    ],
)
def test_a_year_is_evaluated_until_a_day_and_a_shorter_period_within_days(past, by_law, agency, changes, last):
    opened = replace(past.opened[0], **{name: changes[name] for name in ("starts", "ends") if name in changes})
    step = replace(BY_LAW, until=changes.get("until", BY_LAW.until))
    rulebook = replace(by_law, cycle=changes.get("cycle", "year"), steps={"nilai": step})

    found = deadlines.evaluation(folded(opened), rulebook, agency, annual=changes.get("annual"))

    assert found == Deadline(DeadlineKind.EVALUATION, "pejabat_penilai", opened.ends, last)


def test_the_superior_has_fourteen_working_days_after_the_window(past, by_law, agency):
    """Annex p. 115-116. From Saturday 31 January 2026, with the holiday of 17 February."""
    found = deadlines.evaluation_by_superior(folded(*past.opened), by_law, agency)

    assert found == Deadline(
        DeadlineKind.EVALUATION_BY_SUPERIOR, "atasan_pejabat_penilai", date(2026, 1, 31), date(2026, 2, 20)
    )
    assert working_days(agency, date(2026, 2, 1), date(2026, 2, 20)) == 14


def test_nothing_runs_where_the_policy_names_no_time_or_nothing_has_begun(past, by_law, rules, agency):
    opened, received, objected = folded(*past.opened), folded(*past.received), folded(*past.objected)
    silent = replace(by_law, steps={"nilai": replace(BY_LAW, superior_within=None)})
    no_term = replace(rules, objection=replace(rules.objection, decide_within=None))

    assert deadlines.evaluation(Appraisal(), by_law, agency) is None
    assert deadlines.evaluation(opened, replace(by_law, steps={}), agency) is None
    assert deadlines.evaluation_by_superior(opened, silent, agency) is None
    assert deadlines.evaluation_by_superior(opened, replace(by_law, steps={}), agency) is None
    assert deadlines.objection(opened, rules, agency) is None
    assert deadlines.objection(received, replace(rules, objection=None), agency) is None
    assert deadlines.decision(received, rules, agency) is None
    assert deadlines.decision(objected, no_term, agency) is None
    assert deadlines.decision(objected, replace(rules, objection=None), agency) is None


def test_objection_day_14_and_15_in_working_days_across_holidays(after, past, rules, agency):
    """Received on Wednesday 7 January 2026; 16 January is a holiday."""
    found = deadlines.objection(folded(*past.received), rules, agency)
    last = date(2026, 1, 28)

    assert found == Deadline(DeadlineKind.OBJECTION, "pegawai", date(2026, 1, 7), last)
    assert after(*past.received, when=FILE, on=last)
    with pytest.raises(TooLate):
        after(*past.received, when=FILE, on=last + timedelta(days=1))


def test_objection_of_an_older_result_runs_from_the_day_it_was_fixed_while_nobody_received_the_document(
    past, rules, agency
):
    older = (*past.rated, replace(past.finalised, objection_from="fixing"))
    found = deadlines.objection(folded(*older), rules, agency)

    assert found == Deadline(DeadlineKind.OBJECTION, "pegawai", date(2026, 1, 5), date(2026, 1, 26))


def test_decision_day_7_and_8_in_working_days_across_holidays(after, past, rules, agency):
    """Filed on Wednesday 11 February 2026; 17 February is a holiday. The eighth is late, and stands."""
    filed = replace(past.objected[-1], filed=date(2026, 2, 11))
    story = (*past.received, filed)
    last = date(2026, 2, 23)

    assert deadlines.decision(folded(*story), rules, agency) == Deadline(
        DeadlineKind.DECISION, "atasan_pejabat_penilai", date(2026, 2, 11), last
    )
    assert working_days(agency, date(2026, 2, 12), last) == 7
    for day in (last, last + timedelta(days=1)):
        assert after(*story, when=DECIDE, by="agus", on=day)


def test_the_day_a_window_ends_is_the_first_of_its_name_after_the_period(past, by_law, agency):
    """Of every second week as the end, and every third day of a year as the day."""
    for ends in (date(2023, 1, 1) + timedelta(days=14 * n) for n in range(60)):
        state = folded(replace(past.opened[0], ends=ends))
        for day in (date(2001, 1, 1) + timedelta(days=3 * n) for n in range(121)):
            step = replace(BY_LAW, until=(day.month, day.day))
            found = deadlines.evaluation(state, replace(by_law, steps={"nilai": step}), agency)

            assert found is not None
            assert (found.last.month, found.last.day) == (day.month, day.day)
            assert 0 < (found.last - ends).days <= 366
