"""People as the roster has them: who they are, where they serve, and what else is recorded of them."""

from datetime import UTC, date, datetime
from typing import Any

from neraca.domain import acting_officials, careers, exemptions, headship, roster
from neraca.domain.appraisal import commands as ask
from neraca.domain.careers import CorrectEmployee
from neraca.domain.roster import RegisterEmployee, RehireEmployee, RetireEmployee, TransferEmployee
from neraca.domain.vocabulary import ActingKind, EmploymentType, ExemptionKind, PositionClass

HEAD, BOSS, ANI = "196501011990031001", "197001011995031001", "198501012010011001"
STRANGER = "199001012015011001"
PEER, OTHER = "198601012010011001", "198701012010011001"
MAYOR = "walikota-2025"
PERIOD = "2025-Q1"


def person(world: Any, nip: str, fields: str, who: str = "hr", when: str = "") -> Any:
    people = f"employees(first: 100) {{ edges {{ node {{ employeeNumber {fields} }} }} }}"
    query = f'{{ agency(id: "surabaya"{when}) {{ {people} }} }}'
    edges = world.data(who, query)["agency"]["employees"]["edges"]
    found = next(one["node"] for one in edges if one["node"]["employeeNumber"] == nip)
    del found["employeeNumber"]
    return found


def test_the_head_of_an_agency_is_appraised_by_the_head_of_the_region(world: Any) -> None:
    world.tell(
        "hr",
        RegisterEmployee(
            employee=MAYOR,
            name="Wali Kota",
            employment_type=EmploymentType.STATE_OFFICIAL,
            position="Wali Kota",
            since=date(2025, 1, 1),
        ),
        TransferEmployee(
            employee=HEAD, unit="disdukcapil", since=date(2025, 1, 1), reason="dinilai wali kota", supervisor=MAYOR
        ),
        ask.OpenAppraisal(employee=HEAD, period=PERIOD),
    )
    world.follow()

    mayor = person(world, MAYOR, "employmentType positionClass position unit")
    assert mayor == {"employmentType": "STATE_OFFICIAL", "positionClass": None, "position": "Wali Kota", "unit": None}
    query = (
        f'{{ agency(id: "surabaya") {{ appraisal(employee: "{HEAD}", period: "{PERIOD}") {{ appraiser reviewer }} }} }}'
    )
    assert world.data("hr", query)["agency"]["appraisal"] == {"appraiser": MAYOR, "reviewer": None}


RECORD = """record {
  exemptions { kind since until decree withdrawn }
  studies { programme since until decree ended outcome }
  acting { kind employeeNumber unit since until decree }
  posts { since position positionClass careerLevel }
  breaks { since until }
}"""


def test_what_is_recorded_of_somebodys_service_is_read_as_it_is_and_as_it_was(world: Any) -> None:
    position = world.tell(
        "hr",
        exemptions.ExemptEmployee(
            employee=PEER,
            kind=ExemptionKind.UNPAID_LEAVE,
            since=date(2025, 2, 1),
            until=date(2025, 2, 28),
            decree="SK 7/2025",
        ),
        exemptions.AssignStudy(
            employee=PEER, programme="Magister", since=date(2025, 1, 6), until=date(2026, 8, 31), decree="SK TB 1"
        ),
    ).position
    world.tell(
        "hr",
        exemptions.WithdrawExemption(employee=PEER, decree="SK 7/2025", reason="salah catat"),
        careers.ChangePosition(
            employee=PEER,
            since=date(2025, 3, 1),
            position="Kepala Seksi",
            position_class=PositionClass.SUPERVISOR,
            decree="SK 9/2025",
            reason="promosi",
        ),
        careers.CorrectEmployee(employee=PEER, name="Rekan Nol", career_level="Ahli Pertama", reason="salah eja"),
        acting_officials.AppointActing(
            employee=BOSS,
            to=PEER,
            kind=ActingKind.PLH,
            unit="disdukcapil",
            since=date(2025, 3, 3),
            until=date(2025, 3, 14),
            decree="SP 3/2025",
        ),
    )
    world.follow()

    leave = {"kind": "UNPAID_LEAVE", "since": "2025-02-01", "until": "2025-02-28", "decree": "SK 7/2025"}
    study = {
        "programme": "Magister",
        "since": "2025-01-06",
        "until": "2026-08-31",
        "decree": "SK TB 1",
        "ended": None,
        "outcome": None,
    }
    first = {"since": "2025-01-01", "position": "Analis", "positionClass": "FUNCTIONAL"}
    promoted = {
        "since": "2025-03-01",
        "position": "Kepala Seksi",
        "positionClass": "SUPERVISOR",
        "careerLevel": None,
    }
    told = f"name position positionClass careerLevel {RECORD}"
    assert person(world, PEER, told) == {
        "name": "Rekan Nol",
        "position": "Kepala Seksi",
        "positionClass": "SUPERVISOR",
        "careerLevel": "Ahli Pertama",
        "record": {
            "exemptions": [leave | {"withdrawn": True}],
            "studies": [study],
            "acting": [],
            "posts": [first | {"careerLevel": "Ahli Pertama"}, promoted],
            "breaks": [],
        },
    }
    assert person(world, PEER, told, when=f", asOf: {{position: {position}}}") == {
        "name": "Rekan 0",
        "position": "Analis",
        "positionClass": "FUNCTIONAL",
        "careerLevel": None,
        "record": {
            "exemptions": [leave | {"withdrawn": False}],
            "studies": [study],
            "acting": [],
            "posts": [first | {"careerLevel": None}],
            "breaks": [],
        },
    }
    [acting] = person(world, BOSS, RECORD)["record"]["acting"]
    assert (acting["kind"], acting["employeeNumber"], acting["until"]) == ("PLH", PEER, "2025-03-14")


