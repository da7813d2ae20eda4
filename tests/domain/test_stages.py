"""Every command at every stage of an appraisal, sent by whoever may send it: taken, or refused in these words."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import (
    ObjectionDecided,
    PlanTerms,
    Reopened,
)
from neraca.domain.command_rules import ItemRule
from neraca.domain.errors import Refusal
from neraca.domain.registry import COMMANDS
from neraca.domain.vocabulary import FeedbackTone, FollowUpKind, GuidanceKind, ObjectionOutcome, Relation

WHO: dict[str, Any] = {"employee": "budi", "period": "2025"}
FOUR = {"layanan": Decimal(4)}
TODAY = date(2026, 1, 8)
COMPETENCIES = [ask.AssessedCompetency(name, Decimal(2), Decimal(3)) for name in ("a", "b", "c")]

REFUSALS = {
    "none": "NotFound: there is no such appraisal; HR opens it for an employee and a period",
    "open": "AlreadyDone: the appraisal of budi for 2025 is open already",
    "final": "NotOpen: the result is final; only a decided objection opens the appraisal again",
    "early": "NotOpen: there is no final result yet; the appraisal must be finalised first",
    "no-plan": "NotOpen: the plan is not approved yet; results are measured against an approved plan",
    "nothing": "NotOpen: there is no plan to submit; draft one first",
    "unsent": "NotOpen: there is no submitted plan; budi must submit it first",
    "waits": "NotOpen: the plan waits for sri; it can change again when it is returned",
    "answer": "NotOpen: a submitted plan waits for sri; approve or return it first",
    "approved": "AlreadyDone: the plan is approved already",
    "revise": "NotOpen: the plan is approved; the appraiser may revise a target with a reason",
    "once": "Conflict: the appraisal of budi for 2025 was final once and can't be cancelled; where the result is "
    "wrong, let the employee file an objection: decided as amended, it is finalised again",
    "unknown": "NotFound: /report: no report 'r1' in this appraisal; name one that was sent",
    "unrated": "NotFound: /rater: there is no rating by you; it was never given or is withdrawn",
    "rated": "AlreadyDone: /rater: sri has rated already; revise that rating with a reason",
    "closed": "NotOpen: anonymous ratings closed when the result was first final; an objection reopens the "
    "appraiser's judgement",
    "silent": "NotOpen: no appraisal of budi for 2025 takes feedback now; HR opens it, and it takes some until its "
    "result is final",
    "unsaid": "NotFound: /feedback: there is no feedback 'f1' by you; it was never given or is withdrawn",
    "unasked": "NotFound: nobody waits for feedback of budi here; it was never asked for, or is answered",
    "over": "NotOpen: feedback of colleagues on budi for 2025 closed when the result was first final; give it in the "
    "next period",
    "unissued": "NotFound: no document of this result was issued; whoever evaluated must send issue-document first",
    "received": "AlreadyDone: the document was received on 2026-01-07",
    "objected": "AlreadyDone: an objection was filed on 2026-01-20; there is one per result",
    "promised": "TooLate: this revises a target; what was promised is fixed by the end of the period, 2025-12-31, and "
    "only a decision on an objection opens it again",
    "beside": "TooLate: this revises what the plan says beside results; what was promised is fixed by the end of the "
    "period, 2025-12-31, and only a decision on an objection opens it again",
    "taken": "TooLate: this takes a result out of the plan; what was promised is fixed by the end of the period, "
    "2025-12-31, and only a decision on an objection opens it again",
    "retaken": "TooLate: this changes what counts of a result that was taken over; what was promised is fixed by the "
    "end of the period, 2025-12-31, and only a decision on an objection opens it again",
    "untaken": "Invalid: /result: the plan has no result 'tim' that was taken over; there are none",
    "changed": "TooLate: this changes the plan; what was promised is fixed by the end of the period, 2025-12-31, and "
    "only a decision on an objection opens it again",
    "unproposed": "NotFound: /change: no change 'c1' was proposed",
    "unread": "Conflict: policy kota-uji does not read how many results lead to a goal of the region",
    "unvouched": "NotFound: /fact: nobody vouched for 'ide_baru' here, or it was withdrawn; there are none",
    "unheard": "NotFound: no objection was filed against this result",
    "pending": "NotOpen: an objection is pending; follow up when it is decided",
    "decided": "AlreadyDone: the objection is decided",
    "uncut": "Conflict: the appraisal of budi for 2025 was final once and can't be cut; where the result is wrong, let "
    "the employee file an objection: decided as amended, it is finalised again",
    "shut": "AlreadyDone: the anonymous groups are closed already",
    "ended": "TooLate: 2025 ended on 2025-12-31; what is expected is said before. Say it in the next period",
    "unheld": "NotFound: /guidance: no guidance 'b1' in this appraisal; name one that was recorded",
    "own": "Conflict: policy kota-uji has a plan for each appraisal; send draft-plan",
    "enacted": "NotOpen: the objection was decided as amended on 2026-01-22, and whoever decides enacts it, whoever "
    "appraises; reassign it for another period",
}

TABLE = """
                    | none opened  drafted submitted running  rated    final    received objected decided  reopened
