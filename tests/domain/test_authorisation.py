"""Which role may send which command, walked through command by command and role by role."""

import itertools
from datetime import date
from typing import Any, get_type_hints

import pytest
from msgspec import structs

from neraca.domain import authorisation, dispatch
from neraca.domain.appraisal.commands import ApprovePlan, Rate, SubmitPlan
from neraca.domain.assignments import Tenure
from neraca.domain.contexts import Actor
from neraca.domain.errors import NotAllowed
from neraca.domain.forensics.answers import ExplainFinding
from neraca.domain.registry import COMMANDS
from neraca.domain.vocabulary import RATERS, FindingKind, Relation, Role, Scope

TABLE = """
                        employee hr official surveyor policy auditor integrator policy-approver national clock
open-appraisal          .        x  .        .        .      .       .          .               .        .
reassign-appraisal      .        x  .        .        .      .       .          .               .        .
cancel-appraisal        .        x  .        .        .      .       .          .               .        .
cut-appraisal           .        x  .        .        .      .       .          .               .        .
draft-plan              x        .  .        .        .      .       .          .               .        .
submit-plan             x        .  .        .        .      .       .          .               .        .
return-plan             x        .  x        .        .      .       .          .               .        .
approve-plan            x        .  x        .        .      .       .          .               .        .
take-plan               x        x  .        .        .      .       .          .               .        .
revise-target           x        .  x        .        .      .       .          .               .        .
revise-terms            x        .  x        .        .      .       .          .               .        .
take-over-result        x        .  x        .        .      .       .          .               .        .
revise-take-over        x        .  x        .        .      .       .          .               .        .
add-special-expectation x        .  x        .        .      .       .          .               .        .
record-guidance         x        .  x        .        .      .       .          .               .        .
answer-guidance         x        .  .        .        .      .       .          .               .        .
report-progress         x        .  .        .        .      .       .          .               .        .
report-activity         x        .  .        .        .      .       .          .               .        .
accept-report           x        .  x        .        .      .       .          .               .        .
return-report           x        .  x        .        .      .       .          .               .        .
give-appointment        .        .  .        .        .      .       .          .               .        .
withdraw-appointment    .        .  .        .        .      .       .          .               .        .
set-competency-standard .        x  .        .        .      .       .          .               .        .
withdraw-competency-standard . x  .        .        .      .       .          .               .        .
open-rater-draw         .        x  .        .        .      .       .          .               .        x
assign-raters           .        x  .        .        .      .       .          .               .        x
name-rater              .        x  x        .        .      .       .          .               .        .
decline-assignment      x        .  x        .        .      .       .          .               .        .
replace-rater           .        x  .        .        .      .       .          .               .        .
close-ratings           x        x  .        .        .      .       .          .               .        .
rate                    x        .  x        x        .      .       .          .               .        .
revise-rating           x        .  x        x        .      .       .          .               .        .
withdraw-rating         x        .  x        x        .      .       .          .               .        .
give-feedback           x        .  x        .        .      .       .          .               .        .
withdraw-feedback       x        .  x        .        .      .       .          .               .        .
request-feedback        x        .  x        .        .      .       .          .               .        .
decline-feedback        x        .  x        .        .      .       .          .               .        .
judge-level             x        .  x        .        .      .       .          .               .        .
assess-competencies     x        .  x        .        .      .       .          .               .        .
establish-fact          .        .  x        .        .      .       .          .               .        .
withdraw-fact           .        .  x        .        .      .       .          .               .        .
finalise                x        .  x        .        .      .       .          .               .        .
join-parts              x        .  x        .        .      .       .          .               .        .
propose-reuse           x        .  .        .        .      .       .          .               .        .
agree-to-reuse          x        .  .        .        .      .       .          .               .        .
receive-document        x        .  .        .        .      .       .          .               .        .
issue-document          x        .  x        .        .      .       .          .               .        .
deliver-document        x        x  .        .        .      .       .          .               .        .
return-document         x        .  .        .        .      .       .          .               .        .
refuse-document         x        .  .        .        .      .       .          .               .        .
report-document         x        x  .        .        .      .       .          .               .        .
file-objection          x        .  .        .        .      .       .          .               .        .
explain-objection       x        .  .        .        .      .       .          .               .        .
decide-objection        x        .  x        .        .      .       .          .               .        .
observe-deadlines       .        .  .        .        .      .       .          .               .        x
observe-work-plan       .        .  .        .        .      .       .          .               .        x
record-follow-up        x        x  x        .        .      .       .          .               .        .
register-employee       .        x  .        .        .      .       x          .               .        .
assign-employee         .        x  .        .        .      .       x          .               .        .
transfer-employee       .        x  .        .        .      .       x          .               .        .
retire-employee         .        x  .        .        .      .       x          .               .        .
sanction-employee       .        x  .        .        .      .       .          .               .        .
revise-sanction         .        x  .        .        .      .       .          .               .        .
lift-sanction           .        x  .        .        .      .       .          .               .        .
rehire-employee         .        x  .        .        .      .       x          .               .        .
change-position         .        x  .        .        .      .       x          .               .        .
correct-employee        .        x  .        .        .      .       x          .               .        .
appoint-acting          .        x  .        .        .      .       .          .               .        .
end-acting              .        x  .        .        .      .       .          .               .        .
exempt-employee         .        x  .        .        .      .       .          .               .        .
end-exemption           .        x  .        .        .      .       .          .               .        .
withdraw-exemption      .        x  .        .        .      .       .          .               .        .
assign-study            .        x  .        .        .      .       .          .               .        .
extend-study            .        x  .        .        .      .       .          .               .        .
end-study               .        x  .        .        .      .       .          .               .        .
delegate                x        x  .        .        .      .       .          .               .        .
revoke-delegation       x        x  .        .        .      .       .          .               .        .
record-attendance       .        x  .        .        .      .       x          .               .        .
correct-attendance      .        x  .        .        .      .       .          .               .        .
set-ceiling             .        x  .        .        .      .       .          .               .        .
withdraw-ceiling        .        x  .        .        .      .       .          .               .        .
bring-forward-credit    .        x  .        .        .      .       .          .               .        .
fix-credit              .        x  .        .        .      .       .          .               .        .
revise-credit           .        x  .        .        .      .       .          .               .        .
fix-allowance           .        x  .        .        .      .       .          .               .        .
revise-allowance        .        x  .        .        .      .       .          .               .        .
open-survey             .        .  .        x        .      .       .          .               .        .
record-response         .        .  .        x        .      .       x          .               .        .
close-survey            .        .  .        x        .      .       .          .               .        .
reopen-survey           .        .  .        x        .      .       .          .               .        .
issue-tokens            .        .  .        x        .      .       x          .               .        .
pass-on-answers         .        .  .        .        .      .       .          .               .        .
shut-door               .        .  .        .        .      .       .          .               .        .
release-comment         .        .  x        x        .      .       .          .               .        .
refuse-comment          .        .  x        x        .      .       .          .               .        .
open-service-point      .        x  .        x        .      .       .          .               .        .
revise-service-point    .        x  .        x        .      .       .          .               .        .
end-service-point       .        x  .        x        .      .       .          .               .        .
publish-achievement     .        .  x        .        .      .       .          .               .        .
revise-achievement      .        .  x        .        .      .       .          .               .        .
plan-improvement        x        .  x        .        .      .       .          .               .        .
answer-improvement      x        .  x        .        .      .       .          .               .        .
register-time-source    .        .  x        .        .      .       .          .               .        .
revise-time-source      .        .  x        .        .      .       .          .               .        .
import-service-times    .        .  x        .        .      .       x          .               .        .
withdraw-service-times  .        .  x        .        .      .       x          .               .        .
confirm-service-times   .        .  x        .        .      .       .          .               .        .
appoint-head            .        x  .        .        .      .       .          .               .        .
relieve-head            .        x  .        .        .      .       .          .               .        .
draft-work-plan         x        .  .        .        .      .       .          .               .        .
submit-work-plan        x        .  .        .        .      .       .          .               .        .
return-work-plan        x        .  .        .        .      .       .          .               .        .
approve-work-plan       x        .  .        .        .      .       .          .               .        .
take-over-planned-result x       .  .        .        .      .       .          .               .        .
revise-work-plan        x        .  .        .        .      .       .          .               .        .
end-work-plan           .        x  .        .        .      .       .          .               .        .
withdraw-work-plan      .        x  .        .        .      .       .          .               .        .
count-alignment         x        x  .        .        .      .       .          .               .        .
propose-plan-change     x        .  x        .        .      .       .          .               .        .
agree-to-plan-change    x        .  x        .        .      .       .          .               .        .
decline-plan-change     x        .  x        .        .      .       .          .               .        .
propose-work-plan-change x       .  .        .        .      .       .          .               .        .
agree-to-work-plan-change x      .  .        .        .      .       .          .               .        .
decline-work-plan-change x       .  .        .        .      .       .          .               .        .
set-mission             .        x  x        .        .      .       .          .               .        .
revise-mission          .        x  x        .        .      .       .          .               .        .
end-mission             .        x  x        .        .      .       .          .               .        .
draft-unit-plan         x        .  .        .        .      .       .          .               .        .
submit-unit-plan        x        .  .        .        .      .       .          .               .        .
return-unit-plan        x        x  x        .        .      .       .          .               .        .
approve-unit-plan       x        x  x        .        .      .       .          .               .        .
revise-unit-plan        x        x  x        .        .      .       .          .               .        .
link-result             x        x  .        .        .      .       .          .               .        .
relink-result           x        x  .        .        .      .       .          .               .        .
unlink-result           x        x  .        .        .      .       .          .               .        .
note-plan-talk          x        .  .        .        .      .       .          .               .        .
start-programme         .        .  x        .        .      .       .          .               .        .
reassign-programme      .        .  x        .        .      .       .          .               .        .
revise-programme        x        .  x        .        .      .       .          .               .        .
join-programme          x        .  x        .        .      .       .          .               .        .
revise-programme-share  x        .  x        .        .      .       .          .               .        .
leave-programme         x        .  x        .        .      .       .          .               .        .
define-programme-indicator x     .  x        .        .      .       .          .               .        .
revise-programme-target x        .  x        .        .      .       .          .               .        .
revise-programme-baseline x        .  x        .        .      .       .          .               .        .
report-programme-progress x      .  .        .        .      .       .          .               .        .
accept-programme-report x        .  x        .        .      .       .          .               .        .
return-programme-report x        .  x        .        .      .       .          .               .        .
conclude-programme-period x      .  x        .        .      .       .          .               .        .
correct-programme-period x       .  x        .        .      .       .          .               .        .
end-programme           x        .  x        .        .      .       .          .               .        .
name-shadow             .        .  .        .        x      .       .          .               .        .
end-shadow              .        .  .        .        x      .       .          .               .        .
explain-finding         x        .  .        .        .      .       .          .               .        .
close-finding           .        x  .        .        .      .       .          .               .        .
open-cohort             x        x  .        .        .      .       .          .               .        .
judge-cohort            x        x  .        .        .      .       .          .               .        .
calibrate-predicate     x        .  .        .        .      .       .          .               .        .
close-cohort            x        x  .        .        .      .       .          .               .        .
reopen-cohort           .        x  .        .        .      .       .          .               .        .
propose-training-plan   x        x  .        .        .      .       .          .               .        .
approve-training-plan   .        .  x        .        .      .       .          .               .        .
return-training-plan    .        .  x        .        .      .       .          .               .        .
complete-training       x        x  .        .        .      .       .          .               .        .
cancel-training         x        x  .        .        .      .       .          .               .        .
assess-potential        .        x  x        .        .      .       .          .               .        .
assess-candidacy        .        x  x        .        .      .       .          .               .        .
nominate-candidate      x        x  .        .        .      .       .          .               .        .
answer-candidacy        x        .  .        .        .      .       .          .               .        .
decide-candidacy        .        .  x        .        .      .       .          .               .        .
revise-candidacy        .        .  x        .        .      .       .          .               .        .
withdraw-candidacy      x        x  .        .        .      .       .          .               .        .
propose-development     x        .  .        .        .      .       .          .               .        .
answer-development      x        .  .        .        .      .       .          .               .        .
complete-development    x        .  .        .        .      .       .          .               .        .
withdraw-development    x        .  .        .        .      .       .          .               .        .
propose-policy          .        .  .        .        x      .       .          .               .        .
attach-impact           .        .  .        .        x      .       .          .               .        .
approve-policy          .        .  .        .        .      .       .          x               x        .
withdraw-policy         .        .  .        .        x      .       .          .               .        .
publish-policy          .        .  .        .        x      .       .          .               .        .
schedule-policy         .        .  .        .        x      .       .          .               .        .
unschedule-policy       .        .  .        .        .      .       .          x               x        .
"""
HEADER, *LINES = (line.split() for line in TABLE.strip().splitlines())
MAY = {(line[0], Role(role)): mark == "x" for line in LINES for role, mark in zip(HEADER, line[1:], strict=True)}
OF_THE_DOOR = {"pass-on-answers", "shut-door"}
"""What the public door of a survey sends, and nobody else."""
MAY |= {(line[0], Role.DOOR): line[0] in OF_THE_DOOR for line in LINES}
OF_ADMINISTRATORS = {"give-appointment", "withdraw-appointment"}
"""They say who may what, and do nothing of it themselves."""
MAY |= {(line[0], Role.ADMIN): line[0] in OF_ADMINISTRATORS for line in LINES}


