"""A rule is proposed by one, approved by others, and in force only then; each change voids what was approved."""

from datetime import date

import msgspec
import pytest
from msgspec.structs import replace

from neraca.domain import policy_register
from neraca.domain.agency import Approvals
from neraca.domain.command_rules import PolicyRef
from neraca.domain.contexts import Actor, Draft, Measured
from neraca.domain.errors import (
    AlreadyDone,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    NotOpen,
    Refusal,
    TooEarly,
    TooLate,
)
from neraca.domain.policy_register import (
    ApprovePolicy,
    AttachImpact,
    Override,
    PolicyApproved,
    PolicyImpactAttached,
    PolicyProposed,
    PolicyPublished,
    PolicyScheduled,
    PolicySuperseded,
    PolicyWithdrawn,
    ProposePolicy,
    PublishPolicy,
    SchedulePolicy,
    WithdrawPolicy,
)
from neraca.domain.vocabulary import PositionClass, Role

TODAY = date(2025, 7, 1)
NEXT_YEAR = date(2026, 1, 1)
ONE = PolicyRef("kota-uji", 1, "aa" * 32, "bb" * 32)
TWO = PolicyRef("kota-uji", 2, "cc" * 32, "dd" * 32)
TEXTS = {"kota-uji.yaml": "id: kota-uji"}
DRAFT = Draft(
    policy=TWO,
    purpose="predicate",
    abstract=False,
    since=date(2025, 1, 1),
    until=None,
    cycle="year",
    policy_date="period_end",
    tests=1,
)
PROPOSE = ProposePolicy(file="kota-uji.yaml", texts=TEXTS, reason="Perwali 12/2025", since=NEXT_YEAR)
PROPOSED = PolicyProposed(
    proposal="p1",
    policy=TWO,
    file="kota-uji.yaml",
    texts=TEXTS,
    author="tini",
    reason="Perwali 12/2025",
    since=NEXT_YEAR,
)
REPORT, OTHER = "6e" * 32, "7f" * 32
MEASURED = Measured(report=REPORT, text="{}", period="2024", summary="3 dari 8 berubah", position=17)
ATTACH = AttachImpact(proposal="p1", policy_hash=TWO.hash)
ATTACHED = PolicyImpactAttached(
    proposal="p1",
    policy_hash=TWO.hash,
    report=REPORT,
    period="2024",
    summary="3 dari 8 berubah",
    position=17,
    text="{}",
)
APPROVE = ApprovePolicy(proposal="p1", policy_hash=TWO.hash, impact_hash=REPORT)
RULING = (
    PolicyPublished(policy=ONE, file="kota-uji.yaml", texts=TEXTS, reason="x"),
    PolicyScheduled(policy=ONE, since=date(2025, 1, 1)),
)
READY = (*RULING, PROPOSED, ATTACHED)


def staff(name, *roles):
    return Actor(name, frozenset(roles or {Role.POLICY}), "uji")


TINI, TONO = staff("tini"), staff("tono")
RINA, RUDI = staff("rina", Role.POLICY_APPROVER), staff("rudi", Role.POLICY_APPROVER)
NANI = staff("nani", Role.NATIONAL)


def approved(who="rina", role=Role.POLICY_APPROVER, **more):
    return PolicyApproved(proposal="p1", policy_hash=TWO.hash, impact_hash=REPORT, approver=who, role=role, **more)


IN_FORCE = [
    PolicyPublished(policy=TWO, file="kota-uji.yaml", texts=TEXTS, reason="Perwali 12/2025", proposal="p1"),
    PolicySuperseded(
        policy=ONE,
        until=date(2025, 12, 31),
        reason="kota-uji version 2 rules from 2026-01-01",
        since=date(2025, 1, 1),
    ),
    PolicyScheduled(policy=TWO, since=NEXT_YEAR),
]


def test_a_proposal_says_who_wrote_what_and_what_the_checks_found(after):
    draft = replace(DRAFT, warnings=("kota-uji.yaml:3:1: x - y",), doubtful=("contoh",), locked=("/panels/a",))

    assert after(*RULING, when=PROPOSE, by=TINI, draft=draft) == [
        replace(PROPOSED, warnings=draft.warnings, doubtful=draft.doubtful, locked=draft.locked)
    ]


def test_proposals_are_named_in_order_and_edited_by_name(after):
    third = replace(DRAFT, policy=replace(TWO, version=3, hash="33" * 32))
    (second,) = after(*RULING, PROPOSED, when=PROPOSE, by=TONO, draft=third)
    (edited,) = after(*RULING, PROPOSED, when=replace(PROPOSE, proposal="p1"), by=TONO, draft=third)

    assert (second.proposal, edited.proposal) == ("p2", "p1")
    with pytest.raises(NotFound, match="no proposal 'p7' to edit; there are p1, or leave it out"):
        after(*RULING, PROPOSED, when=replace(PROPOSE, proposal="p7"), by=TINI, draft=third)


