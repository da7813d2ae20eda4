"""Which rule answers which command."""

from collections.abc import Sequence
from typing import assert_never

from neraca.domain.appraisal import (
    alignment,
    cancellation,
    consolidation,
    division,
    documents,
    feedback,
    guidance,
    objection,
    observation,
    plan,
    plan_change,
    plan_share,
    raters,
    ratings,
    reports,
    result,
    reuse,
    take_over,
)
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import AppraisalEvent, TargetRevised
from neraca.domain.appraisal.state import Appraisal
from neraca.domain.contexts import (
    AlignmentContext,
    AppraisalContext,
    AssessingContext,
    DrawContext,
    FinalisingContext,
    IssuingContext,
    JoiningContext,
    OpeningContext,
    ReuseContext,
    TakingContext,
    having,
)


def settle(state: Appraisal, news: Sequence[object], context: AppraisalContext) -> None:
    if any(isinstance(event, TargetRevised) for event in news):
        plan.settle_targets(state, context)


def decide(command: ask.AppraisalCommand, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    match command:
        case ask.OpenAppraisal():
            return plan.open_appraisal(command, state, having(OpeningContext, context))
        case ask.CancelAppraisal():
            return cancellation.cancel(command, state, context)
        case ask.CutAppraisal():
            return division.divide(command, state, context)
        case ask.DraftPlan():
            return plan.draft(command, state, context)
        case ask.SubmitPlan():
            return plan.submit(command, state, context)
        case ask.ReturnPlan():
            return plan.send_back(command, state, context)
        case ask.ApprovePlan():
            return plan.approve(command, state, context)
        case ask.TakePlan():
            return plan_share.take(command, state, having(TakingContext, context))
        case ask.ReviseTarget():
            return plan.revise_target(command, state, context)
        case ask.ReviseTerms():
            return plan.revise_terms(command, state, context)
        case ask.ProposePlanChange():
            return plan_change.propose(command, state, context)
        case ask.AgreeToPlanChange():
            return plan_change.agree(command, state, context)
        case ask.DeclinePlanChange():
            return plan_change.decline(command, state, context)
        case ask.CountAlignment():
            return alignment.count(command, state, having(AlignmentContext, context))
        case ask.TakeOverResult():
            return take_over.take_over(command, state, context)
        case ask.ReviseTakeOver():
            return take_over.revise(command, state, context)
        case ask.AddSpecialExpectation():
            return plan.expect(command, state, context)
        case ask.RecordGuidance():
            return guidance.record(command, state, context)
        case ask.AnswerGuidance():
            return guidance.answer(command, state, context)
        case ask.ReassignAppraisal():
            return plan.reassign(command, state, context)
        case ask.ReportProgress():
            return reports.progress(command, state, context)
        case ask.ReportActivity():
            return reports.activity(command, state, context)
        case ask.AcceptReport():
            return reports.accept(command, state, context)
        case ask.ReturnReport():
            return reports.send_back(command, state, context)
        case ask.Rate():
            return ratings.rate(command, state, context)
        case ask.ReviseRating():
            return ratings.revise(command, state, context)
        case ask.WithdrawRating():
            return ratings.withdraw(command, state, context)
        case ask.GiveFeedback():
            return feedback.give(command, state, context)
        case ask.WithdrawFeedback():
            return feedback.withdraw(command, state, context)
        case ask.RequestFeedback():
            return feedback.request(command, state, context)
        case ask.DeclineFeedback():
            return feedback.decline(command, state, context)
        case ask.AssignRaters():
            return raters.assign(command, state, having(DrawContext, context))
        case ask.NameRater():
            return raters.name_rater(command, state, context)
        case ask.DeclineAssignment():
            return raters.decline(command, state, having(DrawContext, context))
        case ask.ReplaceRater():
            return raters.replace_rater(command, state, having(DrawContext, context))
        case ask.CloseRatings():
            return ratings.close(command, state, context)
        case ask.JudgeLevel():
            return result.judge(command, state, context)
        case ask.AssessCompetencies():
            return result.assess(command, state, having(AssessingContext, context))
        case ask.EstablishFact():
            return result.establish(command, state, context)
        case ask.WithdrawFact():
            return result.withdraw_fact(command, state, context)
        case ask.Finalise():
            return result.finalise(command, state, having(FinalisingContext, context))
        case ask.JoinParts():
            return consolidation.join(command, state, having(JoiningContext, context))
        case ask.ProposeReuse():
            return reuse.propose(command, state, having(ReuseContext, context))
        case ask.AgreeToReuse():
            return reuse.agree(command, state, having(ReuseContext, context))
        case ask.ReceiveDocument():
            return documents.receive(command, state, context)
        case ask.IssueDocument():
            return documents.issue(command, state, having(IssuingContext, context))
        case ask.DeliverDocument():
            return documents.deliver(command, state, context)
        case ask.ReturnDocument():
            return documents.give_back(command, state, context)
        case ask.RefuseDocument():
            return documents.refuse(command, state, context)
        case ask.ReportDocument():
            return documents.report(command, state, context)
        case ask.RecordFollowUp():
            return result.follow_up(command, state, context)
        case ask.FileObjection():
            return objection.file(command, state, context)
        case ask.ExplainObjection():
            return objection.explain(command, state, context)
        case ask.DecideObjection():
            return objection.decide(command, state, context)
        case ask.ObserveDeadlines():
            return observation.observe(command, state, context)
        case _:
            assert_never(command)
