"""What a plan says beside results, and which perspectives results of high officials carry (PermenPANRB 6/2022 ps 7(3),
annex p. 29): in the plan of a period and in that of the year.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.appraisal.commands import DraftPlan, ReviseTerms, SubmitPlan, TakePlan
from neraca.domain.appraisal.events import Opened, PlanDrafted, PlanTaken, PlanTerms, TermsRevised
from neraca.domain.assignments import Assignment, Tenure
from neraca.domain.command_rules import PerspectiveRule, PlanRule
from neraca.domain.errors import Invalid, NotAllowed, TooLate
from neraca.domain.vocabulary import Perspective, PositionClass, Spread
from neraca.domain.workplan import commands as of_year
from neraca.domain.workplan import events as happened
from neraca.domain.workplan.events import YearResult, YearTarget
from neraca.domain.workplan.state import WorkPlans, evolve

WHO: Any = {"employee": "budi", "period": "2025"}
TERMS = PlanTerms("Dua petugas", "Laporan bulanan", "Penghargaan")
LESS = replace(TERMS, resources="Satu petugas")
JANUARY, JULY = date(2025, 1, 20), date(2025, 7, 1)
YEAR = [
    YearResult("berkas", "Berkas selesai", [YearTarget("jumlah", "Berkas", "berkas", Decimal(200), Decimal(60))]),
    YearResult(
        "layanan",
        "Layanan cepat",
        [YearTarget("menit", "Menit", "menit", Decimal(15), Decimal(40), polarity="min", spread=Spread.EACH)],
    ),
]


@pytest.fixture
def asking(rules: Any) -> Any:
    return replace(rules, plan=PlanRule(requires=frozenset({"resources", "accountability"})))


@pytest.fixture
def yearly(rules: Any) -> Any:
    return replace(rules, cycle="quarter", annual=True, plan=PlanRule(of_year=True, requires=frozenset({"resources"})))


def test_a_plan_says_what_the_policy_asks_for(after: Any, past: Any, results: Any, asking: Any) -> None:
    draft = DraftPlan(**WHO, results=results, terms=TERMS)
    assert after(*past.opened, when=draft, rules=asking) == [PlanDrafted(results=results, terms=TERMS)]
    with pytest.raises(Invalid) as refused:
        after(*past.opened, when=replace(draft, terms=PlanTerms(resources="Dua petugas")), rules=asking)
    assert (refused.value.field, refused.value.message) == (
        "/terms/accountability",
        "/terms/accountability: policy kota-uji asks each plan to say how it is accounted for; add "
        "/terms/accountability",
    )
    # Asked again when it is submitted: the policy may have come in between.
    with pytest.raises(Invalid, match="asks each plan to say what resources there are"):
        after(*past.drafted, when=SubmitPlan(**WHO), rules=asking)
    # Nothing is asked by the others, and what is said is written out.
    assert after(*past.opened, when=replace(draft, terms=None)) == [PlanDrafted(results=results)]
    with pytest.raises(Invalid, match="/terms/consequences: what is said of what follows from it is empty"):
        after(*past.opened, when=replace(draft, terms=PlanTerms(consequences=" ")))


def test_the_leader_adjusts_the_resources_with_a_reason(after: Any, past: Any, asking: Any) -> None:
    running = (past.opened[0], PlanDrafted(results=past.drafted[1].results, terms=TERMS), *past.running[2:])
    command = ReviseTerms(**WHO, terms=LESS, reason="Petugas pindah")
    assert after(*running, when=command, by="sri") == [TermsRevised(terms=LESS, reason="Petugas pindah")]
    with pytest.raises(Invalid, match="/terms: nothing would change"):
        after(*running, when=replace(command, terms=TERMS), by="sri")
    with pytest.raises(Invalid, match="/reason: the reason is empty"):
        after(*running, when=replace(command, reason=" "), by="sri")
    with pytest.raises(Invalid, match="asks each plan to say"):
        after(*running, when=replace(command, terms=PlanTerms()), by="sri", rules=asking)
    with pytest.raises(NotAllowed, match="only the appraiser sri may revise the terms of the plan; you are budi"):
        after(*running, when=command, by="budi")
    with pytest.raises(TooLate):
        after(*running, when=command, by="sri", on=date(2026, 1, 2))


def test_the_plan_of_the_year_has_them_and_each_period_takes_them(after: Any, yearly: Any) -> None:
    draft = of_year.DraftWorkPlan(**WHO, results=YEAR, terms=TERMS)
    drafted = happened.WorkPlanDrafted(**WHO, results=YEAR, terms=TERMS)
    assert after(when=draft, rules=yearly, on=JANUARY) == [drafted]
    with pytest.raises(Invalid, match="add /terms/resources"):
        after(when=replace(draft, terms=None), rules=yearly, on=JANUARY)
    approved = (drafted, happened.WorkPlanSubmitted(**WHO), happened.WorkPlanApproved(**WHO, on=JANUARY))
    revise = of_year.ReviseWorkPlan(**WHO, results=YEAR, terms=LESS, reason="Petugas pindah")
    [revised] = after(*approved, when=revise, rules=yearly, by="sri", on=JULY)
    assert revised == happened.WorkPlanRevised(
        **WHO, on=JULY, since=JULY, results=YEAR, reason="Petugas pindah", terms=LESS
    )
    # The terms stay where a revision leaves them out; then there must be another change.
    with pytest.raises(Invalid, match="/results: nothing would change"):
        after(*approved, when=replace(revise, terms=None), rules=yearly, by="sri", on=JULY)

    def taken(label: str, *events: Any) -> PlanTerms | None:
        plans = WorkPlans()
        for event in events:
            plans = evolve(plans, event)
        starts, ends = {"2025-Q2": (date(2025, 4, 1), date(2025, 6, 30)), "2025-Q3": (JULY, date(2025, 9, 30))}[label]
        opened = Opened(employee="budi", period=label, starts=starts, ends=ends, unit="dinkes", appraiser="sri")
        [event] = after(opened, when=TakePlan(employee="budi", period=label), rules=yearly, plans=plans, on=JULY)
        assert isinstance(event, PlanTaken)
        return event.terms

    assert [taken(label, *approved, revised) for label in ("2025-Q2", "2025-Q3")] == [TERMS, LESS]


def chief(position_class: PositionClass | None) -> dict[str, Tenure]:
    since = date(2024, 1, 1)
    kept = [] if position_class is None else [(since, position_class)]
    return {"budi": Tenure(since, None, [(since, Assignment("dinkes", "sri"))], classes=kept)}


def test_results_of_high_officials_carry_perspectives(after: Any, past: Any, rules: Any, results: Any) -> None:
    high = PerspectiveRule(frozenset({PositionClass.SENIOR_EXECUTIVE}), frozenset(Perspective) - {Perspective.BUDGET})
    ruled = replace(rules, plan=PlanRule(perspectives=high))
    opened = replace(past.opened[0], position_class=PositionClass.SENIOR_EXECUTIVE)
    each = [replace(one, perspective=which) for one, which in zip(results, high.required, strict=True)]

    assert after(opened, when=DraftPlan(**WHO, results=each), rules=ruled) == [PlanDrafted(results=each)]
    with pytest.raises(Invalid) as refused:
        after(
            opened, when=DraftPlan(**WHO, results=[each[0], replace(each[1], perspective=None), each[2]]), rules=ruled
        )
    assert (refused.value.field, refused.value.message) == (
        "/results/1/perspective",
        "/results/1/perspective: policy kota-uji has SENIOR_EXECUTIVE plan by perspective; give one of "
        "SERVICE_RECIPIENT, BUSINESS_PROCESS, INTERNAL_STRENGTHENING, BUDGET",
    )
    budget = [replace(one, perspective=Perspective.BUDGET) for one in results]
    with pytest.raises(Invalid, match="none is of SERVICE_RECIPIENT, BUSINESS_PROCESS, INTERNAL_STRENGTHENING; plan"):
        after(opened, when=DraftPlan(**WHO, results=budget), rules=ruled)
    # Of anybody else nothing is asked, and a perspective is welcome.
    for other in (None, PositionClass.OPERATIONAL):
        of_other = replace(opened, position_class=other)
        for plan in (results, budget):
            assert after(of_other, when=DraftPlan(**WHO, results=plan), rules=ruled) == [PlanDrafted(results=plan)]


def test_so_do_those_of_their_plan_of_the_year(after: Any, yearly: Any) -> None:
    rule = PerspectiveRule(frozenset({PositionClass.SENIOR_EXECUTIVE}), frozenset({Perspective.BUDGET}))
    ruled = replace(yearly, plan=PlanRule(of_year=True, perspectives=rule))
    draft = of_year.DraftWorkPlan(**WHO, results=YEAR)
    high: Any = {"rules": ruled, "on": JANUARY, "people": chief(PositionClass.SENIOR_EXECUTIVE)}
    with pytest.raises(Invalid, match="/results/0/perspective: policy kota-uji has SENIOR_EXECUTIVE plan"):
        after(when=draft, **high)
    whole = replace(draft, results=[replace(one, perspective=Perspective.BUDGET) for one in YEAR])
    assert len(after(when=whole, **high)) == 1
    assert len(after(when=draft, **(high | {"people": chief(None)}))) == 1