@pytest.mark.parametrize(
    ("command", "draft", "refusal", "message"),
    [
        (replace(PROPOSE, reason=" "), DRAFT, Invalid, "the reason is empty"),
        (replace(PROPOSE, legal_basis=""), DRAFT, Invalid, "the legal basis is empty"),
        (replace(PROPOSE, file="kota-uji.yml"), DRAFT, Invalid, "not among the texts; did you mean 'kota-uji.yaml'"),
        (PROPOSE, replace(DRAFT, abstract=True), Invalid, "kota-uji is abstract"),
        (PROPOSE, replace(DRAFT, policy=ONE), AlreadyDone, "word for word"),
        (PROPOSE, replace(DRAFT, policy=replace(ONE, hash="00" * 32)), Conflict, "published and immutable; write 2"),
        (PROPOSE, replace(DRAFT, since=date(2027, 1, 1)), Invalid, "before 2027-01-01, from which the text holds"),
        (PROPOSE, replace(DRAFT, until=date(2026, 12, 31)), Invalid, "the text holds to 2026-12-31 only"),
        (replace(PROPOSE, until=date(2025, 12, 31)), DRAFT, Invalid, "2025-12-31 is before 2026-01-01"),
        (replace(PROPOSE, classes=()), DRAFT, Invalid, "rules nobody"),
    ],
)
def test_a_proposal_that_could_not_rule_is_refused_at_once(after, command, draft, refusal, message):
    with pytest.raises(refusal, match=message):
        after(*RULING, when=command, by=TINI, draft=draft)


def test_a_proposal_may_not_cut_into_what_is_scheduled(after):
    later = PolicyScheduled(policy=ONE, since=date(2025, 1, 1), until=date(2026, 6, 30))

    with pytest.raises(Conflict, match="kota-uji@1 rules from 2025-01-01 to 2026-06-30; choose days outside"):
        after(RULING[0], later, when=PROPOSE, by=TINI, draft=DRAFT)


def test_one_version_has_one_open_proposal(after):
    with pytest.raises(Conflict, match="p1 proposes kota-uji@2 already; edit or withdraw it"):
        after(*RULING, PROPOSED, when=PROPOSE, by=TONO, draft=DRAFT)
    with pytest.raises(AlreadyDone, match="p1 proposes exactly this already"):
        after(*RULING, PROPOSED, when=replace(PROPOSE, proposal="p1"), by=TINI, draft=DRAFT)
    withdrawn = PolicyWithdrawn(proposal="p1", reason="keliru")
    assert after(*RULING, PROPOSED, withdrawn, when=PROPOSE, by=TONO, draft=DRAFT)


@pytest.mark.parametrize("since", [TODAY, date(2025, 6, 1), date(2025, 1, 1)])
def test_no_rule_for_days_gone_by_without_a_legal_basis(after, since):
    with pytest.raises(TooLate, match=f"{since} is not after 2025-07-01; begin later, or name the legal basis"):
        after(*RULING, when=replace(PROPOSE, since=since), by=TINI, draft=DRAFT)


def test_no_rule_for_a_period_that_runs_without_a_legal_basis(after):
    with pytest.raises(TooLate, match="would judge 2025, which began on 2025-01-01; begin on 2026-01-01"):
        after(*RULING, when=replace(PROPOSE, since=date(2025, 10, 1)), by=TINI, draft=DRAFT)
    with pytest.raises(TooLate, match="would judge 2025-Q3, which began on 2025-07-01; begin on 2025-10-01"):
        after(*RULING, when=replace(PROPOSE, since=date(2025, 8, 1)), by=TINI, draft=replace(DRAFT, cycle="quarter"))


def test_a_rule_read_at_the_start_of_a_period_leaves_the_one_that_runs_alone(after):
    draft = replace(DRAFT, policy_date="period_start")

    assert after(*RULING, when=replace(PROPOSE, since=date(2025, 10, 1)), by=TINI, draft=draft)


def test_with_a_legal_basis_a_rule_takes_the_place_of_another_from_the_first_day(after):
    back = replace(PROPOSE, since=date(2025, 1, 1), legal_basis="Perwali 12/2025 Pasal 9")
    (proposed,) = after(*RULING, when=back, by=TINI, draft=DRAFT)

    events = after(*RULING, proposed, ATTACHED, when=APPROVE, by=RINA, draft=DRAFT)

    assert events[2:] == [
        PolicySuperseded(
            policy=ONE,
            until=date(2024, 12, 31),
            reason="kota-uji version 2 rules from 2025-01-01",
            since=date(2025, 1, 1),
        ),
        PolicyScheduled(policy=TWO, since=date(2025, 1, 1), legal_basis="Perwali 12/2025 Pasal 9"),
    ]


