"""Ceilings, credit points and allowances: who fixes them, on what, and what is refused."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs

from neraca.domain import dispatch
from neraca.domain.appraisal.state import Appraisal, Stage
from neraca.domain.contexts import AllowanceContext, BringingContext, CreditContext, CreditOfLevel, Part
from neraca.domain.errors import AlreadyDone, Blocked, Conflict, Invalid, NotAllowed, NotFound, NotOpen, TooEarly
from neraca.domain.period import parse
from neraca.domain.remuneration import ceilings, credit
from neraca.domain.remuneration.allowance import AllowanceFixed, FixAllowance, ReviseAllowance
from neraca.domain.remuneration.ceilings import CeilingSet, SetCeiling, WithdrawCeiling, ceiling_on
from neraca.domain.remuneration.credit import (
    BringForwardCredit,
    CreditBroughtForward,
    FixCredit,
    ReviseCredit,
)
from neraca.domain.remuneration.told_facts import ToldFacts, level_word, told
from neraca.domain.vocabulary import PositionClass

FINAL = Part("2025", Appraisal(stage=Stage.FINAL), 41)
NEW_YEAR, JANUARY = date(2026, 1, 5), date(2026, 2, 2)
FACTS = told({"bulan": (12_000_000, [3]), "jenjang": ("ahli_pertama", [3]), "tanpa": (None, [9]), "ide": (True, [2])})


@pytest.fixture
def year(scored):
    points = structs.replace(scored, score=Decimal("18.75"), predicate=None)
    return CreditOfLevel("ahli_pertama", 12, "sangat_baik", Decimal(0), Decimal("18.75"), FACTS, points, Decimal(50))


def having(given: Any, kind: Any, command: Any, **known: Any) -> Any:
    common = given(command, by=known.pop("by", "hr"), on=known.pop("on", NEW_YEAR))
    return kind(**{name: getattr(common, name) for name in ("today", "actor", "agency", "people")}, **known)


def decided(given: Any, kind: Any, *events: Any, when: Any, **known: Any) -> list[Any]:
    state = dispatch.initial(when)
    for event in events:
        state = dispatch.evolve(state, event)
    return dispatch.decide(when, state, having(given, kind, when, **known))


def test_facts_are_told_by_kind_with_the_events_behind_them():
    assert (
        ToldFacts(
            numbers={"bulan": Decimal(12)},
            words={"jenjang": "ahli_pertama"},
            flags={"ide": True},
            sources={"bulan": [3], "ide": [2], "jenjang": [3]},
        )
        == FACTS
    )
    assert FACTS.positions == [2, 3]
    assert FACTS.case.facts == {"bulan": 12_000_000, "jenjang": "ahli_pertama", "ide": True}
    assert str(told({"pagu": (6_000_000_000_000, [])}).numbers["pagu"]) == "6000000"
    assert level_word("Ahli  Muda") == "ahli_muda"


def test_a_ceiling_is_the_sum_of_what_it_is_paid_for(after):
    command = SetCeiling(
        since=NEW_YEAR, decree="SK 1", position="Analis", work_load=Decimal(3_000_000), scarcity=Decimal(500_000)
    )

    (event,) = after(when=command, by="hr")

    state = ceilings.evolve(ceilings.State(), event, 7)
    found = ceiling_on(state, NEW_YEAR, " ANALIS", PositionClass.FUNCTIONAL, None)
    assert found is not None
    assert (found.amount, found.at) == (3_500_000, 7)
    assert ceiling_on(state, date(2026, 1, 4), "Analis", None, None) is None


def test_the_ceiling_of_a_post_goes_before_that_of_a_level_and_of_a_class():
    of = {"decree": "SK", "since": NEW_YEAR}
    state = ceilings.State()
    for event in (
        CeilingSet(**of, position_class=PositionClass.FUNCTIONAL, work_load=Decimal(1)),
        CeilingSet(**of, position_class=PositionClass.FUNCTIONAL, career_level="Ahli Muda", work_load=Decimal(2)),
        CeilingSet(**of, position="Analis", work_load=Decimal(3)),
        CeilingSet(decree="SK", since=JANUARY, position="Analis", work_load=Decimal(4)),
        CeilingSet(decree="SK 2", since=JANUARY, position="Analis", work_load=Decimal(5)),
    ):
        ceilings.evolve(state, event)

    def amount(*asked):
        found = ceiling_on(state, *asked)
        return found and found.amount

    assert amount(NEW_YEAR, "Analis", PositionClass.FUNCTIONAL, "Ahli Muda") == 3
    assert amount(NEW_YEAR, "Guru", PositionClass.FUNCTIONAL, "ahli_muda") == 2
    assert amount(NEW_YEAR, None, PositionClass.FUNCTIONAL, "Ahli Pertama") == 1
    assert amount(NEW_YEAR, "Guru", PositionClass.SUPERVISOR, None) is None
    assert amount(JANUARY, "Analis", None, None) == 5, "of two for one day the one recorded later holds"


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"work_load": Decimal(1)}, "/position: give a post by its title or a position_class, one of the two"),
        (
            {"position": "A", "position_class": PositionClass.FUNCTIONAL, "work_load": Decimal(1)},
            "/position: give a post by its title or a position_class, one of the two",
        ),
        (
            {"position": "A", "career_level": "Mahir", "work_load": Decimal(1)},
            "/career_level: a post has one level; leave it out, or give position_class in place of position",
        ),
        ({"position": "A"}, "/work_load: a ceiling of nothing pays nobody; give what it is made of"),
        (
            {"position": "A", "conditions": Decimal("0.5")},
            "/conditions: 0.5 is no amount of whole rupiah from 0 on",
        ),
        ({"position": "A", "scarcity": Decimal(-1)}, "/scarcity: -1 is no amount of whole rupiah from 0 on"),
    ],
)
def test_a_ceiling_that_none_could_be_paid_by_is_refused(after, said, refused):
    with pytest.raises(Invalid) as told:
        after(when=SetCeiling(since=NEW_YEAR, decree="SK 1", **said), by="hr")
    assert told.value.message == refused


def test_a_ceiling_that_was_set_wrongly_is_withdrawn_and_the_one_before_holds_on(after):
    first = CeilingSet(since=NEW_YEAR, decree="SK 1", position="Analis", work_load=Decimal(5))
    wrong = CeilingSet(since=JANUARY, decree="SK 2", position="Analis", work_load=Decimal(50))
    withdraw = WithdrawCeiling(since=JANUARY, position="Analis", reason="Salah ketik")

    (event,) = after(first, wrong, when=withdraw, by="hr")

    state = ceilings.State()
    for one in (first, wrong, event):
        ceilings.evolve(state, one)
    found = ceiling_on(state, JANUARY, "Analis", None, None)
    assert found is not None
    assert found.amount == 5
    with pytest.raises(NotFound, match="no ceiling was set from 2026-02-02; name its first day"):
        after(first, when=withdraw, by="hr")


def test_a_ceiling_is_set_once(after):
    was = CeilingSet(since=NEW_YEAR, decree="SK 1", position="Analis", work_load=Decimal(5))
    again = SetCeiling(since=NEW_YEAR, decree="SK 2", position="analis", work_load=Decimal(5))

    with pytest.raises(AlreadyDone, match="this is the ceiling from 2026-01-05 already"):
        after(was, when=again, by="hr")
    assert after(was, when=structs.replace(again, work_load=Decimal(6)), by="hr")


def test_points_rest_on_a_final_result_and_say_what_they_rest_on(given, year):
    fix = FixCredit(employee="budi", period="2025")

    (event,) = decided(given, CreditContext, when=fix, appraisal=FINAL, levels=(year,))

    assert (event.points, event.accumulated, event.rank_need, event.appraisal) == (
        Decimal("18.75"),
        Decimal("18.75"),
        Decimal(50),
        41,
    )
    with pytest.raises(AlreadyDone, match="the points of 2025 are fixed; revise them with a reason"):
        decided(given, CreditContext, event, when=fix, appraisal=FINAL, levels=(year,))
    part = FixCredit(employee="budi", period="2025-07..11")
    with pytest.raises(Conflict, match=r"the points of 2025 are fixed, which has months of 2025-07\.\.11"):
        decided(given, CreditContext, event, when=part, appraisal=FINAL, levels=(year,))


@pytest.mark.parametrize(
    ("appraisal", "refused"),
    [
        (Part("2025", Appraisal(), 0), "/period: the appraisal of 2025 is not final; finalise it first"),
        (
            Part("2025", Appraisal(stage=Stage.FINAL, objection=object()), 41),  # pyright: ignore[reportArgumentType]
            "/period: an objection to 2025 is pending; do it when it is decided",
        ),
    ],
)
def test_no_points_of_what_may_yet_be_amended(given, year, appraisal, refused):
    fix = FixCredit(employee="budi", period="2025")
    with pytest.raises(NotOpen) as told_:
        decided(given, CreditContext, when=fix, appraisal=appraisal, levels=(year,))
    assert told_.value.message == refused


def test_points_are_revised_where_something_has_changed(given, year):
    fixed = decided(
        given, CreditContext, when=FixCredit(employee="budi", period="2025"), appraisal=FINAL, levels=(year,)
    )
    revise = ReviseCredit(employee="budi", period="2025", reason="Keberatan")
    amended = structs.replace(year, points=Decimal("12.5"), predicate="baik")

    with pytest.raises(AlreadyDone, match="nothing that the points of 2025 rest on has changed"):
        decided(given, CreditContext, *fixed, when=revise, appraisal=FINAL, levels=(year,))
    (event,) = decided(given, CreditContext, *fixed, when=revise, appraisal=FINAL, levels=(amended,))
    assert (event.points, event.reason) == (Decimal("12.5"), "Keberatan")
    again = structs.replace(FINAL, position=77)
    assert [
        one.appraisal for one in decided(given, CreditContext, *fixed, when=revise, appraisal=again, levels=(year,))
    ] == [77]
    with pytest.raises(NotFound, match="no points of 2025 are fixed; fix them first"):
        decided(given, CreditContext, when=revise, appraisal=FINAL, levels=(amended,))


def test_no_points_where_the_policy_gives_none(given, year, scored):
    without = structs.replace(year, scored=structs.replace(scored, score=None, blocked="tanpa predikat"))

    fix = FixCredit(employee="budi", period="2025")
    with pytest.raises(Blocked, match="there are no points in ahli_pertama: tanpa predikat"):
        decided(given, CreditContext, when=fix, appraisal=FINAL, levels=(without,))
    with pytest.raises(Blocked, match="there are no points: budi has no career level in 2025"):
        decided(given, CreditContext, when=fix, appraisal=FINAL)


def test_nobody_fixes_what_is_their_own(given, year):
    fix = FixCredit(employee="hr", period="2025")
    pay = FixAllowance(employee="hr", month="2026-01", appraisal="2025")

    with pytest.raises(NotAllowed, match="nobody may fix their own credit points"):
        decided(given, CreditContext, when=fix, appraisal=FINAL, levels=(year,))
    with pytest.raises(NotAllowed, match="nobody may fix their own allowance"):
        decided(given, AllowanceContext, when=pay, appraisal=FINAL, on=JANUARY)


def test_a_move_from_an_administrative_post_brings_25_times_3_and_75(given, scored):
    move = BringForwardCredit(employee="budi", level="Ahli Muda", years=3, on=NEW_YEAR, decree="SK 3")

    (event,) = decided(given, BringingContext, when=move, policy=scored.policy, yearly=Decimal("25.00"))

    assert event == CreditBroughtForward(
        employee="budi",
        level="ahli_muda",
        points=Decimal("75.00"),
        on=NEW_YEAR,
        decree="SK 3",
        years=3,
        policy=scored.policy,
    )


@pytest.mark.parametrize(
    ("said", "error", "refused"),
    [
        ({}, Invalid, "/points: give points, or the years in rank, one of the two"),
        ({"points": Decimal(1), "years": 1}, Invalid, "/points: give points, or the years in rank, one of the two"),
        (
            {"points": Decimal("1.234")},
            Invalid,
            "/points: 1.234 are no credit points; they have two decimals, from 0 on",
        ),
        ({"years": 46}, Invalid, "/years: 46 years in rank can't be; count from 1 to 45"),
        ({"years": 1}, Invalid, "/level: tidak ada kebijakan"),
        (
            {"points": Decimal(1), "on": date(2026, 1, 6)},
            TooEarly,
            "/on: 2026-01-06 is still to come; record the points from that day",
        ),
        (
            {"points": Decimal(1), "employee": "siapa"},
            Invalid,
            "/employee: siapa is not on the roster; register them first",
        ),
    ],
)
def test_points_that_cannot_be_brought_in_are_refused(given, said, error, refused):
    command = BringForwardCredit(**{"employee": "budi", "level": "Mahir", "on": NEW_YEAR, "decree": "SK", **said})

    with pytest.raises(error) as told_:
        decided(given, BringingContext, when=command, policy=None, yearly=None, unruled="tidak ada kebijakan")
    assert told_.value.message == refused


def test_points_brought_in_are_recorded_once_and_replaced_by_others(given):
    def bring(points, *before):
        command = BringForwardCredit(employee="budi", level="Mahir", points=Decimal(points), on=NEW_YEAR, decree="SK")
        return decided(given, BringingContext, *before, when=command, policy=None, yearly=None)

    first = bring("10.5")
    with pytest.raises(AlreadyDone, match=r"10\.50 of mahir are brought in from 2026-01-05 already"):
        bring("10.50", *first)
    state = credit.State()
    for event in (*first, *bring(11, *first)):
        credit.evolve(state, event)
    assert credit.points_before(state, "mahir", parse("2026")) == 11
    assert credit.points_before(state, "penyelia", parse("2026")) == 0


def test_points_brought_in_hold_the_periods_that_ended_by_their_day(given, year):
    fix = FixCredit(employee="budi", period="2025")
    (fixed,) = decided(given, CreditContext, when=fix, appraisal=FINAL, levels=(year,))
    brought = CreditBroughtForward(
        employee="budi", level="ahli_pertama", points=Decimal("37.50"), on=NEW_YEAR, decree="SK"
    )
    state = credit.State()
    for event in (fixed, brought):
        credit.evolve(state, event)

    assert credit.points_before(state, "ahli_pertama", parse("2026")) == Decimal("37.50")
    assert credit.points_before(state, "ahli_pertama", parse("2025")) == 0
    later = structs.replace(year, level="ahli_muda")
    with pytest.raises(Conflict, match="brought in for ahli_pertama on 2026-01-05 hold those of 2025 already"):
        decided(given, CreditContext, brought, when=fix, appraisal=FINAL, levels=(year,))
    (other,) = decided(given, CreditContext, brought, when=fix, appraisal=FINAL, levels=(year, later))
    assert other.level == "ahli_muda"
    revise = ReviseCredit(employee="budi", period="2025", reason="Keberatan")
    with pytest.raises(AlreadyDone):
        decided(given, CreditContext, other, brought, when=revise, appraisal=FINAL, levels=(year, later))


def test_points_brought_in_anew_leave_what_a_period_began_with(given):
    state = credit.State()
    for points, on in ((10, date(2025, 1, 2)), (40, NEW_YEAR)):
        event = CreditBroughtForward(employee="budi", level="mahir", points=Decimal(points), on=on, decree="SK")
        credit.evolve(state, event)

    assert [credit.points_before(state, "mahir", parse(one)) for one in ("2025", "2026")] == [10, 40]


@pytest.fixture
def paid(given, scored):
    def decide(*events, when=None, on=JANUARY, **known):
        command = when or FixAllowance(employee="budi", month="2026-01", appraisal="2025")
        told_of: dict[str, Any] = {
            "appraisal": FINAL,
            "predicate": "baik",
            "facts": FACTS,
            "scored": structs.replace(scored, score=Decimal(5_706_000)),
            **known,
        }
        return decided(given, AllowanceContext, *events, when=command, on=on, **told_of)

    return decide


def test_an_allowance_is_fixed_when_the_month_is_over(paid):
    (event,) = paid()

    assert isinstance(event, AllowanceFixed)
    assert (event.amount, event.appraisal, event.result) == (5_706_000, "2025", 41)
    with pytest.raises(TooEarly, match="2026-01 ends on 2026-01-31; fix it then"):
        paid(on=date(2026, 1, 30))
    with pytest.raises(AlreadyDone, match="the allowance of 2026-01 is fixed; revise it with a reason"):
        paid(event)


def test_an_allowance_rests_on_the_last_final_result_and_on_no_old_one(paid):
    with pytest.raises(Invalid, match="2025-Q4 is final as well and later than 2025; name that"):
        paid(later=("2025-Q3", "2025-Q4"))
    for label, refused in (
        ("2026-Q1", "2026-Q1 ends on 2026-03-31, after 2026-01; name a result that was there"),
        ("2024", "2024 ended 13 months before 2026-01 did; at most 12 are taken"),
    ):
        with pytest.raises(Invalid, match=refused):
            paid(when=FixAllowance(employee="budi", month="2026-01", appraisal=label))
    with pytest.raises(NotOpen, match="the appraisal of 2025 is not final; finalise it first"):
        paid(appraisal=Part("2025", Appraisal(), 0))


def test_pay_does_not_wait_for_an_objection_and_says_that_it_is_provisional(paid):
    contested = Part("2025", Appraisal(stage=Stage.FINAL, objection=object()), 41)  # pyright: ignore[reportArgumentType]
    revise = ReviseAllowance(employee="budi", month="2026-01", appraisal="2025", reason="Keberatan diputus")

    (fixed,) = paid(appraisal=contested)
    assert fixed.provisional is True
    with pytest.raises(AlreadyDone, match="nothing that the allowance of 2026-01 rests on has changed"):
        paid(fixed, when=revise, appraisal=contested)
    upheld = Part("2025", Appraisal(stage=Stage.FINAL, objection=object(), objection_decided=True), 41)  # pyright: ignore[reportArgumentType]
    (settled,) = paid(fixed, when=revise, appraisal=upheld)
    assert (settled.provisional, settled.amount) == (False, fixed.amount)
    (plain,) = paid()
    assert plain.provisional is False


def test_an_allowance_waits_for_what_it_lacks_and_is_revised_with_a_reason(paid, scored):
    revise = ReviseAllowance(employee="budi", month="2026-01", appraisal="2025", reason="Kehadiran dikoreksi")
    (fixed,) = paid()

    with pytest.raises(Blocked, match="there is no allowance: tanpa pagu"):
        paid(scored=structs.replace(scored, score=None, blocked="tanpa pagu"))
    with pytest.raises(NotFound, match="no allowance of 2026-01 is fixed; fix it first"):
        paid(when=revise)
    with pytest.raises(AlreadyDone, match="nothing that the allowance of 2026-01 rests on has changed"):
        paid(fixed, when=revise)
    (again,) = paid(fixed, when=revise, appraisal=structs.replace(FINAL, position=52))
    assert (again.result, again.reason) == (52, "Kehadiran dikoreksi")
