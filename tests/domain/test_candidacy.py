"""For what somebody is considered: listed by a policy, nominated, answered and decided by people."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs

from neraca.domain.assignments import Tenure
from neraca.domain.command_rules import PolicyRef
from neraca.domain.contexts import Actor
from neraca.domain.development.candidacy import (
    AnswerCandidacy,
    AssessCandidacy,
    CandidacyAnswered,
    CandidacyAssessed,
    CandidacyDecided,
    CandidacyRevised,
    CandidacyWithdrawn,
    CandidateNominated,
    DecideCandidacy,
    NominateCandidate,
    ReviseCandidacy,
    WithdrawCandidacy,
)
from neraca.domain.development.considered import Considered
from neraca.domain.errors import AlreadyDone, Blocked, Invalid, NotAllowed, NotFound, NotOpen, TooEarly
from neraca.domain.remuneration.told_facts import ToldFacts
from neraca.domain.vocabulary import CandidacyKind, Role

JANUARY = date(2026, 1, 12)
KEY: Any = {"employee": "budi", "kind": CandidacyKind.PROMOTION, "period": "2025"}
POLICY = PolicyRef("kota-uji.promosi", 1, "aa" * 32, "bb" * 32)
GOOD = Considered(POLICY, 90, ToldFacts(), "cc" * 32, "explain/1", "memenuhi_syarat", True, Decimal(84))
POOR = structs.replace(GOOD, outcome="belum_memenuhi_syarat", eligible=False, facts_digest="dd" * 32)
NONE = structs.replace(GOOD, outcome=None, eligible=False, blocked="indicators/hasil: missing")
REASON: Any = {"reason": "Dua tahun baik"}
NOMINATED = CandidateNominated(**KEY, considered=GOOD, by="sri", **REASON)
ACCEPTED = CandidacyAnswered(**KEY, accepted=True)
GRANTED = CandidacyDecided(**KEY, granted=True, considered=GOOD, reason="Formasi ada", decree="SK 9")
NOMINATE = NominateCandidate(**KEY, **REASON)
DECIDE = DecideCandidacy(**KEY, granted=True, reason="Formasi ada", decree="SK 9")
REVISE = ReviseCandidacy(**KEY, granted=False, reason="Formasi dicabut")


def known(considered: Considered = GOOD, *, asks: bool = False, head: str | None = "sri", by: Any = "hr") -> Any:
    return {"by": by, "on": JANUARY, "considered": considered, "asks": asks, "head": head}


def test_the_policy_lists_and_a_list_is_no_nomination(after):
    assess = AssessCandidacy(**KEY)

    for considered in (GOOD, POOR, NONE):
        assert after(when=assess, **known(considered)) == [CandidacyAssessed(**KEY, considered=considered)]
    with pytest.raises(AlreadyDone, match="nothing that was recorded of 2025 has changed"):
        after(CandidacyAssessed(**KEY, considered=GOOD), when=assess, **known())
    with pytest.raises(NotOpen, match="budi is not nominated; nominate-candidate comes first"):
        after(CandidacyAssessed(**KEY, considered=GOOD), when=DECIDE, **known(by="official"))
    with pytest.raises(NotOpen, match="budi is nominated already"):
        after(NOMINATED, when=assess, **known())


def test_the_head_of_the_unit_or_hr_nominates_whom_the_policy_makes_a_candidate(after):
    assert after(when=NOMINATE, **known(by="sri")) == [NOMINATED]
    assert after(when=NOMINATE, **known()) == [structs.replace(NOMINATED, by="hr")]
    with pytest.raises(NotAllowed, match="only the head of the unit of budi or HR may nominate them; you are wati"):
        after(when=NOMINATE, **known(by="wati"))
    with pytest.raises(Blocked, match=r"kota-uji\.promosi@1 makes belum_memenuhi_syarat of budi"):
        after(when=NOMINATE, **known(POOR))
    with pytest.raises(Blocked, match="budi can't be considered: indicators/hasil: missing"):
        after(when=NOMINATE, **known(NONE))
    with pytest.raises(AlreadyDone, match="budi is nominated already"):
        after(NOMINATED, when=NOMINATE, **known())
    with pytest.raises(TooEarly, match="2026 ends on 2026-12-31"):
        after(when=structs.replace(NOMINATE, period="2026"), **known())


def test_nobody_lists_nominates_or_decides_on_themselves(after):
    for role, command, before in (
        (Role.HR, AssessCandidacy(**KEY), ()),
        (Role.HR, NOMINATE, ()),
        (Role.OFFICIAL, DECIDE, (NOMINATED,)),
        (Role.OFFICIAL, REVISE, (NOMINATED, GRANTED)),
        (Role.HR, WithdrawCandidacy(**KEY, reason="Batal"), (NOMINATED,)),
    ):
        with pytest.raises(NotAllowed, match="nobody lists, nominates or decides on themselves"):
            after(*before, when=command, **known(by=Actor("budi", frozenset({role}), "uji")))


def test_whoever_nominated_does_not_decide(after):
    both = Actor("sri", frozenset({Role.EMPLOYEE, Role.OFFICIAL}), "uji")

    with pytest.raises(NotAllowed, match="sri nominated budi, and nobody decides on what they proposed"):
        after(NOMINATED, when=DECIDE, **known(by=both))
    # Nor does a revision of what another decided bring them there.
    refused = structs.replace(GRANTED, granted=False, decree=None)
    with pytest.raises(NotAllowed, match="nobody decides on what they proposed"):
        after(NOMINATED, refused, when=structs.replace(REVISE, granted=True), **known(by=both))


def test_nothing_is_granted_anew_to_somebody_who_has_left(after):
    left = {"people": {"budi": Tenure(since=date(2020, 1, 1), retired=date(2025, 12, 31))}}
    refused = structs.replace(GRANTED, granted=False, decree=None)
    again = structs.replace(REVISE, granted=True)

    for before, command in (((NOMINATED,), DECIDE), ((NOMINATED, refused), again)):
        with pytest.raises(Invalid, match="budi retires on 2025-12-31, before 2026-01-12"):
            after(*before, when=command, **known(by="official"), **left)
    assert after(NOMINATED, when=structs.replace(DECIDE, granted=False), **known(by="official"), **left)
    assert after(NOMINATED, GRANTED, when=REVISE, **known(by="official"), **left)


def test_an_official_decides_by_what_the_policy_makes_of_the_facts_by_now(after):
    refused = structs.replace(DECIDE, granted=False, decree=None)

    assert after(NOMINATED, when=DECIDE, **known(by="official")) == [GRANTED]
    assert after(NOMINATED, when=refused, **known(POOR, by="official")) == [
        CandidacyDecided(**KEY, granted=False, considered=POOR, reason="Formasi ada")
    ]
    with pytest.raises(Blocked, match="makes belum_memenuhi_syarat of budi"):
        after(NOMINATED, when=DECIDE, **known(POOR, by="official"))
    with pytest.raises(AlreadyDone, match="budi was decided on already; revise-candidacy changes that"):
        after(NOMINATED, GRANTED, when=DECIDE, **known(by="official"))


def test_where_the_policy_asks_the_candidate_nothing_is_granted_before_they_accept(after):
    asking = known(asks=True, by="official")

    with pytest.raises(NotOpen, match="budi has not answered yet"):
        after(NOMINATED, when=DECIDE, **asking)
    with pytest.raises(NotOpen, match="budi has declined"):
        after(NOMINATED, structs.replace(ACCEPTED, accepted=False), when=DECIDE, **asking)
    assert after(NOMINATED, ACCEPTED, when=DECIDE, **asking) == [GRANTED]
    # Nor by a revision of what was refused without their word.
    refused = structs.replace(GRANTED, granted=False, decree=None)
    with pytest.raises(NotOpen, match="budi has not answered yet"):
        after(NOMINATED, refused, when=structs.replace(REVISE, granted=True), **asking)
    assert after(NOMINATED, ACCEPTED, refused, when=structs.replace(REVISE, granted=True), **asking)
    # Refusing them needs no word of theirs.
    assert after(NOMINATED, when=structs.replace(DECIDE, granted=False), **asking)


def test_who_was_refused_without_their_word_is_nominated_anew_and_asked(after):
    declined = structs.replace(ACCEPTED, accepted=False)
    refused = structs.replace(GRANTED, granted=False, decree=None)
    grant = structs.replace(REVISE, granted=True)
    asking = known(asks=True, by="official")

    for story, said in (((NOMINATED,), "has not answered yet"), ((NOMINATED, declined), "has declined")):
        with pytest.raises(NotOpen, match=f"budi {said}; .*; nominate-candidate asks them again"):
            after(*story, refused, when=grant, **asking)
        assert after(*story, refused, when=NOMINATE, **known(by="sri")) == [NOMINATED]
        again = (*story, refused, NOMINATED)
        assert after(*again, when=AnswerCandidacy(**KEY, accepted=True), by="budi", on=JANUARY) == [ACCEPTED]
        assert after(*again, ACCEPTED, when=DECIDE, **asking) == [GRANTED]
    # Whoever accepted is granted it by a revision, and who has it is not nominated for it.
    for story in ((NOMINATED, ACCEPTED, refused), (NOMINATED, GRANTED)):
        with pytest.raises(AlreadyDone, match="budi was decided on already; revise-candidacy changes that"):
            after(*story, when=NOMINATE, **known(by="sri"))


def test_what_follows_from_poor_results_does_not_wait_for_a_yes(after):
    key = KEY | {"kind": CandidacyKind.DISCIPLINE}
    nominated = CandidateNominated(**key, considered=GOOD, by="sri", **REASON)
    heard = CandidacyAnswered(**key, accepted=False, answer="Cuti sakit setengah tahun")

    decided = after(
        nominated, heard, when=DecideCandidacy(**key, granted=True, reason="Dibina"), **known(asks=True, by="official")
    )

    assert [one.granted for one in decided] == [True]


def test_the_candidate_answers_once(after):
    answer = AnswerCandidacy(**KEY, accepted=True)

    assert after(NOMINATED, when=answer, by="budi", on=JANUARY) == [ACCEPTED]
    with pytest.raises(AlreadyDone, match="budi gave an answer before"):
        after(NOMINATED, ACCEPTED, when=answer, by="budi", on=JANUARY)
    with pytest.raises(NotOpen, match="there is nothing that budi is asked for 2025"):
        after(when=answer, by="budi", on=JANUARY)
    with pytest.raises(NotAllowed, match="there is nothing that wati may answer for budi"):
        after(NOMINATED, when=answer, by="wati", on=JANUARY)


def test_a_decision_is_revised_with_a_reason_and_stays_readable(after):
    assert after(NOMINATED, GRANTED, when=REVISE, **known(by="official")) == [
        CandidacyRevised(**KEY, granted=False, considered=GOOD, reason="Formasi dicabut")
    ]
    again = structs.replace(REVISE, granted=True)
    with pytest.raises(AlreadyDone, match="that is decided of budi already, by the same facts"):
        after(NOMINATED, GRANTED, when=again, **known(by="official"))
    moved = structs.replace(GOOD, facts_digest="ee" * 32)
    assert after(NOMINATED, GRANTED, when=again, **known(moved, by="official"))
    with pytest.raises(NotFound, match="nothing was decided on budi for 2025; decide first"):
        after(NOMINATED, when=REVISE, **known(by="official"))


def test_a_nomination_is_withdrawn_before_a_decision_by_whoever_made_it_or_hr(after):
    withdraw = WithdrawCandidacy(**KEY, reason="Salah orang")
    withdrawn = CandidacyWithdrawn(**KEY, reason="Salah orang")

    for by in ("sri", "hr"):
        assert after(NOMINATED, when=withdraw, by=by, on=JANUARY) == [withdrawn]
    with pytest.raises(NotAllowed, match="only who nominated budi, or HR, may withdraw that; you are agus"):
        after(NOMINATED, when=withdraw, by="agus", on=JANUARY)
    with pytest.raises(NotOpen, match="budi is not nominated for 2025, so there is nothing to withdraw"):
        after(NOMINATED, GRANTED, when=withdraw, by="hr", on=JANUARY)
    assert after(NOMINATED, ACCEPTED, withdrawn, when=NOMINATE, **known(by="sri")) == [NOMINATED]


def test_only_who_serves_is_nominated(after, placed):
    left = {"budi": placed("dinkes", "sri", retired=date(2025, 12, 31))}

    with pytest.raises(Invalid, match="budi retires on 2025-12-31, before 2026-01-12"):
        after(when=NOMINATE, people=left, **known())