@pytest.mark.parametrize("since", [date(2025, 10, 1), date(2026, 7, 1)])
def test_no_change_within_a_period_even_with_a_legal_basis(after, since):
    command = replace(PROPOSE, since=since, legal_basis="Perwali 12/2025")

    with pytest.raises(
        Conflict, match=f"{since} cuts {since.year}, and kota-uji@1 rules .* Begin on {since.year + 1}-01-01"
    ):
        after(*RULING, when=command, by=TINI, draft=DRAFT)


def test_the_periods_of_the_rule_before_are_not_cut_either(after):
    quarterly = replace(DRAFT, cycle="quarter", cycles={ONE.hash: "year"})

    with pytest.raises(Conflict, match="2026-04-01 cuts 2026"):
        after(*RULING, when=replace(PROPOSE, since=date(2026, 4, 1)), by=TINI, draft=quarterly)


def test_where_both_join_by_months_a_rule_may_begin_on_the_first_of_one(after):
    joins = replace(DRAFT, segments=True, joining=frozenset({ONE.hash}))

    for since, parts in ((date(2025, 10, 1), "2025-01..09 and 2025-Q4"), (date(2026, 7, 1), "2026-S1 and 2026-S2")):
        command = replace(PROPOSE, since=since)
        with pytest.raises(Conflict, match=rf"{since} cuts {since.year}, .*; or say in_parts \(--in-parts\): {parts} "):
            after(*RULING, when=command, by=TINI, draft=joins)
        (proposed,) = after(*RULING, when=replace(command, in_parts=True), by=TINI, draft=joins)
        cuts = f"{since} cuts {since.year}: appraise {parts} each by itself, then join-parts"
        assert proposed.warnings == (cuts,)
    for since, draft in (
        (date(2026, 7, 2), joins),
        (date(2026, 7, 1), replace(joins, segments=False)),
        (date(2026, 7, 1), replace(joins, joining=frozenset())),
    ):
        with pytest.raises(Conflict, match=f"{since} cuts 2026"):
            after(*RULING, when=replace(PROPOSE, since=since, in_parts=True), by=TINI, draft=draft)


def test_a_word_for_a_cut_that_is_none_is_refused(after):
    with pytest.raises(Invalid, match="/in_parts: 2026-01-01 cuts no period; leave in_parts"):
        after(*RULING, when=replace(PROPOSE, in_parts=True), by=TINI, draft=DRAFT)


def test_a_cut_that_was_proposed_without_the_word_is_not_approved(after):
    joins = replace(DRAFT, segments=True, joining=frozenset({ONE.hash}))
    early = replace(PROPOSED, since=date(2026, 7, 1))

    with pytest.raises(Conflict, match=r"2026-07-01 cuts 2026, .*; or say in_parts"):
        after(*RULING, early, ATTACHED, when=APPROVE, by=RINA, draft=joins)


def test_what_cannot_move_a_digit_cuts_nothing(after):
    words = replace(DRAFT, policy=replace(TWO, calc_hash=ONE.calc_hash))

    assert after(*RULING, when=replace(PROPOSE, since=date(2026, 7, 1)), by=TINI, draft=words)


def test_other_classes_are_not_cut(after):
    some = PolicyScheduled(policy=ONE, since=date(2025, 1, 1), classes=(PositionClass.SUPERVISOR,))
    command = replace(PROPOSE, since=date(2026, 7, 1), classes=(PositionClass.FUNCTIONAL,))

    assert after(RULING[0], some, when=command, by=TINI, draft=DRAFT)


def test_an_impact_report_belongs_to_the_text_it_was_made_of(after):
    assert after(*RULING, PROPOSED, when=ATTACH, by=TINI, impact=MEASURED) == [ATTACHED]
    with pytest.raises(AlreadyDone, match="attached to p1 already"):
        after(*READY, when=ATTACH, by=TINI, impact=MEASURED)
    with pytest.raises(Conflict, match="p1 is now kota-uji@2 with hash cccc"):
        after(*RULING, PROPOSED, when=replace(ATTACH, policy_hash=ONE.hash), by=TINI)
    with pytest.raises(Invalid):
        after(*RULING, PROPOSED, when=replace(ATTACH, period="2024-Q5"), by=TINI)


def test_an_impact_hash_that_the_service_did_not_compute_is_refused(after):
    said = r"/report: the impact of p1 on 2024, by the facts up to log position 17, is 6e6e\w+: 3 dari 8 berubah"

    for made_up in (OTHER, "6E" * 32, "6e", ""):
        with pytest.raises(Conflict, match=said):
            after(*RULING, PROPOSED, when=replace(ATTACH, report=made_up), by=TINI, impact=MEASURED)
    assert after(*RULING, PROPOSED, when=replace(ATTACH, report=REPORT), by=TINI, impact=MEASURED) == [ATTACHED]


def test_a_report_that_somebody_else_said_is_read_and_not_approved(after):
    old = PolicyImpactAttached(proposal="p1", policy_hash=TWO.hash, report=REPORT, period="2024", summary="x")

    with pytest.raises(TooEarly, match="was not computed by the service; attach it again"):
        after(*RULING, PROPOSED, old, when=APPROVE, by=RINA, draft=DRAFT)


