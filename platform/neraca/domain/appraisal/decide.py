"""Which rule answers which command."""

from collections.abc import Sequence
from typing import assert_never

from neraca.domain.appraisal import cancellation, consolidation, objection, plan, ratings, reports, result
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import AppraisalEvent, TargetRevised
from neraca.domain.appraisal.state import Appraisal
from neraca.domain.given import Given


def settle(state: Appraisal, news: Sequence[object], given: Given) -> None:
    if any(isinstance(event, TargetRevised) for event in news):
        plan.settle_targets(state, given)


def decide(command: ask.AppraisalCommand, state: Appraisal, given: Given) -> list[AppraisalEvent]:
    match command:
        case ask.OpenAppraisal():
            return plan.open_appraisal(command, state, given)
        case ask.CancelAppraisal():
            return cancellation.cancel(command, state, given)
        case ask.DraftPlan():
            return plan.draft(command, state, given)
        case ask.SubmitPlan():
            return plan.submit(command, state, given)
        case ask.ReturnPlan():
            return plan.send_back(command, state, given)
        case ask.ApprovePlan():
            return plan.approve(command, state, given)
        case ask.ReviseTarget():
            return plan.revise_target(command, state, given)
        case ask.ReassignAppraisal():
            return plan.reassign(command, state, given)
        case ask.ReportProgress():
            return reports.progress(command, state, given)
        case ask.ReportActivity():
            return reports.activity(command, state, given)
        case ask.AcceptReport():
            return reports.accept(command, state, given)
        case ask.ReturnReport():
            return reports.send_back(command, state, given)
        case ask.Rate():
            return ratings.rate(command, state, given)
        case ask.ReviseRating():
            return ratings.revise(command, state, given)
        case ask.WithdrawRating():
            return ratings.withdraw(command, state, given)
        case ask.JudgeLevel():
            return result.judge(command, state, given)
        case ask.AssessCompetencies():
            return result.assess(command, state, given)
        case ask.EstablishFact():
            return result.establish(command, state, given)
        case ask.Finalise():
            return result.finalise(command, state, given)
        case ask.JoinParts():
            return consolidation.join(command, state, given)
        case ask.ReceiveDocument():
            return result.receive(command, state, given)
        case ask.RecordFollowUp():
            return result.follow_up(command, state, given)
        case ask.FileObjection():
            return objection.file(command, state, given)
        case ask.ExplainObjection():
            return objection.explain(command, state, given)
        case ask.DecideObjection():
            return objection.decide(command, state, given)
        case _:
            assert_never(command)
