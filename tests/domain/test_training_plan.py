"""A unit's training plan: proposed from final results, decided by somebody it is not for, done person by person."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs

from neraca.domain.command_rules import PolicyRef
from neraca.domain.contexts import Actor
from neraca.domain.development.needs import RatedLow, TrainingNeeds, WeakIndicator, WeakValue
from neraca.domain.development.training_plan import (
    ApproveTrainingPlan,
    CancelTraining,
    CompleteTraining,
    ProposeTrainingPlan,
    ReturnTrainingPlan,
    TrainingCancelled,
    TrainingCompleted,
    TrainingItem,
    TrainingPlanApproved,
    TrainingPlanProposed,
    TrainingPlanReturned,
)
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound, NotOpen, TooEarly
from neraca.domain.vocabulary import Role, TrainingKind

FEBRUARY, MARCH = (date(2026, 2, 2), date(2026, 3, 2))
PLAN: Any = {"unit": "dinkes", "period": "2025"}
ITEM = TrainingItem(
    id="layanan",
    kind=TrainingKind.CLASSROOM,
    title="Pelayanan prima",
    addresses=["layanan"],
    people=["budi", "wati"],
    provider="BKPSDM",
    hours=24,
    cost=Decimal(4000000),
    since=MARCH,
    until=date(2026, 3, 4),
)
POLICY = PolicyRef("kota-uji", 1, "aa" * 32, "bb" * 32)
NEEDS = TrainingNeeds(position=90, results=4)
PROPOSED = TrainingPlanProposed(**PLAN, items=[ITEM], needs=NEEDS, reason="Hasil 2025")
APPROVED = TrainingPlanApproved(**PLAN, reason="Sesuai anggaran")
BUDI_DONE = TrainingCompleted(**PLAN, item="layanan", employee="budi", on=date(2026, 3, 4), hours=22)
PROPOSE = ProposeTrainingPlan(**PLAN, items=[ITEM], reason="Hasil 2025")
COMPLETE = CompleteTraining(**PLAN, item="layanan", employee="wati", on=date(2026, 3, 4), hours=24)


def proposing(*items, **known):
    return structs.replace(PROPOSE, items=list(items)) if items else structs.replace(PROPOSE, **known)


def test_the_head_or_hr_proposes_with_what_results_asked_for(after):
    needs = structs.replace(NEEDS, low=(RatedLow("budi", "kurang", 71),))
    for by in ("sri", "hr"):
        assert after(when=PROPOSE, by=by, on=FEBRUARY, head="sri", needs=needs) == [
            TrainingPlanProposed(**PLAN, items=[ITEM], needs=needs, reason="Hasil 2025")
        ]
    for head in ("sri", None):
        with pytest.raises(
            NotAllowed, match="only the head of dinkes or HR may send propose-training-plan; you are agus"
        ):
            after(when=PROPOSE, by="agus", on=FEBRUARY, head=head, needs=needs)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"people": []}, "/items/0/people", "1 to 500 people"),
        ({"people": ["budi", "budi"]}, "/items/0/people", "once"),
        ({"people": ["entah"]}, "/items/0/people/0", "not on the roster"),
        ({"people": ["budi", "rini"]}, "/items/0/people/1", "rini is not in dinkes from 2026-03-02 to 2026-03-04"),
        ({"addresses": []}, "/items/0/addresses", "for once"),
        ({"hours": 0}, "/items/0/hours", "send 1 to 2000"),
        ({"cost": Decimal("0.5")}, "/items/0/cost", "no sum in whole rupiah"),
        ({"cost": Decimal(-1)}, "/items/0/cost", "no sum in whole rupiah"),
        ({"until": date(2026, 3, 1)}, "/items/0/until", "2026-03-01 is before 2026-03-02"),
        ({"since": date(2026, 1, 1), "until": date(2026, 1, 2)}, "/items/0/until", "2026-01-02 is past"),
    ],
)
def test_each_item_is_in_bounds_and_for_people_of_the_unit(after, change, field, words):
    item = structs.replace(ITEM, **change)
    with pytest.raises(Invalid, match=words) as refused:
        after(when=proposing(item), by="hr", on=FEBRUARY, head=None, needs=NEEDS)
    assert refused.value.field == field


def test_what_is_measured_nowhere_can_be_addressed_by_no_training(after):
    with pytest.raises(Invalid) as refused:
        after(when=proposing(structs.replace(ITEM, addresses=["layanam"])), by="hr", on=FEBRUARY, needs=NEEDS)
    assert (refused.value.field, refused.value.message) == (
        "/items/0/addresses/0",
        "/items/0/addresses/0: no policy in force in 2025 has an indicator or node 'layanam'; did you mean 'layanan'?",
    )


def test_all_that_is_wrong_with_the_items_is_told_at_once(after):
    wrong = structs.replace(
        ITEM, id="lain", addresses=["entah"], people=["budi", "rini", "siapa"], hours=0, cost=Decimal(-1)
    )
    twice = structs.replace(ITEM, title=" ", until=date(2026, 1, 1))
    with pytest.raises(Invalid) as refused:
        after(when=proposing(ITEM, wrong, twice), by="hr", on=FEBRUARY, needs=NEEDS)
    assert [one.field for one in refused.value.faults] == [
        "/items/1/addresses/0",
        "/items/1/people/1",
        "/items/1/people/2",
        "/items/1/hours",
        "/items/1/cost",
        "/items/2/id",
        "/items/2/title",
        "/items/2/until",
    ]


def test_whoever_a_result_of_the_unit_asks_training_for_may_have_moved_since(after):
    weak = WeakIndicator("layanan", POLICY, Decimal(3), (WeakValue("rini", Decimal(2), 80),))
    item = structs.replace(ITEM, people=["rini"])
    assert [
        type(one)
        for one in after(
            when=proposing(item), by="hr", on=FEBRUARY, head=None, needs=structs.replace(NEEDS, weak=(weak,))
        )
    ] == [TrainingPlanProposed]


def test_a_plan_answers_a_period_that_has_ended(after):
    with pytest.raises(TooEarly, match="2026 ends on 2026-12-31"):
        after(when=structs.replace(PROPOSE, period="2026"), by="hr", on=FEBRUARY, head=None, needs=NEEDS)
    with pytest.raises(Invalid, match="0 items; propose 1 to 200"):
        after(when=structs.replace(PROPOSE, items=[]), by="hr", on=FEBRUARY, head=None, needs=NEEDS)
    with pytest.raises(Invalid, match="'layanan' is there twice"):
        after(when=proposing(ITEM, ITEM), by="hr", on=FEBRUARY, head=None, needs=NEEDS)
    with pytest.raises(Invalid, match="uji has no unit 'bpkad'"):
        after(when=structs.replace(PROPOSE, unit="bpkad"), by="hr", on=FEBRUARY, head=None, needs=NEEDS)


def test_an_official_approves_or_returns_what_waits(after):
    assert after(PROPOSED, when=ApproveTrainingPlan(**PLAN, reason="Sesuai anggaran"), by="official", on=FEBRUARY) == [
        APPROVED
    ]
    assert after(PROPOSED, when=ReturnTrainingPlan(**PLAN, reason="Terlalu mahal"), by="official", on=FEBRUARY) == [
        TrainingPlanReturned(**PLAN, reason="Terlalu mahal")
    ]
    for before in ((), (PROPOSED, APPROVED), (PROPOSED, TrainingPlanReturned(**PLAN, reason="Mahal"))):
        with pytest.raises(NotOpen, match="no training of dinkes for 2025 waits for a decision"):
            after(*before, when=ApproveTrainingPlan(**PLAN, reason="Ya"), by="official", on=FEBRUARY)


def test_nobody_decides_on_training_of_their_own(after):
    official = Actor("budi", frozenset({Role.OFFICIAL}), "uji")
    with pytest.raises(NotAllowed, match="budi is among the people of the plan, and nobody decides on themselves"):
        after(PROPOSED, when=ApproveTrainingPlan(**PLAN, reason="Ya"), by=official, on=FEBRUARY)


def test_what_waits_is_replaced_and_what_is_approved_stays(after):
    other = structs.replace(ITEM, id="arsip", title="Kearsipan")
    assert [
        type(one)
        for one in after(PROPOSED, APPROVED, when=proposing(other), by="hr", on=FEBRUARY, head=None, needs=NEEDS)
    ] == [TrainingPlanProposed]
    with pytest.raises(Conflict, match="'layanan' is approved and stays") as refused:
        after(PROPOSED, APPROVED, when=PROPOSE, by="hr", on=FEBRUARY, head=None, needs=NEEDS)
    assert refused.value.field == "/items/0/id"
    again = structs.replace(PROPOSED, items=[other])
    with pytest.raises(NotFound, match="no training 'layanan' is approved here; there are arsip"):
        after(PROPOSED, again, APPROVED, when=COMPLETE, by="hr", on=date(2026, 3, 5), head=None)


def test_each_completes_it_once(after):
    certificate = "arsip:sertifikat/17"
    done = structs.replace(COMPLETE, certificate=certificate)
    assert after(PROPOSED, APPROVED, BUDI_DONE, when=done, by="sri", on=date(2026, 3, 5), head="sri") == [
        TrainingCompleted(
            **PLAN, item="layanan", employee="wati", on=date(2026, 3, 4), hours=24, certificate=certificate
        )
    ]
    with pytest.raises(AlreadyDone, match="budi has completed 'layanan' already"):
        after(
            PROPOSED,
            APPROVED,
            BUDI_DONE,
            when=structs.replace(COMPLETE, employee="budi"),
            by="hr",
            on=date(2026, 3, 5),
            head=None,
        )
    with pytest.raises(NotFound, match="'layanan' is not for joko"):
        after(
            PROPOSED, APPROVED, when=structs.replace(COMPLETE, employee="joko"), by="hr", on=date(2026, 3, 5), head=None
        )


@pytest.mark.parametrize(
    ("change", "refusal", "words"),
    [
        ({"on": date(2026, 3, 6)}, TooEarly, "2026-03-06 is still to come"),
        ({"on": date(2026, 3, 1)}, Invalid, "2026-03-01 is before 2026-03-02"),
        ({"hours": 2001}, Invalid, "2001 hours can't be"),
    ],
)
def test_what_is_done_has_a_day_and_hours_that_can_be(after, change, refusal, words):
    with pytest.raises(refusal, match=words):
        after(PROPOSED, APPROVED, when=structs.replace(COMPLETE, **change), by="hr", on=date(2026, 3, 5), head=None)


def test_nobody_says_of_themselves_that_they_were_trained(after):
    with pytest.raises(NotAllowed, match="nobody records their own training"):
        after(
            PROPOSED,
            APPROVED,
            when=structs.replace(COMPLETE, employee="budi"),
            by="budi",
            on=date(2026, 3, 5),
            head="budi",
        )


def test_a_training_answers_a_follow_up_once(after):
    answering = structs.replace(COMPLETE, follow_up=77)
    answered = structs.replace(BUDI_DONE, follow_up=77)
    assert [
        type(one)
        for one in after(
            PROPOSED, APPROVED, when=answering, by="hr", on=date(2026, 3, 5), head=None, follow_ups=frozenset({77})
        )
    ] == [TrainingCompleted]
    with pytest.raises(NotFound, match="no training was recorded at 77") as refused:
        after(PROPOSED, APPROVED, when=answering, by="hr", on=date(2026, 3, 5), head=None)
    assert refused.value.field == "/follow_up"
    with pytest.raises(AlreadyDone, match="the one at 77 is answered already"):
        after(
            PROPOSED,
            APPROVED,
            answered,
            when=answering,
            by="hr",
            on=date(2026, 3, 5),
            head=None,
            follow_ups=frozenset({77}),
        )


def test_an_item_is_cancelled_for_one_or_for_all_who_have_not_done_it(after):
    one = TrainingCancelled(**PLAN, item="layanan", reason="Cuti", employee="wati")
    all_ = TrainingCancelled(**PLAN, item="layanan", reason="Penyedia batal")
    assert after(
        PROPOSED,
        APPROVED,
        when=CancelTraining(**PLAN, item="layanan", reason="Cuti", employee="wati"),
        by="hr",
        on=MARCH,
        head=None,
    ) == [one]
    assert after(
        PROPOSED,
        APPROVED,
        BUDI_DONE,
        when=CancelTraining(**PLAN, item="layanan", reason="Penyedia batal"),
        by="hr",
        on=MARCH,
        head=None,
    ) == [all_]
    with pytest.raises(NotOpen, match="'layanan' was cancelled for wati"):
        after(PROPOSED, APPROVED, all_, when=COMPLETE, by="hr", on=date(2026, 3, 5), head=None)
    with pytest.raises(NotOpen, match="nobody is still to take 'layanan'"):
        after(
            PROPOSED,
            APPROVED,
            BUDI_DONE,
            all_,
            when=CancelTraining(**PLAN, item="layanan", reason="Lagi"),
            by="hr",
            on=MARCH,
            head=None,
        )