def blank(kind) -> Any:
    """A command of the kind, with nothing in it: access looks at the kind alone."""
    return kind(**dict.fromkeys(get_type_hints(kind)))


def test_every_command_and_every_role_is_in_the_table():
    assert MAY.keys() == set(itertools.product(COMMANDS, Role))


def test_the_table_of_the_code_is_this_one():
    by_tag = {tag: frozenset(role for role in Role if MAY[tag, role]) for tag in COMMANDS}

    assert dict(authorisation.ROLES) == by_tag


@pytest.mark.parametrize(("tag", "role"), [cell for cell in MAY if cell[0] != "rate"])
def test_a_role_sends_what_the_table_allows_and_nothing_else(tag, role):
    command, actor = blank(COMMANDS[tag]), Actor("budi", frozenset({role}), "uji")

    if MAY[tag, role]:
        authorisation.check(command, actor)
    else:
        with pytest.raises(NotAllowed, match=f"{tag} needs the role .*; budi has {role}"):
            authorisation.check(command, actor)


def test_any_one_of_several_roles_suffices():
    authorisation.check(blank(COMMANDS["finalise"]), Actor("sri", frozenset({Role.AUDITOR, Role.OFFICIAL}), "uji"))


def test_an_actor_without_roles_may_nothing():
    with pytest.raises(NotAllowed, match="budi has none"):
        authorisation.check(blank(COMMANDS["submit-plan"]), Actor("budi", frozenset(), "uji"))


