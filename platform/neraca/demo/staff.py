"""Invented people: who works where, and under whom. Names and numbers can be seen to be synthetic."""

from collections.abc import Collection
from datetime import date
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from neraca.demo import offices
from neraca.domain.agency import Agency
from neraca.domain.vocabulary import EmploymentType, PositionClass

_TINY = 100
_SMALLEST = 10
_OF_A_UNIT = 4
"""A unit of fewer has no peers to reach a quorum."""
_TEAM = 8
_LEVELS = ("Ahli Pertama", "Ahli Muda", "Terampil", "Mahir", None)


class Person(Struct, frozen=True):
    """`talent` from 0 to 100 colours a year's results; `supervisor` is None for the head of the agency."""

    nip: str
    name: str
    unit: str
    position: str
    position_class: PositionClass
    employment: EmploymentType
    career_level: str | None
    supervisor: str | None
    talent: int


def shares(agencies: Collection[Agency], people: int) -> dict[str, int]:
    """People per agency in proportion to planning sizes; a tiny agency keeps enough for peers and quorums.

    Where there are many, each has enough for all of its units, so that schools are lived beside offices.
    """
    sizes = {agency.id: agency.planning_size or _TINY for agency in agencies}
    total = sum(sizes.values())
    half = people // (2 * max(1, len(sizes)))
    return {
        agency.id: max(_SMALLEST, people * sizes[agency.id] // total, min(_OF_A_UNIT * len(agency.units), half))
        for agency in agencies
    }


def staff(agency: Agency, count: int, since: date, rng: Random) -> list[Person]:
    """A head of the agency, a head of each unit in use on the day `since`, and teams below.

    Always the same for the same rng.
    """
    units = [id_ for id_, unit in agency.units.items() if unit.activated is not None and unit.activated <= since]
    units = units[: max(1, count // _OF_A_UNIT)]
    head = _person(agency, 0, units[0], "Sekretaris Daerah", PositionClass.SENIOR_EXECUTIVE, None, rng)
    people = [head]
    heads = {
        unit: _person(agency, n, unit, f"Kepala {unit}", PositionClass.ADMINISTRATOR, head.nip, rng)
        for n, unit in enumerate(units, 1)
    }
    people += heads.values()
    leads = dict(heads)
    team: dict[str, int] = dict.fromkeys(units, 0)
    for number in range(len(people), count):
        unit = units[number % len(units)]
        team[unit] += 1
        if team[unit] % _TEAM == _TEAM - 1:
            lead = _person(agency, number, unit, "Kepala seksi", PositionClass.SUPERVISOR, heads[unit].nip, rng)
            leads[unit] = lead
            people.append(lead)
        else:
            kind = rng.choice((PositionClass.OPERATIONAL, PositionClass.FUNCTIONAL))
            post = offices.post(agency.units[unit], kind, number // len(units))
            people.append(_person(agency, number, unit, post, kind, leads[unit].nip, rng))
    if all(person.career_level is None for person in people):
        # However few they are, one is of a career by whose levels points are credited.
        people[-1] = replace(people[-1], position_class=PositionClass.FUNCTIONAL, career_level=_LEVELS[0])
    return people


def _person(
    agency: Agency,
    number: int,
    unit: str,
    position: str,
    kind: PositionClass,
    supervisor: str | None,
    rng: Random,
) -> Person:
    code = sum(agency.id.encode()) % 90 + 10
    return Person(
        # 18 digits as a NIP has, but of a birth year that nobody in service has.
        nip=f"9999{code:02}{number:012}",
        name=f"Pegawai Contoh {agency.id.title()} {number:04}",
        unit=unit,
        position=position,
        position_class=kind,
        employment=rng.choice((EmploymentType.CIVIL_SERVANT, EmploymentType.CIVIL_SERVANT, EmploymentType.CONTRACT)),
        career_level=rng.choice(_LEVELS) if kind is PositionClass.FUNCTIONAL else None,
        supervisor=supervisor,
        talent=rng.randint(15, 100),
    )
