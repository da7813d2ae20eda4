"""From opening to an approved plan, and a move in mid-year."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.appraisal.commands import (
    AcceptReport,
    ApprovePlan,
    DraftPlan,
    OpenAppraisal,
    ReassignAppraisal,
    ReturnPlan,
    ReviseTarget,
    SubmitPlan,
)
from neraca.domain.appraisal.events import (
    Feeds,
    ObjectionDecided,
    Opened,
    PlanApproved,
    PlanDrafted,
    PlannedResult,
    PlanReturned,
    PlanSubmitted,
    Rated,
    RatingWithdrawn,
    Reassigned,
    Reopened,
    Target,
    TargetRevised,
)
from neraca.domain.assignments import Assignment, Tenure
from neraca.domain.command_rules import ItemRule
from neraca.domain.contexts import Actor, Unruled
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound, NotOpen, TooEarly, TooLate
from neraca.domain.facts import FROM_THE_LEDGER
from neraca.domain.vocabulary import ObjectionOutcome, PositionClass, Relation, Role

WHO: dict[str, Any] = {"employee": "budi", "period": "2025"}
OPEN = OpenAppraisal(**WHO)
SUBMIT = SubmitPlan(**WHO)
APPROVE = ApprovePlan(**WHO)
MOVE = ReassignAppraisal(
    **WHO, unit="disdik", appraiser="rini", since=date(2025, 8, 25), reason="mutasi", reviewer="tono"
)


def draft(*results):
    return DraftPlan(**WHO, results=list(results))


def with_target(results, at, **changes):
    """The plan with the first target of one result changed."""
    results = list(results)
    results[at] = replace(results[at], targets=[replace(results[at].targets[0], **changes)])
    return results


def test_an_appraisal_opens_with_unit_appraiser_and_reviewer_of_the_roster(after):
    events = after(when=OPEN, by="hr")

    assert events == [
        Opened(
            employee="budi",
            period="2025",
            starts=date(2025, 1, 1),
            ends=date(2025, 12, 31),
            unit="dinkes",
            appraiser="sri",
            reviewer="agus",
            since=date(2025, 1, 1),
        )
    ]


def test_an_appraisal_opens_once(after, past):
    with pytest.raises(AlreadyDone, match="budi for 2025"):
        after(*past.opened, when=OPEN, by="hr")


def test_a_period_must_be_written_right_and_fit_the_cycle_of_the_policy(after):
    with pytest.raises(Invalid, match="2025-Q3"):
        after(when=replace(OPEN, period="2025-5"), by="hr")
    with pytest.raises(Invalid, match="by the year"):
        after(when=replace(OPEN, period="2025-Q3"), by="hr")


def test_no_appraisal_without_place_appraiser_or_policy(after, placed):
    with pytest.raises(NotFound, match="no place on the roster"):
        after(when=OPEN, by="hr", people={"budi": Tenure(date(2024, 1, 1))})
    with pytest.raises(NotFound, match="no supervisor"):
        after(when=OPEN, by="hr", people={"budi": placed("dinkes", None)})
    with pytest.raises(NotFound, match="no policy is in force in uji"):
        after(when=OPEN, by="hr", rules=Unruled("schedule one first"))


def test_a_unit_must_take_part_within_the_period(after, placed):
    assert after(when=OPEN, by="hr", people={"budi": placed("disdik", "sri")})
    with pytest.raises(TooEarly, match="'dishub' takes no part yet"):
        after(when=OPEN, by="hr", people={"budi": placed("dishub", "sri")})
    with pytest.raises(TooEarly, match="'bkd' takes part from 2026-06-01"):
        after(when=OPEN, by="hr", people={"budi": placed("bkd", "sri")})


def test_a_plan_is_drafted_redrafted_submitted_returned_and_approved(after, past, results):
    feedback = PlanReturned(feedback="Tambah satu hasil")

    assert after(*past.opened, when=draft(*results)) == [PlanDrafted(results=results)]
    assert after(*past.drafted, when=draft(*results)) == [PlanDrafted(results=results)]
    assert after(*past.drafted, when=SUBMIT) == [PlanSubmitted()]
    assert after(*past.submitted, when=ReturnPlan(**WHO, feedback="Tambah satu hasil"), by="sri") == [feedback]
    assert after(*past.submitted, feedback, when=SUBMIT) == [PlanSubmitted()]
    assert after(*past.submitted, when=APPROVE, by="sri") == [PlanApproved()]


def test_only_the_employee_drafts_and_submits(after, past, results):
    with pytest.raises(NotAllowed, match="only budi may draft"):
        after(*past.opened, when=draft(*results), by="sri")
    with pytest.raises(NotAllowed, match="only budi may submit"):
        after(*past.drafted, when=SUBMIT, by="sri")


def test_only_the_appraiser_approves_and_returns(after, past):
    for other in ("budi", "agus", "wati"):
        with pytest.raises(NotAllowed, match="only the appraiser sri"):
            after(*past.submitted, when=APPROVE, by=other)
        with pytest.raises(NotAllowed, match="only the appraiser sri"):
            after(*past.submitted, when=ReturnPlan(**WHO, feedback="x"), by=other)


def test_a_plan_is_returned_with_feedback(after, past):
    with pytest.raises(Invalid, match="feedback is empty"):
        after(*past.submitted, when=ReturnPlan(**WHO, feedback=" "), by="sri")


def test_a_plan_has_its_order(after, past, results):
    with pytest.raises(NotFound, match="HR opens it"):
        after(when=draft(*results))
    with pytest.raises(NotOpen, match="draft one first"):
        after(*past.opened, when=SUBMIT)
    with pytest.raises(NotOpen, match="no submitted plan"):
        after(*past.drafted, when=APPROVE, by="sri")
    with pytest.raises(NotOpen, match="waits for sri"):
        after(*past.submitted, when=draft(*results))
    with pytest.raises(NotOpen, match="revise a target"):
        after(*past.running, when=draft(*results))
    with pytest.raises(AlreadyDone, match="approved already"):
        after(*past.running, when=APPROVE, by="sri")
    with pytest.raises(NotOpen, match="result is final"):
        after(*past.final, when=draft(*results))


def test_a_policy_that_changed_since_the_draft_is_checked_on_submission(after, past, rules):
    stricter = replace(rules, items={"skp": ItemRule("ratio", (), True, 3)})

    with pytest.raises(Invalid, match="at least 3 items in 'skp', found 2"):
        after(*past.drafted, when=SUBMIT, rules=stricter)


@pytest.mark.parametrize(
    ("at", "changes", "message"),
    [
        (0, {"weight": Decimal("40.01")}, "sum to 100.01, must be 100"),
        (0, {"weight": None}, "needs a weight"),
        (0, {"weight": Decimal(0)}, "needs a weight above 0"),
        (0, {"weight": Decimal("0.0000001")}, "more than six decimals"),
        (0, {"target": Decimal(0), "polarity": "max"}, "needs a target above 0"),
        (0, {"target": Decimal(-1)}, "needs a target above 0"),
        (0, {"target": None}, "needs a target above 0"),
        (0, {"target": Decimal("NaN")}, "not a number"),
        (0, {"target": Decimal("1e18")}, "not a number below"),
        (0, {"target": Decimal("1.0000001")}, "/results/0/targets/0/target: .* more than six decimals"),
        (0, {"indicator": ""}, "indicator is empty"),
        (0, {"id": " "}, "id is empty"),
        (2, {"weight": Decimal(1)}, "feeds a fact has no weight"),
        (2, {"target": Decimal(0)}, "needs a target above 0"),
        (2, {"feeds": Feeds("realisasi_tin")}, "did you mean 'realisasi_tim'"),
        (2, {"feeds": Feeds("laporan_disetujui")}, "has no fact 'laporan_disetujui' for plans"),
        (2, {"feeds": Feeds("realisasi_tim", "realisasi_tim")}, "'realisasi_tim' is there twice"),
    ],
)
def test_a_target_must_be_one_the_policy_can_score(after, past, results, at, changes, message):
    with pytest.raises(Invalid, match=message):
        after(*past.opened, when=draft(*with_target(results, at, **changes)))


def test_weights_add_up_exactly_in_decimal(after, past, results):
    thirds = [
        PlannedResult(f"r{n}", "Hasil", [Target("t", "x", "x", Decimal(1), Decimal(weight))])
        for n, weight in enumerate(("33.333333", "33.333333", "33.333334"))
    ]

    assert after(*past.opened, when=draft(*thirds))


def test_a_plan_must_have_sound_results(after, past, results):
    first, second, team = results
    with pytest.raises(Invalid, match="plan is empty"):
        after(*past.opened, when=draft())
    with pytest.raises(Invalid, match="planned result 'layanan' is there twice"):
        after(*past.opened, when=draft(first, first, second))
    with pytest.raises(Invalid, match=r"no item list 'skq' for plans; did you mean 'skp'"):
        after(*past.opened, when=draft(replace(first, source="skq"), second))
    with pytest.raises(Invalid, match=r"no item list 'kompetensi' for plans"):
        after(*past.opened, when=draft(first, second, replace(first, id="k", source="kompetensi")))
    with pytest.raises(Invalid, match="at least 2 items in 'skp', found 1"):
        after(*past.opened, when=draft(first, team))
    with pytest.raises(Invalid, match="has no target"):
        after(*past.opened, when=draft(first, second, replace(team, targets=[])))
    with pytest.raises(Invalid, match="title is empty"):
        after(*past.opened, when=draft(first, second, replace(team, title="")))
    with pytest.raises(Invalid, match="target 'kegiatan' is there twice"):
        after(*past.opened, when=draft(first, second, replace(team, targets=team.targets * 2)))


def test_where_the_policy_weighs_all_alike_no_weight_may_be_declared(after, past, results, rules):
    alike = replace(rules, items={"skp": ItemRule("ratio", (), False, 1)})
    bare = with_target(results, 0, weight=None)

    assert after(*past.opened, when=draft(bare[0]), rules=alike)
    with pytest.raises(Invalid, match="weighs all alike"):
        after(*past.opened, when=draft(results[0]), rules=alike)


def test_results_judged_by_level_need_no_number(after, past, rules):
    levels = replace(rules, items={"skp": ItemRule("level", ("di_atas", "sesuai"), False, 2)})
    one, two = (PlannedResult(n, "Hasil", [Target("t", "Laporan tersusun", "laporan")]) for n in ("a", "b"))

    assert after(*past.opened, when=draft(one, two), rules=levels)
    with pytest.raises(Invalid, match="found 1"):
        after(*past.opened, when=draft(one), rules=levels)


def test_a_plan_may_only_feed_facts_where_the_policy_has_no_items(after, past, results, rules):
    assert after(*past.opened, when=draft(results[2]), rules=replace(rules, items={}))


@pytest.mark.parametrize("source", ["skpp", "kompetensi"])
def test_a_result_that_feeds_facts_only_names_no_list_that_is_not_there(after, past, results, source):
    with pytest.raises(Invalid, match=f"/results/2/source: policy kota-uji has no item list '{source}' for plans"):
        after(*past.opened, when=draft(*results[:2], replace(results[2], source=source)))


def test_a_target_feeds_no_fact_that_is_a_word(after, past, results):
    word = replace(results[2], targets=[replace(results[2].targets[0], feeds=Feeds("tingkat"))])

    with pytest.raises(Invalid, match=r"/results/2/targets/0/feeds: .* reads 'tingkat' as a word"):
        after(*past.opened, when=draft(*results[:2], word))


def test_the_appraiser_revises_a_target_with_a_reason(after, past):
    revise = ReviseTarget(**WHO, result="berkas", target="jumlah", reason="Petugas berkurang", value=Decimal(150))
    event = TargetRevised(result="berkas", target="jumlah", reason="Petugas berkurang", value=Decimal(150))

    assert after(*past.running, when=revise, by="sri") == [event]
    with pytest.raises(Invalid, match="nothing would change"):
        after(*past.running, event, when=revise, by="sri")
    with pytest.raises(NotAllowed, match="only the appraiser sri"):
        after(*past.running, when=revise)
    with pytest.raises(NotOpen, match="not approved yet"):
        after(*past.drafted, when=revise, by="sri")
    with pytest.raises(NotOpen, match="result is final"):
        after(*past.final, when=revise, by="sri")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reason": ""}, "reason is empty"),
        ({"result": "berkaz"}, "the plan has no result 'berkaz'; did you mean 'berkas'"),
        ({"target": "jumlahh"}, "result 'berkas' has no target 'jumlahh'; did you mean 'jumlah'"),
        ({"value": Decimal(0)}, "needs a target above 0"),
        ({"value": None}, "nothing would change"),
        ({"weight": Decimal(50)}, "weights of 'skp' sum to 90, must be 100"),
    ],
)
def test_a_revision_must_leave_a_sound_plan(after, past, changes, message):
    revise = ReviseTarget(**WHO, result="berkas", target="jumlah", reason="x", value=Decimal(150))

    with pytest.raises(Invalid, match=message):
        after(*past.running, when=replace(revise, **changes), by="sri")


def _weigh(result, target, weight):
    return ReviseTarget(**WHO, result=result, target=target, reason="Bobot dipindah", weight=Decimal(weight))


def test_weights_move_together_in_one_list(after, past):
    both = [_weigh("berkas", "jumlah", 50), _weigh("layanan", "menit", 50)]

    for commands in (both, both[::-1]):
        assert [event.weight for event in after(*past.running, when=commands, by="sri")] == [50, 50]


@pytest.mark.parametrize("weights", [(50, 45), (61, 60), (99, 2)])
def test_weights_that_do_not_make_100_in_the_end_are_refused(after, past, weights):
    both = [_weigh("berkas", "jumlah", weights[0]), _weigh("layanan", "menit", weights[1])]

    with pytest.raises(Invalid, match=rf"sum to {sum(weights)}, must be 100: .*send all its parts in one") as refused:
        after(*past.running, when=both, by="sri")
    assert refused.value.field == "/weight"


def test_a_list_of_several_things_is_asked_whether_its_revisions_leave_a_sound_plan(after, past):
    story = (*past.running, past.report)
    accept = AcceptReport(**WHO, report="r1")

    assert after(*story, when=[_weigh("berkas", "jumlah", 50), accept, _weigh("layanan", "menit", 50)], by="sri")
    for commands in ([_weigh("berkas", "jumlah", 50), accept], [accept, _weigh("berkas", "jumlah", 50)]):
        with pytest.raises(Invalid, match=r"must be 100: .*; give 10 more; what is revised in one list is checked"):
            after(*story, when=commands, by="sri")


def test_what_a_single_revision_may_not_be_is_refused_at_once(after, past):
    both = [_weigh("berkas", "jumlah", 0), _weigh("layanan", "menit", 100)]

    with pytest.raises(Invalid, match="/weight: 'jumlah' needs a weight above 0"):
        after(*past.running, when=both, by="sri")


def test_hr_hands_an_open_appraisal_to_the_new_unit(after, past):
    moved = Reassigned(unit="disdik", appraiser="rini", since=date(2025, 8, 25), reason="mutasi", reviewer="tono")

    assert after(*past.running, when=MOVE, by="hr") == [moved]
    assert after(*past.submitted, moved, when=APPROVE, by="rini") == [PlanApproved()]
    with pytest.raises(NotAllowed, match="only the appraiser rini"):
        after(*past.submitted, moved, when=APPROVE, by="sri")


def test_the_rating_of_the_former_appraiser_goes_with_the_move(after, past):
    _, gone = after(*past.rated, when=MOVE, by="hr")

    assert gone == RatingWithdrawn(rater="sri", reason="the appraisal went to rini")


@pytest.mark.parametrize(
    ("changes", "refusal", "message"),
    [
        ({"reason": ""}, Invalid, "reason is empty"),
        ({"unit": "disdig"}, Invalid, "uji has no unit 'disdig'; did you mean 'disdik'"),
        ({"unit": "dishub"}, TooEarly, "takes no part yet"),
        ({"appraiser": "budi"}, Invalid, "can't appraise themselves"),
        ({"reviewer": "rini"}, Invalid, "is a party"),
        ({"since": date(2026, 2, 1)}, Invalid, "outside 2025-01-01 to 2026-01-31"),
    ],
)
def test_a_move_must_make_sense(after, past, changes, refusal, message):
    with pytest.raises(refusal, match=message):
        after(*past.running, when=replace(MOVE, **changes), by="hr")


def test_a_final_appraisal_stays_where_it_is_and_nobody_moves_their_own(after, past):
    with pytest.raises(NotOpen, match="result is final"):
        after(*past.final, when=MOVE, by="hr")
    with pytest.raises(NotAllowed, match="in their own appraisal"):
        after(*past.running, when=MOVE, by=Actor("budi", frozenset({Role.HR}), "uji"))


@pytest.mark.parametrize("who", ["rini", "tono"])
def test_no_officer_makes_themselves_appraiser_or_reviewer(after, past, who):
    """As nobody delegates to themselves: it would give power over whomever one likes."""
    with pytest.raises(NotAllowed, match=f"nobody may name themselves; another HR officer names {who}"):
        after(
            *past.running,
            when=replace(MOVE, appraiser="rini", reviewer="tono"),
            by=Actor(who, frozenset({Role.HR, Role.EMPLOYEE}), "uji"),
        )


@pytest.mark.parametrize("fact", [*sorted(FROM_THE_LEDGER), "realisasi_tmi"])
@pytest.mark.parametrize("side", ["actual", "target"])
def test_a_plan_feeds_neither_an_unknown_fact_nor_one_that_the_ledger_counts(after, past, results, rules, side, fact):
    feeds = Feeds(fact) if side == "actual" else Feeds("realisasi_tim", fact)
    reads = replace(rules, facts=rules.facts | FROM_THE_LEDGER)

    with pytest.raises(Invalid, match=rf"/results/2/targets/0/feeds: policy kota-uji has no fact '{fact}' for plans"):
        after(*past.opened, when=draft(*with_target(results, 2, feeds=feeds)), rules=reads)


def test_each_of_two_item_lists_is_held_to_its_own_rule(after, past, rules):
    two = {"skp": ItemRule("ratio", (), True, 1), "tambahan": ItemRule("ratio", (), False, 2)}
    book = replace(rules, items=two)
    own = PlannedResult("a", "Layanan", [Target("t", "Berkas", "berkas", Decimal(20), Decimal(100))])
    more = [
        PlannedResult(name, "Tugas tambahan", [Target("t", "Rapat", "rapat", Decimal(4))], source="tambahan")
        for name in ("b", "c")
    ]

    assert after(*past.opened, when=draft(own, *more), rules=book)
    with pytest.raises(Invalid, match="at least 2 items in 'tambahan', found 1"):
        after(*past.opened, when=draft(own, more[0]), rules=book)
    with pytest.raises(Invalid, match="at least 1 item in 'skp', found 0"):
        after(*past.opened, when=draft(*more), rules=book)
    weighed = replace(more[0], targets=[replace(more[0].targets[0], weight=Decimal(100))])
    with pytest.raises(Invalid, match="/results/1/targets/0/weight: the policy weighs all alike"):
        after(*past.opened, when=draft(own, weighed, more[1]), rules=book)


def plan_of(*targets, result_id="tim", title="Kerja tim", source="skp"):
    return PlannedResult(result_id, title, list(targets), source=source)


def test_the_least_of_what_a_plan_may_be(after, past, rules):
    """Amounts and weights of a millionth, feeds of one fact twice told apart, and no item where none is asked."""
    tiny = Target("t", "x", "x", Decimal("0.000001"), Decimal("0.000001"))
    rest = Target("u", "x", "x", Decimal("0.000001"), Decimal("99.999999"))
    feeding = [Target(name, "x", "x", feeds=Feeds(fact)) for name, fact in (("v", "ide_baru"), ("w", "realisasi_tim"))]
    divided = Target("y", "x", "x", Decimal("0.000001"), feeds=Feeds("ide_baru", "target_tim"))
    free = replace(rules, items={"skp": ItemRule("ratio", (), True, 0)})

    assert after(*past.opened, when=draft(plan_of(tiny, rest)))
    assert after(*past.opened, when=draft(plan_of(*feeding)), rules=free)
    assert after(*past.opened, when=draft(plan_of(divided)), rules=free)


ITEM = Target("t", "Berkas", "berkas", Decimal(20), Decimal(100))
FED = Target("k", "Kegiatan", "kegiatan", Decimal(50), feeds=Feeds("realisasi_tim", "target_tim"))
OWN = plan_of(ITEM, result_id="a", title="Layanan")


@pytest.mark.parametrize(
    ("results", "message"),
    [
        ([OWN, replace(OWN, id=" ")], "/results/1/id: the id is empty; write it out"),
        ([OWN, replace(OWN, id="b", title="")], "/results/1/title: the title is empty; write it out"),
        (
            [plan_of(ITEM, replace(ITEM, id="")), OWN],
            "/results/0/targets/1/id: the id is empty; write it out",
        ),
        (
            [OWN, plan_of(replace(FED, indicator=" "))],
            "/results/1/targets/0/indicator: the indicator is empty; write it out",
        ),
        (
            [plan_of(ITEM, FED, ITEM, FED), OWN],
            "/results/0/targets: target 't' is there twice; give each its own",
        ),
        (
            [OWN, plan_of(result_id="b"), plan_of(result_id="b")],
            "/results: planned result 'b' is there twice; give each its own",
        ),
        (
            [OWN, plan_of(FED, replace(FED, id="l"))],
            "/results: fed fact 'realisasi_tim' is there twice; give each its own",
        ),
        (
            [OWN, plan_of(FED), plan_of(replace(FED, feeds=Feeds("ide_baru", "target_tim")), result_id="b")],
            "/results: fed fact 'target_tim' is there twice; give each its own",
        ),
        (
            [OWN, plan_of(replace(FED, target=None))],
            "/results/1/targets/0/target: 'k' needs a target above 0: achievement is divided by it",
        ),
        (
            [OWN, plan_of(replace(FED, weight=Decimal(0)))],
            "/results/1/targets/0/weight: a target that feeds a fact has no weight; leave it out",
        ),
        (
            [OWN, plan_of(replace(FED, weight=Decimal("1e-7")))],
            "/results/1/targets/0/weight: 1E-7 has more than six decimals; round it where it is recorded",
        ),
        (
            [OWN, plan_of(replace(FED, target=Decimal(-1)))],
            "/results/1/targets/0/target: 'k' needs a target above 0: achievement is divided by it",
        ),
        (
            [OWN, plan_of(replace(ITEM, weight=Decimal(-1)))],
            "/results/1/targets/0/weight: 't' needs a weight above 0",
        ),
        (
            [OWN, plan_of(ITEM, FED)],
            "/results: the weights of 'skp' sum to 200, must be 100: a/t 100, tim/t 100; give 100 less",
        ),
        (
            [OWN, plan_of(FED, replace(ITEM, weight=None))],
            "/results/1/targets/1/weight: 't' needs a weight above 0",
        ),
    ],
)
def test_what_is_wrong_in_a_plan_is_named_by_its_place(after, past, rules, results, message):
    with pytest.raises(Invalid) as refused:
        after(*past.opened, when=draft(*results), rules=replace(rules, items={"skp": ItemRule("ratio", (), True, 1)}))

    assert (refused.value.message, refused.value.field) == (message, message.partition(":")[0])


def test_all_that_is_wrong_in_a_plan_is_told_at_once(after, past, rules):
    """Each by its place, also where several are wrong in one target; the weights by the places where they stand."""
    bad = replace(ITEM, id="u", indicator=" ", weight=None, target=Decimal(0), polarity="max")
    results = [OWN, plan_of(replace(ITEM, weight=Decimal(30)), FED), replace(OWN, id="c", title="", targets=[bad])]
    asking = replace(rules, plan=replace(rules.plan, requires=frozenset({"resources"})))

    with pytest.raises(Invalid) as refused:
        after(*past.opened, when=draft(*results), rules=asking)
    assert [(one.field, one.message.partition(": ")[2]) for one in refused.value.faults] == [
        ("/results/2/title", "the title is empty; write it out"),
        ("/results/2/targets/0/indicator", "the indicator is empty; write it out"),
        ("/results/2/targets/0/target", "'u' needs a target above 0: achievement is divided by it"),
        ("/results/2/targets/0/weight", "'u' needs a weight above 0"),
        ("/terms/resources", "policy kota-uji asks each plan to say what resources there are; add /terms/resources"),
    ]
    assert refused.value.message == refused.value.faults[0].message

    with pytest.raises(Invalid) as refused:
        after(*past.opened, when=draft(*results[:2], replace(OWN, id="d", title=" ")))
    assert [one.message for one in refused.value.faults] == [
        "/results/2/title: the title is empty; write it out",
        "/results: the weights of 'skp' sum to 230, must be 100: a/t 100, tim/t 30, d/t 100; give 130 less",
    ]


def test_the_list_of_competencies_is_no_plans(after, past, rules):
    """It is filled by assessment: a plan is neither held to its number nor may name it."""
    book = replace(rules, items={"kompetensi": ItemRule("ratio", (), True, 3)})

    assert after(*past.opened, when=draft(plan_of(FED)), rules=book)
    with pytest.raises(
        Invalid, match=r"/results/0/source: policy kota-uji has no item list 'kompetensi' for plans; there are none"
    ):
        after(*past.opened, when=draft(plan_of(FED, source="kompetensi")), rules=book)
    for result in (OWN, plan_of(ITEM, FED), plan_of(FED, ITEM)):
        with pytest.raises(
            Invalid, match=r"/results/0/source: policy kota-uji has no item list 'skp' for plans; there are none"
        ):
            after(*past.opened, when=draft(result), rules=book)


def test_results_judged_by_level_are_counted_and_items_measured_by_targets_are_counted_by_target(after, past, rules):
    levels = replace(rules, items={"skp": ItemRule("level", ("sesuai",), False, 1)})
    ratio = replace(rules, items={"skp": ItemRule("ratio", (), False, 2)})
    bare = Target("t", "Laporan", "laporan")
    two = [replace(bare, target=Decimal(1)), replace(bare, id="u", target=Decimal(1))]

    assert after(*past.opened, when=draft(plan_of(bare)), rules=levels)
    assert after(*past.opened, when=draft(plan_of(*two)), rules=ratio)
    more = replace(rules, items={"skp": ItemRule("level", ("sesuai",), False, 2)})
    with pytest.raises(Invalid, match="at least 2 items in 'skp', found 1"):
        after(*past.opened, when=draft(plan_of(bare, replace(bare, id="u"))), rules=more)
    with pytest.raises(Invalid, match="at least 2 items in 'skp', found 1"):
        after(*past.opened, when=draft(plan_of(two[0], FED)), rules=ratio)


def tenure(*places, since=date(2024, 1, 1), retired=None):
    """In service, and in places (first day, unit, supervisor)."""
    return Tenure(since, retired, [(first, Assignment(unit, above)) for first, unit, above in places])


@pytest.mark.parametrize(
    ("places", "unit", "since"),
    [
        ([("2024-01-01", "dishub", "sri"), ("2025-03-01", "dinkes", "sri")], "dinkes", "2025-03-01"),
        ([("2024-01-01", "x", "sri"), ("2025-03-01", "dinkes", "sri")], "dinkes", "2025-03-01"),
        ([("2024-01-01", "bkd", "sri"), ("2025-03-01", "dinkes", "sri")], "dinkes", "2025-03-01"),
        ([("2024-01-01", "disdik", "sri"), ("2025-07-01", "dinkes", "sri")], "dinkes", "2025-07-01"),
        ([("2024-01-01", "disdik", "sri"), ("2025-07-02", "dinkes", "sri")], "disdik", "2025-01-01"),
        ([("2024-01-01", "dinkes", None), ("2025-03-01", "dinkes", "sri")], "dinkes", "2025-03-01"),
        ([("2025-12-31", "dinkes", "sri")], "dinkes", "2025-12-31"),
    ],
)
def test_an_appraisal_opens_in_the_first_place_under_somebody_in_a_unit_that_takes_part(after, places, unit, since):
    """Disdik takes part from 1 July 2025, bkd from June 2026, dishub not yet, and there is no unit x."""
    budi = tenure(*((date.fromisoformat(first), *more) for first, *more in places))

    [opened] = after(when=OPEN, by="hr", people={"budi": budi}, on=date(2026, 1, 5))

    assert (opened.unit, opened.since) == (unit, date.fromisoformat(since))


def test_where_no_unit_takes_part_the_first_is_named(after):
    before, since = date(2024, 1, 1), date(2025, 3, 1)
    for units, message in (
        (("dishub", "bkd"), "'dishub' takes no part yet"),
        (("bkd", "dishub"), "'bkd' takes part from 2026-06-01, after 2025-02-28"),
    ):
        budi = tenure((before, units[0], "sri"), (since, units[1], "sri"))
        with pytest.raises(TooEarly, match=message):
            after(when=OPEN, by="hr", people={"budi": budi})


SPELL = "serves from {} {}, and 2025 has no day of that; open one that has"


@pytest.mark.parametrize(
    ("budi", "message"),
    [
        (None, "budi is not on the roster; register and assign them first"),
        (Tenure(), "budi is not on the roster; register and assign them first"),
        (tenure(since=date(2025, 12, 31)), "budi has no place on the roster in 2025; assign one first"),
        (tenure(since=date(2026, 1, 1)), f"budi {SPELL.format('2026-01-01', 'on')}"),
        (
            tenure(since=date(2026, 1, 1), retired=date(2026, 3, 31)),
            f"budi {SPELL.format('2026-01-01', 'to 2026-03-31')}",
        ),
        (tenure(retired=date(2025, 1, 1)), "budi has no place on the roster in 2025; assign one first"),
        (tenure(retired=date(2024, 12, 31)), f"budi {SPELL.format('2024-01-01', 'to 2024-12-31')}"),
        (
            tenure((date(2026, 1, 1), "dinkes", "sri"), (date(2026, 3, 1), "disdik", "sri")),
            "budi has no place on the roster in 2025, the first being from 2026-01-01; transfer from an earlier day",
        ),
        (
            tenure((date(2024, 5, 1), "dinkes", None), (date(2025, 3, 1), "disdik", None)),
            "budi has no supervisor on the roster in 2025, so no appraiser; transfer them with one, from 2025-01-01 or "
            "a later day of the period; the head of an agency goes under the head of the region, registered as "
            "STATE_OFFICIAL",
        ),
        (
            tenure((date(2025, 3, 1), "disdik", None)),
            "budi has no supervisor on the roster in 2025, so no appraiser; transfer them with one, from 2025-03-01 or "
            "a later day of the period; the head of an agency goes under the head of the region, registered as "
            "STATE_OFFICIAL",
        ),
    ],
)
def test_whoever_can_not_be_appraised_in_the_period_is_told_why(after, budi, message):
    with pytest.raises(NotFound) as refused:
        after(when=OPEN, by="hr", people={"budi": budi})

    assert refused.value.message == message


def test_whoever_leaves_before_the_place_begins_appraises_nobody_in_it(after):
    """Opened in July for a place from November, before which the supervisor retires."""
    budi = tenure((date(2025, 11, 3), "dinkes", "sri"))

    for retired, named in ((date(2025, 11, 2), ("agus", None)), (date(2025, 11, 3), ("sri", "agus"))):
        sri = tenure((date(2024, 1, 1), "dinkes", "agus"), retired=retired)
        [opened] = after(when=OPEN, by="hr", people={"budi": budi, "sri": sri})
        assert (opened.appraiser, opened.reviewer) == named


def test_nobody_appraises_or_reviews_themselves_though_supervision_runs_in_a_circle(after):
    """A log may hold a circle that was recorded when nothing refused it."""
    sri = tenure((date(2024, 1, 1), "dinkes", "budi"))

    [opened] = after(when=OPEN, by="hr", people={"sri": sri})

    assert (opened.appraiser, opened.reviewer) == ("sri", None)


def test_an_appraisal_keeps_the_class_of_the_post(after):
    [opened] = after(when=OPEN, by="hr", position_class=PositionClass.ADMINISTRATOR)

    assert opened.position_class is PositionClass.ADMINISTRATOR


def test_a_day_counts_in_one_appraisal_only(after):
    with pytest.raises(Conflict) as refused:
        after(when=OPEN, by="hr", overlapping=("2025-Q1", "2025-S2"))

    assert refused.value.field == "/period"
    assert refused.value.message == (
        "/period: budi has an appraisal for 2025-Q1, 2025-S2, which has days of 2025; "
        "a day counts in one appraisal only"
    )


def test_an_appraisal_is_handed_over_on_its_first_and_last_day_and_none_beside_them(after, past):
    command = ReassignAppraisal(**WHO, unit="dinkes", appraiser="tono", since=date(2025, 1, 1), reason="mutasi")
    for day, taken in ((date(2024, 12, 31), False), (date(2025, 1, 1), True), (date(2025, 12, 31), True)):
        if taken:
            moved = Reassigned(unit="dinkes", appraiser="tono", since=day, reason="mutasi")
            assert after(*past.running, when=replace(command, since=day), by="hr") == [moved]
            continue
        with pytest.raises(Invalid) as refused:
            after(*past.running, when=replace(command, since=day), by="hr")
        assert refused.value.message == f"/since: {day} is outside 2025-01-01 to 2026-01-31; name a day within"
    with pytest.raises(TooEarly, match="'bkd' takes part from 2026-06-01, after 2025-12-31"):
        after(*past.running, when=replace(command, unit="bkd"), by="hr")


def test_a_move_takes_the_ratings_of_former_superiors_and_no_others(after, past):
    four = {"layanan": Decimal(4)}
    rated = [
        Rated(rater=rater, relation=relation, scores=four)
        for rater, relation in (
            ("sri", Relation.SUPERVISOR),
            ("agus", Relation.SUPERVISOR),
            ("tono", Relation.SUPERVISOR),
            ("wati", Relation.PEER),
            ("budi", Relation.SELF),
        )
    ]

    moved, *gone = after(*past.running, *rated, when=replace(MOVE, appraiser="tono", reviewer=None), by="hr")

    assert moved.reviewer is None
    assert gone == [RatingWithdrawn(rater=who, reason="the appraisal went to tono") for who in ("sri", "agus")]


@pytest.mark.parametrize(
    ("changes", "people", "message"),
    [
        ({"reviewer": "budi"}, {}, "/reviewer: budi is a party; name the appraiser's superior"),
        ({"reviewer": "dewi"}, {}, "/reviewer: dewi is below budi; name somebody above"),
        ({"appraiser": "sri", "reviewer": "dewi"}, {}, "/reviewer: dewi is below budi; name somebody above"),
        ({"appraiser": "sri", "reviewer": "wati"}, {}, "/reviewer: wati is below sri; name somebody above"),
        ({"appraiser": "dewi", "reviewer": "sri"}, {}, "/appraiser: dewi is below budi; name somebody above"),
        ({"reviewer": "nobody"}, {}, "/reviewer: nobody is not on the roster; register them first, or name another"),
        (
            {},
            {"rini": tenure((date(2025, 8, 26), "disdik", "tono"), since=date(2025, 8, 26))},
            "/appraiser: rini serves from 2025-08-26, after 2025-08-25; name another",
        ),
        (
            {},
            {"rini": tenure((date(2024, 1, 1), "disdik", "tono"), retired=date(2025, 8, 24))},
            "/appraiser: rini retires on 2025-08-24, before 2025-08-25; name their successor",
        ),
        (
            {"since": date(2025, 2, 1)},
            {"tono": tenure((date(2025, 3, 1), "disdik", "agus"), since=date(2025, 3, 1))},
            "/reviewer: tono serves from 2025-03-01, after 2025-02-01; name another",
        ),
        (
            {"since": date(2025, 2, 1)},
            {"tono": tenure((date(2024, 1, 1), "disdik", "agus"), retired=date(2025, 6, 30))},
            "/reviewer: tono retires on 2025-06-30, before 2025-07-01; name their successor",
        ),
    ],
)
def test_who_is_named_by_a_move_serves_is_no_party_and_stands_above(after, past, changes, people, message):
    assert after(*past.running, when=MOVE, by="hr")
    with pytest.raises(Invalid) as refused:
        after(*past.running, when=replace(MOVE, **changes), by="hr", people=people)

    assert (refused.value.message, refused.value.field) == (message, message.partition(":")[0])


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ({"value": Decimal(200)}, None),
        ({"weight": Decimal(60)}, None),
        ({"value": Decimal(200), "weight": Decimal(60)}, None),
        ({}, None),
        ({"value": Decimal(150), "weight": Decimal(60)}, (150, 60)),
        ({"value": Decimal(150)}, (150, None)),
        ({"value": Decimal("0.5")}, (Decimal("0.5"), None)),
    ],
)
def test_a_revision_names_something_that_changes(after, past, named, expected):
    revise = ReviseTarget(**WHO, result="berkas", target="jumlah", reason="Petugas berkurang", **named)
    if expected is not None:
        [revised] = after(*past.running, when=revise, by="sri")
        assert (revised.value, revised.weight) == expected
        return
    with pytest.raises(Invalid) as refused:
        after(*past.running, when=revise, by="sri")
    assert (refused.value.message, refused.value.field) == (
        "/value: nothing would change; give a new value",
        "/value",
    )


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ({"value": Decimal(-1)}, "/value: 'jumlah' needs a target above 0: achievement is divided by it"),
        ({"value": Decimal("1e-7")}, "/value: 1E-7 has more than six decimals; round it where it is recorded"),
        ({"weight": Decimal("1e-7")}, "/weight: 1E-7 has more than six decimals; round it where it is recorded"),
        ({"value": Decimal(150), "weight": Decimal(0)}, "/weight: 'jumlah' needs a weight above 0"),
    ],
)
def test_what_is_wrong_in_a_revision_is_named_by_its_own_field(after, past, named, message):
    revise = ReviseTarget(**WHO, result="berkas", target="jumlah", reason="Petugas berkurang", **named)

    with pytest.raises(Invalid) as refused:
        after(*past.running, when=revise, by="sri")

    assert (refused.value.message, refused.value.field) == (message, message.partition(":")[0])


def test_a_target_that_feeds_a_fact_is_revised_without_a_weight(after, past):
    revise = ReviseTarget(**WHO, result="tim", target="kegiatan", reason="Tim bertambah", value=Decimal(60))

    assert after(*past.running, when=revise, by="sri")[0].value == 60
    with pytest.raises(Invalid) as refused:
        after(*past.running, when=replace(revise, value=None, weight=Decimal(5)), by="sri")
    assert refused.value.message == "/weight: a target that feeds a fact has no weight; leave it out"


@pytest.mark.parametrize(
    ("command", "by", "message"),
    [
        (APPROVE, "wati", "only the appraiser sri may approve the plan; you are wati"),
        (ReturnPlan(**WHO, feedback="x"), "wati", "only the appraiser sri may return the plan; you are wati"),
        (SUBMIT, "sri", "only budi may submit the plan; you are sri"),
        (draft(), "sri", "only budi may draft the plan; you are sri"),
        (
            ReviseTarget(**WHO, result="berkas", target="jumlah", reason="x"),
            "wati",
            "only the appraiser sri may revise a target; you are wati",
        ),
    ],
)
def test_each_step_of_a_plan_is_its_own_persons(after, past, command, by, message):
    story = {ApprovePlan: past.submitted, ReturnPlan: past.submitted, ReviseTarget: past.running}
    with pytest.raises(NotAllowed) as refused:
        after(*story.get(type(command), past.drafted), when=command, by=by)

    assert refused.value.message == message


def test_nothing_may_be_planned_where_less_is_better(after, past, results):
    """Such as no complaint: met when there was none."""
    [minutes] = results[0].targets
    plan = [replace(results[0], targets=[replace(minutes, target=Decimal(0))]), *results[1:]]

    assert after(*past.opened, when=DraftPlan(**WHO, results=plan)) == [PlanDrafted(results=plan)]


def test_a_target_is_revised_until_the_period_ends_and_then_only_by_a_decision_on_an_objection(after, past):
    revise = ReviseTarget(**WHO, result="berkas", target="jumlah", reason="Salah tulis", value=Decimal(150))
    amending = (
        *past.objected,
        ObjectionDecided(outcome=ObjectionOutcome.AMENDED, reason="Salah tulis", decided=date(2026, 1, 22)),
        Reopened(reason="Salah tulis"),
    )

    assert after(*past.running, when=revise, by="sri", on=date(2025, 12, 31))
    with pytest.raises(TooLate, match="fixed by the end of the period, 2025-12-31"):
        after(*past.running, when=revise, by="sri", on=date(2026, 1, 1))
    assert after(*amending, when=revise, by="agus", on=date(2026, 1, 23))