def test_nobody_acts_in_another_agency_but_the_operator(after, past):
    roles = frozenset({Role.EMPLOYEE})
    submit = SubmitPlan(employee="budi", period="2025")

    with pytest.raises(NotAllowed, match="budi belongs to solo and may not act in uji"):
        after(*past.drafted, when=submit, by=Actor("budi", roles, "solo"))
    assert after(*past.drafted, when=submit, by=Actor("budi", roles))


def test_a_decision_asks_for_the_role_first(past, given):
    submit = SubmitPlan(employee="budi", period="2025")

    with pytest.raises(NotAllowed, match="submit-plan needs the role employee; hr has hr"):
        dispatch.decide(submit, dispatch.initial(submit), given(submit, by="hr"))


@pytest.mark.parametrize(("relation", "role"), [*itertools.product(Relation, Role)])
def test_a_rating_needs_the_role_of_its_relation(relation, role):
    command = Rate(employee="budi", period="2025", relation=relation, scores={})
    actor = Actor("wati", frozenset({role}), "uji")

    needed = {RATERS[relation].role} | ({Role.OFFICIAL} if relation is Relation.SUPERVISOR else set())
    if role in needed:
        authorisation.check(command, actor)
        return
    with pytest.raises(NotAllowed) as refused:
        authorisation.check(command, actor)
    assert refused.value.message == f"rate needs the role {' or '.join(sorted(needed))}; wati has {role}"