def test_a_report_is_out_of_date_once_another_rule_is_scheduled(after):
    third = replace(ONE, version=3, hash="33" * 32)
    other = (
        PolicyPublished(policy=third, file="x", texts={}, reason="x"),
        PolicySuperseded(policy=ONE, until=date(2025, 8, 31), reason="x"),
        PolicyScheduled(policy=third, since=date(2025, 9, 1)),
    )

    with pytest.raises(TooEarly, match="another rule was scheduled since the impact of p1 was computed"):
        after(*READY, *other, when=APPROVE, by=RINA, draft=DRAFT)
    (again,) = after(*READY, *other, when=ATTACH, by=TINI, impact=MEASURED)
    assert again == ATTACHED
    assert approved() in after(*READY, *other, again, when=APPROVE, by=RINA, draft=DRAFT)


def test_the_approval_of_another_puts_it_in_force(after):
    assert after(*READY, when=APPROVE, by=RINA, draft=DRAFT) == [approved(), *IN_FORCE]


def test_nobody_approves_what_they_wrote(after):
    both = staff("tini", Role.POLICY, Role.POLICY_APPROVER)
    edited = replace(PROPOSED, author="tono", reason="lagi")

    with pytest.raises(NotAllowed, match="tini wrote p1; another person must approve it"):
        after(*READY, when=APPROVE, by=both, draft=DRAFT)
    with pytest.raises(NotAllowed, match="tini wrote p1"):
        after(*RULING, PROPOSED, edited, ATTACHED, when=APPROVE, by=both, draft=DRAFT)
    with pytest.raises(NotAllowed, match="needs the role"):
        after(*READY, when=APPROVE, by=TONO, draft=DRAFT)


def test_nothing_is_approved_before_its_impact_is_known(after):
    with pytest.raises(TooEarly, match="p1 has no impact report yet"):
        after(*RULING, PROPOSED, when=APPROVE, by=RINA, draft=DRAFT)


def test_an_approval_names_the_text_and_the_impact_that_were_read(after):
    with pytest.raises(Conflict, match=r"p1 is now kota-uji@2 with hash cccc\w+; read it again"):
        after(*READY, when=replace(APPROVE, policy_hash=ONE.hash), by=RINA, draft=DRAFT)
    with pytest.raises(Conflict, match=r"the impact report of p1 is now 6e6e\w+; read it again"):
        after(*READY, when=replace(APPROVE, impact_hash=OTHER), by=RINA, draft=DRAFT)


def test_a_quorum_is_of_different_people(after, agency):
    two = replace(agency, approvals=Approvals(quorum=2))

    assert after(*READY, when=APPROVE, by=RINA, draft=DRAFT, agency=two) == [approved()]
    with pytest.raises(AlreadyDone, match="rina has approved p1 as it stands"):
        after(*READY, approved(), when=APPROVE, by=RINA, draft=DRAFT, agency=two)
    assert after(*READY, approved(), when=APPROVE, by=RUDI, draft=DRAFT, agency=two) == [approved("rudi"), *IN_FORCE]


def test_an_edit_voids_approvals_and_the_impact_report(after, agency):
    two = replace(agency, approvals=Approvals(quorum=2))
    edited = replace(PROPOSED, policy=replace(TWO, hash="ee" * 32))
    renewed = replace(ATTACHED, policy_hash="ee" * 32)
    approve = replace(APPROVE, policy_hash="ee" * 32)
    draft = replace(DRAFT, policy=edited.policy)

    with pytest.raises(TooEarly, match="no impact report"):
        after(*READY, approved(), edited, when=approve, by=RUDI, draft=draft, agency=two)
    only = after(*READY, approved(), edited, renewed, when=approve, by=RUDI, draft=draft, agency=two)
    assert [type(event) for event in only] == [PolicyApproved]


def test_the_same_text_proposed_for_other_days_voids_approvals_too(after, agency):
    two = replace(agency, approvals=Approvals(quorum=2))
    moved = replace(PROPOSED, since=date(2027, 1, 1))

    only = after(*READY, approved(), moved, ATTACHED, when=APPROVE, by=RUDI, draft=DRAFT, agency=two)

    assert [type(event) for event in only] == [PolicyApproved]


def test_another_impact_report_voids_approvals(after, agency):
    two = replace(agency, approvals=Approvals(quorum=2))
    other = replace(ATTACHED, report=OTHER)

    only = after(*READY, approved(), other, when=replace(APPROVE, impact_hash=OTHER), by=RUDI, draft=DRAFT, agency=two)

    assert [type(event) for event in only] == [PolicyApproved]


def test_a_move_within_a_national_lock_needs_a_national_approval(after):
    locked = (*RULING, replace(PROPOSED, locked=("/panels/perilaku/raters/atasan/weight",)), ATTACHED)
    national = approved("nani", Role.NATIONAL)

    assert after(*locked, when=APPROVE, by=RINA, draft=DRAFT) == [approved()]
    assert after(*locked, approved(), when=APPROVE, by=NANI, draft=DRAFT) == [national, *IN_FORCE]
    assert after(*locked, when=APPROVE, by=NANI, draft=DRAFT) == [national, *IN_FORCE]


