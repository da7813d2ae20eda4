"""Which stream a thing lives in. Ids are derived from natural keys, so there is one plan per employee and period by construction."""

from uuid import UUID, uuid5

_NERACA = UUID("6d0d2b0e-3c55-5a0b-9f7b-0d6f1f8f9a11")


def _stream(agency: str, *key: str) -> UUID:
    return uuid5(_NERACA, "/".join((agency, *key)))


def appraisal(agency: str, employee: str, period: str) -> UUID:
    return _stream(agency, "appraisal", employee, period)


def employee(agency: str, nip: str) -> UUID:
    return _stream(agency, "employee", nip)


def attendance(agency: str, nip: str, year: int) -> UUID:
    return _stream(agency, "attendance", nip, str(year))


def survey(agency: str, unit: str, period: str, name: str) -> UUID:
    return _stream(agency, "survey", unit, period, name)


def achievement(agency: str, unit: str, period: str) -> UUID:
    return _stream(agency, "achievement", unit, period)


def policy_book(agency: str) -> UUID:
    return _stream(agency, "policy-book")