def test_the_roles_that_are_needed_and_those_one_has_are_named_in_order():
    roles = frozenset({Role.SURVEYOR, Role.AUDITOR, Role.POLICY})

    with pytest.raises(NotAllowed) as refused:
        authorisation.check(blank(COMMANDS["record-follow-up"]), Actor("wati", roles, "uji"))
    assert refused.value.message == (
        "record-follow-up needs the role employee or hr or official; wati has auditor, policy, surveyor"
    )


@pytest.mark.parametrize("role", Role)
def test_whose_business_anybodys_appraisal_is(role):
    sees = role in (Role.HR, Role.OFFICIAL, Role.AUDITOR)

    assert authorisation.sees_appraisals(Actor("wati", frozenset({role}), "uji")) is sees
    assert authorisation.sees_appraisals(Actor("wati", frozenset({role, Role.EMPLOYEE}), "uji")) is sees
    assert authorisation.sees_appraisals(Actor("operator", frozenset({role}))) is sees


def test_one_belongs_to_an_agency_and_the_operator_to_all():
    authorisation.belongs(Actor("budi", frozenset(), "uji"), "uji")
    authorisation.belongs(Actor("operator", frozenset()), "uji")
    with pytest.raises(NotAllowed, match=r"^budi belongs to solo and may not act in uji$"):
        authorisation.belongs(Actor("budi", frozenset(), "solo"), "uji")


