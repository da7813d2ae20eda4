"""Which role may send which command, walked through command by command and role by role."""

import itertools
from typing import Any, get_type_hints

import pytest

from neraca.domain import authorisation, dispatch
from neraca.domain.appraisal.commands import SubmitPlan
from neraca.domain.contexts import Actor
from neraca.domain.errors import NotAllowed
from neraca.domain.registry import COMMANDS
from neraca.domain.vocabulary import Role

TABLE = """
                        employee hr official surveyor policy auditor integrator policy-approver national
open-appraisal          .        x  .        .        .      .       .          .               .
reassign-appraisal      .        x  .        .        .      .       .          .               .
cancel-appraisal        .        x  .        .        .      .       .          .               .
draft-plan              x        .  .        .        .      .       .          .               .
submit-plan             x        .  .        .        .      .       .          .               .
return-plan             x        .  .        .        .      .       .          .               .
approve-plan            x        .  .        .        .      .       .          .               .
revise-target           x        .  .        .        .      .       .          .               .
report-progress         x        .  .        .        .      .       .          .               .
report-activity         x        .  .        .        .      .       .          .               .
accept-report           x        .  .        .        .      .       .          .               .
return-report           x        .  .        .        .      .       .          .               .
rate                    x        .  x        x        .      .       .          .               .
revise-rating           x        .  x        x        .      .       .          .               .
withdraw-rating         x        .  x        x        .      .       .          .               .
judge-level             x        .  .        .        .      .       .          .               .
assess-competencies     x        .  .        .        .      .       .          .               .
establish-fact          .        .  x        .        .      .       .          .               .
finalise                x        .  x        .        .      .       .          .               .
join-parts              x        .  x        .        .      .       .          .               .
receive-document        x        .  .        .        .      .       .          .               .
file-objection          x        .  .        .        .      .       .          .               .
explain-objection       x        .  .        .        .      .       .          .               .
decide-objection        x        .  x        .        .      .       .          .               .
record-follow-up        x        x  x        .        .      .       .          .               .
register-employee       .        x  .        .        .      .       x          .               .
assign-employee         .        x  .        .        .      .       x          .               .
transfer-employee       .        x  .        .        .      .       x          .               .
retire-employee         .        x  .        .        .      .       x          .               .
sanction-employee       .        x  .        .        .      .       .          .               .
revise-sanction         .        x  .        .        .      .       .          .               .
lift-sanction           .        x  .        .        .      .       .          .               .
delegate                x        x  .        .        .      .       .          .               .
revoke-delegation       x        x  .        .        .      .       .          .               .
record-attendance       .        x  .        .        .      .       x          .               .
correct-attendance      .        x  .        .        .      .       .          .               .
open-survey             .        .  .        x        .      .       .          .               .
record-response         .        .  .        x        .      .       x          .               .
close-survey            .        .  .        x        .      .       .          .               .
publish-achievement     .        .  x        .        .      .       .          .               .
revise-achievement      .        .  x        .        .      .       .          .               .
propose-policy          .        .  .        .        x      .       .          .               .
attach-impact           .        .  .        .        x      .       .          .               .
approve-policy          .        .  .        .        .      .       .          x               x
withdraw-policy         .        .  .        .        x      .       .          .               .
publish-policy          .        .  .        .        x      .       .          .               .
schedule-policy         .        .  .        .        x      .       .          .               .
unschedule-policy       .        .  .        .        .      .       .          x               x
"""
HEADER, *LINES = (line.split() for line in TABLE.strip().splitlines())
MAY = {(line[0], Role(role)): mark == "x" for line in LINES for role, mark in zip(HEADER, line[1:], strict=True)}


def blank(kind) -> Any:
    """A command of the kind, with nothing in it: access looks at the kind alone."""
    return kind(**dict.fromkeys(get_type_hints(kind)))


def test_every_command_and_every_role_is_in_the_table():
    assert MAY.keys() == set(itertools.product(COMMANDS, Role))


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