def test_production_rests_on_no_unverified_reference_unless_somebody_answers_for_it(after, agency):
    doubtful = (*RULING, replace(PROPOSED, doubtful=("contoh_bobot",)), ATTACHED)
    production = replace(agency, stage="production")
    override = Override(name="Sekretaris Daerah", reason="Perwali menyusul")

    with pytest.raises(Conflict, match=r"illustrative references \(contoh_bobot\), and uji is in production"):
        after(*doubtful, when=APPROVE, by=RINA, draft=DRAFT, agency=production)
    for part in ("name", "reason"):
        silent = replace(APPROVE, override=replace(override, **{part: " "}))
        with pytest.raises(Invalid, match=f"/override/{part}"):
            after(*doubtful, when=silent, by=RINA, draft=DRAFT, agency=production)
    named = replace(APPROVE, override=override)
    assert after(*doubtful, when=named, by=RINA, draft=DRAFT, agency=production) == [
        approved(override=override),
        *IN_FORCE,
    ]


def test_an_override_says_who_and_why_and_nothing_else():
    sent = b'{"command":"approve-policy","proposal":"p1","policy_hash":"a","impact_hash":"b",'
    sent += b'"override":{"name":"Sekda","reason":"menyusul","until":"2026-01-01"}}'
    with pytest.raises(msgspec.ValidationError, match="unknown field `until`"):
        msgspec.json.decode(sent, type=ApprovePolicy)


def test_a_demonstration_has_nothing_to_override(after):
    named = replace(APPROVE, override=Override(name="Sekda", reason="x"))

    with pytest.raises(Invalid, match="nothing to override"):
        after(*RULING, replace(PROPOSED, doubtful=("contoh",)), ATTACHED, when=named, by=RINA, draft=DRAFT)


def test_an_approval_that_comes_too_late_is_refused(after):
    with pytest.raises(TooLate, match="2026-01-01 is not after 2026-01-02"):
        after(*READY, when=APPROVE, by=RINA, draft=DRAFT, on=date(2026, 1, 2))


def test_an_approval_checks_the_text_and_the_book_again(after):
    other = PolicyPublished(policy=replace(TWO, hash="ee" * 32), file="x", texts={}, reason="x")

    with pytest.raises(Conflict, match="no longer passes the checks"):
        after(*READY, when=APPROVE, by=RINA, draft=replace(DRAFT, policy=ONE))
    with pytest.raises(Conflict, match="published and immutable"):
        after(*READY, other, when=APPROVE, by=RINA, draft=DRAFT)


def test_a_proposal_ends_by_publication_or_withdrawal(after):
    withdraw = WithdrawPolicy(proposal="p1", reason="keliru bobot")
    withdrawn = PolicyWithdrawn(proposal="p1", reason="keliru bobot")

    assert after(*READY, when=withdraw, by=TONO) == [withdrawn]
    for end, was in (((withdrawn,), "withdrawn"), ((approved(), *IN_FORCE), "published")):
        for command, by in (
            (withdraw, TINI),
            (replace(ATTACH, report=OTHER), TINI),
            (APPROVE, RUDI),
            (replace(PROPOSE, proposal="p1"), TINI),
        ):
            with pytest.raises(NotOpen, match=f"p1 was {was}; propose again"):
                after(*READY, *end, when=command, by=by, draft=DRAFT)
    with pytest.raises(NotFound, match="no proposal 'p2'; "):
        after(*READY, when=replace(withdraw, proposal="p2"), by=TINI)
    with pytest.raises(Invalid, match="the reason is empty"):
        after(*READY, when=replace(withdraw, reason=""), by=TINI)


def test_production_takes_no_rule_without_tests(after, agency):
    untested = {"draft": replace(DRAFT, tests=0), "agency": replace(agency, stage="production")}

    with pytest.raises(Invalid, match="/texts: kota-uji has no tests, and uji is in production"):
        after(*RULING, when=PROPOSE, by=TINI, **untested)
    with pytest.raises(Invalid, match="/texts: kota-uji has no tests"):
        after(*READY, when=APPROVE, by=RINA, **untested)
    assert after(*RULING, when=PROPOSE, by=TINI, draft=untested["draft"])


def test_in_production_the_operator_puts_no_rule_in_force_alone(after, agency):
    production = replace(agency, stage="production")
    operator = Actor("operator", frozenset(Role))
    publish = PublishPolicy(file="kota-uji.yaml", texts=TEXTS, reason="x")

    for command in (publish, SchedulePolicy(id="kota-uji", version=1, since=NEXT_YEAR)):
        with pytest.raises(NotAllowed, match="uji is in production: nobody puts a rule in force there alone"):
            after(RULING[0], when=command, by=operator, policy=TWO, agency=production)
    assert after(RULING[0], when=publish, by=operator, policy=TWO)