@pytest.mark.parametrize(
    ("tenure", "refused"),
    [
        (None, None),
        (Tenure(date(2025, 7, 1)), None),
        (Tenure(date(2020, 1, 1), date(2025, 7, 1)), None),
        (Tenure(date(2025, 7, 2)), "sri does not serve yet and may not act for others; somebody in service must"),
        (
            Tenure(date(2025, 7, 2), date(2025, 12, 31)),
            "sri does not serve yet and may not act for others; somebody in service must",
        ),
        (
            Tenure(date(2020, 1, 1), date(2025, 6, 30)),
            "sri retired on 2025-06-30 and may not act for others; somebody in service must",
        ),
        (Tenure(), "sri does not serve yet and may not act for others; somebody in service must"),
    ],
)
def test_who_does_not_serve_today_acts_for_nobody_but_themselves(given, tenure, refused):
    for employee in ("budi", "sri"):
        command = ApprovePlan(employee=employee, period="2025")
        known = given(command, by="sri", on=date(2025, 7, 1), people={"sri": tenure})
        if refused is None or employee == "sri":
            authorisation.in_service(command, known)
            continue
        with pytest.raises(NotAllowed) as told:
            authorisation.in_service(command, known)
        assert told.value.message == refused


def test_who_has_left_is_still_heard_on_what_is_found_of_them(given):
    known = {"by": "sri", "on": date(2025, 7, 1), "people": {"sri": Tenure(date(2020, 1, 1), date(2025, 6, 30))}}
    explain = ExplainFinding(
        judge="sri", period="2025-Q1", finding=FindingKind.NO_SPREAD, explanation="Satu regu, satu pekerjaan"
    )

    authorisation.in_service(explain, given(explain, **known))
    of_another = structs.replace(explain, judge="budi")
    with pytest.raises(NotAllowed, match="sri retired on 2025-06-30"):
        authorisation.in_service(of_another, given(of_another, **known))


