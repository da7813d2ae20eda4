"""Which commands rest on a version that their sender has seen, and whether it is still the one there."""

from collections.abc import Sequence
from uuid import UUID

from neraca.domain.errors import Invalid
from neraca.service.command_batch import CommandBatch, PreconditionFailed, Unseen

BEGIN = frozenset(
    {
        "open-appraisal",
        "register-employee",
        "open-survey",
        "open-service-point",
        "publish-achievement",
        "register-time-source",
        "start-programme",
    }
)
"""They begin a stream: there is nothing to have seen."""

ADD = frozenset(
    {
        "report-progress",
        "report-activity",
        "join-parts",
        "rate",
        "revise-rating",
        "withdraw-rating",
        "give-feedback",
        "withdraw-feedback",
        "request-feedback",
        "decline-feedback",
        "set-competency-standard",
        "open-rater-draw",
        "assign-raters",
        "name-rater",
        "decline-assignment",
        "replace-rater",
        "close-ratings",
        "explain-objection",
        "record-follow-up",
        "observe-deadlines",
        "observe-work-plan",
        "count-alignment",
        "propose-plan-change",
        "agree-to-plan-change",
        "decline-plan-change",
        "propose-work-plan-change",
        "agree-to-work-plan-change",
        "decline-work-plan-change",
        "add-special-expectation",
        "record-guidance",
        "answer-guidance",
        "assign-employee",
        "exempt-employee",
        "assign-study",
        "appoint-acting",
        "propose-reuse",
        "sanction-employee",
        "delegate",
        "revoke-delegation",
        "record-response",
        "issue-tokens",
        "pass-on-answers",
        "shut-door",
        "release-comment",
        "refuse-comment",
        "record-attendance",
        "import-service-times",
        "plan-improvement",
        "answer-improvement",
        "appoint-head",
        "assess-potential",
        "assess-candidacy",
        "nominate-candidate",
        "propose-development",
        "complete-training",
        "set-ceiling",
        "fix-credit",
        "fix-allowance",
        "open-cohort",
        "set-mission",
        "explain-finding",
        "name-shadow",
        "link-result",
        "note-plan-talk",
        "join-programme",
        "define-programme-indicator",
        "report-programme-progress",
        "propose-policy",
        "attach-impact",
        "approve-policy",
        "withdraw-policy",
        "publish-policy",
        "schedule-policy",
        "unschedule-policy",
        "give-appointment",
        "withdraw-appointment",
    }
)
"""They add what does not rest on a version seen, often from people who may not see the stream at all; what is there
already under the same id is refused, never changed. An approval names by their hashes what was read, and a joining
rests on the parts, which it names."""

CHANGE = frozenset(
    {
        "draft-plan",
        "take-plan",
        "draft-work-plan",
        "submit-work-plan",
        "return-work-plan",
        "approve-work-plan",
        "revise-work-plan",
        "take-over-planned-result",
        "end-work-plan",
        "withdraw-work-plan",
        "submit-plan",
        "return-plan",
        "approve-plan",
        "revise-target",
        "take-over-result",
        "revise-take-over",
        "revise-terms",
        "accept-report",
        "return-report",
        "judge-level",
        "assess-competencies",
        "establish-fact",
        "withdraw-fact",
        "cancel-appraisal",
        "cut-appraisal",
        "reassign-appraisal",
        "finalise",
        "agree-to-reuse",
        "receive-document",
        "issue-document",
        "deliver-document",
        "return-document",
        "refuse-document",
        "report-document",
        "file-objection",
        "decide-objection",
        "transfer-employee",
        "rehire-employee",
        "change-position",
        "correct-employee",
        "end-acting",
        "end-exemption",
        "withdraw-exemption",
        "extend-study",
        "end-study",
        "retire-employee",
        "revise-sanction",
        "lift-sanction",
        "correct-attendance",
        "withdraw-ceiling",
        "withdraw-competency-standard",
        "bring-forward-credit",
        "revise-credit",
        "revise-allowance",
        "close-survey",
        "revise-service-point",
        "end-service-point",
        "reopen-survey",
        "revise-achievement",
        "revise-time-source",
        "withdraw-service-times",
        "confirm-service-times",
        "relieve-head",
        "propose-training-plan",
        "approve-training-plan",
        "return-training-plan",
        "cancel-training",
        "answer-candidacy",
        "decide-candidacy",
        "revise-candidacy",
        "withdraw-candidacy",
        "answer-development",
        "complete-development",
        "withdraw-development",
        "judge-cohort",
        "calibrate-predicate",
        "close-cohort",
        "reopen-cohort",
        "revise-mission",
        "close-finding",
        "end-shadow",
        "end-mission",
        "draft-unit-plan",
        "submit-unit-plan",
        "return-unit-plan",
        "approve-unit-plan",
        "revise-unit-plan",
        "relink-result",
        "unlink-result",
        "revise-programme",
        "reassign-programme",
        "revise-programme-share",
        "leave-programme",
        "revise-programme-target",
        "revise-programme-baseline",
        "accept-programme-report",
        "return-programme-report",
        "conclude-programme-period",
        "correct-programme-period",
        "end-programme",
    }
)
"""They change what is there, or rest on it as it was read."""


def unmet(
    batch: CommandBatch, where: Sequence[UUID], versions: dict[UUID, int], shown: Sequence[bool]
) -> Exception | None:
    """What is wrong with the versions that the batch names or lacks: Invalid, Unseen, PreconditionFailed or nothing.

    `where` and `shown` go with the commands: the stream of each, and whether the sender may know how far it is.
    """
    missing = _unseen(batch, where, versions) if batch.must_match and not batch.expected else None
    # By If-Match a rater could try whether the stream moved, and so when others rated.
    if not all(shown) and (batch.expected or missing):
        return Invalid("what you add rests on no version of the whole: send it by itself, without If-Match")
    if not batch.expected:
        return missing
    current = tuple(versions.values())
    if len(batch.expected) != len(current):
        return Invalid(f"If-Match names {len(batch.expected)} versions for {len(current)} streams; name one for each")
    return None if batch.expected == current else PreconditionFailed(batch.expected, current)


def _unseen(batch: CommandBatch, where: Sequence[UUID], versions: dict[UUID, int]) -> Unseen | None:
    begun: set[UUID] = set()
    for at, (command, stream) in enumerate(zip(batch.commands, where, strict=True)):
        tag = str(command.__struct_config__.tag)
        if tag in BEGIN:
            begun.add(stream)
        elif tag in CHANGE and stream not in begun:
            return Unseen(at, tag, tuple(versions.values()))
    return None
