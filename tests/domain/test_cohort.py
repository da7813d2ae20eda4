"""A cohort of one appraiser: opened, judged, calibrated, closed; and what it means for the results of its members."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain import dispatch
from neraca.domain.appraisal.commands import Finalise
from neraca.domain.appraisal.events import (
    CalibratedPredicate,
    Finalised,
    InCohort,
    MoveReviewed,
    ObjectionDecided,
    Reopened,
)
from neraca.domain.assignments import Roster
from neraca.domain.cohort.achievements import Achieved, LedUnit, awaited_until
from neraca.domain.cohort.commands import (
    CalibratePredicate,
    CloseCohort,
    CohortCommand,
    JudgeCohort,
    OpenCohort,
    ReopenCohort,
)
from neraca.domain.cohort.events import (
    CohortClosed,
    CohortJudged,
    CohortMember,
    CohortOpened,
    CohortReopened,
    CurveBreach,
    Judged,
    Organisation,
    PredicateCalibrated,
)
from neraca.domain.cohort.state import Cohort, evolve
from neraca.domain.command_rules import DistributionRule
from neraca.domain.contexts import Actor, CohortStanding, HeadedUnit, Unruled
from neraca.domain.errors import (
    AlreadyDone,
    Blocked,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    NotOneInForce,
    NotOpen,
    TooEarly,
)
from neraca.domain.period import parse
from neraca.domain.vocabulary import ObjectionOutcome, Role

WHICH: dict[str, Any] = {"appraiser": "sri", "period": "2025"}
OPEN, JUDGE, CLOSE = OpenCohort(**WHICH), JudgeCohort(**WHICH), CloseCohort(**WHICH)
MOVE = CalibratePredicate(**WHICH, employee="budi", predicate="kurang", reason="Bukti Mei dinilai ulang")
REOPEN = ReopenCohort(**WHICH, reason="Wati menyusul")
JANUARY, FEBRUARY = date(2026, 1, 20), date(2026, 2, 3)
PUBLISHED = Achieved("dinkes", "2025", "baik", 11, date(2026, 1, 12))
BEFORE = Achieved("dinkes", "2024", "istimewa", 5, date(2025, 1, 12))
ORGANISATION = Organisation("dinkes", "head", "2025", "baik", 11)
BREACH = CurveBreach("max", ("baik",), 1, 2)


@pytest.fixture
def advised(rules):
    return replace(rules, distribution=DistributionRule("advisory"))


@pytest.fixture
def enforced(rules):
    return replace(rules, distribution=DistributionRule("enforce"))


def opened(rules, **changes) -> CohortOpened:
    return replace(
        CohortOpened(
            **WHICH,
            unit="dinkes",
            members=[CohortMember("budi", 3), CohortMember("wati", 4)],
            policy=rules.policy,
            mode=rules.distribution.mode,
            predicates=["baik", "kurang"],
            on=JANUARY,
            organisation=ORGANISATION,
        ),
        **changes,
    )


JUDGED = CohortJudged(
    outcomes={"budi": Judged("baik", 20, Decimal("92.50")), "wati": Judged("baik", 20, Decimal("95.00"))}
)
MOVED = PredicateCalibrated(employee="budi", before="baik", after="kurang", by="sri", reason="Bukti Mei dinilai ulang")
CLOSED = CohortClosed(on=JANUARY, counts={"baik": 1, "kurang": 1})


# The first stage: the organisation's predicate of the unit that the appraiser leads.


def test_a_cohort_takes_in_the_appraisers_people_and_the_predicate_of_the_unit_they_head(after, advised):
    asked = {"by": "sri", "on": JANUARY, "rules": advised, "achieved": (BEFORE, PUBLISHED)}

    assert after(when=OPEN, **asked) == [opened(advised)]
    assert after(when=OPEN, **asked | {"by": "hr"}) == [opened(advised)]


def test_a_revision_counts_that_came_in_january(after, advised):
    revised = replace(PUBLISHED, predicate="kurang", position=12, on=date(2026, 1, 31))
    late = replace(PUBLISHED, predicate="istimewa", position=13, on=date(2026, 2, 1))
    (found,) = after(when=OPEN, by="sri", on=FEBRUARY, rules=advised, achieved=(PUBLISHED, revised, late))

    assert found.organisation == replace(ORGANISATION, predicate="kurang", position=12)


def test_late_org_predicate_is_last_years(after, advised):
    """PermenPANRB 6/2022, annex p. 94: where it comes after January, last year's is used, and is marked as such."""
    late = replace(PUBLISHED, on=date(2026, 2, 1))
    last_year = Organisation("dinkes", "head", "2024", "istimewa", 5, last_year=True)
    asked = {"by": "sri", "rules": advised}

    for achieved in ((BEFORE,), (BEFORE, late)):
        (found,) = after(when=OPEN, on=FEBRUARY, achieved=achieved, **asked)
        assert found.organisation == last_year
    # Within January somebody must say that it will be late.
    with pytest.raises(TooEarly, match="may come until 2026-01-31"):
        after(when=OPEN, on=date(2026, 1, 31), achieved=(BEFORE,), **asked)
    (found,) = after(when=replace(OPEN, last_year=True), on=JANUARY, achieved=(BEFORE,), **asked)
    assert found.organisation == last_year
    # Where there is none of the year before, a late one is better than none.
    (found,) = after(when=OPEN, on=FEBRUARY, achieved=(late,), **asked)
    assert found.organisation == ORGANISATION


