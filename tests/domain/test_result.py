"""Judgements, vouched facts, the final result and what follows it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.appraisal.commands import (
    AssessCompetencies,
    AssessedCompetency,
    EstablishFact,
    FileObjection,
    Finalise,
    JudgeLevel,
    ReceiveDocument,
    RecordFollowUp,
    WithdrawFact,
)
from neraca.domain.appraisal.events import (
    CompetenciesAssessed,
    Competency,
    DocumentReceived,
    FactEstablished,
    FactWithdrawn,
    FollowUpRecorded,
    LevelJudged,
    ObjectionDecided,
    Rated,
    Reopened,
)
from neraca.domain.command_rules import FactRule, ItemRule, StepRule, TimeLimit
from neraca.domain.contexts import Actor
from neraca.domain.errors import AlreadyDone, Blocked, Invalid, NotAllowed, NotFound, NotOpen, Refusal, TooEarly
from neraca.domain.facts import FROM_THE_LEDGER
from neraca.domain.vocabulary import Finality, FollowUpKind, ObjectionOutcome, Relation, Role

WHO: dict[str, Any] = {"employee": "budi", "period": "2025"}
FINALISE = Finalise(**WHO)
JUDGE = JudgeLevel(**WHO, result="berkas", level="di_atas", note="Melampaui")
FACT = EstablishFact(**WHO, fact="ide_baru", basis="SK 12/2025", flag=True)
RECEIVE = ReceiveDocument(**WHO)
FOLLOW_UP = RecordFollowUp(**WHO, kind=FollowUpKind.TRAINING, note="Pelatihan layanan", due=date(2026, 6, 1))
JANUARY = date(2026, 1, 5)


def of_c(reached, required):
    return AssessedCompetency("c", Decimal(reached), Decimal(required))


def competencies(*names):
    return [AssessedCompetency(name, Decimal(2), Decimal(3)) for name in names]


ASSESS = AssessCompetencies(**WHO, competencies=competencies("a", "b", "c"), basis="Uji kompetensi 2025")


def person(name, *roles):
    return Actor(name, frozenset(roles), "uji")


@pytest.fixture
def levels(rules):
    return replace(rules, items={"skp": ItemRule("level", ("di_atas", "sesuai", "di_bawah"), False, 1)})


@pytest.mark.parametrize(
    ("fact", "value", "message"),
    [
        ("realisasi_tim", {"flag": True}, "/flag: policy kota-uji reads 'realisasi_tim' as a number; give /number"),
        ("realisasi_tim", {"word": "12"}, "/word: policy kota-uji reads 'realisasi_tim' as a number; give /number"),
        ("tingkat", {"number": Decimal(2)}, "/number: policy kota-uji reads 'tingkat' as a word; give /word"),
        (
            "tingkat",
            {"word": "terampill"},
            "/word: policy kota-uji has no word .* for 'tingkat'; did you mean 'terampil'",
        ),
        ("realisasi_tim", {"number": Decimal(-1)}, "/number: -1 is below 0"),
        ("target_tim", {"number": Decimal(0)}, "/number: 'target_tim' must be above 0"),
    ],
)
def test_a_fact_that_the_policy_could_not_use_is_refused(after, past, fact, value, message):
    given = EstablishFact(**WHO, fact=fact, basis="SK 12/2025", **value)

    with pytest.raises(Invalid, match=message):
        after(*past.running, when=given, by="official")


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("realisasi_tim", {"number": Decimal(0)}),
        ("target_tim", {"number": Decimal("0.5")}),
        ("tingkat", {"word": "ahli"}),
    ],
)
def test_a_fact_that_the_policy_can_use_is_taken(after, past, fact, value):
    assert after(*past.running, when=EstablishFact(**WHO, fact=fact, basis="SK 12/2025", **value), by="official")


def test_the_appraiser_judges_a_result_by_a_level_of_the_scale(after, past, levels):
    judged = [LevelJudged(result="berkas", level="di_atas", note="Melampaui", by="sri")]

    assert after(*past.running, when=JUDGE, by="sri", rules=levels) == judged
    with pytest.raises(NotAllowed, match="only the appraiser"):
        after(*past.running, when=JUDGE, rules=levels)
    with pytest.raises(NotOpen, match="not approved"):
        after(*past.drafted, when=JUDGE, by="sri", rules=levels)
    with pytest.raises(Invalid, match="the plan has no result 'x'"):
        after(*past.running, when=replace(JUDGE, result="x"), by="sri", rules=levels)
    with pytest.raises(Invalid, match="no level 'diatas'; did you mean 'di_atas'"):
        after(*past.running, when=replace(JUDGE, level="diatas"), by="sri", rules=levels)
    with pytest.raises(NotOpen, match="result is final"):
        after(*past.final, when=JUDGE, by="sri", rules=levels)


def test_a_result_measured_by_targets_is_not_judged(after, past):
    with pytest.raises(Invalid, match="computes 'skp' from targets"):
        after(*past.running, when=JUDGE, by="sri")


def test_the_appraiser_assesses_competencies(after, past, levels):
    assert after(*past.running, when=ASSESS, by="sri") == [
        CompetenciesAssessed(
            competencies=[Competency(name, Decimal(3), Decimal(2)) for name in ("a", "b", "c")],
            basis="Uji kompetensi 2025",
        )
    ]
    with pytest.raises(NotAllowed, match="only the appraiser"):
        after(*past.running, when=ASSESS)
    with pytest.raises(NotOpen, match="result is final"):
        after(*past.final, when=ASSESS, by="sri")
    with pytest.raises(Invalid, match="doesn't use competencies"):
        after(*past.running, when=ASSESS, by="sri", rules=levels)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"basis": ""}, "basis is empty"),
        ({"competencies": competencies("a", "b")}, "at least 3"),
        ({"competencies": competencies("a", "b", "a")}, "'a' is there twice"),
        ({"competencies": competencies("a", "b", " ")}, "/competencies/2/name: the name is empty"),
        ({"competencies": [*competencies("a", "b"), of_c(1, 0)]}, "above 0"),
        (
            {"competencies": [*competencies("a", "b"), of_c(-1, 3)]},
            "-1 is below 0",
        ),
        (
            {"competencies": [*competencies("a", "b"), of_c("1e-7", 3)]},
            "six decimals",
        ),
    ],
)
def test_competencies_must_be_complete_and_exact(after, past, changes, message):
    with pytest.raises(Invalid, match=message):
        after(*past.running, when=replace(ASSESS, **changes), by="sri")


@pytest.mark.parametrize(
    "value", [{"flag": False}, {"flag": None, "number": Decimal("0.5")}, {"flag": None, "word": "tinggi"}]
)
def test_an_official_vouches_for_a_fact(after, past, value):
    asked = replace(FACT, **value)
    established = FactEstablished(
        fact="ide_baru", basis="SK 12/2025", number=asked.number, flag=asked.flag, word=asked.word
    )

    assert after(*past.running, when=asked, by="official") == [established]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"fact": "ide_barru"}, "did you mean 'ide_baru'"),
        ({"fact": "laporan_disetujui"}, "counted from the log"),
        ({"basis": ""}, "basis is empty"),
        ({"flag": None}, "exactly one"),
        ({"number": Decimal(1)}, "exactly one"),
        ({"flag": None, "number": Decimal("1e-7")}, "six decimals"),
        ({"flag": None, "word": ""}, "word is empty"),
    ],
)
def test_a_fact_must_be_one_the_policy_reads(after, past, changes, message):
    with pytest.raises(Invalid, match=message):
        after(*past.running, when=replace(FACT, **changes), by="official")


def test_nobody_vouches_for_themselves_or_after_the_score(after, past):
    with pytest.raises(NotAllowed, match="in their own appraisal"):
        after(*past.running, when=FACT, by=person("budi", Role.OFFICIAL))
    with pytest.raises(NotOpen, match="result is final"):
        after(*past.final, when=FACT, by="official")


def test_a_final_result_records_all_it_was_made_from(after, past, scored):
    assert after(*past.rated, when=FINALISE, by="sri", on=JANUARY, scored=scored) == [past.finalised]
    assert after(*past.rated, when=FINALISE, by="official", on=JANUARY, scored=scored) == [past.finalised]


def test_a_result_may_be_final_from_the_last_day_of_the_period(after, past, scored):
    with pytest.raises(TooEarly, match="ends on 2025-12-31"):
        after(*past.rated, when=FINALISE, by="sri", on=date(2025, 12, 30), scored=scored)

    assert after(*past.rated, when=FINALISE, by="sri", on=date(2025, 12, 31), scored=scored)


def test_what_blocks_a_score_blocks_the_result_in_the_same_words(after, past, scored):
    blocked = replace(scored, predicate=None, score=None, blocked="perilaku: no rating from atasan")

    with pytest.raises(Blocked, match="there is no result: perilaku: no rating from atasan"):
        after(*past.running, when=FINALISE, by="sri", on=JANUARY, scored=blocked)
    with pytest.raises(Blocked, match="the policy gives no predicate"):
        after(*past.running, when=FINALISE, by="sri", on=JANUARY, scored=replace(blocked, blocked=None))


def test_a_result_is_final_once(after, past, scored):
    with pytest.raises(NotOpen, match="only a decided objection"):
        after(*past.final, when=FINALISE, by="sri", on=JANUARY, scored=scored)
    with pytest.raises(NotFound, match="HR opens it"):
        after(when=FINALISE, by="official", on=JANUARY, scored=scored)


def test_a_submitted_plan_is_answered_before_the_result(after, past, scored):
    with pytest.raises(NotOpen, match="waits for sri"):
        after(*past.submitted, when=FINALISE, by="sri", on=JANUARY, scored=scored)

    assert after(*past.drafted, when=FINALISE, by="sri", on=JANUARY, scored=scored)


@pytest.mark.parametrize(
    ("by", "step", "allowed"),
    [
        ("sri", None, True),
        ("official", None, True),
        ("agus", None, False),
        ("budi", None, False),
        ("wati", None, False),
        ("sri", ("pejabat_penilai", "pegawai"), True),
        ("agus", ("atasan_pejabat_penilai", "pegawai", "pejabat_penilai"), True),
        ("sri", ("atasan_pejabat_penilai", "pegawai", "pejabat_penilai"), False),
        ("official", ("atasan_pejabat_penilai", "pegawai", "pejabat_penilai"), True),
        ("official", ("pejabat_berwenang", "pegawai", "pejabat_penilai"), True),
        ("sri", ("pejabat_berwenang", "pegawai", "pejabat_penilai"), False),
        ("agus", ("pejabat_berwenang", "pegawai", "pejabat_penilai"), False),
        ("official", ("kepala_daerah",), True),
        ("sri", ("kepala_daerah",), False),
    ],
)
def test_who_finalises_is_whom_the_policy_names(after, past, scored, rules, by, step, allowed):
    if step:
        rules = replace(rules, steps={"tetapkan": StepRule(step[0], TimeLimit(7, False), step[1:])})
    if allowed:
        assert after(*past.rated, when=FINALISE, by=by, on=JANUARY, scored=scored, rules=rules)
    else:
        with pytest.raises(NotAllowed, match="may finalise"):
            after(*past.rated, when=FINALISE, by=by, on=JANUARY, scored=scored, rules=rules)


def test_an_official_who_is_a_party_is_not_distinct(after, past, scored, rules):
    apart = replace(
        rules,
        steps={"tetapkan": StepRule("pejabat_berwenang", TimeLimit(7, False), ("pegawai", "pejabat_penilai"))},
    )

    with pytest.raises(NotAllowed, match="may not be the pejabat_penilai sri"):
        after(*past.rated, when=FINALISE, by=person("sri", Role.OFFICIAL), on=JANUARY, scored=scored, rules=apart)
    with pytest.raises(NotAllowed, match="may not be the pegawai budi"):
        after(*past.rated, when=FINALISE, by=person("budi", Role.OFFICIAL), on=JANUARY, scored=scored)


def test_the_reviewers_evaluation_of_a_silent_appraisers_case_is_final(after, past, scored):
    late = date(2026, 1, 22)
    by_reviewer = Rated(rater="agus", relation=Relation.SUPERVISOR, scores={"layanan": Decimal(4)})

    [finalised] = after(*past.running, by_reviewer, when=FINALISE, by="agus", on=late, scored=scored)
    assert finalised == replace(past.finalised, on=late, final=True, finality=Finality.SUPERIOR)
    [finalised] = after(*past.running, by_reviewer, when=FINALISE, by="official", on=late, scored=scored)
    assert finalised.final


@pytest.mark.parametrize(
    ("own", "reviewers"),
    [
        (
            Rated(rater="sri", relation=Relation.SUPERVISOR, scores={"layanan": Decimal(4)}),
            Rated(rater="agus", relation=Relation.SUPERVISOR, scores={"disiplin": Decimal(90)}),
        ),
        (
            LevelJudged(result="berkas", level="sesuai", by="sri"),
            Rated(rater="agus", relation=Relation.SUPERVISOR, scores={"layanan": Decimal(4)}),
        ),
        (
            Rated(rater="sri", relation=Relation.SUPERVISOR, scores={"layanan": Decimal(4)}),
            LevelJudged(result="berkas", level="sesuai", by="agus"),
        ),
    ],
)
def test_what_the_reviewer_adds_for_a_half_silent_appraiser_takes_no_objection_away(
    after, past, scored, own, reviewers
):
    """Annex p. 90.11: final is what the superior evaluates instead of the appraiser, not beside."""
    late = date(2026, 1, 22)

    for by in ("agus", "official"):
        [finalised] = after(*past.running, own, reviewers, when=FINALISE, by=by, on=late, scored=scored)
        assert finalised == replace(past.finalised, on=late)
        [alone] = after(*past.running, reviewers, when=FINALISE, by=by, on=late, scored=scored)
        assert alone == replace(past.finalised, on=late, final=True, finality=Finality.SUPERIOR)


def test_the_reviewer_fixes_what_the_appraiser_rated_however_late_and_it_may_be_objected_to(after, past, scored, rules):
    late = date(2026, 1, 22)
    fixing = StepRule("atasan_pejabat_penilai", TimeLimit(7, False), ("pegawai", "pejabat_penilai"))
    by_reviewer = replace(rules, steps={**rules.steps, "tetapkan": fixing})

    for book in (rules, by_reviewer):
        [finalised] = after(*past.rated, when=FINALISE, by="agus", on=late, scored=scored, rules=book)
        assert finalised == replace(past.finalised, on=late)


def test_the_employee_receives_the_document_once(after, past):
    assert after(*past.final, when=RECEIVE, on=date(2026, 1, 7)) == [DocumentReceived(on=date(2026, 1, 7))]
    with pytest.raises(AlreadyDone, match="received on 2026-01-07"):
        after(*past.received, when=RECEIVE)
    with pytest.raises(NotAllowed, match="only budi"):
        after(*past.final, when=RECEIVE, by="sri")
    with pytest.raises(NotOpen, match="no final result yet"):
        after(*past.running, when=RECEIVE)
    assert after(*past.received, Reopened(reason="x"), past.finalised, when=RECEIVE)


@pytest.mark.parametrize("by", ["sri", "hr", "official"])
@pytest.mark.parametrize("kind", FollowUpKind)
def test_a_final_result_has_follow_ups(after, past, by, kind):
    recorded = FollowUpRecorded(kind=kind, note="Pelatihan layanan", due=date(2026, 6, 1))

    assert after(*past.final, when=replace(FOLLOW_UP, kind=kind), by=by, on=JANUARY) == [recorded]


def test_follow_ups_wait_for_a_result_that_stands(after, past):
    with pytest.raises(NotOpen, match="no final result yet"):
        after(*past.running, when=FOLLOW_UP, by="hr")
    with pytest.raises(NotOpen, match="objection is pending"):
        after(*past.objected, when=FOLLOW_UP, by="hr")
    with pytest.raises(NotAllowed, match="in their own appraisal"):
        after(*past.final, when=FOLLOW_UP)
    with pytest.raises(NotAllowed, match="only the appraiser sri, HR or an official"):
        after(*past.final, when=FOLLOW_UP, by="wati")
    with pytest.raises(Invalid, match="note is empty"):
        after(*past.final, when=replace(FOLLOW_UP, note=""), by="hr")
    with pytest.raises(Invalid, match="2026-06-01 is past"):
        after(*past.final, when=FOLLOW_UP, by="hr", on=date(2026, 6, 2))


@pytest.mark.parametrize("fact", sorted(FROM_THE_LEDGER))
def test_nobody_vouches_for_what_the_ledger_counts(after, past, rules, fact):
    reads = replace(rules, facts=rules.facts | {fact})

    with pytest.raises(Invalid, match=f"/fact: '{fact}' is counted from the log; correct its records instead"):
        after(*past.running, when=replace(FACT, fact=fact), by="official", rules=reads)


def test_the_ledger_counts_ten_facts():
    assert len(FROM_THE_LEDGER) == 10


def said(after, *events, **known):
    """The kind and words of the refusal; None where there is none."""
    try:
        after(*events, **known)
    except Refusal as refused:
        return f"{type(refused).__name__}: {refused.message}"
    return None


def test_a_source_that_the_policy_does_not_judge_by_level_is_computed(after, past, rules):
    computed = "Invalid: /result: the policy computes 'skp' from targets; there is no level to judge"

    for items in ({}, {"skp": ItemRule("ratio", (), True, 1)}, {"skp": ItemRule("level", (), True, 1)}):
        assert said(after, *past.running, when=JUDGE, by="sri", rules=replace(rules, items=items)) == computed


@pytest.mark.parametrize(
    ("least", "names", "message"),
    [
        (0, "", "/competencies: the policy needs at least 1"),
        (0, "a", None),
        (1, "", "/competencies: the policy needs at least 1"),
        (1, "a", None),
        (2, "a", "/competencies: the policy needs at least 2"),
        (2, "ab", None),
    ],
)
def test_as_many_competencies_are_assessed_as_the_policy_needs_and_one_at_least(
    after, past, rules, least, names, message
):
    book = replace(rules, items={"kompetensi": ItemRule("ratio", (), False, least)})
    command = replace(ASSESS, competencies=competencies(*names))

    assert said(after, *past.running, when=command, by="sri", rules=book) == (message and f"Invalid: {message}")


@pytest.mark.parametrize(
    ("required", "reached", "message"),
    [
        ("0.000001", "0", None),
        ("3", "3", None),
        ("0", "1", "required: must be above 0: the level reached is divided by it"),
        ("-1", "1", "required: must be above 0: the level reached is divided by it"),
        ("1e-7", "1", "required: 1E-7 has more than six decimals; round it where it is recorded"),
        ("3", "-0.000001", "reached: -0.000001 is below 0; send the level reached, or 0 for none"),
        ("3", "1e-7", "reached: 1E-7 has more than six decimals; round it where it is recorded"),
    ],
)
def test_a_level_is_exact_the_required_one_above_zero_and_the_reached_one_not_below(
    after, past, required, reached, message
):
    last = of_c(reached, required)
    command = replace(ASSESS, competencies=[*competencies("a", "b"), last])

    assert said(after, *past.running, when=command, by="sri") == (
        None if message is None else f"Invalid: /competencies/2/{message}"
    )
    if message is not None:
        with pytest.raises(Invalid) as refused:
            after(*past.running, when=command, by="sri")
        assert refused.value.field == f"/competencies/2/{message.partition(':')[0]}"


def test_a_competency_counts_once_however_it_is_written(after, past):
    command = replace(ASSESS, competencies=competencies("Integritas", "Kerja Sama", "kerja  sama", "integritas"))

    assert said(after, *past.running, when=command, by="sri") == (
        "Invalid: /competencies: 'integritas' is there twice; assess each once"
    )


@pytest.mark.parametrize(
    ("value", "taken"),
    [
        ({}, False),
        ({"flag": False}, True),
        ({"number": Decimal(0)}, True),
        ({"word": "tinggi"}, True),
        ({"flag": True, "number": Decimal(1)}, False),
        ({"flag": True, "word": "tinggi"}, False),
        ({"number": Decimal(1), "word": "tinggi"}, False),
        ({"flag": True, "number": Decimal(1), "word": "tinggi"}, False),
    ],
)
def test_a_fact_is_one_number_flag_or_word(after, past, value, taken):
    command = EstablishFact(**WHO, fact="ide_baru", basis="SK 12/2025", **value)

    assert said(after, *past.running, when=command, by="official") == (
        None if taken else "Invalid: /number: give exactly one of number, flag and word"
    )


@pytest.mark.parametrize(
    ("fact", "number", "message"),
    [
        ("realisasi_tim", "0", None),
        (
            "realisasi_tim",
            "-0.000001",
            "/number: -0.000001 is below 0; 'realisasi_tim' counts what was done, from 0 on",
        ),
        ("target_tim", "0.000001", None),
        (
            "target_tim",
            "0",
            "/number: 'target_tim' must be above 0: achievement is divided by it; leave out what was not planned",
        ),
        ("bebas", "-5", None),
    ],
)
def test_a_number_is_held_to_the_bounds_of_its_fact(after, past, rules, fact, number, message):
    book = replace(
        rules,
        facts=rules.facts | {"bebas"},
        kinds={**rules.kinds, "bebas": FactRule("number"), "kata": FactRule("word")},
    )
    command = EstablishFact(**WHO, fact=fact, basis="SK 12/2025", number=Decimal(number))

    assert said(after, *past.running, when=command, by="official", rules=book) == (message and f"Invalid: {message}")


def test_a_fact_is_read_as_its_kind(after, past, rules):
    book = replace(
        rules,
        facts=rules.facts | {"lulus", "catatan"},
        kinds={"lulus": FactRule("flag"), "catatan": FactRule("word"), "tingkat": rules.kinds["tingkat"]},
    )

    def answer(fact, **value):
        command = EstablishFact(**WHO, fact=fact, basis="SK 12/2025", **value)
        return said(after, *past.running, when=command, by="official", rules=book)

    assert answer("lulus", flag=False) is None
    assert answer("catatan", word="apa saja") is None
    assert answer("tingkat", word="ahli") is None
    assert answer("realisasi_tim", flag=True) is None, "of a fact without a kind anything is taken"
    assert answer("lulus", number=Decimal(1)) == (
        "Invalid: /number: policy kota-uji reads 'lulus' as a flag; give /flag"
    )
    assert answer("catatan", flag=True) == "Invalid: /flag: policy kota-uji reads 'catatan' as a word; give /word"


def test_a_result_is_never_fixed_without_a_predicate_or_past_what_blocks_it(after, past, scored):
    known: dict[str, Any] = {"when": FINALISE, "by": "sri", "on": JANUARY}

    assert said(after, *past.rated, **known, scored=replace(scored, predicate=None)) == (
        "Blocked: there is no result: the policy gives no predicate"
    )
    assert said(after, *past.rated, **known, scored=replace(scored, blocked="skp: no items")) == (
        "Blocked: there is no result: skp: no items"
    )
    assert said(after, *past.rated, **known, scored=replace(scored, predicate=None, blocked="skp: no items")) == (
        "Blocked: there is no result: skp: no items"
    )


def test_a_result_records_its_seal_and_which_groups_close_with_it_and_closes_them_once(after, past, scored, rules):
    sealed = replace(
        scored, sealed_digest="dd" * 32, salt="ee" * 32, closed={"rekan": 3, "warga": None}, closed_by=rules.policy
    )
    expected = replace(
        past.finalised,
        sealed_digest="dd" * 32,
        salt="ee" * 32,
        closed={"rekan": 3, "warga": None},
        closed_by=rules.policy,
    )
    known: dict[str, Any] = {"when": FINALISE, "by": "sri", "on": JANUARY, "scored": sealed}

    assert after(*past.rated, **known) == [expected]
    assert after(*past.final, Reopened(reason="bukti baru"), **known) == [replace(expected, closed={})]


def test_a_follow_up_is_due_from_today_on_or_at_no_day(after, past):
    for due, message in (
        (JANUARY, None),
        (None, None),
        (date(2026, 1, 4), "Invalid: /due: 2026-01-04 is past; choose a day from 2026-01-05"),
    ):
        assert said(after, *past.final, when=replace(FOLLOW_UP, due=due), by="hr", on=JANUARY) == message


def test_a_follow_up_waits_for_an_objection_to_be_decided_and_no_longer(after, past):
    decided = ObjectionDecided(outcome=ObjectionOutcome.UPHELD, reason="x", decided=date(2026, 1, 22))
    late = date(2026, 1, 23)

    assert said(after, *past.objected, when=FOLLOW_UP, by="hr", on=late) == (
        "NotOpen: an objection is pending; follow up when it is decided"
    )
    assert said(after, *past.objected, decided, when=FOLLOW_UP, by="hr", on=late) is None


def test_a_follow_up_is_recorded_by_who_appraises_now(after, past, placed):
    retired = placed("dinkes", "agus", retired=date(2025, 12, 31))
    nobody = {"sri": placed("dinkes", None, retired=date(2025, 12, 31)), "agus": retired}
    only = "NotAllowed: only the appraiser {}, HR or an official may record a follow-up"

    assert said(after, *past.final, when=FOLLOW_UP, by="agus", on=JANUARY) == only.format("sri")
    known: dict[str, Any] = {"when": FOLLOW_UP, "on": JANUARY}
    assert said(after, *past.final, **known, by="agus", people={"sri": retired}) is None
    assert said(after, *past.final, **known, by="wati", people={"sri": retired}) == only.format("agus")
    assert said(after, *past.final, **known, by="wati", people=nobody) == only.format("sri")


@pytest.mark.parametrize(
    ("superiors", "by", "on", "final"),
    [
        ((), "sri", date(2026, 1, 22), False),
        ((), "official", date(2026, 1, 22), False),
        ((), "agus", date(2026, 1, 22), True),
        (("sri",), "agus", date(2026, 1, 22), False),
        (("sri", "agus"), "sri", date(2026, 1, 5), False),
        (("agus",), "official", date(2026, 1, 5), True),
    ],
)
def test_a_result_is_final_where_the_reviewer_evaluated_in_the_appraisers_place(
    after, past, scored, superiors, by, on, final
):
    rated = [Rated(rater=who, relation=Relation.SUPERVISOR, scores={"layanan": Decimal(4)}) for who in superiors]

    [finalised] = after(*past.running, *rated, when=FINALISE, by=by, on=on, scored=scored)

    assert finalised.final is final


def test_a_result_may_be_objected_to_where_the_appraiser_has_left_or_the_reviewer_rated_as_something_else(
    after, past, scored, placed
):
    known: dict[str, Any] = {"when": FINALISE, "by": "official", "on": JANUARY, "scored": scored}
    by_reviewer = Rated(rater="agus", relation=Relation.SUPERVISOR, scores={"layanan": Decimal(4)})
    assured = Rated(rater="agus", relation=Relation.QUALITY_ASSURER, scores={"layanan": Decimal(4)})
    left = {"sri": placed("dinkes", "agus", retired=date(2025, 3, 31))}
    opened, *rest = past.running
    alone = (replace(opened, reviewer=None), *rest)

    assert after(*past.running, by_reviewer, **known)[0].final
    for story, people in (((*past.running, by_reviewer), left), ((*past.running, assured), {}), (alone, {})):
        [finalised] = after(*story, **known, people=people)
        assert not finalised.final


@pytest.mark.parametrize(
    ("command", "by", "message"),
    [
        (JUDGE, "wati", "only the appraiser sri may judge a result; you are wati"),
        (ASSESS, "wati", "only the appraiser sri may assess competencies; you are wati"),
        (
            FACT,
            person("budi", Role.OFFICIAL),
            "nobody may vouch for a fact in their own appraisal; ask another official",
        ),
        (RECEIVE, "sri", "only budi may receive the document; you are sri"),
        (FOLLOW_UP, "budi", "nobody may record a follow-up in their own appraisal; ask another official"),
    ],
)
def test_each_step_to_and_from_a_result_is_its_own_persons(after, past, command, by, message):
    story = past.final if isinstance(command, ReceiveDocument | RecordFollowUp) else past.running

    assert said(after, *story, when=command, by=by, on=JANUARY) == f"NotAllowed: {message}"


def test_a_target_that_is_a_fact_is_fixed_before_the_period_ends(after, past):
    """Not vouched for after it, together with what was done; a decision on an objection may put it right."""
    target = EstablishFact(**WHO, fact="target_tim", number=Decimal(40), basis="SK tim")
    actual = EstablishFact(**WHO, fact="realisasi_tim", number=Decimal(45), basis="Laporan tim")
    last, later = date(2025, 12, 31), date(2026, 1, 1)
    amending = (
        *past.objected,
        ObjectionDecided(outcome=ObjectionOutcome.AMENDED, reason="Target salah tulis", decided=date(2026, 1, 22)),
        Reopened(reason="Target salah tulis"),
    )

    assert after(*past.running, when=target, by="official", on=last)
    assert after(*past.running, when=actual, by="official", on=later)
    assert said(after, *past.running, when=target, by="official", on=later) == (
        "TooLate: /fact: 'target_tim' is a target, and where there is none the policy's rule for what is missing "
        "holds; what was promised is fixed by the end of the period, 2025-12-31, and only a decision on an objection "
        "opens it again"
    )
    assert after(*amending, when=target, by="official", on=date(2026, 1, 23))


def test_the_result_of_the_head_of_an_independent_unit_is_final_by_status(after, past, scored):
    known: dict[str, Any] = {"when": FINALISE, "by": "sri", "on": JANUARY, "scored": scored}

    [head], [other] = (after(*past.rated, **known, heads_independent_unit=heads) for heads in (True, False))

    assert (head.final, head.finality) == (True, Finality.STATUS)
    assert (other.final, other.finality) == (False, None)
    assert said(after, *past.rated, head, when=FileObjection(**WHO, grounds="x"), on=JANUARY) == (
        "NotOpen: this result is final: the law says so of heads of independent units and of whom the head of the "
        "region rates (annex p. 90)"
    )


def test_what_was_vouched_for_wrongly_is_withdrawn_with_a_reason_and_may_be_vouched_for_anew(after, past):
    established = FactEstablished(fact="ide_baru", basis="SK", flag=True)
    withdraw = WithdrawFact(employee="budi", period="2025", fact="ide_baru", reason="Milik orang lain")
    withdrawn = FactWithdrawn(fact="ide_baru", reason="Milik orang lain")

    assert after(*past.running, established, when=withdraw, by="official") == [withdrawn]
    for happened in ((), (established, withdrawn)):
        with pytest.raises(NotFound, match="nobody vouched for 'ide_baru' here, or it was withdrawn; there are none"):
            after(*past.running, *happened, when=withdraw, by="official")
    with pytest.raises(Invalid, match="the reason is empty"):
        after(*past.running, established, when=replace(withdraw, reason=" "), by="official")
    with pytest.raises(NotOpen):
        after(*past.running, established, *past.final[len(past.running) :], when=withdraw, by="official")
    with pytest.raises(NotAllowed):
        after(*past.running, established, when=withdraw, by=Actor("budi", frozenset({Role.OFFICIAL}), "uji"))
    again = EstablishFact(employee="budi", period="2025", fact="ide_baru", basis="SK 2", flag=False)
    assert after(*past.running, established, withdrawn, when=again, by="official")
