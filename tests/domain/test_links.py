"""What a planned result serves: linked when both are there, linked anew with a reason, unlinked; and the plan talk."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.cascade.links import (
    MOST_NOTES,
    LinkResult,
    NotePlanTalk,
    PlanTalkNoted,
    RelinkResult,
    ResultLinked,
    ResultUnlinked,
    Served,
    TakenLoads,
    UnlinkResult,
)
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound, TooLate
from neraca.domain.vocabulary import CascadeKind

WHO: Any = {"employee": "budi", "period": "2025"}
OF_SRI = Served("layanan", employee="sri", period="2025")
OF_UNIT = Served("gizi", unit="dinkes")
JULY = date(2025, 7, 1)
LINK = LinkResult(**WHO, result="berkas", serves=OF_SRI, kind=CascadeKind.INTERMEDIATE_OUTPUT)
LINKED = ResultLinked(**WHO, result="berkas", serves=OF_SRI, kind=CascadeKind.INTERMEDIATE_OUTPUT, on=JULY)
RELINK = RelinkResult(**WHO, result="berkas", serves=OF_UNIT, kind=CascadeKind.ASPECT, reason="Sri pindah tugas")
LOAD = replace(LINK, kind=CascadeKind.LOAD, target="jumlah", share=Decimal(200))
NOTE = NotePlanTalk(**WHO, on=date(2025, 6, 30), note="Disepakati 200 berkas")
SERVED = {"layanan": {"jumlah": Decimal(800), "mutu": None}, "gizi": {}}


@pytest.fixture
def linked(after):
    """What follows when a command meets the links of Budi, whose plan has two results, and those above him theirs."""

    def linked(*events, when, **known):
        own = {"own": frozenset({"berkas", "layanan"}), "served": SERVED}
        return after(*events, when=when, **(own | known))

    return linked


@pytest.mark.parametrize("by", ["budi", "sri", "hr"])
def test_a_result_is_linked_by_its_employee_by_who_is_above_or_by_hr(linked, by):
    assert linked(when=LINK, by=by) == [LINKED]


def test_it_is_linked_anew_and_unlinked_with_a_reason(linked):
    again = ResultLinked(
        **WHO, result="berkas", serves=OF_UNIT, kind=CascadeKind.ASPECT, on=JULY, reason="Sri pindah tugas"
    )
    assert linked(LINKED, when=RELINK) == [again]

    undone = ResultUnlinked(**WHO, result="berkas", on=JULY, reason="Tidak lagi mendukung")
    assert linked(LINKED, again, when=UnlinkResult(**WHO, result="berkas", reason="Tidak lagi mendukung")) == [undone]
    assert linked(LINKED, undone, when=LINK) == [LINKED]


def test_a_load_names_its_share_of_a_target_whatever_others_share(linked):
    # That it is more than the whole is told where it is read, and refused by nobody.
    [event] = linked(when=replace(LOAD, share=Decimal(900)))
    assert (event.target, event.share) == ("jumlah", Decimal(900))


def test_where_a_rule_keeps_loads_within_their_target_no_more_is_taken_than_is_left(linked):
    known = {"taken": TakenLoads("kota-uji", Decimal("700.5"))}

    [event] = linked(when=replace(LOAD, share=Decimal("99.5")), **known)
    assert event.share == Decimal("99.5")
    with pytest.raises(Invalid) as refused:
        linked(when=replace(LOAD, share=Decimal("99.500001")), **known)
    assert (refused.value.field, refused.value.message) == (
        "/share",
        "/share: policy kota-uji keeps loads within their target: of 800 in 'jumlah' others take 700.5, so 99.5 is "
        "left; take no more than that",
    )
    # A target that was lowered since may be taken whole already.
    with pytest.raises(Invalid, match="others take 900, so 0 is left"):
        linked(when=LOAD, taken=TakenLoads("kota-uji", Decimal(900)))


@pytest.mark.parametrize(
    ("command", "known", "refusal", "message"),
    [
        (LINK, {"own": None}, NotFound, "budi has no plan of its own for 2025; draft one first, or name the year"),
        (replace(LINK, result="berka"), {}, Invalid, "the plan for 2025 has no result 'berka'; did you mean 'berkas'"),
        (LINK, {"served": None}, NotFound, "/serves: the plan of sri for 2025 is not approved yet"),
        (
            replace(LINK, serves=replace(OF_SRI, result="layana")),
            {},
            Invalid,
            "the plan of sri for 2025 has no result 'layana'",
        ),
        (replace(LINK, serves=replace(OF_SRI, employee="wati")), {}, Invalid, "wati is not above budi on 2025-07-01"),
        (replace(LINK, serves=replace(OF_SRI, employee="dewi")), {}, Invalid, "dewi is not above budi on 2025-07-01"),
        (
            replace(LINK, serves=replace(OF_SRI, period="2024")),
            {},
            Invalid,
            "/serves/period: 2024 has no day of 2025; name the plan of the same time",
        ),
        (replace(LINK, serves=Served("gizi")), {}, Invalid, "/serves: name a superior with the period of their plan"),
        (replace(LINK, serves=replace(OF_SRI, unit="dinkes")), {}, Invalid, "/serves: name a superior with the period"),
        (replace(LINK, serves=replace(OF_SRI, period=None)), {}, Invalid, "/serves: name a superior with the period"),
        (replace(LINK, serves=replace(OF_UNIT, unit="dinkez")), {}, Invalid, "uji has no unit 'dinkez'"),
        (
            replace(LINK, serves=replace(OF_UNIT, unit="disdik")),
            {},
            Invalid,
            "/serves/unit: neither budi nor anybody above serves in disdik on 2025-07-01",
        ),
        (replace(LOAD, target=None), {}, Invalid, "/target: a LOAD is a share of a target; name which"),
        (replace(LOAD, target="jumlag"), {}, Invalid, "result 'layanan' has no target 'jumlag'"),
        (replace(LOAD, target="mutu"), {}, Invalid, "/target: 'mutu' has no number to share in"),
        (replace(LOAD, share=None), {}, Invalid, "/share: a LOAD has a share above 0"),
        (replace(LOAD, share=Decimal(0)), {}, Invalid, "/share: a LOAD has a share above 0"),
        (replace(LINK, share=Decimal(1)), {}, Invalid, "/share: only a LOAD is a share of a target; leave it out"),
        (replace(LINK, target="jumlah"), {}, Invalid, "/target: only a LOAD is a share of a target; leave it out"),
        (
            LINK,
            {"circular": True},
            Invalid,
            "/serves: 'layanan' in the plan of sri for 2025 serves 'berkas' of budi itself, directly or over others",
        ),
        (RELINK, {}, NotFound, "'berkas' of 2025 serves nothing yet; send link-result"),
        (UnlinkResult(**WHO, result="berkas", reason="x"), {}, NotFound, "'berkas' of 2025 serves nothing yet"),
        (LINK, {"by": "wati"}, NotAllowed, "there is no plan of budi for 2025 in which wati may send link-result"),
        (NOTE, {"by": "agus"}, NotAllowed, "there is no plan of budi for 2025 in which agus may send note-plan-talk"),
    ],
)
def test_a_link_leads_from_what_is_there_to_what_is_there_above(linked, command, known, refusal, message):
    with pytest.raises(refusal) as refused:
        linked(when=command, **known)
    assert message in refused.value.message


def test_what_serves_something_already_is_linked_anew_and_not_twice(linked):
    with pytest.raises(AlreadyDone, match="'berkas' serves 'layanan' already; send relink-result with a reason"):
        linked(LINKED, when=LINK)
    same = replace(RELINK, serves=OF_SRI, kind=CascadeKind.INTERMEDIATE_OUTPUT)
    with pytest.raises(AlreadyDone, match="'berkas' serves that already"):
        linked(LINKED, when=same)


@pytest.mark.parametrize("by", ["budi", "sri"])
def test_both_note_what_was_said_in_the_plan_talk(linked, by):
    noted = PlanTalkNoted(**WHO, on=date(2025, 6, 30), by=by, note="Disepakati 200 berkas")
    assert linked(when=NOTE, by=by) == [noted]


def test_a_talk_is_noted_after_it_was_held_within_the_period_and_within_bounds(linked):
    with pytest.raises(Invalid, match="2025-07-02 has not come"):
        linked(when=replace(NOTE, on=date(2025, 7, 2)))
    with pytest.raises(TooLate, match="2025 has ended"):
        linked(when=NOTE, on=date(2026, 1, 1))
    noted = PlanTalkNoted(**WHO, on=JULY, by="budi", note="x")
    with pytest.raises(Invalid, match="there are 100 notes on this plan"):
        linked(*[noted] * MOST_NOTES, when=NOTE)
