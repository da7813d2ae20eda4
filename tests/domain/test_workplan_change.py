"""What is added to an approved plan of the year, dropped from it or changed in it: one proposes, the other agrees."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as every
from hypothesis import strategies as st
from msgspec.structs import replace

from neraca.domain.appraisal.events import TakenOver
from neraca.domain.command_rules import PlanRule
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound, NotOpen, TooLate
from neraca.domain.period import parse
from neraca.domain.vocabulary import Spread
from neraca.domain.workplan import commands as ask
from neraca.domain.workplan import events as happened
from neraca.domain.workplan.events import YearResult, YearTarget
from neraca.domain.workplan.plan_change import MOST_OPEN
from neraca.domain.workplan.state import WorkPlans, evolve

WHO: Any = {"employee": "budi", "period": "2025"}
FILES = YearTarget("jumlah", "Berkas", "berkas", Decimal(200), Decimal(60))
MINUTES = YearTarget("menit", "Menit", "menit", Decimal(15), Decimal(40), polarity="min", spread=Spread.EACH)
RESULTS = [YearResult("berkas", "Berkas selesai", [FILES]), YearResult("layanan", "Layanan cepat", [MINUTES])]
JANUARY, MAY = date(2025, 1, 20), date(2025, 5, 12)
STANDING = (
    happened.WorkPlanDrafted(**WHO, results=RESULTS),
    happened.WorkPlanSubmitted(**WHO),
    happened.WorkPlanApproved(**WHO, on=JANUARY),
)
NEW = YearResult("pelatihan", "Pelatihan", [YearTarget("orang", "Orang dilatih", "orang", Decimal(30), Decimal(20))])
LESS = replace(RESULTS[0], targets=[replace(FILES, weight=Decimal(40))])
PROPOSE = ask.ProposeWorkPlanChange(**WHO, change="c1", reason="Penugasan baru", results=[LESS, NEW])
PROPOSED = happened.WorkPlanChangeProposed(**WHO, change="c1", by="budi", reason="Penugasan baru", results=[LESS, NEW])
AGREE = ask.AgreeToWorkPlanChange(**WHO, change="c1")
AGREED = happened.WorkPlanChangeAgreed(
    **WHO,
    change="c1",
    by="sri",
    proposed_by="budi",
    on=MAY,
    since=date(2025, 4, 1),
    results=[LESS, RESULTS[1], NEW],
    reason="Penugasan baru",
)
DROP = replace(PROPOSE, results=[], drop=["layanan"])
QUARTERS = [f"2025-Q{n}" for n in (1, 2, 3, 4)]


@pytest.fixture
def changed(after, rules):
    """What follows when a command meets the plan of Budi, which Sri approved in January, in May."""
    yearly = replace(rules, cycle="quarter", annual=True, plan=PlanRule(of_year=True))

    def changed(*events, when, **known):
        items = {"skp": replace(rules.items["skp"], min_items=1)}
        return after(*STANDING, *events, when=when, **({"rules": replace(yearly, items=items), "on": MAY} | known))

    return changed


def amounts(target: str, *events: Any) -> list[Decimal | None]:
    """What each quarter has of a target; None where it has nothing."""
    state = WorkPlans()
    for event in (*STANDING, *events):
        evolve(state, event)
    shares = [state.share(parse(label)) for label in QUARTERS]
    return [
        next((one.target for result in share.results for one in result.targets if one.id == target), None)
        for share in shares
        if share is not None
    ]


def test_one_proposes_and_the_other_agrees(changed):
    assert changed(when=PROPOSE) == [PROPOSED]
    assert changed(PROPOSED, when=AGREE, by="sri") == [AGREED]
    by_sri = replace(PROPOSED, by="sri")
    assert changed(when=PROPOSE, by="sri") == [by_sri]
    assert changed(by_sri, when=AGREE) == [replace(AGREED, by="budi", proposed_by="sri")]


@pytest.mark.parametrize("by", ["budi", "sri"])
def test_nobody_consents_to_what_they_proposed_but_may_want_it_no_more(changed, by):
    proposed = replace(PROPOSED, by=by)
    with pytest.raises(NotAllowed, match=f"'c1' was proposed by {by}, and"):
        changed(proposed, when=AGREE, by=by)
    for who in ("budi", "sri"):
        declined = happened.WorkPlanChangeDeclined(**WHO, change="c1", by=who, reason="tidak jadi")
        assert changed(proposed, when=ask.DeclineWorkPlanChange(**WHO, change="c1", reason="tidak jadi"), by=who) == [
            declined
        ]


def test_what_is_added_counts_from_its_agreement_and_periods_before_keep_what_they_had():
    assert amounts("orang", PROPOSED, AGREED) == [None, Decimal(10), Decimal(10), Decimal(10)]
    assert amounts("jumlah", PROPOSED, AGREED) == amounts("jumlah")
    assert amounts("orang", PROPOSED) == [None] * 4


def test_what_is_dropped_leaves_what_is_to_come_and_the_rest_to_the_millionth_as_it_was(changed):
    [dropped] = changed(replace(PROPOSED, results=[], drop=["layanan"]), when=AGREE, by="sri")
    assert dropped.dropped == ["layanan"]
    assert dropped.results == [RESULTS[0]]
    assert amounts("menit", dropped_proposal := replace(PROPOSED, results=[], drop=["layanan"]), dropped) == [
        Decimal(15),
        None,
        None,
        None,
    ]
    assert amounts("jumlah", dropped_proposal, dropped) == amounts("jumlah")


@pytest.mark.parametrize(
    ("events", "command", "known", "refusal", "message"),
    [
        ((PROPOSED,), PROPOSE, {}, AlreadyDone, "'c1' was proposed already; give this one another id"),
        ((), AGREE, {}, NotFound, "/change: no change 'c1' was proposed"),
        ((PROPOSED, AGREED), AGREE, {"by": "sri"}, AlreadyDone, "'c1' was agreed to or declined already"),
        ((), replace(PROPOSE, results=[]), {}, Invalid, "name what is new, changed or dropped"),
        ((), replace(PROPOSE, results=[NEW]), {}, Invalid, "the weights of 'skp' sum to 120, must be 100"),
        ((), replace(PROPOSE, results=[RESULTS[0]]), {}, Invalid, "/results/0: 'berkas' is planned so already"),
        ((), replace(DROP, drop=["layana"]), {}, Invalid, "/drop/0: the plan has no result 'layana'; did you mean"),
        (
            (),
            replace(PROPOSE, results=[*PROPOSE.results, replace(PROPOSE.results[0], title="Lain")]),
            {},
            Invalid,
            "is there twice; name each once",
        ),
        (
            (),
            replace(DROP, drop=["layanan", "layanan"]),
            {},
            Invalid,
            "/drop/1: 'layanan' is there twice; name each once",
        ),
        ((), replace(PROPOSE, drop=["berkas"]), {}, Invalid, "'berkas' is to be changed and to go; do one of the two"),
        ((), replace(DROP, drop=["layanan", "berkas"]), {}, Invalid, "the plan is empty"),
        (
            (),
            replace(PROPOSE, results=[replace(LESS, targets=[replace(FILES, target=Decimal(50))])]),
            {},
            Invalid,
            "below what",
        ),
        ((), PROPOSE, {"on": date(2026, 1, 2)}, TooLate, "the plan for 2025 ended on 2025-12-31"),
        ((), PROPOSE, {"by": "agus"}, NotAllowed, "in which agus may send propose-work-plan-change"),
    ],
)
def test_a_change_is_refused_that_leaves_no_plan_to_score_or_is_of_others(
    changed, events, command, known, refusal, message
):
    if message == "below what":  # 50 are planned for the quarter that has ended
        assert changed(*events, when=replace(command, results=[LESS, NEW]))
        command = replace(command, results=[replace(LESS, targets=[replace(FILES, target=Decimal(49))])])
        message = "more than 49 of 'jumlah' is planned for periods that have ended; plan at least that"
    with pytest.raises(refusal) as refused:
        changed(*events, when=command, **known)
    assert message in refused.value.message


def test_a_change_waits_for_an_approved_plan_and_not_too_many_wait(after, rules, changed):
    yearly = replace(rules, cycle="quarter", annual=True, plan=PlanRule(of_year=True))
    with pytest.raises(NotOpen, match="the work plan for 2025 is a draft"):
        after(STANDING[0], when=PROPOSE, rules=yearly, on=MAY)
    many = [replace(PROPOSED, change=f"c{n}") for n in range(10, 10 + MOST_OPEN)]
    with pytest.raises(Conflict, match="20 changes wait for an answer"):
        changed(*many, when=PROPOSE)


def test_what_was_taken_over_comes_back_by_revision_alone(changed):
    taken = TakenOver("layanan", "Layanan cepat", JANUARY, "sri", "saya ambil alih")
    gone = happened.WorkPlanResultTakenOver(**WHO, taken=taken, since=date(2025, 1, 1))
    with pytest.raises(Invalid, match="'layanan' was taken over; it goes back by revise-work-plan"):
        changed(gone, when=replace(PROPOSE, results=[RESULTS[1]]))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@every(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "c", "d"]),
            st.integers(1, 10_000_000),
            st.sampled_from([Spread.SUM, Spread.CUMULATIVE, Spread.EACH]),
            st.integers(1, 12),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_is_changed_when_the_quarters_of_what_stays_make_up_the_year(changed, changes):
    """Targets in steps of a thousandth, added, changed and dropped in turn through the year."""
    events: list[Any] = []
    spreads: dict[str, Spread] = {}
    gone: set[str] = set()  # what is planned anew after it was dropped is another promise, beside what was kept of it
    for number, (name, amount, spread, month) in enumerate(sorted(changes, key=lambda one: one[3])):
        spread = spreads.setdefault(name, spread)
        target = YearTarget(f"t{name}", "Jumlah", "buah", Decimal(amount) / 1000, Decimal(10), spread=spread)
        day = date(2025, month, 15)
        standing = {one.id: one for one in (events[-1].results if events else RESULTS)}
        drop = [name] if name in standing and number % 3 == 2 else []
        if name in gone:
            continue
        gone.update(drop)
        others = [one for key, one in standing.items() if key not in {name, *drop}]
        weights = Decimal(100) - (0 if drop else 10)
        results = [] if drop else [YearResult(name, "Hasil", [target])]
        if not drop:
            share = weights / len(others)
            if share != share.quantize(Decimal("0.000001")):
                continue
            results += [replace(one, targets=[replace(one.targets[0], weight=share)]) for one in others]
            results = [one for one in results if one not in standing.values()]
        command = ask.ProposeWorkPlanChange(**WHO, change=f"c{number}", reason="x", results=results, drop=drop)
        try:
            proposed = changed(*events, when=command, on=day)
            agreed = changed(*events, *proposed, when=replace(AGREE, change=f"c{number}"), by="sri", on=day)
        except Invalid:
            continue
        events += [*proposed, *agreed]
    last = {one.id: one for one in (events[-1].results if events else RESULTS)}
    for result in last.values():
        [target] = result.targets
        found = [one for one in amounts(target.id, *events) if one is not None]
        if target.spread is Spread.SUM:
            assert sum(found, Decimal(0)) == target.target
        else:
            assert found[-1] == target.target
