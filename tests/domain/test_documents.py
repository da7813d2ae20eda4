"""The evaluation document: signed once by who evaluated, delivered, signed or refused, reported; and its terms."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain import dispatch
from neraca.domain.appraisal import clocks, deadlines, documents
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.deadlines import Deadline, DeadlineKind
from neraca.domain.appraisal.events import (
    DocumentDelivered,
    DocumentIssued,
    DocumentReceived,
    DocumentRefused,
    DocumentReported,
    DocumentReturned,
    ObjectionDecided,
    ObjectionFiled,
    Opened,
    Rated,
    Reopened,
)
from neraca.domain.appraisal.state import Appraisal
from neraca.domain.command_rules import PolicyRef, StepRule, TimeLimit
from neraca.domain.contexts import Actor
from neraca.domain.errors import Refusal
from neraca.domain.vocabulary import DocumentForm, Finality, ObjectionOutcome, Relation, Role

WHO: dict[str, Any] = {"employee": "budi", "period": "2025"}
ISSUE = ask.IssueDocument(**WHO, recommendation="Pelatihan layanan")
DELIVER, RECEIVE, RETURN = ask.DeliverDocument(**WHO), ask.ReceiveDocument(**WHO), ask.ReturnDocument(**WHO)
REFUSE = ask.RefuseDocument(**WHO, reason="Nilai Mei keliru")
REPORT = ask.ReportDocument(**WHO)
OBJECT = ask.FileObjection(**WHO, grounds="Bukti Mei tidak dihitung")
# 16 January and 17 February 2026 are holidays.
THU_8, FRI_9, MON_12, TUE_13 = (date(2026, 1, day) for day in (8, 9, 12, 13))
ISSUED = DocumentIssued(
    on=THU_8,
    by="sri",
    form=DocumentForm.ANNUAL,
    number="DEK-T/000041/UJI/2026",
    code="3LUE-F3DQ-EJDM-PABH",
    template="evaluation-document/1",
    sha256="dd" * 32,
    result=41,
    position=44,
    policy=PolicyRef("kota-uji", 1, "aa" * 32, "bb" * 32),
    agency="Kota Uji",
    units={"dinkes": "Dinas Kesehatan"},
    deliver_by=date(2026, 1, 29),
    digest="ee" * 32,
    recommendation="Pelatihan layanan",
)


def folded(*events: Any) -> Appraisal:
    state = Appraisal()
    for event in events:
        dispatch.evolve(state, event)
    return state


@pytest.fixture
def story(past: Any) -> Any:
    """Final on 5 January 2026."""
    return past.final


@pytest.fixture
def issued() -> DocumentIssued:
    return ISSUED


def said(after: Any, *events: Any, **known: Any) -> str | None:
    try:
        after(*events, **known)
    except Refusal as refused:
        return f"{type(refused).__name__}: {refused.message}"
    return None


def test_the_appraiser_signs_the_document_once(after: Any, story: Any, issued: Any) -> None:
    """14 working days from Thursday 8 January 2026, across the holiday of the 16th, end on the 29th."""
    assert after(*story, when=ISSUE, by="sri", on=THU_8) == [issued]
    assert said(after, *story, issued, when=ISSUE, by="sri", on=FRI_9) == (
        "AlreadyDone: the document of this result was issued on 2026-01-08 as DEK-T/000041/UJI/2026"
    )


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        ("budi", "NotAllowed: nobody may sign the document in their own appraisal; ask another official"),
        ("agus", "NotAllowed: only the appraiser sri signs this document; you are agus"),
        ("wati", "NotAllowed: only the appraiser sri signs this document; you are wati"),
        (
            Actor("pejabat", frozenset({Role.OFFICIAL}), "uji"),
            "NotAllowed: only the appraiser sri signs this document; you are pejabat",
        ),
    ],
)
def test_nobody_else_signs_it(after: Any, story: Any, by: Any, refusal: str) -> None:
    assert said(after, *story, when=ISSUE, by=by, on=THU_8) == refusal


def test_of_what_the_reviewer_evaluated_the_reviewer_signs(after: Any, past: Any, story: Any, issued: Any) -> None:
    """And has 7 working days to deliver (annex p. 115-116)."""
    rated = Rated(rater="agus", relation=Relation.SUPERVISOR, scores={})
    theirs = (*past.running, rated, replace(story[-1], final=True))

    [event] = after(*theirs, when=ISSUE, by="agus", on=THU_8)

    assert (event.by, event.deliver_by) == ("agus", date(2026, 1, 20))
    assert said(after, *theirs, when=ISSUE, by="sri", on=THU_8) == (
        "NotAllowed: only the reviewer agus signs this document; you are sri"
    )


def test_after_an_objection_the_reviewer_signs_the_laws_other_form(after: Any, past: Any, story: Any) -> None:
    objected = ObjectionFiled(grounds="Bukti", filed=MON_12)
    decided = ObjectionDecided(outcome=ObjectionOutcome.AMENDED, reason="Benar", decided=TUE_13)
    again = (*story, objected, decided, Reopened(reason="Benar"), story[-1])

    [event] = after(*again, when=ISSUE, by="agus", on=TUE_13)

    assert (event.form, event.number) == (DocumentForm.AMENDED, "DEK-K/000041/UJI/2026")
    assert said(after, *again, when=ISSUE, by="sri", on=TUE_13) == (
        "NotAllowed: only the reviewer agus signs this document; you are sri"
    )


def test_where_nobody_acts_any_more_an_official_signs(after: Any, story: Any, placed: Any) -> None:
    gone = {name: placed("dinkes", None, retired=date(2025, 12, 31)) for name in ("sri", "agus")}

    assert after(*story, when=ISSUE, by="official", on=THU_8, people=gone)
    assert said(after, *story, when=ISSUE, by="wati", on=THU_8, people=gone) == (
        "NotAllowed: nobody acts as the appraiser any more; an authorised official signs the document"
    )


def test_a_recommendation_says_something(after: Any, story: Any) -> None:
    assert said(after, *story, when=replace(ISSUE, recommendation=" "), by="sri", on=THU_8) == (
        "Invalid: /recommendation: the recommendation is empty; write it out"
    )


def test_it_is_delivered_once_by_who_hands_it_over(after: Any, story: Any, issued: Any) -> None:
    """To be returned within 14 working days from Friday 9 January."""
    delivered = DocumentDelivered(on=FRI_9, return_by=date(2026, 1, 30))

    for by in ("sri", "agus", "hr"):
        assert after(*story, issued, when=DELIVER, by=by, on=FRI_9) == [delivered]
    assert said(after, *story, issued, when=DELIVER, by="wati", on=FRI_9) == (
        "NotAllowed: only the appraiser sri, the reviewer or HR may deliver the document"
    )
    assert said(after, *story, issued, delivered, when=DELIVER, by="sri", on=MON_12) == (
        "AlreadyDone: the document was delivered on 2026-01-09"
    )
    own = Actor("budi", frozenset({Role.HR}), "uji")
    assert said(after, *story, issued, when=DELIVER, by=own, on=FRI_9) == (
        "NotAllowed: nobody may deliver the document in their own appraisal; ask another official"
    )


def test_the_employee_signs_and_returns_it_and_has_received_it(after: Any, story: Any, issued: Any) -> None:
    returned = DocumentReturned(on=MON_12)
    received = DocumentReceived(on=FRI_9)

    assert after(*story, issued, when=RETURN, on=MON_12) == [DocumentReceived(on=MON_12), returned]
    assert after(*story, issued, received, when=RETURN, on=MON_12) == [returned]
    assert said(after, *story, issued, received, returned, when=RETURN, on=TUE_13) == (
        "AlreadyDone: the document was signed and returned on 2026-01-12"
    )
    assert said(after, *story, issued, when=RETURN, by="sri", on=MON_12) == (
        "NotAllowed: only budi may sign and return the document; you are sri"
    )


def test_the_employee_may_refuse_to_sign_with_a_reason_and_sign_later(after: Any, story: Any, issued: Any) -> None:
    refused = DocumentRefused(on=MON_12, reason="Nilai Mei keliru")
    received, returned = DocumentReceived(on=MON_12), DocumentReturned(on=TUE_13)

    assert after(*story, issued, when=REFUSE, on=MON_12) == [received, refused]
    assert after(*story, issued, received, refused, when=RETURN, on=TUE_13) == [returned]
    assert said(after, *story, issued, received, refused, when=REFUSE, on=TUE_13) == (
        "AlreadyDone: the signature was refused on 2026-01-12"
    )
    assert said(after, *story, issued, received, returned, when=REFUSE, on=TUE_13) == (
        "AlreadyDone: the document was signed and returned on 2026-01-13"
    )
    assert said(after, *story, issued, when=replace(REFUSE, reason=""), on=MON_12) is not None
    assert said(after, *story, issued, when=REFUSE, by="sri", on=MON_12) == (
        "NotAllowed: only budi may refuse to sign the document; you are sri"
    )


def test_it_is_reported_when_the_employee_has_it_and_nothing_is_in_question(
    after: Any, story: Any, issued: Any
) -> None:
    """The window to evaluate 2025 closes on 21 January 2026, 14 working days from its end; 30 more end on 5 March."""
    delivered = DocumentDelivered(on=FRI_9, return_by=date(2026, 1, 30))
    objected = ObjectionFiled(grounds="Bukti", filed=MON_12)
    upheld = ObjectionDecided(outcome=ObjectionOutcome.UPHELD, reason="Tepat", decided=TUE_13)
    expected = DocumentReported(on=TUE_13, by="sri", report_by=date(2026, 3, 5))

    assert after(*story, issued, delivered, when=REPORT, by="sri", on=TUE_13) == [expected]
    assert after(*story, issued, delivered, objected, upheld, when=REPORT, by="sri", on=TUE_13) == [expected]
    for events, refusal in (
        ((), "NotOpen: the document was not delivered yet; the employee has it before the authorised official"),
        ((delivered, objected), "NotOpen: an objection is pending; report the document when it is decided"),
        ((delivered, expected), "AlreadyDone: the document was reported on 2026-01-13"),
    ):
        assert said(after, *story, issued, *events, when=REPORT, by="hr", on=TUE_13) == refusal


def test_a_part_of_a_year_that_is_evaluated_as_one_is_reported_after_the_window_of_the_year(
    after: Any, past: Any, rules: Any, agency: Any
) -> None:
    """Appraised in two halves because somebody moved; the year is evaluated until 31 January 2026."""
    by_law = replace(rules, steps={**rules.steps, "nilai": replace(rules.steps["nilai"], until=(1, 31))})
    half = replace(past.opened[0], period="2025-S1", ends=date(2025, 6, 30))
    delivered = (half, *past.final[1:], ISSUED, DocumentDelivered(on=FRI_9, return_by=date(2026, 1, 30)))
    last = date(2026, 3, 16)

    [reported] = after(*delivered, when=replace(REPORT, period="2025-S1"), by="sri", on=date(2026, 1, 12), rules=by_law)
    [told] = [one for one in clocks.of(folded(*delivered), by_law, agency) if one.kind is DeadlineKind.REPORT]

    assert (reported.report_by, told.since, told.last) == (last, date(2026, 1, 31), last)


def test_a_new_result_has_no_document_yet(after: Any, story: Any, issued: Any) -> None:
    objected = ObjectionFiled(grounds="Bukti", filed=MON_12)
    decided = ObjectionDecided(outcome=ObjectionOutcome.AMENDED, reason="Benar", decided=TUE_13)

    state = folded(*story, issued, objected, decided, Reopened(reason="Benar"))
    assert (state.document, state.amended) == (None, True)
    assert folded(*story, issued, story[-1]).document is None


def test_what_was_done_with_a_document_that_is_not_there_is_no_log_of_ours(story: Any) -> None:
    with pytest.raises(LookupError, match=r"no appraisal\.document-issued before"):
        folded(*story, DocumentReturned(on=MON_12))


LAST_TO_RETURN = date(2026, 1, 30)


@pytest.mark.parametrize(
    ("days", "since"),
    [
        ({}, None),
        ({"issued": True}, None),
        ({"issued": True, "received": MON_12}, MON_12),
        ({"issued": True, "delivered": FRI_9, "received": MON_12}, MON_12),
        # Who puts off the receipt gains nothing.
        ({"issued": True, "delivered": FRI_9}, LAST_TO_RETURN),
        ({"issued": True, "delivered": FRI_9, "received": date(2026, 5, 4)}, LAST_TO_RETURN),
        # As before there were documents.
        ({"received": MON_12}, MON_12),
    ],
)
def test_the_days_to_object_count_from_when_the_employee_got_the_document(
    story: Any, issued: Any, rules: Any, agency: Any, days: Any, since: date | None
) -> None:
    told = [issued] if days.get("issued") else []
    if "delivered" in days:
        told.append(DocumentDelivered(on=days["delivered"], return_by=LAST_TO_RETURN))
    if "received" in days:
        told.append(DocumentReceived(on=days["received"]))

    window = deadlines.objection(folded(*story, *told), rules, agency)

    assert (window and window.since) == since


def test_who_said_that_they_had_it_before_there_was_any_loses_no_day(after: Any, story: Any, issued: Any) -> None:
    """Received, as they said, on 6 January; issued on the 8th, delivered on the 9th and received on the 12th."""
    early = (*story, DocumentReceived(on=date(2026, 1, 6)), issued)
    delivered = DocumentDelivered(on=FRI_9, return_by=date(2026, 1, 30))

    assert after(*early, when=OBJECT, by="budi", on=date(2026, 5, 4))
    assert after(*early, delivered, when=RECEIVE, by="budi", on=MON_12) == [DocumentReceived(on=MON_12)]
    got = (*early, delivered, DocumentReceived(on=MON_12))
    assert after(*got, when=OBJECT, by="budi", on=date(2026, 2, 2))
    with pytest.raises(Refusal, match="closed on 2026-02-02: 14 working days from 2026-01-12"):
        after(*got, when=OBJECT, by="budi", on=date(2026, 2, 3))


def test_who_never_got_the_document_may_object_at_any_time(after: Any, story: Any, issued: Any) -> None:
    late = date(2027, 6, 1)

    for events in (story, (*story, issued)):
        assert after(*events, when=OBJECT, on=late) == [ObjectionFiled(grounds=OBJECT.grounds, filed=late)]


def test_the_fourteenth_working_day_from_the_last_day_to_return_is_in_time_and_the_next_is_not(
    after: Any, story: Any, issued: Any
) -> None:
    """Delivered on 9 January and never received: to be returned until the 30th, to be objected to until 20 February."""
    delivered = (*story, issued, DocumentDelivered(on=FRI_9, return_by=LAST_TO_RETURN))

    assert after(*delivered, when=OBJECT, on=date(2026, 2, 20))
    assert said(after, *delivered, when=OBJECT, on=date(2026, 2, 21)) == (
        "TooLate: the window for objections closed on 2026-02-20: 14 working days from 2026-01-30"
    )


def test_a_result_of_an_older_log_counts_from_the_day_it_was_fixed_until_it_is_received(
    past: Any, rules: Any, agency: Any
) -> None:
    older = (*past.rated, replace(past.finalised, objection_from="fixing"))

    for events, since in ((older, date(2026, 1, 5)), ((*older, past.received[-1]), date(2026, 1, 7))):
        window = deadlines.objection(folded(*events), rules, agency)
        assert window
        assert window.since == since


def test_each_term_is_told_with_whose_it_is_since_when_and_its_last_day(
    story: Any, issued: Any, rules: Any, agency: Any
) -> None:
    delivered, returned = DocumentDelivered(on=FRI_9, return_by=LAST_TO_RETURN), DocumentReturned(on=MON_12)
    reported = DocumentReported(on=TUE_13, by="sri")
    delivery = Deadline(DeadlineKind.DELIVERY, "pejabat_penilai", THU_8, date(2026, 1, 29))
    giving_back = Deadline(DeadlineKind.RETURN, "pegawai", FRI_9, LAST_TO_RETURN)
    report = Deadline(DeadlineKind.REPORT, "pejabat_penilai", date(2026, 1, 21), date(2026, 3, 5))

    found = [
        tuple(of(folded(*story, *events), rules, agency) for of in TERMS)
        for events in (
            (),
            (issued,),
            (issued, delivered),
            (issued, delivered, returned),
            (issued, delivered, DocumentRefused(on=MON_12, reason="x"), reported),
        )
    ]

    # Whoever does not sign gains no time by it.
    unsigned = Deadline(DeadlineKind.DELIVERY, "pejabat_penilai", date(2026, 1, 5), date(2026, 1, 26))
    assert found == [
        (unsigned, None, None),
        (delivery, None, report),
        (None, giving_back, report),
        (None, None, report),
        (None, None, None),
    ]


def delivery(state: Any, rules: Any, agency: Any) -> Deadline | None:
    return next((one for one in clocks.of(state, rules, agency) if one.kind is DeadlineKind.DELIVERY), None)


def signature(state: Any, rules: Any, agency: Any) -> Deadline | None:
    return next((one for one in clocks.of(state, rules, agency) if one.kind is DeadlineKind.RETURN), None)


TERMS = (delivery, signature, deadlines.report)


def test_without_delivery_the_term_to_return_runs_from_the_receipt_and_no_term_is_told_without_a_window(
    story: Any, issued: Any, rules: Any, agency: Any
) -> None:
    received = folded(*story, issued, DocumentReceived(on=FRI_9))

    assert delivery(received, rules, agency) is None
    giving_back = signature(received, rules, agency)
    assert giving_back
    assert (giving_back.since, giving_back.last) == (FRI_9, LAST_TO_RETURN)
    assert deadlines.report(received, replace(rules, steps={}), agency) is None


def test_a_policy_may_set_the_terms(story: Any, issued: Any, rules: Any, agency: Any) -> None:
    three = TimeLimit(3, False)
    steps = {name: StepRule("pejabat_penilai", three, ()) for name in ("serahkan_dokumen", "kembalikan_dokumen")}
    steps |= {"laporkan_dokumen": StepRule("pejabat_penilai", three, ()), "nilai": rules.steps["nilai"]}
    own = replace(rules, steps=steps)
    received = folded(*story, issued, DocumentReceived(on=FRI_9))

    terms = [
        of(state, own, agency) for of, state in zip(TERMS, (folded(*story, issued), received, received), strict=True)
    ]

    assert [term and term.last for term in terms] == [date(2026, 1, 11), MON_12, date(2026, 1, 24)]


def test_what_the_head_of_the_region_made_final_is_the_appraisers_document(past: Any, story: Any) -> None:
    """Such a result is final too, though no superior evaluated in anybody's place."""
    final = replace(story[-1], final=True)
    opened = past.opened[0]
    alone: Opened = replace(opened, reviewer=None)

    assert not deadlines.is_superiors(folded(alone, *past.rated[1:], final))
    assert not deadlines.is_superiors(folded(*past.rated, final))
    assert deadlines.is_superiors(folded(*past.running, final))
    assert not deadlines.is_superiors(folded(*past.running, replace(final, finality=Finality.STATUS)))
    assert deadlines.is_superiors(folded(*past.rated, replace(final, finality=Finality.SUPERIOR)))
    assert not deadlines.is_superiors(folded(*past.running))


@pytest.mark.parametrize(
    ("period", "amended", "form"),
    [
        ("2025-Q1", False, DocumentForm.PERIODIC),
        ("2025-01..05", False, DocumentForm.PERIODIC),
        ("2025", False, DocumentForm.ANNUAL),
        ("2025", True, DocumentForm.AMENDED),
    ],
)
def test_the_form_is_the_laws(period: str, amended: bool, form: DocumentForm) -> None:
    assert documents.form(period, amended=amended) is form


def test_no_two_results_have_one_number_and_no_two_documents_one_code(given: Any) -> None:
    printed = given(ISSUE).printed
    numbers = {documents.number("uji", DocumentForm.ANNUAL, result, THU_8) for result in range(1, 200)}

    assert len(numbers) == 199
    codes = {documents.code("uji", number, printed) for number in numbers}
    assert len(codes) == 199
    assert {len(one) for one in codes} == {19}
    assert documents.code("solo", "a", printed) != documents.code("uji", "a", printed)
