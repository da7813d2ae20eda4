"""What an assessor found of somebody's potential: recorded with source and day, by others than themselves."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs

from neraca.domain.contexts import Actor
from neraca.domain.development.potential import AssessPotential, PotentialAssessed
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, TooEarly
from neraca.domain.vocabulary import Role

FOUND: Any = {
    "employee": "budi",
    "value": Decimal("82.5"),
    "source": "Pusat penilaian BKD",
    "assessor": "Tim asesor 3",
    "on": date(2025, 6, 2),
    "document": "arsip:asesmen/3",
}
ASSESS, ASSESSED = AssessPotential(**FOUND), PotentialAssessed(**FOUND)


def test_it_is_recorded_with_its_source_and_day(after):
    assert after(when=ASSESS, by="official") == [ASSESSED]
    assert after(ASSESSED, when=structs.replace(ASSESS, value=Decimal(90)), by="hr")
    with pytest.raises(AlreadyDone, match="that is recorded of 2025-06-02 already"):
        after(ASSESSED, when=ASSESS, by="hr")


@pytest.mark.parametrize("value", [Decimal("-0.01"), Decimal("100.01"), Decimal("50.005")])
def test_it_is_from_0_to_100(after, value):
    with pytest.raises(Invalid, match="is no potential; it is from 0 to 100") as refused:
        after(when=structs.replace(ASSESS, value=value), by="hr")
    assert refused.value.field == "/value"


def test_nobody_records_their_own_or_what_is_still_to_come(after):
    with pytest.raises(NotAllowed, match="nobody records their own potential"):
        after(when=ASSESS, by=Actor("budi", frozenset({Role.HR}), "uji"))
    with pytest.raises(TooEarly, match="2025-07-02 is still to come"):
        after(when=structs.replace(ASSESS, on=date(2025, 7, 2)), by="hr")
