"""A city under the nation's rules as they are shipped, one after the other."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from neraca.domain.roster import AssignEmployee, RegisterEmployee
from neraca.domain.vocabulary import EmploymentType, PositionClass
from neraca.policy.library import Library

ROOT = Path(__file__).parents[2]
AGENCY = "kota-riwayat"
SINCE = date(2021, 1, 1)


def files() -> dict[str, str]:
    """The policies as shipped, and the agency of the tests that adopts some of them one after the other."""
    shipped = {str(file.relative_to(ROOT)): file.read_text() for file in sorted((ROOT / "policies").rglob("*.yaml"))}
    return shipped | {f"agencies/{AGENCY}/agency.yaml": (ROOT / f"tests/fixture_agency/{AGENCY}.yaml").read_text()}


@pytest.fixture
def history(database: str, open_service: Any, desk: Any) -> Iterator[Any]:
    """Budi works under Sri, who works under Agus."""
    library, found = Library.read(files(), {"Asia/Jakarta"})
    assert [str(one) for one in found if one.severity == "error"] == []
    with open_service(database, library.agencies) as house:
        house.adopt(library)
        agency = desk(house, AGENCY)
        for nip, supervisor in (("agus", None), ("sri", "agus"), ("budi", "sri")):
            agency.tell(
                "hr",
                RegisterEmployee(
                    employee=nip,
                    name=nip.title(),
                    employment_type=EmploymentType.CIVIL_SERVANT,
                    position="Analis",
                    position_class=PositionClass.FUNCTIONAL,
                    since=SINCE,
                ),
                AssignEmployee(employee=nip, unit="dinkes", since=SINCE, supervisor=supervisor),
                on=SINCE,
            )
        yield agency