def test_who_appraises_in_somebodys_place_is_told_until_it_is_revoked(world: Any) -> None:
    told = "record { delegations { employeeNumber since until } }"
    days = {"since": date(2025, 3, 3), "until": date(2025, 3, 10)}
    given = world.tell(
        "hr",
        headship.AppointHead(unit="dinkes", employee=PEER, since=date(2025, 1, 1), decree="SK 821/1/2025"),
        roster.Delegate(employee=BOSS, to=PEER, reason="dinas luar", **days),
    ).position
    world.follow()
    standing = {"employeeNumber": PEER, "since": "2025-03-03", "until": "2025-03-10"}
    assert person(world, BOSS, told) == {"record": {"delegations": [standing]}}

    world.tell("hr", roster.RevokeDelegation(employee=BOSS, to=PEER, reason="kembali"))
    world.follow()
    assert person(world, BOSS, told) == {"record": {"delegations": []}}
    assert person(world, BOSS, told, when=f", asOf: {{position: {given}}}") == {"record": {"delegations": [standing]}}


def test_who_acts_in_a_post_sees_those_below_it_as_long_as_that_holds(world: Any) -> None:
    """It is 3 March 2025, and Budi is away."""
    seen = f'{{ agency(id: "surabaya") {{ appraisal(employee: "{ANI}", period: "{PERIOD}") {{ appraiser }} }} }}'
    assert world.data("peer0", seen)["agency"]["appraisal"] == {"appraiser": BOSS}
    assert person(world, ANI, "name", who="peer0") == {"name": "Ani"}
    assert world.data("stranger", seen)["agency"]["appraisal"] is None

    world.tell(
        "hr", acting_officials.EndActing(employee=BOSS, decree="SP 3/2025", until=date(2025, 3, 3), reason="kembali")
    )
    world.follow()
    assert world.data("peer0", seen)["agency"]["appraisal"] == {"appraiser": BOSS}


def test_whoever_was_rehired_serves_again_in_the_new_place(world: Any) -> None:
    below = TransferEmployee(
        employee=STRANGER, unit="disdukcapil", since=date(2025, 1, 10), reason="mutasi", supervisor=OTHER
    )
    world.tell("hr", below)
    world.follow()
    assert person(world, STRANGER, "name", who="peer1") == {"name": "Orang Lain"}
    world.tell("hr", RetireEmployee(employee=OTHER, on=date(2025, 1, 31)))
    before = world.tell("hr", CorrectEmployee(employee=OTHER, name="Rekan Satu", reason="salah eja")).position
    rehire = RehireEmployee(employee=OTHER, unit="disdukcapil", since=date(2025, 3, 3), decree="SK 15", supervisor=HEAD)
    world.tell("hr", rehire)
    world.follow()

    told = "unit supervisor retired record { breaks { since until } }"
    assert person(world, OTHER, told) == {
        "unit": "disdukcapil",
        "supervisor": HEAD,
        "retired": None,
        "record": {"breaks": [{"since": "2025-02-01", "until": "2025-03-02"}]},
    }
    assert person(world, OTHER, told, when=f", asOf: {{position: {before}}}") == {
        "unit": None,
        "supervisor": None,
        "retired": "2025-01-31",
        "record": {"breaks": []},
    }
    # and is above nobody who was below them before
    people = '{ agency(id: "surabaya") { employees { edges { node { employeeNumber } } } } }'
    edges = world.data("peer1", people)["agency"]["employees"]["edges"]
    assert [one["node"]["employeeNumber"] for one in edges] == [OTHER]


def test_a_place_recorded_ahead_comes_no_more_for_whoever_left_before_it_and_was_rehired(world: Any) -> None:
    gone, january = "198901012010011001", datetime(2025, 1, 31, 2, tzinfo=UTC)
    ahead = TransferEmployee(
        employee=gone, unit="dinkes", since=date(2025, 2, 20), reason="mutasi", supervisor=STRANGER, position="Camat"
    )
    promoted = careers.ChangePosition(
        employee=gone, since=date(2025, 2, 1), career_level="Ahli Utama", decree="SK 3", reason="promosi"
    )
    retire = RetireEmployee(employee=gone, on=date(2025, 1, 31))
    known = person(world, gone, "position careerLevel")
    before = world.tell("hr", ahead, promoted, retire, now=january).position
    rehire = RehireEmployee(employee=gone, unit="disdukcapil", since=date(2025, 2, 10), decree="SK", supervisor=HEAD)
    world.tell("hr", rehire)
    world.follow()

    told = "unit supervisor"
    assert person(world, gone, told) == {"unit": "disdukcapil", "supervisor": HEAD}
    assert person(world, gone, "position careerLevel") == known
    early = f", asOf: {{position: {before}}}"
    assert person(world, gone, told, when=early) == {"unit": None, "supervisor": None}
