"""The plan of a unit: written by its head, decided on by who is above, each result for a goal or for the unit above."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.assignments import Tenure
from neraca.domain.cascade.mission import Goal, Mission, Span
from neraca.domain.cascade.unit_plan import (
    ApproveUnitPlan,
    DraftUnitPlan,
    ResultAbove,
    ReturnUnitPlan,
    ReviseUnitPlan,
    State,
    SubmitUnitPlan,
    UnitPlanApproved,
    UnitPlanDrafted,
    UnitPlanReturned,
    UnitPlanRevised,
    UnitPlanSubmitted,
    UnitResult,
    UnitTarget,
    evolve,
)
from neraca.domain.command_rules import PerspectiveRule, PlanRule
from neraca.domain.contexts import Unruled
from neraca.domain.errors import Invalid, NotAllowed, NotFound, NotOpen, TooEarly, TooLate
from neraca.domain.vocabulary import Perspective, PositionClass

WHO: Any = {"unit": "dinkes", "year": 2025}
TARGET = UnitTarget("persen", "Balita gizi baik", "persen", Decimal(92))
RESULT = UnitResult("gizi", "Gizi balita membaik", [TARGET], goal="t2")
SECOND = UnitResult("antre", "Antrean pendek", [UnitTarget("menit", "Menit menunggu", "menit", Decimal(20))], goal="t2")
SPAN = Span(2025, 2029, "Kota melayani", [Mission("m2", "Kota sehat", [Goal("t2", "Gizi balita membaik")])])
DRAFT = DraftUnitPlan(**WHO, results=[RESULT])
DRAFTED = UnitPlanDrafted(**WHO, results=[RESULT])
SUBMITTED = UnitPlanSubmitted(**WHO, head="sri")
JULY = date(2025, 7, 1)
APPROVED = UnitPlanApproved(**WHO, on=JULY)
STANDING = (DRAFTED, SUBMITTED, APPROVED)
REVISE = ReviseUnitPlan(**WHO, results=[SECOND], reason="Anggaran berubah")
BY_PERSPECTIVE = PlanRule(
    perspectives=PerspectiveRule(frozenset({PositionClass.SENIOR_EXECUTIVE}), frozenset({Perspective.BUDGET}))
)


@pytest.fixture
def planned(after):
    """What follows when a command meets the plan of dinkes, which Sri heads, under Agus."""

    def planned(*events, when, **known):
        return after(*events, when=when, **({"by": "sri", "span": SPAN, "rules": Unruled("none")} | known))

    return planned


def test_a_plan_is_drafted_submitted_returned_and_approved(planned):
    assert planned(when=DRAFT) == [DRAFTED]
    assert planned(DRAFTED, when=SubmitUnitPlan(**WHO)) == [SUBMITTED]
    back = UnitPlanReturned(**WHO, feedback="Tambah anggaran")
    assert planned(*STANDING[:2], when=ReturnUnitPlan(**WHO, feedback="Tambah anggaran"), by="agus") == [back]
    assert planned(*STANDING[:2], back, when=DRAFT) == [DRAFTED]
    assert planned(*STANDING[:2], when=ApproveUnitPlan(**WHO), by="agus") == [APPROVED]


def test_who_is_above_the_head_revises_it_with_a_reason(planned):
    revised = UnitPlanRevised(**WHO, results=[SECOND], on=JULY, reason="Anggaran berubah")

    assert planned(*STANDING, when=REVISE, by="agus") == [revised]

    state = State()
    for event in (*STANDING, revised):
        evolve(state, event)
    assert state.fixed == {"antre": SECOND}


def test_hr_decides_where_nobody_is_above_the_head(planned):
    assert planned(*STANDING[:2], when=ApproveUnitPlan(**WHO), by="hr", head="agus") == [APPROVED]
    with pytest.raises(NotAllowed) as refused:
        planned(*STANDING[:2], when=ApproveUnitPlan(**WHO), by="tono", head="agus")
    assert refused.value.message == "nobody is above the head of dinkes, so HR decides on its plan"


def test_a_result_may_serve_one_of_the_unit_above(planned):
    served = replace(RESULT, goal=None, above=ResultAbove("disdik", "sekolah"))
    fixed = {"disdik": {"sekolah": replace(RESULT, id="sekolah")}}

    assert planned(when=replace(DRAFT, results=[served]), above=fixed) == [UnitPlanDrafted(**WHO, results=[served])]


@pytest.mark.parametrize(
    ("result", "known", "refusal", "message"),
    [
        (replace(RESULT, goal=None), {}, Invalid, "/results/0: 'gizi' serves one thing"),
        (replace(RESULT, above=ResultAbove("disdik", "x")), {}, Invalid, "/results/0: 'gizi' serves one thing"),
        (replace(RESULT, goal="t9"), {}, Invalid, "the mission for 2025 has no goal 't9'"),
        (RESULT, {"span": None}, NotFound, "no mission of the region holds for 2025; HR sends set-mission first"),
        (replace(RESULT, targets=[]), {}, Invalid, "'gizi' has no target; say how it is measured"),
        (replace(RESULT, targets=[TARGET, TARGET]), {}, Invalid, "target 'persen' is there twice"),
        (
            replace(RESULT, targets=[replace(TARGET, target=Decimal("0.0000001"))]),
            {},
            Invalid,
            "/results/0/targets/0/target: 1E-7 has more than six decimals",
        ),
        (
            replace(RESULT, goal=None, above=ResultAbove("disdik", "sekolah")),
            {"above": {"disdik": None}},
            NotFound,
            "disdik has no approved plan for 2025 yet",
        ),
        (
            replace(RESULT, goal=None, above=ResultAbove("disdik", "sekola")),
            {"above": {"disdik": {"sekolah": RESULT}}},
            Invalid,
            "the plan of disdik for 2025 has no result 'sekola'; did you mean 'sekolah'?",
        ),
        (replace(RESULT, goal=None, above=ResultAbove("dinkes", "x")), {}, Invalid, "a unit is not above itself"),
        (replace(RESULT, goal=None, above=ResultAbove("disdig", "x")), {}, Invalid, "uji has no unit 'disdig'"),
        (
            replace(RESULT, goal=None, above=ResultAbove("disdik", "b")),
            {"above": {"disdik": {"b": replace(RESULT, goal=None, above=ResultAbove("dinkes", "gizi"))}}},
            Invalid,
            "'b' of disdik serves dinkes itself; name what both serve",
        ),
        (
            replace(RESULT, goal=None, above=ResultAbove("disdik", "b")),
            {
                "above": {
                    "disdik": {"b": replace(RESULT, goal=None, above=ResultAbove("dishub", "c"))},
                    "dishub": {"c": replace(RESULT, goal=None, above=ResultAbove("diskominfo", "d"))},
                    "diskominfo": {"d": replace(RESULT, goal=None, above=ResultAbove("dinkes", "gizi"))},
                }
            },
            Invalid,
            "'b' of disdik serves dinkes in the end, over dishub; name what all of them serve",
        ),
    ],
)
def test_a_result_serves_what_is_there(planned, result, known, refusal, message):
    with pytest.raises(refusal) as refused:
        planned(when=replace(DRAFT, results=[result]), **known)
    assert message in refused.value.message


def test_a_circle_that_an_older_log_holds_keeps_no_plan_from_naming_it(planned):
    there = replace(DRAFT, results=[replace(RESULT, goal=None, above=ResultAbove("disdik", "b"))])
    circle = {
        "disdik": {"b": replace(RESULT, goal=None, above=ResultAbove("dishub", "c"))},
        "dishub": {"c": replace(RESULT, goal=None, above=ResultAbove("disdik", "b"))},
    }
    assert planned(when=there, above=circle) == [replace(DRAFTED, results=there.results)]


@pytest.mark.parametrize(
    ("events", "command", "known", "refusal", "message"),
    [
        ((), DRAFT, {"by": "budi"}, NotAllowed, "the plan of dinkes is written by its head, sri"),
        ((), DRAFT, {"head": None}, NotAllowed, "nobody heads dinkes, so nobody plans for it"),
        (STANDING[:2], ApproveUnitPlan(**WHO), {}, NotAllowed, "nobody decides on a plan of their own"),
        (
            STANDING[:2],
            ApproveUnitPlan(**WHO),
            {"by": "hr"},
            NotAllowed,
            "is decided on by agus, who is above its head",
        ),
        ((), SubmitUnitPlan(**WHO), {}, NotOpen, "the plan of dinkes for 2025 is not there; its head drafts it first"),
        (STANDING[:1], ApproveUnitPlan(**WHO), {"by": "agus"}, NotOpen, "is a draft; its head submits it first"),
        (STANDING[:2], DRAFT, {}, NotOpen, "waits for who is above its head, who approves or returns it"),
        (STANDING, DRAFT, {}, NotOpen, "is approved; who is above its head may revise it"),
        (STANDING, replace(REVISE, results=[RESULT]), {"by": "agus"}, Invalid, "nothing would change"),
        (STANDING, replace(REVISE, results=[]), {"by": "agus"}, Invalid, "the plan is empty"),
        ((), replace(DRAFT, results=[RESULT, RESULT]), {}, Invalid, "result 'gizi' is there twice"),
        ((), DRAFT, {"on": date(2026, 1, 1)}, TooLate, "2025 has ended; what was planned is not changed after it"),
        ((), replace(DRAFT, year=2200), {}, Invalid, "/year: 2200 is no year from 1945 to 2100"),
        ((), replace(DRAFT, unit="dishub"), {}, TooEarly, "'dishub' takes no part yet"),
    ],
)
def test_each_step_is_for_who_may_take_it_in_its_time(planned, events, command, known, refusal, message):
    with pytest.raises(refusal) as refused:
        planned(*events, when=command, **known)
    assert message in refused.value.message


def test_a_budget_is_compulsory_where_the_policy_asks_that_of_the_heads_class(planned, rules):
    ruled = replace(rules, plan=BY_PERSPECTIVE)
    head = Tenure(date(2024, 1, 1), classes=[(date(2024, 1, 1), PositionClass.SENIOR_EXECUTIVE)])
    known = {"rules": ruled, "people": {"sri": head}}
    service = replace(RESULT, perspective=Perspective.SERVICE_RECIPIENT)

    with pytest.raises(Invalid, match="and none is of BUDGET; plan at least one result of each"):
        planned(when=replace(DRAFT, results=[service]), **known)
    budget = [service, replace(SECOND, perspective=Perspective.BUDGET)]
    assert planned(when=replace(DRAFT, results=budget), **known) == [UnitPlanDrafted(**WHO, results=budget)]
    assert planned(when=replace(DRAFT, results=[service]), rules=ruled)
