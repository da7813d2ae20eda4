"""A city under the nation's rules as they are shipped, one after the other."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from neraca.domain.roster import AssignEmployee, RegisterEmployee
from neraca.domain.vocabulary import EmploymentType, PositionClass
from neraca.policy.library import Library

ROOT = Path(__file__).parents[2]
SINCE = date(2021, 1, 1)
FUNCTIONAL = PositionClass.FUNCTIONAL


def files(agency: str) -> dict[str, str]:
    """The policies as shipped, and an agency of the tests that adopts some of them."""
    shipped = {str(file.relative_to(ROOT)): file.read_text() for file in sorted((ROOT / "policies").rglob("*.yaml"))}
    return shipped | {f"agencies/{agency}/agency.yaml": (ROOT / f"tests/fixture_agency/{agency}.yaml").read_text()}


@contextmanager
def opened(agency: str, database: str, open_service: Any, desk: Any) -> Generator[Any]:
    library, found = Library.read(files(agency), {"Asia/Jakarta"})
    assert [str(one) for one in found if one.severity == "error"] == []
    with open_service(database, library.agencies) as house:
        house.adopt(library)
        yield desk(house, agency)


def hire(agency: Any, nip: str, supervisor: str | None, position_class: PositionClass = FUNCTIONAL) -> None:
    agency.tell(
        "hr",
        RegisterEmployee(
            employee=nip,
            name=nip.title(),
            employment_type=EmploymentType.CIVIL_SERVANT,
            position="Analis",
            position_class=position_class,
            since=SINCE,
        ),
        AssignEmployee(employee=nip, unit="dinkes", since=SINCE, supervisor=supervisor),
        on=SINCE,
    )


@pytest.fixture
def history(followed_database: str, open_service: Any, desk: Any) -> Iterator[Any]:
    """Budi works under Sri, who works under Agus."""
    with opened("kota-riwayat", followed_database, open_service, desk) as agency:
        for nip, supervisor in (("agus", None), ("sri", "agus"), ("budi", "sri")):
            hire(agency, nip, supervisor)
        yield agency


@pytest.fixture
def by_class(followed_database: str, open_service: Any, desk: Any) -> Iterator[Any]:
    """Budi, who supervises, works under Sri, and so do his peers and his staff under him."""
    with opened("kota-kelas", followed_database, open_service, desk) as agency:
        hire(agency, "agus", None, PositionClass.SENIOR_EXECUTIVE)
        hire(agency, "sri", "agus", PositionClass.ADMINISTRATOR)
        for nip in ("budi", "ani", "cici", "dedi"):
            hire(agency, nip, "sri", PositionClass.SUPERVISOR)
        for nip in ("eko", "fitri", "gita", "hadi"):
            hire(agency, nip, "budi", PositionClass.OPERATIONAL)
        yield agency