def test_what_is_awaited_is_awaited_until_the_end_of_january():
    assert awaited_until(parse("2025")) == date(2026, 1, 31)


def test_a_shorter_period_has_the_predicate_of_its_own_or_none(after, advised):
    quarter = replace(OPEN, period="2025-Q4")
    own = replace(PUBLISHED, period="2025-Q4")

    (found,) = after(when=quarter, by="sri", on=FEBRUARY, rules=advised, achieved=(BEFORE, own))
    assert (found.organisation.period, found.organisation.last_year) == ("2025-Q4", False)
    (found,) = after(when=quarter, by="sri", on=FEBRUARY, rules=advised, achieved=(BEFORE,))
    assert found.organisation is None


@pytest.mark.parametrize(
    ("units", "named", "taken"),
    [
        ([("dinkes", "head"), ("disdik", "acting")], None, ("dinkes", "head")),
        ([("dinkes", "head"), ("disdik", "acting")], "disdik", ("disdik", "acting")),
        ([("disdik", "acting")], None, ("disdik", "acting")),
        ([("dinkes", "served")], None, ("dinkes", "served")),
    ],
)
def test_the_unit_one_heads_goes_before_one_acted_for_and_that_before_where_one_serves(
    after, advised, units, named, taken
):
    asked = {"units": tuple(LedUnit(*one) for one in units), "achieved": (PUBLISHED, replace(PUBLISHED, unit="disdik"))}
    (found,) = after(when=replace(OPEN, unit=named), by="sri", on=JANUARY, rules=advised, **asked)

    assert (found.organisation.unit, found.organisation.leading) == taken


@pytest.mark.parametrize(
    ("units", "named", "refusal", "message"),
    [
        ([], None, Blocked, "sri heads no unit and serves in none"),
        ([("dinkes", "head"), ("disdik", "head")], None, Invalid, "/unit: sri leads dinkes, disdik; name one"),
        ([("dinkes", "head")], "disdik", Invalid, "/unit: sri does not lead 'disdik'.*they lead dinkes"),
    ],
)
def test_which_unit_it_is_must_be_plain(after, advised, units, named, refusal, message):
    led = tuple(LedUnit(*one) for one in units)

    with pytest.raises(refusal, match=message):
        after(when=replace(OPEN, unit=named), by="sri", on=JANUARY, rules=advised, units=led, achieved=(PUBLISHED,))


# Opening.