open-appraisal      | .    open    open    open      open     open     open     open     open     open     open
cancel-appraisal    | none .       .       .         .        .        once     once     once     once     once
cut-appraisal       | none .       .       .         .        .        final    final    final    final    uncut
reassign-appraisal  | none .       .       .         .        .        final    final    final    final    enacted
draft-plan          | none .       .       waits     revise   revise   final    final    final    final    revise
submit-plan         | none nothing .       waits     revise   revise   final    final    final    final    revise
return-plan         | none unsent  unsent  .         approved approved approved approved approved approved approved
approve-plan        | none unsent  unsent  .         approved approved approved approved approved approved approved
take-plan           | none own     own     own       own      own      final    final    final    final    own
revise-target       | none no-plan no-plan no-plan   promised promised final    final    final    final    .
revise-terms        | none no-plan no-plan no-plan   beside   beside   final    final    final    final    .
propose-plan-change | none no-plan no-plan no-plan   changed  changed  final    final    final    final    .
agree-to-plan-change| none no-plan no-plan no-plan   unproposed unproposed final final    final    final    unproposed
decline-plan-change | none no-plan no-plan no-plan   unproposed unproposed final final    final    final    unproposed
count-alignment     | none no-plan no-plan no-plan   unread   unread   final    final    final    final    unread
withdraw-fact       | none unvouched unvouched unvouched unvouched unvouched final final final    final    unvouched
take-over-result    | none no-plan no-plan no-plan taken    taken    final    final    final    final    .
revise-take-over    | none no-plan no-plan no-plan retaken  retaken  final    final    final    final    untaken
add-special-expectation | none ended ended ended  ended    ended    final    final    final    final    ended
record-guidance     | none .       .       .         .        .        final    final    final    final    .
answer-guidance     | none unheld  unheld  unheld    unheld   unheld   unheld   unheld   unheld   unheld   unheld
report-progress     | none no-plan no-plan no-plan   .        .        final    final    final    final    .
report-activity     | none no-plan no-plan no-plan   .        .        final    final    final    final    .
accept-report       | none no-plan no-plan no-plan   unknown  .        final    final    final    final    .
return-report       | none no-plan no-plan no-plan   unknown  .        final    final    final    final    .
rate                | none .       .       .         .        rated    final    final    final    final    .
rate as a peer      | none .       .       .         .        .        final    final    final    final    closed
revise-rating       | none unrated unrated unrated   unrated  .        final    final    final    final    unrated
withdraw-rating     | none unrated unrated unrated   unrated  .        final    final    final    final    unrated
give-feedback       | silent .       .       .         .        .        final    final    final    final    .
withdraw-feedback   | silent unsaid  unsaid  unsaid    unsaid   unsaid   final    final    final    final    unsaid
request-feedback    | none .       .       .         .        .        final    final    final    final    over
decline-feedback    | none unasked unasked unasked   unasked  unasked  final    final    final    final    unasked
close-ratings       | none .       .       .         .        .        final    final    final    final    shut
judge-level         | none no-plan no-plan no-plan   .        .        final    final    final    final    .
assess-competencies | none .       .       .         .        .        final    final    final    final    .
establish-fact      | none .       .       .         .        .        final    final    final    final    .
finalise            | none .       .       answer    .        .        final    final    final    final    .
receive-document    | none early   early   early     early    early    .        received received received early
issue-document      | none early   early   early     early    early    .        .        .        .       early
deliver-document    | none early   early   early     early    early    unissued unissued unissued unissued early
return-document     | none early   early   early     early    early    unissued unissued unissued unissued early
refuse-document     | none early   early   early     early    early    unissued unissued unissued unissued early
report-document     | none early   early   early     early    early    unissued unissued unissued unissued early
file-objection      | none early   early   early     early    early    .        .        objected objected early
explain-objection   | none early   early   early     early    early    unheard  unheard  .        decided  early
decide-objection    | none early   early   early     early    early    unheard  unheard  .        decided  early
record-follow-up    | none early   early   early     early    early    .        .        pending  .        early
"""
HEADER, *LINES = (line.split("|") for line in TABLE.strip("\n").splitlines())
ROWS = {name.strip(): dict(zip(HEADER[1].split(), row.split(), strict=True)) for name, row in LINES}
"""A dot where it is taken, otherwise which of the refusals. What was reopened the reviewer enacts, as the appraiser
does all else."""

SENT: dict[str, tuple[Any, str]] = {
    "open-appraisal": (ask.OpenAppraisal(**WHO), "hr"),
    "cancel-appraisal": (ask.CancelAppraisal(**WHO, reason="Salah pegawai"), "hr"),
    "cut-appraisal": (ask.CutAppraisal(**WHO, since=date(2025, 6, 1), reason="mutasi"), "hr"),
    "reassign-appraisal": (
        ask.ReassignAppraisal(**WHO, unit="dinkes", appraiser="tono", since=date(2025, 8, 25), reason="mutasi"),
        "hr",
    ),
    "draft-plan": (ask.DraftPlan(**WHO, results=[]), "budi"),
    "submit-plan": (ask.SubmitPlan(**WHO), "budi"),
    "return-plan": (ask.ReturnPlan(**WHO, feedback="Tambah satu hasil"), "sri"),
    "approve-plan": (ask.ApprovePlan(**WHO), "sri"),
    "take-plan": (ask.TakePlan(**WHO), "budi"),
    "revise-target": (
        ask.ReviseTarget(**WHO, result="berkas", target="jumlah", reason="Petugas berkurang", value=Decimal(150)),
        "sri",
    ),
    "revise-terms": (
        ask.ReviseTerms(**WHO, terms=PlanTerms(resources="Dua petugas"), reason="Petugas berkurang"),
        "sri",
    ),
    "propose-plan-change": (ask.ProposePlanChange(**WHO, change="c1", reason="Tugas baru", drop=["tim"]), "budi"),
    "agree-to-plan-change": (ask.AgreeToPlanChange(**WHO, change="c1"), "sri"),
    "decline-plan-change": (ask.DeclinePlanChange(**WHO, change="c1", reason="Tetap"), "sri"),
    "count-alignment": (ask.CountAlignment(**WHO), "budi"),
    "withdraw-fact": (ask.WithdrawFact(**WHO, fact="ide_baru", reason="Salah orang"), "official"),
    "take-over-result": (ask.TakeOverResult(**WHO, result="tim", note="Saya pimpin sendiri"), "sri"),
    "revise-take-over": (ask.ReviseTakeOver(**WHO, result="tim", reason="Keliru", give_back=True), "sri"),
    "add-special-expectation": (
        ask.AddSpecialExpectation(**WHO, indicator="layanan", expectation="Menyapa tiap warga"),
        "sri",
    ),
    "record-guidance": (
        ask.RecordGuidance(**WHO, guidance="b1", kind=GuidanceKind.COACHING, on=date(2025, 6, 2), note="Loket"),
        "sri",
    ),
    "answer-guidance": (ask.AnswerGuidance(**WHO, guidance="b1", answer="Siap"), "budi"),
    "report-progress": (
        ask.ReportProgress(
            **WHO, report="r2", result="berkas", target="jumlah", until=date(2025, 6, 30), actual=Decimal(90)
        ),
        "budi",
    ),
    "report-activity": (ask.ReportActivity(**WHO, report="r2", day=date(2025, 6, 2), activity="Melayani"), "budi"),
    "accept-report": (ask.AcceptReport(**WHO, report="r1"), "sri"),
    "return-report": (ask.ReturnReport(**WHO, report="r1", feedback="Bukti tidak terbaca"), "sri"),
    "rate": (ask.Rate(**WHO, relation=Relation.SUPERVISOR, scores=FOUR), "sri"),
    "rate as a peer": (ask.Rate(**WHO, relation=Relation.PEER, scores=FOUR), "wati"),
    "revise-rating": (ask.ReviseRating(**WHO, scores=FOUR, reason="Keliru"), "sri"),
    "give-feedback": (ask.GiveFeedback(**WHO, feedback="f1", tone=FeedbackTone.POSITIVE, words="Sabar"), "sri"),
    "withdraw-feedback": (ask.WithdrawFeedback(**WHO, feedback="f1", reason="Keliru"), "sri"),
    "request-feedback": (ask.RequestFeedback(**WHO, of="wati"), "budi"),
    "decline-feedback": (ask.DeclineFeedback(**WHO), "budi"),
    "withdraw-rating": (ask.WithdrawRating(**WHO, reason="Keluarga"), "sri"),
    "close-ratings": (ask.CloseRatings(**WHO), "sri"),
    "judge-level": (ask.JudgeLevel(**WHO, result="berkas", level="sesuai"), "sri"),
    "assess-competencies": (ask.AssessCompetencies(**WHO, competencies=COMPETENCIES, basis="Uji"), "sri"),
    "establish-fact": (ask.EstablishFact(**WHO, fact="ide_baru", basis="SK", flag=True), "official"),
    "finalise": (ask.Finalise(**WHO), "sri"),
    "receive-document": (ask.ReceiveDocument(**WHO), "budi"),
    "issue-document": (ask.IssueDocument(**WHO), "sri"),
    "deliver-document": (ask.DeliverDocument(**WHO), "sri"),
    "return-document": (ask.ReturnDocument(**WHO), "budi"),
    "refuse-document": (ask.RefuseDocument(**WHO, reason="Tidak setuju"), "budi"),
    "report-document": (ask.ReportDocument(**WHO), "sri"),
    "file-objection": (ask.FileObjection(**WHO, grounds="Bukti Mei"), "budi"),
    "explain-objection": (ask.ExplainObjection(**WHO, explanation="Terlambat"), "sri"),
    "decide-objection": (
        ask.DecideObjection(**WHO, outcome=ObjectionOutcome.UPHELD, reason="Bukti cukup"),
        "agus",
    ),
    "record-follow-up": (ask.RecordFollowUp(**WHO, kind=FollowUpKind.TRAINING, note="Pelatihan"), "hr"),
}


@pytest.fixture
def stories(past: Any) -> dict[str, tuple[Any, ...]]:
    decided = ObjectionDecided(outcome=ObjectionOutcome.AMENDED, reason="Bukti Mei", decided=date(2026, 1, 22))
    return {
        "none": (),
        "opened": past.opened,
        "drafted": past.drafted,
        "submitted": past.submitted,
        "running": past.running,
        "rated": (*past.running, past.report, past.rated[-1]),
        "final": (*past.running, past.report, *past.final[-2:]),
        "received": (*past.running, past.report, *past.received[-3:]),
        "objected": (*past.running, past.report, *past.objected[-4:]),
        "decided": (*past.running, past.report, *past.objected[-4:], decided),
        "reopened": (*past.running, past.report, *past.objected[-4:], decided, Reopened(reason="Bukti Mei")),
    }


def test_every_command_to_an_appraisal_but_joining_and_taking_over_is_in_the_table() -> None:
    """Those have files of their own: test_consolidation, test_reuse, test_raters for who is assigned, and
    test_observation for what is due.
    """
    tags = {tag for tag, kind in COMMANDS.items() if issubclass(kind, ask.ToAppraisal)}

    assert ROWS.keys() == SENT.keys()
    assert {str(command.__struct_config__.tag) for command, _ in SENT.values()} == tags - {
        "join-parts",
        "observe-deadlines",
        "propose-reuse",
        "agree-to-reuse",
        "assign-raters",
        "name-rater",
        "decline-assignment",
        "replace-rater",
    }


@pytest.mark.parametrize("name", ROWS)
def test_a_command_is_taken_at_its_stages_and_refused_at_the_others_in_these_words(
    after: Any, stories: Any, rules: Any, results: Any, evidence: Any, scored: Any, name: str
) -> None:
    command, by = SENT[name]
    if name == "draft-plan":
        command = replace(command, results=results)
    elif name == "report-progress":
        command = replace(command, evidence=evidence)
    elif name == "cut-appraisal":
        rules = replace(rules, segments=True)
    elif name == "judge-level":
        rules = replace(rules, items={**rules.items, "skp": ItemRule("level", ("sesuai",), False, 1)})
    answers = {}
    for story, events in stories.items():
        try:
            who = "agus" if (story, by) == ("reopened", "sri") else by
            after(*events, when=command, by=who, on=TODAY, rules=rules, scored=scored)
            answers[story] = "."
        except Refusal as refused:
            answers[story] = f"{type(refused).__name__}: {refused.message}"

    assert answers == {story: REFUSALS.get(code, code) for story, code in ROWS[name].items()}
