"""Raters drawn over the log: by what it had at the draw, the same for whoever does it again."""

from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest

from neraca.domain import rater_draw, streams
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import RaterDeclined, RatersAssigned
from neraca.domain.errors import NotAllowed, NotOpen
from neraca.domain.rater_draw import OpenRaterDraw, RaterDrawOpened
from neraca.domain.roster import AssignEmployee, RegisterEmployee, RetireEmployee
from neraca.domain.vocabulary import EmploymentType, PositionClass, Relation

Q2 = "2025-Q2"
BEGIN = date(2025, 4, 1)
FIRST, LAST = date(2025, 6, 16), date(2025, 7, 14)
RULE = """workflow:
  raters:
    opens: P14D
    within: P14D
    groups:
      rekan: {from: unit, count: 3}
"""
SCORES = {"layanan": Decimal(80), "disiplin": Decimal(80)}


@pytest.fixture
def assigning(fixture_agency: Any, policy: str) -> Any:
    """Budi, Ani, Cici and Dedi work under Sri, and so do Fifi and Gita; three colleagues are drawn to rate each."""
    fixture_agency.publish(policy.replace("workflow:\n", RULE), version=2, since=BEGIN)
    colleagues(fixture_agency, "fifi", "gita")
    return fixture_agency


def colleagues(agency: Any, *names: str) -> None:
    for nip in names:
        agency.tell(
            "hr",
            RegisterEmployee(
                employee=nip,
                name=nip.title(),
                employment_type=EmploymentType.CIVIL_SERVANT,
                position="Analis",
                position_class=PositionClass.FUNCTIONAL,
                since=date(2025, 1, 1),
            ),
            AssignEmployee(employee=nip, unit="dinkes", since=date(2025, 1, 1), supervisor="sri"),
        )


def drawn(agency: Any, employee: str) -> RatersAssigned:
    own = agency.service.reader.stream(agency.id, streams.appraisal(agency.id, employee, Q2))
    [event] = [one.event for one in own if isinstance(one.event, RatersAssigned)]
    return event


def peer(agency: Any, employee: str, rater: str, on: date = FIRST) -> None:
    agency.tell(rater, ask.Rate(employee=employee, period=Q2, relation=Relation.PEER, scores=SCORES), on=on)


def test_colleagues_are_drawn_by_the_salt_in_the_log_and_nobody_else_rates(assigning: Any) -> None:
    assigning.plan("budi", Q2)
    assign = ask.AssignRaters(employee="budi", period=Q2)
    with pytest.raises(NotOpen, match="no draw of raters is open"):
        assigning.tell("hr", assign, on=FIRST)
    with pytest.raises(NotOpen, match="no draw of raters is open"):
        assigning.tell("hr", OpenRaterDraw(period=Q2), assign, on=FIRST)
    assigning.tell("hr", OpenRaterDraw(period=Q2), on=FIRST)
    assigning.tell("hr", assign, on=FIRST)

    [opened] = assigning.service.reader.stream(assigning.id, streams.rater_draw(assigning.id, Q2))
    salt: RaterDrawOpened = opened.event
    assert salt.salt_sha256 == sha256(bytes.fromhex(salt.salt)).hexdigest()
    event = drawn(assigning, "budi")
    [group] = event.groups
    everybody = ["ani", "cici", "dedi", "fifi", "gita"]
    assert (event.salt, group.candidates, group.count) == (opened.position, 5, 3)
    seed = rater_draw.seed(assigning.id, Q2, "budi", Relation.PEER, salt.salt)
    order = rater_draw.drawn(everybody, seed)
    assert (group.seed, group.raters) == (seed, tuple(order[:3]))
    peer(assigning, "budi", order[0])
    with pytest.raises(NotAllowed, match="is not assigned to rate as PEER"):
        peer(assigning, "budi", order[3])


def test_the_next_comes_from_the_roster_of_the_draw_and_serves_still(assigning: Any) -> None:
    assigning.plan("budi", Q2)
    assigning.tell("hr", OpenRaterDraw(period=Q2), on=FIRST)
    assigning.tell("hr", ask.AssignRaters(employee="budi", period=Q2), on=FIRST)
    [group] = drawn(assigning, "budi").groups
    order = rater_draw.drawn(["ani", "cici", "dedi", "fifi", "gita"], group.seed or "")
    colleagues(assigning, "hana", "ira", "joni", "kiki")
    assigning.tell("hr", RetireEmployee(employee=order[3], on=date(2025, 6, 20)), on=FIRST)

    decline = ask.DeclineAssignment(employee="budi", period=Q2, reason="Kerabat")
    assigning.tell(order[1], decline, on=date(2025, 6, 24))

    own = assigning.service.reader.stream(assigning.id, streams.appraisal(assigning.id, "budi", Q2))
    assert own[-1].event == RaterDeclined(rater=order[1], relation=Relation.PEER, reason="Kerabat", instead=order[4])
    peer(assigning, "budi", order[4], on=LAST)


def test_no_two_colleagues_rate_each_other_where_the_policy_forbids_it(fixture_agency: Any, policy: str) -> None:
    text = policy.replace("workflow:\n", RULE + "    mutual: false\n")
    fixture_agency.publish(text, version=2, since=BEGIN)
    names = ["budi", "ani", "cici", "dedi"]
    for nip in names:
        fixture_agency.plan(nip, Q2)
    fixture_agency.tell("hr", OpenRaterDraw(period=Q2), on=FIRST)
    for nip in names:
        fixture_agency.tell("hr", ask.AssignRaters(employee=nip, period=Q2), on=FIRST)

    rates = {nip: {*drawn(fixture_agency, nip).groups[0].raters} for nip in names}
    assert rates["budi"] == {"ani", "cici", "dedi"}
    assert not any(one in rates[other] and other in rates[one] for one in names for other in names)