def test_a_cohort_is_opened_when_the_period_is_over_and_somebody_is_appraised(after, rules, advised, enforced):
    asked = {"by": "sri", "on": JANUARY, "achieved": (PUBLISHED,)}

    with pytest.raises(TooEarly, match="2025 ends on 2025-12-31"):
        after(when=OPEN, by="sri", on=date(2025, 12, 30), rules=advised)
    # The rule is that of most of them: of nobody there is none, and that is not what is wrong.
    for rulebook in (advised, Unruled("schedule one first")):
        with pytest.raises(NotFound, match=r"sri appraises nobody in 2025.*comes about by join-parts"):
            after(when=OPEN, rules=rulebook, members=(), **asked)
    for rulebook in (rules, replace(rules, distribution=DistributionRule("off"))):
        with pytest.raises(Conflict, match="kota-uji@1 asks for no distribution over the people of"):
            after(when=OPEN, rules=rulebook, **asked)
    with pytest.raises(Blocked, match="no predicate of dinkes for 2025 is published"):
        after(when=OPEN, by="sri", on=FEBRUARY, rules=enforced)
    assert after(when=OPEN, by="sri", on=FEBRUARY, rules=advised) == [opened(advised, organisation=None, on=FEBRUARY)]


def test_without_a_policy_there_is_no_cohort(after):
    with pytest.raises(NotOneInForce, match="no policy is in force in uji for this period; schedule one first"):
        after(when=OPEN, by="sri", on=JANUARY, rules=Unruled("schedule one first"))


def test_opened_again_it_starts_afresh_and_once_judged_only_by_hr(after, advised):
    """Judged by the appraiser again and again, it would tell what each anonymous rater has given since."""
    asked = {"on": JANUARY, "rules": advised, "achieved": (PUBLISHED,)}

    assert after(opened(advised), when=OPEN, by="sri", **asked) == [opened(advised)]
    with pytest.raises(NotAllowed, match="judged already; HR must open it again"):
        after(opened(advised), JUDGED, when=OPEN, by="sri", **asked)
    assert after(opened(advised), JUDGED, MOVED, when=OPEN, by="hr", **asked) == [opened(advised)]
    with pytest.raises(NotOpen, match="the cohort is closed; HR must send reopen-cohort first"):
        after(opened(advised), JUDGED, CLOSED, when=OPEN, by="hr", **asked)


# Judging and calibrating.


def test_everybody_is_judged_once_an_opening(after, advised):
    outcomes = JUDGED.outcomes

    assert after(opened(advised), when=JUDGE, by="sri", outcomes=outcomes) == [JUDGED]
    with pytest.raises(AlreadyDone, match="judged already"):
        after(opened(advised), JUDGED, when=JUDGE, by="sri", outcomes=outcomes)
    with pytest.raises(NotFound, match="sri has no cohort for 2025"):
        after(when=JUDGE, by="sri")
    with pytest.raises(Blocked, match=r"wati have no predicate yet; wati: no rating; of whoever owes .* HR cancels it"):
        after(opened(advised), when=JUDGE, by="sri", outcomes=outcomes | {"wati": "no rating"})
    with pytest.raises(Conflict, match="not as it was opened: joko came and wati left; open it again"):
        after(opened(advised), when=JUDGE, by="sri", outcomes=outcomes, present=frozenset({"budi", "joko"}))


def test_a_predicate_is_moved_with_a_reason_and_what_was_computed_stays(after, advised):
    past = (opened(advised), JUDGED)

    assert after(*past, when=MOVE, by="sri") == [MOVED]
    assert after(*past, when=MOVE, by="agus") == [replace(MOVED, by="agus")]
    state = Cohort()
    for event in (*past, MOVED):
        evolve(state, event)
    budi = state.members["budi"]
    assert budi.judged is not None
    assert (budi.judged.predicate, budi.predicate) == ("baik", "kurang")
    back = replace(MOVE, predicate="baik")
    assert after(*past, MOVED, when=back, by="sri") == [replace(MOVED, before="kurang", after="baik")]


@pytest.mark.parametrize(
    ("changes", "refusal", "message"),
    [
        ({"employee": "joko"}, Invalid, "/employee: the cohort of sri has no 'joko'"),
        ({"predicate": "kurng"}, Invalid, "/predicate: kota-uji has no predicate 'kurng'; did you mean 'kurang'"),
        ({"reason": " "}, Invalid, "/reason: the reason is empty"),
        ({"predicate": "baik"}, AlreadyDone, "/predicate: budi has baik already"),
    ],
)
def test_only_a_member_is_moved_and_only_to_another_predicate(after, advised, changes, refusal, message):
    with pytest.raises(refusal, match=message):
        after(opened(advised), JUDGED, when=replace(MOVE, **changes), by="sri")