def test_a_version_with_fewer_tests_says_why(after):
    fewer = replace(DRAFT, tests=2, tests_before=3)
    because = replace(PROPOSE, fewer_tests="Dua kasus sama")

    with pytest.raises(Invalid, match="/texts: kota-uji@2 has 2 tests, the version before had 3; bring them back"):
        after(when=PROPOSE, by=TINI, draft=fewer, on=TODAY)
    with pytest.raises(Invalid, match="/fewer_tests: the reason is empty"):
        after(when=replace(PROPOSE, fewer_tests=" "), by=TINI, draft=fewer, on=TODAY)
    assert after(when=because, by=TINI, draft=fewer, on=TODAY)[0].fewer_tests == "Dua kasus sama"
    as_many = replace(DRAFT, tests=3, tests_before=3)
    assert after(when=because, by=TINI, draft=as_many, on=TODAY)[0].fewer_tests is None


FUNCTIONAL, SUPERVISOR = PositionClass.FUNCTIONAL, PositionClass.SUPERVISOR
WHOLE = ProposePolicy(
    file="kota-uji.yaml",
    texts=TEXTS,
    reason="Perwali 12/2025",
    since=date(2025, 10, 1),
    until=date(2026, 12, 31),
    classes=(FUNCTIONAL, SUPERVISOR),
    legal_basis="Perwali 12/2025 Pasal 9",
    in_parts=True,
    fewer_tests="Dua kasus sama",
)
WHOLE_DRAFT = replace(
    DRAFT,
    purpose="allowance",
    segments=True,
    joining=frozenset({ONE.hash}),
    warnings=("kota-uji.yaml:3:1: x - y",),
    doubtful=("contoh",),
    locked=("/panels/a",),
    tests=1,
    tests_before=2,
)
WHOLE_PROPOSED = PolicyProposed(
    proposal="p1",
    policy=TWO,
    file="kota-uji.yaml",
    texts=TEXTS,
    author="tini",
    reason="Perwali 12/2025",
    since=date(2025, 10, 1),
    purpose="allowance",
    until=date(2026, 12, 31),
    classes=(SUPERVISOR, FUNCTIONAL),
    legal_basis="Perwali 12/2025 Pasal 9",
    warnings=(
        "kota-uji.yaml:3:1: x - y",
        "2025-10-01 cuts 2025: appraise 2025-01..09 and 2025-Q4 each by itself, then join-parts",
    ),
    doubtful=("contoh",),
    locked=("/panels/a",),
    in_parts=True,
    fewer_tests="Dua kasus sama",
)
ALLOWANCE = (PolicyPublished(policy=ONE, file="kota-uji.yaml", texts=TEXTS, reason="x", purpose="allowance"), RULING[1])


def test_all_that_was_proposed_is_kept_and_comes_into_force(after):
    assert after(*ALLOWANCE, when=WHOLE, by=TINI, draft=WHOLE_DRAFT) == [WHOLE_PROPOSED]

    events = after(*ALLOWANCE, WHOLE_PROPOSED, ATTACHED, when=APPROVE, by=NANI, draft=WHOLE_DRAFT)
    assert events == [
        approved("nani", Role.NATIONAL),
        PolicyPublished(
            policy=TWO,
            file="kota-uji.yaml",
            texts=TEXTS,
            reason="Perwali 12/2025",
            purpose="allowance",
            proposal="p1",
        ),
        PolicySuperseded(
            policy=ONE,
            until=date(2025, 9, 30),
            reason="kota-uji version 2 rules from 2025-10-01",
            since=date(2025, 1, 1),
            classes=(SUPERVISOR, FUNCTIONAL),
        ),
        PolicyScheduled(
            policy=TWO,
            since=date(2025, 10, 1),
            until=date(2026, 12, 31),
            classes=(SUPERVISOR, FUNCTIONAL),
            legal_basis="Perwali 12/2025 Pasal 9",
        ),
    ]


def test_a_proposal_of_one_purpose_is_held_against_what_rules_for_that_one(after):
    """A rule for allowances cuts no period that only predicates are given for."""
    whole_year = replace(PROPOSE, since=date(2026, 7, 1))

    assert after(*RULING, when=whole_year, by=TINI, draft=replace(DRAFT, purpose="allowance"))
    with pytest.raises(Conflict, match="2026-07-01 cuts 2026"):
        after(*ALLOWANCE, when=whole_year, by=TINI, draft=replace(DRAFT, purpose="allowance"))


def test_each_change_of_a_proposal_is_another(after):
    for changes in (
        {"reason": "lagi"},
        {"texts": {**TEXTS, "induk.yaml": "x"}},
        {"until": date(2026, 12, 31)},
        {"classes": (FUNCTIONAL,)},
        {"legal_basis": "Perwali 1"},
        {"since": date(2027, 1, 1)},
    ):
        assert after(*RULING, PROPOSED, when=replace(PROPOSE, proposal="p1", **changes), by=TINI, draft=DRAFT)
    assert after(*RULING, PROPOSED, when=replace(PROPOSE, proposal="p1"), by=TONO, draft=DRAFT)


