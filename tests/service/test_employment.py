"""PermenPANRB 6/2022 ps 4: civil servants and those on a contract are appraised alike."""

from datetime import date
from decimal import Decimal
from typing import Any

from neraca.domain import streams
from neraca.domain.roster import AssignEmployee, RegisterEmployee
from neraca.domain.vocabulary import EmploymentType, PositionClass

SINCE, NEW_YEAR = date(2025, 1, 1), date(2026, 1, 5)


def test_whoever_is_employed_is_appraised_alike_whatever_the_contract(paying_agency: Any) -> None:
    kinds = {*EmploymentType} - {EmploymentType.STATE_OFFICIAL}
    results = []
    for kind in sorted(kinds):
        nip = kind.lower()
        registered = RegisterEmployee(
            employee=nip,
            name=kind,
            employment_type=kind,
            position="Analis",
            position_class=PositionClass.FUNCTIONAL,
            since=SINCE,
        )
        paying_agency.tell("hr", registered, AssignEmployee(employee=nip, unit="dinkes", since=SINCE, supervisor="sri"))
        paying_agency.judge("2025", 93, NEW_YEAR, employee=nip)
        stream = streams.appraisal(paying_agency.id, nip, "2025")
        final = paying_agency.service.reader.stream(paying_agency.id, stream)[-1].event
        results.append((final.predicate, final.score, final.policy.id))

    assert results == [("baik", Decimal("93.00"), "kota-uji")] * len(kinds)