def test_nobody_is_moved_past_a_final_result_or_what_a_modifier_leaves(after, advised):
    final = replace(JUDGED, outcomes=JUDGED.outcomes | {"budi": Judged("baik", 20, final=True)})
    bound = replace(JUDGED, outcomes=JUDGED.outcomes | {"budi": Judged("kurang", 20, allowed=("kurang",))})

    with pytest.raises(Conflict, match="the result of budi is final; an objection may change it"):
        after(opened(advised), final, when=MOVE, by="sri")
    with pytest.raises(Invalid, match="what is recorded of budi leaves only kurang"):
        after(opened(advised), bound, when=replace(MOVE, predicate="baik"), by="sri")


def test_before_it_is_judged_and_after_it_is_closed_nobody_is_moved(after, advised):
    with pytest.raises(NotOpen, match="not judged; send judge-cohort first"):
        after(opened(advised), when=MOVE, by="sri")
    with pytest.raises(NotOpen, match="the cohort is closed; HR must send reopen-cohort first"):
        after(opened(advised), JUDGED, CLOSED, when=MOVE, by="sri")


# Who may.


@pytest.mark.parametrize("command", [OPEN, JUDGE, MOVE, CLOSE])
def test_the_appraiser_and_the_superior_act_and_nobody_else(given, command: CohortCommand):
    roster = Roster(given(command).people, JANUARY)

    for who in ("sri", "agus"):
        dispatch.permit(command, Cohort(), Actor(who, frozenset({Role.EMPLOYEE}), "uji"), roster)
    for who in ("budi", "tono"):
        with pytest.raises(NotAllowed, match="only the appraiser sri or their superior may send"):
            dispatch.permit(command, Cohort(), Actor(who, frozenset({Role.EMPLOYEE}), "uji"), roster)


def test_in_the_place_of_an_appraiser_who_left_the_next_superior_acts(after, advised, placed):
    gone = {"sri": placed("dinkes", "agus", retired=date(2026, 1, 10))}

    assert after(opened(advised), JUDGED, when=MOVE, by="agus", on=JANUARY, people=gone)
    with pytest.raises(NotAllowed, match="sri retired on 2026-01-10"):
        after(opened(advised), JUDGED, when=MOVE, by="sri", on=JANUARY, people=gone)


def test_a_deputy_who_is_of_the_cohort_judges_nobody_in_it(given, advised):
    state = Cohort()
    for event in (opened(advised), JUDGED):
        evolve(state, event)

    context = replace(given(MOVE, by="sri"), deputy="wati")
    with pytest.raises(NotAllowed, match="wati is of this cohort, and judges nobody in it"):
        dispatch.decide(MOVE, state, context)


def test_hr_judges_nobody_anew(after, advised):
    both = Actor("hr-1", frozenset({Role.HR, Role.EMPLOYEE}), "uji")

    with pytest.raises(NotAllowed, match="only the appraiser sri or their superior may send calibrate-predicate"):
        after(opened(advised), JUDGED, when=MOVE, by=both)


# Closing.


def test_advise_records_a_breach(after, advised):
    (closed,) = after(opened(advised), JUDGED, when=CLOSE, by="sri", on=JANUARY, breaches=(BREACH,))

    assert closed == CohortClosed(on=JANUARY, counts={"baik": 2}, breaches=[BREACH])


def test_enforce_refuses_to_close_outside_the_curve(after, enforced):
    past = (opened(enforced), JUDGED)

    with pytest.raises(Blocked, match="enforces its curve: at most 1 of baik, found 2; calibrate-predicate mends it"):
        after(*past, when=CLOSE, by="sri", breaches=(BREACH,))
    assert after(*past, MOVED, when=CLOSE, by="sri", on=JANUARY) == [CLOSED]


def test_a_small_cohort_closes_unchecked_and_says_so(after, enforced):
    why = "fewer than 10 people: the rule does not bind so small a cohort"
    (closed,) = after(opened(enforced), JUDGED, when=CLOSE, by="sri", on=JANUARY, unchecked=why, small=True)

    assert closed == CohortClosed(on=JANUARY, counts={"baik": 2}, unchecked=why)