def test_a_proposal_of_another_policy_or_number_is_no_rival(after):
    for policy in (replace(TWO, version=3, hash="33" * 32), PolicyRef("kota-lain", 2, "44" * 32, "45" * 32)):
        (proposed,) = after(*RULING, PROPOSED, when=PROPOSE, by=TONO, draft=replace(DRAFT, policy=policy))
        assert proposed.proposal == "p2"
    third = replace(PROPOSED, proposal="p2", policy=replace(TWO, version=3, hash="33" * 32))
    with pytest.raises(Conflict, match=r"^p1 proposes kota-uji@2 already; edit or withdraw it$"):
        after(*RULING, PROPOSED, third, when=replace(PROPOSE, proposal="p2"), by=TONO, draft=DRAFT)
    withdrawn = PolicyWithdrawn(proposal="p1", reason="x")
    for rest in ((third,), (third, withdrawn)):
        (proposed,) = after(
            *RULING,
            PROPOSED,
            *rest,
            when=PROPOSE,
            by=TONO,
            draft=replace(DRAFT, policy=PolicyRef("kota-lain", 1, "44" * 32, "45" * 32)),
        )
        assert proposed.proposal == "p3"


APPROVERS = {"rina": RINA, "rudi": RUDI, "nani": NANI, "tini": staff("tini", Role.POLICY_APPROVER)}
PRODUCTION_REFUSES = (
    "uji is in production: nobody puts a rule in force there alone, the operator neither; send propose-policy and "
    "attach-impact, and let another person send approve-policy"
)


def test_why_a_proposal_is_not_approved(after, agency):
    """In the order in which it is asked, each alone."""
    old = replace(ATTACHED, text=None, position=0)
    scheduled = (
        PolicyPublished(policy=replace(ONE, version=3, hash="33" * 32), file="x", texts={}, reason="x"),
        PolicyScheduled(
            policy=replace(ONE, version=3, hash="33" * 32), since=date(2030, 1, 1), until=date(2030, 12, 31)
        ),
    )
    doubtful = replace(PROPOSED, doubtful=("contoh_bobot", "lampiran"))
    production = replace(agency, stage="production")
    override = Override(name="Sekda", reason="Perwali menyusul")
    other = replace(DRAFT, policy=replace(TWO, calc_hash="00" * 32))
    again = "attach it again with attach-impact (neraca policy attach-impact p1)"
    for events, changes, known, refusal, field, message in (
        (READY, {"proposal": "p9"}, {}, NotFound, "/proposal", "/proposal: no proposal 'p9'; there are p1"),
        (READY, {}, {"by": APPROVERS["tini"]}, NotAllowed, None, "tini wrote p1; another person must approve it"),
        ((*READY, approved()), {}, {}, AlreadyDone, None, "rina has approved p1 as it stands"),
        (
            READY,
            {"policy_hash": ONE.hash},
            {},
            Conflict,
            "/policy_hash",
            f"/policy_hash: p1 is now kota-uji@2 with hash {TWO.hash}; read it again",
        ),
        (
            (*RULING, PROPOSED),
            {},
            {},
            TooEarly,
            None,
            "p1 has no impact report yet; attach one, then approve what it shows",
        ),
        (
            (*RULING, PROPOSED, old),
            {},
            {},
            TooEarly,
            None,
            f"the impact report of p1 was not computed by the service; {again}",
        ),
        (
            (*READY, *scheduled),
            {},
            {},
            TooEarly,
            None,
            f"another rule was scheduled since the impact of p1 was computed; {again}",
        ),
        (
            READY,
            {"impact_hash": OTHER},
            {},
            Conflict,
            "/impact_hash",
            f"/impact_hash: the impact report of p1 is now {REPORT}; read it again",
        ),
        (
            (*RULING, doubtful, ATTACHED),
            {},
            {"agency": production},
            Conflict,
            "/override",
            "/override: p1 rests on unverified or illustrative references (contoh_bobot, lampiran), and uji is in "
            "production; verify them, or name who answers for it and why",
        ),
        *(
            (
                (*RULING, text, ATTACHED),
                {"override": override},
                {"agency": stage},
                Invalid,
                "/override",
                "/override: there is nothing to override; leave it out",
            )
            for text, stage in ((doubtful, agency), (PROPOSED, production), (PROPOSED, agency))
        ),
        (
            (*RULING, doubtful, ATTACHED),
            {"override": replace(override, name=" ")},
            {"agency": production},
            Invalid,
            "/override/name",
            "/override/name: the name of who answers for it is empty; write it out",
        ),
        (
            (*RULING, doubtful, ATTACHED),
            {"override": replace(override, reason=" ")},
            {"agency": production},
            Invalid,
            "/override/reason",
            "/override/reason: the reason is empty; write it out",
        ),
        (
            READY,
            {},
            {"draft": other},
            Conflict,
            None,
            "p1: its text no longer passes the checks as proposed; propose it again",
        ),
    ):
        with pytest.raises(Refusal) as refused:
            after(*events, when=replace(APPROVE, **changes), **{"by": RINA, "draft": DRAFT, **known})
        told = refused.value
        assert (type(told), told.field, told.message) == (refusal, field, message)