def test_of_a_command_that_is_about_nobody_one_must_be_in_service_too(given):
    known = {"by": "sri", "on": date(2025, 7, 1), "people": {"sri": Tenure(date(2025, 7, 2))}}
    command = blank(COMMANDS["close-survey"])

    with pytest.raises(NotAllowed, match=r"^sri does not serve yet and may not act for others; "):
        authorisation.in_service(command, given(command, **known))


def test_a_relation_that_no_rule_knows_is_refused_before_any_role_is_looked_at():
    relation: Any = "NEIGHBOUR"
    everything = Actor("operator", frozenset(Role))

    with pytest.raises(NotAllowed) as refused:
        authorisation.check(Rate(employee="budi", period="2025", relation=relation, scores={}), everything)
    assert refused.value.field == "/relation"
    assert refused.value.message == (
        f"/relation: no rule says who may rate as NEIGHBOUR; rate as one of {', '.join(Relation)}"
    )


WRITING = [tag for tag, roles in authorisation.ROLES.items() if Role.INTEGRATOR in roles]


def test_every_command_of_programs_has_its_scope():
    assert sorted(authorisation.WRITES) == sorted(WRITING)


@pytest.mark.parametrize("tag", WRITING)
def test_a_program_whose_scopes_are_named_writes_what_they_name(tag):
    command, wanted = blank(COMMANDS[tag]), authorisation.WRITES[tag]

    def program(scopes, *more):
        return Actor("siasn", frozenset({Role.INTEGRATOR, *more}), "uji", scopes)

    authorisation.check(command, program(frozenset({wanted})))
    authorisation.check(command, program(None))
    with pytest.raises(NotAllowed, match=f"{tag} needs the scope {wanted}; siasn has "):
        authorisation.check(command, program(frozenset(Scope) - {wanted}))
    with pytest.raises(NotAllowed, match=f"{tag} needs the scope {wanted}; siasn has none"):
        authorisation.check(command, program(frozenset()))
    # Whoever may by another role needs no scope.
    other = next(iter(authorisation.ROLES[tag] - {Role.INTEGRATOR}))
    authorisation.check(command, program(frozenset(), other))


def test_keys_are_kept_by_administrators_of_the_agency_alone():
    authorisation.keeps_keys(Actor("wira", frozenset({Role.ADMIN}), "uji"), "uji")
    with pytest.raises(NotAllowed, match="the keys of programs need the role admin; wira has hr"):
        authorisation.keeps_keys(Actor("wira", frozenset({Role.HR}), "uji"), "uji")
    with pytest.raises(NotAllowed, match="wira belongs to lain and may not act in uji"):
        authorisation.keeps_keys(Actor("wira", frozenset({Role.ADMIN}), "lain"), "uji")
    authorisation.keeps_keys(Actor("operator", frozenset(Role)), "uji")


@pytest.mark.parametrize("role", Role)
def test_sessions_of_others_are_for_administrators(role):
    wati = Actor("wati", frozenset({role}), "uji")

    if role is Role.ADMIN:
        authorisation.keeps_sessions(wati, "uji")
        return
    with pytest.raises(NotAllowed, match=f"the sessions of people need the role admin; wati has {role}"):
        authorisation.keeps_sessions(wati, "uji")


@pytest.mark.parametrize("role", Role)
def test_what_auditors_read_is_for_administrators(role):
    wati = Actor("wati", frozenset({role}), "uji")

    if role is Role.ADMIN:
        authorisation.sees_reads(wati, "uji")
        return
    with pytest.raises(NotAllowed, match=f"what auditors read is for the role admin; wati has {role}"):
        authorisation.sees_reads(wati, "uji")


@pytest.mark.parametrize("role", Role)
def test_who_has_which_role_is_for_those_who_say_it_and_those_who_check(role):
    wati = Actor("wati", frozenset({role}), "uji")

    if role in (Role.ADMIN, Role.AUDITOR):
        authorisation.sees_appointments(wati, "uji")
        return
    with pytest.raises(NotAllowed, match=f"who has which role is for the roles admin and auditor; wati has {role}"):
        authorisation.sees_appointments(wati, "uji")