def test_enforce_refuses_to_close_where_the_curve_cannot_be_asked(after, enforced):
    with pytest.raises(Blocked, match="could not be asked: no curve 'unggul'"):
        after(opened(enforced), JUDGED, when=CLOSE, by="sri", unchecked="no curve 'unggul'")


def test_a_cohort_is_closed_once_judged_and_as_it_was_opened(after, advised):
    with pytest.raises(NotOpen, match="not judged"):
        after(opened(advised), when=CLOSE, by="sri")
    with pytest.raises(AlreadyDone, match="closed already"):
        after(opened(advised), JUDGED, CLOSED, when=CLOSE, by="sri")
    with pytest.raises(Conflict, match="joko came; open it again"):
        after(opened(advised), JUDGED, when=CLOSE, by="sri", present=frozenset({"budi", "wati", "joko"}))
    many = frozenset({"budi", "wati", *(f"n{n}" for n in range(7))})
    with pytest.raises(Conflict, match="n0, n1, n2, n3, n4 and 2 others came; open it again"):
        after(opened(advised), JUDGED, when=CLOSE, by="sri", present=many)


def test_hr_reopens_a_closed_cohort_which_is_then_judged_again(after, advised):
    past = (opened(advised), JUDGED, MOVED, CLOSED)

    assert after(*past, when=REOPEN, by="hr") == [CohortReopened(reason="Wati menyusul")]
    with pytest.raises(NotOpen, match="not closed; there is nothing to reopen"):
        after(opened(advised), JUDGED, when=REOPEN, by="hr")
    with pytest.raises(NotFound, match="sri has no cohort for 2025"):
        after(when=REOPEN, by="hr")
    with pytest.raises(Invalid, match="/reason: the reason is empty"):
        after(*past, when=replace(REOPEN, reason=" "), by="hr")
    reopened = CohortReopened(reason="x")
    assert after(*past, reopened, when=JUDGE, by="sri", outcomes=JUDGED.outcomes) == [JUDGED]


# What it means for a result.

FINALISE = Finalise(employee="budi", period="2025")


def standing(*events: Any) -> CohortStanding:
    state = Cohort()
    for event in events:
        evolve(state, event)
    return CohortStanding(state, closed=31 if state.closed else 0, calibrated=30 if MOVED in events else 0)


def finalised(after: Any, past: Any, rules: Any, *events: Any, before: Any = None, by: str = "sri") -> Any:
    asked = {"rules": rules, "by": by, "on": JANUARY, "standing": standing(*events)}
    return after(*(before or past.rated), when=FINALISE, **asked)[-1]


def test_enforce_fixes_no_result_before_the_cohort_is_closed(after, past, enforced):
    with pytest.raises(NotOpen, match="enforces a distribution, and the cohort of sri for it has no budi"):
        finalised(after, past, enforced)
    only_wati = opened(enforced, members=[CohortMember("wati", 4)])
    with pytest.raises(NotOpen, match="has no budi; open-cohort takes in everybody"):
        finalised(after, past, enforced, only_wati)
    for events in ((opened(enforced),), (opened(enforced), JUDGED)):
        with pytest.raises(NotOpen, match="the cohort of sri is not closed; send close-cohort first"):
            finalised(after, past, enforced, *events)
    found = finalised(after, past, enforced, opened(enforced), JUDGED, CLOSED)
    assert (found.predicate, found.computed) == ("baik", "baik")
    assert found.cohort == InCohort(appraiser="sri", position=31, mode="enforce", kept=True, organisation="baik")


def test_a_moved_predicate_is_the_result_and_what_was_computed_stands_beside_it(after, past, advised):
    found = finalised(after, past, advised, opened(advised), JUDGED, MOVED, CLOSED)

    assert (found.predicate, found.computed, found.score) == ("kurang", "baik", Decimal("92.50"))
    assert found.cohort.calibrated == CalibratedPredicate("baik", "sri", "Bukti Mei dinilai ulang", 30)


