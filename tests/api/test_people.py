"""People as the roster has them: who they are, where they serve, and what else is recorded of them."""

from datetime import date
from typing import Any

from neraca.domain.appraisal import commands as ask
from neraca.domain.roster import RegisterEmployee, TransferEmployee
from neraca.domain.vocabulary import EmploymentType

HEAD = "196501011990031001"
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
