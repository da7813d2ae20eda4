"""Everything that the log knows can be read: each type of event is in the log itself for auditors and programs, and a
field tells what it came to, or there is a reason why there is none.
"""

import graphql

from neraca.domain.registry import EVENTS
from tests.anonymity.questions import SDL

TOLD = {
    "achievement.": "OrganisationalUnit.achievements",
    "allowance.": "Agency.allowances",
    "appointment.": "Agency.appointments",
    "appraisal.": "Appraisal.timeline",
    "attendance.": "Employee.attendance",
    "candidacy.": "Agency.candidacies",
    "ceiling.": "Agency.ceilings",
    "cohort.": "Agency.cohorts",
    "competency-standard.": "Agency.competencyStandards",
    "credit.": "Employee.credit",
    "development.": "Employee.development",
    "employee.acting": "ServiceRecord.acting",
    "employee.assigned": "Employee.supervisor",
    "employee.corrected": "Employee.name",
    "employee.delegat": "ServiceRecord.delegations",
    "employee.exempt": "ServiceRecord.exemptions",
    "employee.position-changed": "ServiceRecord.posts",
    "employee.registered": "Employee.since",
    "employee.rehired": "ServiceRecord.breaks",
    "employee.retired": "Employee.retired",
    "employee.sanction": "Employee.sanctions",
    "employee.study": "ServiceRecord.studies",
    "employee.transferred": "Employee.unit",
    "forensics.closed": "Finding.closed",
    "forensics.explained": "Finding.answers",
    "improvement.": "OrganisationalUnit.achievements",
    "link.made": "PlanNode.link",
    "link.talk-noted": "PlanTree.talks",
    "link.undone": "PlanNode.link",
    "mission.": "PlanTree.vision",
    "organisation.": "Agency.heads",
    "plan.": "Agency.workPlans",
    "plan.change": "PlanTree.changes",
    "policy.approved": "PolicyProposal.approvals",
    "policy.impact-attached": "PolicyProposal.impact",
    "policy.proposed": "Agency.policyProposals",
    "policy.published": "Agency.policies",
    "policy.schedule": "Policy.inForce",
    "policy.shadow": "AgencyReports.shadows",
    "policy.superseded": "Appraisal.supersededRule",
    "policy.withdrawn": "PolicyProposal.fate",
    "potential.": "Employee.potential",
    "programme.": "Agency.programmes",
    "service-point.": "AgencyReports.servicePoints",
    "service-times.": "OrganisationalUnit.serviceTimes",
    "survey.": "AgencyReports.publicSurveys",
    "survey.answers-passed-on": "AgencyReports.satisfaction",
    "survey.comment": "AgencyReports.comments",
    "survey.response-recorded": "AgencyReports.satisfaction",
    "time-source.": "Agency.timeSources",
    "training.": "OrganisationalUnit.trainingPlans",
    "unit-plan.": "PlanTree.units",
}
"""By how their tag begins: of several that fit the longest says it."""

UNTOLD = {
    "plan.deadline-passed": "what is due is told by itself, by `Agency.due`, whether it was told before or not",
    "plan.deadline-reminded": "as the deadline that passed",
    "rater-draw.opened": "who was drawn is told by `Appraisal.assignments`, and done again by `neraca report raters`",
    "survey.door-shut": "it says that a survey may be closed; that it was is told by `AgencyReports.publicSurveys`",
    "survey.tokens-issued": "the tokens are secrets, and are printed once",
}


def _told(tag: str) -> str | None:
    return max((one for one in TOLD if tag.startswith(one)), key=len, default=None)


def test_each_type_of_event_is_told_by_a_field_or_it_is_said_why_not() -> None:
    assert {tag for tag in EVENTS if _told(tag) is None and tag not in UNTOLD} == set()
    assert UNTOLD.keys() - EVENTS.keys() == set()
    assert TOLD.keys() - {_told(tag) for tag in EVENTS.keys() - UNTOLD.keys()} == set(), "of no event"


def test_each_of_these_fields_is_there() -> None:
    for field in TOLD.values():
        kind, name = field.split(".")
        of = SDL.type_map[kind]
        assert isinstance(of, graphql.GraphQLObjectType)
        assert name in of.fields, field