def test_moved_back_it_is_as_if_it_had_never_been_moved(after, past, advised):
    back = replace(MOVED, before="kurang", after="baik")
    found = finalised(after, past, advised, opened(advised), JUDGED, MOVED, back, CLOSED)

    assert (found.predicate, found.cohort.calibrated) == ("baik", None)


def test_advise_fixes_a_result_before_the_cohort_is_closed_unless_it_was_moved(after, past, advised):
    for events in ((), (opened(advised),), (opened(advised), JUDGED)):
        assert finalised(after, past, advised, *events).cohort is None
    with pytest.raises(NotOpen, match="the cohort of sri is not closed"):
        finalised(after, past, advised, opened(advised), JUDGED, MOVED)


def test_a_breach_is_told_with_the_result_and_so_is_that_nobody_asked(after, past, advised):
    broken = replace(CLOSED, breaches=[BREACH])
    last_year = opened(advised, organisation=replace(ORGANISATION, period="2024", last_year=True))

    found = finalised(after, past, advised, last_year, JUDGED, broken).cohort
    assert (found.kept, found.organisation, found.last_year) == (False, "baik", True)
    unasked = replace(CLOSED, unchecked="fewer than 10 people")
    found = finalised(after, past, advised, opened(advised, organisation=None), JUDGED, unasked).cohort
    assert (found.kept, found.organisation, found.last_year) == (None, None, False)


def test_facts_that_changed_since_the_closing_are_judged_again(after, past, advised, enforced):
    other = replace(JUDGED, outcomes=JUDGED.outcomes | {"budi": Judged("kurang", 20)})

    with pytest.raises(Conflict, match="closed with kurang for budi, and the facts come to baik by now"):
        finalised(after, past, enforced, opened(enforced), other, CLOSED)
    lifted = replace(MOVED, before="kurang", after="baik")
    with pytest.raises(Conflict, match="HR must send reopen-cohort"):
        finalised(after, past, advised, opened(advised), other, lifted, CLOSED)
    # Advised only, and nobody moved it: what the facts come to counts.
    assert finalised(after, past, advised, opened(advised), other, CLOSED).predicate == "baik"


def test_what_a_superior_amended_is_spread_over_no_curve(after, past, enforced):
    decided = ObjectionDecided(outcome=ObjectionOutcome.AMENDED, reason="x", decided=JANUARY)
    again = (*past.objected, decided, Reopened(reason="x"))

    found = finalised(after, past, enforced, opened(enforced), JUDGED, MOVED, CLOSED, before=again, by="agus")
    assert (found.predicate, found.cohort) == ("baik", None)


@pytest.fixture
def amending(past):
    """Agus decided as amended an objection to a result that Sri had moved from one predicate to another."""

    def story(computed: str, predicate: str) -> tuple[Any, ...]:
        moved = CalibratedPredicate(computed, "sri", "Bukti Mei dinilai ulang", 30)
        cohort = InCohort(
            appraiser="sri", position=31, mode="enforce", kept=True, organisation="baik", calibrated=moved
        )
        before = [
            replace(one, predicate=predicate, cohort=cohort) if isinstance(one, Finalised) else one
            for one in past.objected
        ]
        decided = ObjectionDecided(outcome=ObjectionOutcome.AMENDED, reason="x", decided=JANUARY)
        return (*before, decided, Reopened(reason="x"))

    return story


def amended(after: Any, rules: Any, story: Any, **more: Any) -> Any:
    ranks = {"sangat_baik": 5, "baik": 4, "kurang": 2, "buruk": 1}
    said = {name: more.pop(name) for name in ("move", "reason") if name in more}
    command = replace(FINALISE, **said)
    return after(*story, when=command, by="agus", on=JANUARY, rules=replace(rules, ranks=ranks), **more)[-1]


