"""Which role may send which command. Relations to one person (employee, appraiser, rater) are checked by the decision.

An actor needs one of the roles named here, in the agency they act in; one of no agency has theirs in all.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from neraca.domain.appraisal.commands import Rate
from neraca.domain.assignments import serves
from neraca.domain.contexts import Actor, Context
from neraca.domain.errors import NotAllowed
from neraca.domain.registry import Command
from neraca.domain.vocabulary import RATERS, Relation, Role, Scope

_ADMIN = frozenset({Role.ADMIN})
_EMPLOYEE = frozenset({Role.EMPLOYEE})
_APPRAISING = frozenset({Role.EMPLOYEE, Role.OFFICIAL})
"""The appraiser, or an official who enacts a decision on an objection where nobody reviews."""

_OVER_A_UNIT = frozenset({Role.EMPLOYEE, Role.OFFICIAL, Role.HR})
"""Whoever is above the head of a unit, or HR where nobody is."""

_HR = frozenset({Role.HR})
_HR_OR_CLOCK = frozenset({Role.HR, Role.CLOCK})
_INTEGRATOR = frozenset({Role.INTEGRATOR})
_ROSTER = frozenset({Role.HR, Role.INTEGRATOR})
_MODERATING = frozenset({Role.SURVEYOR, Role.OFFICIAL})
_POLICY = frozenset({Role.POLICY})
_RATER = frozenset({Role.EMPLOYEE, Role.OFFICIAL, Role.SURVEYOR})

ROLES: Mapping[str, frozenset[Role]] = MappingProxyType(
    {
        "open-appraisal": _HR,
        "cancel-appraisal": _HR,
        "cut-appraisal": _HR,
        "reassign-appraisal": _HR,
        "draft-plan": _EMPLOYEE,
        "submit-plan": _EMPLOYEE,
        "return-plan": _APPRAISING,
        "approve-plan": _APPRAISING,
        "revise-target": _APPRAISING,
        "revise-terms": _APPRAISING,
        "propose-plan-change": _APPRAISING,
        "agree-to-plan-change": _APPRAISING,
        "decline-plan-change": _APPRAISING,
        "count-alignment": frozenset({Role.EMPLOYEE, Role.HR}),
        "take-over-result": _APPRAISING,
        "revise-take-over": _APPRAISING,
        "add-special-expectation": _APPRAISING,
        "record-guidance": _APPRAISING,
        "answer-guidance": _EMPLOYEE,
        "take-plan": frozenset({Role.EMPLOYEE, Role.HR}),
        "report-progress": _EMPLOYEE,
        "report-activity": _EMPLOYEE,
        "accept-report": _APPRAISING,
        "return-report": _APPRAISING,
        # Any of these at the most; which one it must be is told by the relation (`check`).
        "rate": _RATER,
        "revise-rating": _RATER,
        "withdraw-rating": _RATER,
        "give-feedback": _APPRAISING,
        "withdraw-feedback": _APPRAISING,
        "request-feedback": _APPRAISING,
        "decline-feedback": _APPRAISING,
        "set-competency-standard": _HR,
        "withdraw-competency-standard": _HR,
        "give-appointment": _ADMIN,
        "withdraw-appointment": _ADMIN,
        "open-rater-draw": _HR_OR_CLOCK,
        "assign-raters": _HR_OR_CLOCK,
        "name-rater": frozenset({Role.HR, Role.OFFICIAL}),
        "decline-assignment": _APPRAISING,
        "replace-rater": _HR,
        "close-ratings": frozenset({Role.EMPLOYEE, Role.HR}),
        "judge-level": _APPRAISING,
        "assess-competencies": _APPRAISING,
        "establish-fact": frozenset({Role.OFFICIAL}),
        "withdraw-fact": frozenset({Role.OFFICIAL}),
        "finalise": frozenset({Role.EMPLOYEE, Role.OFFICIAL}),
        "join-parts": frozenset({Role.EMPLOYEE, Role.OFFICIAL}),
        "propose-reuse": _EMPLOYEE,
        "agree-to-reuse": _EMPLOYEE,
        "receive-document": _EMPLOYEE,
        "issue-document": frozenset({Role.EMPLOYEE, Role.OFFICIAL}),
        "deliver-document": frozenset({Role.EMPLOYEE, Role.HR}),
        "return-document": _EMPLOYEE,
        "refuse-document": _EMPLOYEE,
        "report-document": frozenset({Role.EMPLOYEE, Role.HR}),
        "file-objection": _EMPLOYEE,
        "explain-objection": _EMPLOYEE,
        "decide-objection": frozenset({Role.EMPLOYEE, Role.OFFICIAL}),
        "observe-deadlines": frozenset({Role.CLOCK}),
        "observe-work-plan": frozenset({Role.CLOCK}),
        "record-follow-up": frozenset({Role.EMPLOYEE, Role.HR, Role.OFFICIAL}),
        "register-employee": _ROSTER,
        "assign-employee": _ROSTER,
        "transfer-employee": _ROSTER,
        "retire-employee": _ROSTER,
        "delegate": frozenset({Role.EMPLOYEE, Role.HR}),
        "revoke-delegation": frozenset({Role.EMPLOYEE, Role.HR}),
        "sanction-employee": _HR,
        "revise-sanction": _HR,
        "lift-sanction": _HR,
        "rehire-employee": _ROSTER,
        "change-position": _ROSTER,
        "correct-employee": _ROSTER,
        "appoint-acting": _HR,
        "end-acting": _HR,
        "exempt-employee": _HR,
        "end-exemption": _HR,
        "withdraw-exemption": _HR,
        "assign-study": _HR,
        "extend-study": _HR,
        "end-study": _HR,
        "record-attendance": _ROSTER,
        "correct-attendance": _HR,
        "set-ceiling": _HR,
        "withdraw-ceiling": _HR,
        "bring-forward-credit": _HR,
        "fix-credit": _HR,
        "revise-credit": _HR,
        "fix-allowance": _HR,
        "revise-allowance": _HR,
        "open-survey": frozenset({Role.SURVEYOR}),
        "record-response": frozenset({Role.SURVEYOR, Role.INTEGRATOR}),
        "issue-tokens": frozenset({Role.SURVEYOR, Role.INTEGRATOR}),
        "pass-on-answers": frozenset({Role.DOOR}),
        "shut-door": frozenset({Role.DOOR}),
        "release-comment": _MODERATING,
        "refuse-comment": _MODERATING,
        "open-service-point": frozenset({Role.SURVEYOR, Role.HR}),
        "revise-service-point": frozenset({Role.SURVEYOR, Role.HR}),
        "end-service-point": frozenset({Role.SURVEYOR, Role.HR}),
        "close-survey": frozenset({Role.SURVEYOR}),
        "reopen-survey": frozenset({Role.SURVEYOR}),
        "publish-achievement": frozenset({Role.OFFICIAL}),
        "revise-achievement": frozenset({Role.OFFICIAL}),
        # An official, or the head of the unit, which the decision asks.
        "plan-improvement": frozenset({Role.EMPLOYEE, Role.OFFICIAL}),
        "answer-improvement": frozenset({Role.EMPLOYEE, Role.OFFICIAL}),
        "register-time-source": frozenset({Role.OFFICIAL}),
        "revise-time-source": frozenset({Role.OFFICIAL}),
        # Any of these at the most; who it must be is told by the source's register.
        "import-service-times": frozenset({Role.INTEGRATOR, Role.OFFICIAL}),
        "withdraw-service-times": frozenset({Role.INTEGRATOR, Role.OFFICIAL}),
        "confirm-service-times": frozenset({Role.OFFICIAL}),
        "appoint-head": _HR,
        "relieve-head": _HR,
        "draft-work-plan": _EMPLOYEE,
        "submit-work-plan": _EMPLOYEE,
        "return-work-plan": _EMPLOYEE,
        "approve-work-plan": _EMPLOYEE,
        "revise-work-plan": _EMPLOYEE,
        "take-over-planned-result": _EMPLOYEE,
        "propose-work-plan-change": _EMPLOYEE,
        "agree-to-work-plan-change": _EMPLOYEE,
        "decline-work-plan-change": _EMPLOYEE,
        "end-work-plan": _HR,
        "withdraw-work-plan": _HR,
        "set-mission": frozenset({Role.HR, Role.OFFICIAL}),
        "revise-mission": frozenset({Role.HR, Role.OFFICIAL}),
        "end-mission": frozenset({Role.HR, Role.OFFICIAL}),
        "draft-unit-plan": _EMPLOYEE,
        "submit-unit-plan": _EMPLOYEE,
        "return-unit-plan": _OVER_A_UNIT,
        "approve-unit-plan": _OVER_A_UNIT,
        "revise-unit-plan": _OVER_A_UNIT,
        "link-result": frozenset({Role.EMPLOYEE, Role.HR}),
        "relink-result": frozenset({Role.EMPLOYEE, Role.HR}),
        "unlink-result": frozenset({Role.EMPLOYEE, Role.HR}),
        "note-plan-talk": _EMPLOYEE,
        "start-programme": frozenset({Role.OFFICIAL}),
        "reassign-programme": frozenset({Role.OFFICIAL}),
        "revise-programme": _APPRAISING,
        "join-programme": _APPRAISING,
        "revise-programme-share": _APPRAISING,
        "leave-programme": _APPRAISING,
        "define-programme-indicator": _APPRAISING,
        "revise-programme-target": _APPRAISING,
        "revise-programme-baseline": _APPRAISING,
        "report-programme-progress": _EMPLOYEE,
        "accept-programme-report": _APPRAISING,
        "return-programme-report": _APPRAISING,
        "conclude-programme-period": _APPRAISING,
        "correct-programme-period": _APPRAISING,
        "end-programme": _APPRAISING,
        "name-shadow": _POLICY,
        "end-shadow": _POLICY,
        "explain-finding": _EMPLOYEE,
        "close-finding": _HR,
        "open-cohort": frozenset({Role.EMPLOYEE, Role.HR}),
        "judge-cohort": frozenset({Role.EMPLOYEE, Role.HR}),
        "calibrate-predicate": _EMPLOYEE,
        "close-cohort": frozenset({Role.EMPLOYEE, Role.HR}),
        "reopen-cohort": _HR,
        "propose-training-plan": frozenset({Role.EMPLOYEE, Role.HR}),
        "approve-training-plan": frozenset({Role.OFFICIAL}),
        "return-training-plan": frozenset({Role.OFFICIAL}),
        "complete-training": frozenset({Role.EMPLOYEE, Role.HR}),
        "cancel-training": frozenset({Role.EMPLOYEE, Role.HR}),
        "assess-potential": frozenset({Role.HR, Role.OFFICIAL}),
        "assess-candidacy": frozenset({Role.HR, Role.OFFICIAL}),
        "nominate-candidate": frozenset({Role.EMPLOYEE, Role.HR}),
        "answer-candidacy": _EMPLOYEE,
        "decide-candidacy": frozenset({Role.OFFICIAL}),
        "revise-candidacy": frozenset({Role.OFFICIAL}),
        "withdraw-candidacy": frozenset({Role.EMPLOYEE, Role.HR}),
        "propose-development": _EMPLOYEE,
        "answer-development": _EMPLOYEE,
        "complete-development": _EMPLOYEE,
        "withdraw-development": _EMPLOYEE,
        "propose-policy": _POLICY,
        "attach-impact": _POLICY,
        "approve-policy": frozenset({Role.POLICY_APPROVER, Role.NATIONAL}),
        "withdraw-policy": _POLICY,
        "unschedule-policy": frozenset({Role.POLICY_APPROVER, Role.NATIONAL}),
        "publish-policy": _POLICY,
        "schedule-policy": _POLICY,
    }
)
"""Command tag -> roles, any one of which suffices."""

WRITES: Mapping[str, Scope] = MappingProxyType(
    {
        "register-employee": Scope.WRITE_ROSTER,
        "assign-employee": Scope.WRITE_ROSTER,
        "transfer-employee": Scope.WRITE_ROSTER,
        "retire-employee": Scope.WRITE_ROSTER,
        "rehire-employee": Scope.WRITE_ROSTER,
        "change-position": Scope.WRITE_ROSTER,
        "correct-employee": Scope.WRITE_ROSTER,
        "record-attendance": Scope.WRITE_ATTENDANCE,
        "record-response": Scope.WRITE_SURVEYS,
        "issue-tokens": Scope.WRITE_SURVEYS,
        "import-service-times": Scope.WRITE_SERVICE_TIMES,
        "withdraw-service-times": Scope.WRITE_SERVICE_TIMES,
    }
)
"""Command tag of the role integrator -> the scope it asks of one whose scopes are named."""


SEE_APPOINTMENTS = frozenset({Role.ADMIN, Role.AUDITOR})
"""They say, or check, who has which role."""

_SEE_APPRAISALS = frozenset({Role.HR, Role.OFFICIAL, Role.AUDITOR})


OPERATOR = Actor("operator", frozenset({Role.ADMIN, Role.POLICY}))
"""Whoever runs the deployment, as the first start makes their token: in every agency they let people and programs in
and put the rules in force that its file names, and read nobody's appraisal.
"""


def sees_appraisals(actor: Actor) -> bool:
    """Whether anybody's appraisal is the actor's business."""
    return bool(actor.roles & _SEE_APPRAISALS)


def belongs(actor: Actor, agency: str) -> None:
    """Raises NotAllowed for an actor of another agency."""
    if actor.agency not in (None, agency):
        raise NotAllowed(f"{actor.id} belongs to {actor.agency} and may not act in {agency}")


def check(command: Command, actor: Actor) -> None:
    """Raises NotAllowed, naming the role that is needed."""
    tag = str(command.__struct_config__.tag)
    needed = _rating_roles(command.relation) if isinstance(command, Rate) else ROLES[tag]
    _permitted(tag, needed, actor)


def keeps_keys(actor: Actor, agency: str) -> None:
    """Raises NotAllowed for one who may neither see nor change the keys of programs."""
    belongs(actor, agency)
    if Role.ADMIN not in actor.roles:
        raise NotAllowed(f"the keys of programs need the role admin; {actor.id} has {_has(actor)}")


def keeps_sessions(actor: Actor, agency: str) -> None:
    """Raises NotAllowed for one who may neither see nor end the sessions of others."""
    belongs(actor, agency)
    if Role.ADMIN not in actor.roles:
        raise NotAllowed(f"the sessions of people need the role admin; {actor.id} has {_has(actor)}")


def sees_appointments(actor: Actor, agency: str) -> None:
    """Raises NotAllowed for one who may not know who has which role."""
    belongs(actor, agency)
    if not actor.roles & SEE_APPOINTMENTS:
        raise NotAllowed(f"who has which role is for the roles admin and auditor; {actor.id} has {_has(actor)}")


def sees_reads(actor: Actor, agency: str) -> None:
    """Raises NotAllowed for one who may not know what auditors read."""
    belongs(actor, agency)
    if Role.ADMIN not in actor.roles:
        raise NotAllowed(f"what auditors read is for the role admin; {actor.id} has {_has(actor)}")


def may_send(tags: Sequence[str], actor: Actor) -> None:
    """Raises NotAllowed, as of the first, for who may send none of these commands, whatever is in them."""
    refused: list[NotAllowed] = []
    for tag in tags:
        try:
            return _permitted(tag, ROLES[tag], actor)
        except NotAllowed as one:
            refused.append(one)
    raise refused[0]


def _permitted(tag: str, needed: frozenset[Role], actor: Actor) -> None:
    if not actor.roles & needed:
        raise NotAllowed(f"{tag} needs the role {' or '.join(sorted(needed))}; {actor.id} has {_has(actor)}")
    as_integrator = actor.roles & needed <= _INTEGRATOR
    if as_integrator and actor.scopes is not None and WRITES[tag] not in actor.scopes:
        named = ", ".join(sorted(actor.scopes)) or "none"
        raise NotAllowed(f"{tag} needs the scope {WRITES[tag]}; {actor.id} has {named}")


def _rating_roles(relation: Relation) -> frozenset[Role]:
    rule = RATERS.get(relation)
    if rule is None:
        raise NotAllowed(
            f"/relation: no rule says who may rate as {relation}; rate as one of {', '.join(RATERS)}",
            field="/relation",
        )
    return _APPRAISING if relation is Relation.SUPERVISOR else frozenset({rule.role})


def in_service(command: Command, context: Context) -> None:
    """Raises NotAllowed for one on the roster who does not serve today; what is theirs they may still do.

    Offices that no employee number stands for are not on it.
    """
    actor = context.actor.id
    # By today, not by the day a token was given: a token outlives a post.
    tenure = context.people(actor)
    # What is found of how somebody judged is theirs too: they are heard on it also when they have left.
    theirs = actor in (getattr(command, "employee", None), getattr(command, "judge", None))
    if tenure is None or theirs or serves(tenure, context.today):
        return
    when = f"retired on {tenure.retired}" if tenure.retired and context.today > tenure.retired else "does not serve yet"
    raise NotAllowed(f"{actor} {when} and may not act for others; somebody in service must")


def _has(actor: Actor) -> str:
    return ", ".join(sorted(actor.roles)) or "none"