def test_a_deputy_author_is_told_before_any_text_is_compiled():
    state = policy_register.State()
    for event in READY:
        state = policy_register.evolve(state, event)

    with pytest.raises(NotAllowed, match=r"^tini wrote p1; another person must approve it$"):
        policy_register.permit(APPROVE, state, APPROVERS["tini"])
    for command, actor in (
        (APPROVE, RINA),
        (replace(APPROVE, proposal="p9"), APPROVERS["tini"]),
        (PROPOSE, TINI),
        (ATTACH, TINI),
        (WithdrawPolicy(proposal="p1", reason="x"), TINI),
    ):
        policy_register.permit(command, state, actor)
    said = "tini may not put a rule in force alone: send propose-policy, and let another approve it"
    for command in (
        PublishPolicy(file="kota-uji.yaml", texts=TEXTS, reason="x"),
        SchedulePolicy(id="kota-uji", version=1, since=NEXT_YEAR),
    ):
        policy_register.permit(command, state, Actor("operator", frozenset()))
        with pytest.raises(NotAllowed) as refused:
            policy_register.permit(command, state, TINI)
        assert refused.value.message == said


def test_in_production_no_stage_of_the_operators_way_is_open(given, agency):
    """Not by what is asked before either: what can be refused is refused before a text is compiled."""
    state = policy_register.State()
    for event in RULING:
        state = policy_register.evolve(state, event)
    operator = Actor("operator", frozenset(Role))
    for command in (
        PublishPolicy(file="kota-uji.yaml", texts=TEXTS, reason="x"),
        SchedulePolicy(id="kota-uji", version=1, since=NEXT_YEAR),
    ):
        production = given(command, by=operator, agency=replace(agency, stage="production"), policy=TWO)
        with pytest.raises(NotAllowed) as refused:
            policy_register.decide(command, state, production)
        assert refused.value.message == PRODUCTION_REFUSES


def test_a_version_is_scheduled_for_the_classes_and_days_that_were_asked_for(after):
    command = SchedulePolicy(
        id="kota-uji", version=1, since=NEXT_YEAR, until=date(2026, 12, 31), classes=(FUNCTIONAL, SUPERVISOR)
    )

    assert after(RULING[0], when=command, by=Actor("operator", frozenset(Role)), draft=DRAFT) == [
        PolicyScheduled(policy=ONE, since=NEXT_YEAR, until=date(2026, 12, 31), classes=(SUPERVISOR, FUNCTIONAL))
    ]


def test_a_report_is_attached_again_when_it_says_something_else_or_what_it_was_compared_with_changed(after):
    ahead = (
        PolicyPublished(policy=replace(ONE, version=3, hash="33" * 32), file="x", texts={}, reason="x"),
        PolicyScheduled(
            policy=replace(ONE, version=3, hash="33" * 32), since=date(2030, 1, 1), until=date(2030, 12, 31)
        ),
    )
    other = replace(MEASURED, text="[]", report=OTHER, position=18, period="2025", summary="x")

    assert after(*READY, when=ATTACH, by=TINI, impact=other) == [
        PolicyImpactAttached(
            proposal="p1", policy_hash=TWO.hash, report=OTHER, period="2025", summary="x", position=18, text="[]"
        )
    ]
    assert after(*READY, *ahead, when=ATTACH, by=TINI, impact=MEASURED) == [ATTACHED]
    assert after(*RULING, PROPOSED, when=replace(ATTACH, period="2024"), by=TINI, impact=MEASURED) == [ATTACHED]


def test_which_tests_a_proposal_must_have(after, agency):
    production = replace(agency, stage="production")
    none_before = replace(DRAFT, tests=0, tests_before=0)

    assert after(*RULING, when=PROPOSE, by=TINI, draft=none_before)[0].fewer_tests is None
    assert after(*RULING, when=PROPOSE, by=TINI, draft=DRAFT, agency=production)
    for draft, known, message in (
        (
            none_before,
            {"agency": production},
            "/texts: kota-uji has no tests, and uji is in production: write cases under tests and what must come of "
            "them",
        ),
        (
            replace(DRAFT, tests=1, tests_before=2),
            {},
            "/texts: kota-uji@2 has 1 test, the version before had 2; bring them back, or say why in fewer_tests",
        ),
    ):
        with pytest.raises(Invalid) as refused:
            after(*RULING, when=PROPOSE, by=TINI, draft=draft, **known)
        assert (refused.value.message, refused.value.field) == (message, "/texts")