def test_whoever_amends_a_result_that_was_moved_says_what_becomes_of_the_move(after, amending, enforced):
    story = amending("kurang", "sangat_baik")
    asked = "sri had moved the result from kurang to sangat_baik, and the facts come to baik by now; say whether"
    with pytest.raises(Invalid, match=f"/move: {asked}"):
        amended(after, enforced, story)
    with pytest.raises(Invalid, match="/reason: the reason is empty"):
        amended(after, enforced, story, move="kept", reason=" ")

    kept = amended(after, enforced, story, move="kept", reason="Tetap di atas rekan")
    assert (kept.predicate, kept.computed, kept.score) == ("sangat_baik", "baik", Decimal("92.50"))
    assert kept.cohort.calibrated == CalibratedPredicate("baik", "agus", "Tetap di atas rekan", 30)
    assert kept.move == MoveReviewed(True, "Tetap di atas rekan")

    withdrawn = amended(after, enforced, story, move="withdrawn", reason="Kini cukup dari faktanya")
    assert (withdrawn.predicate, withdrawn.computed, withdrawn.cohort) == ("baik", "baik", None)
    assert withdrawn.move == MoveReviewed(False, "Kini cukup dari faktanya")


def test_a_move_is_kept_in_its_direction_and_within_what_is_recorded(after, amending, enforced):
    for computed, moved in (("sangat_baik", "baik"), ("kurang", "baik")):
        # What the facts come to by now is what it was moved to: there is nothing to keep.
        assert amended(after, enforced, amending(computed, moved)).move is None
    with pytest.raises(Invalid, match="the facts come to baik by now, beyond kurang, to which sri had moved"):
        # Moved up, but not so far as the facts now reach.
        amended(after, enforced, amending("buruk", "kurang"), move="kept", reason="x")
    lower = amended(after, enforced, amending("sangat_baik", "kurang"), move="kept", reason="Sanksi")
    assert lower.predicate == "kurang"
    with pytest.raises(Invalid, match="the records of budi allow only baik; withdraw the move"):
        amended(after, enforced, amending("kurang", "sangat_baik"), move="kept", reason="x", allowed=("baik",))


def test_of_no_other_result_is_a_move_said(after, past, enforced):
    for story, by in ((past.rated, "sri"), (past.objected, "agus")):
        command = replace(FINALISE, move="kept", reason="x")
        decided = ObjectionDecided(outcome=ObjectionOutcome.AMENDED, reason="x", decided=JANUARY)
        again = (decided, Reopened(reason="x")) if by == "agus" else ()
        with pytest.raises(Invalid, match="/move: no result that was moved in a cohort is amended here"):
            after(*story, *again, when=command, by=by, on=JANUARY, rules=replace(enforced, distribution=None))


def test_without_a_distribution_no_cohort_is_asked(after, past, rules):
    assert finalised(after, past, rules).cohort is None
    assert finalised(after, past, replace(rules, distribution=DistributionRule("off"))).cohort is None


# The head of a unit.


@pytest.mark.parametrize(
    ("leads", "achieved", "told"),
    [
        ("dinkes", (PUBLISHED,), "baik"),
        ("dinkes", (BEFORE, replace(PUBLISHED, on=FEBRUARY)), "istimewa"),
        ("dinkes", (), None),
        (None, (), None),
    ],
)
def test_the_result_of_a_head_rests_on_what_the_unit_achieved(after, past, rules, leads, achieved, told):
    units = (LedUnit(leads, "head"),) if leads else ()

    assert after(*past.rated, when=FINALISE, by="sri", on=FEBRUARY, headed=HeadedUnit(units, achieved, told))


@pytest.mark.parametrize(
    ("leads", "achieved", "told", "message"),
    [
        ("dinkes", (PUBLISHED,), None, "must establish predikat_unit_dipimpin as baik of dinkes for 2025"),
        ("dinkes", (PUBLISHED,), "istimewa", "must establish predikat_unit_dipimpin as baik of dinkes for 2025"),
        ("dinkes", (BEFORE,), "baik", "must establish predikat_unit_dipimpin as istimewa of dinkes for 2024"),
        ("dinkes", (), "baik", "budi heads no unit that published anything"),
        (None, (), "istimewa", "budi heads no unit that published anything; HR must send appoint-head"),
    ],
)
def test_what_is_told_of_a_headed_unit_is_what_is_on_record(after, past, rules, leads, achieved, told, message):
    units = (LedUnit(leads, "head"),) if leads else ()

    with pytest.raises(NotOpen, match=message):
        after(*past.rated, when=FINALISE, by="sri", on=FEBRUARY, headed=HeadedUnit(units, achieved, told))
