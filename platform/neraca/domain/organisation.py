"""The units of an agency, and whether one takes part yet: an agency may start with some (Samarinda did)."""

from datetime import date

from neraca.domain import validation
from neraca.domain.agency import Agency
from neraca.domain.errors import TooEarly


def known_unit(unit: str, agency: Agency) -> None:
    validation.known(unit, agency.units.keys(), "/unit", f"{agency.id} has no unit {{}}")


def active_unit(unit: str, by: date, agency: Agency) -> None:
    """Raises TooEarly unless the unit takes part on the day `by`."""
    known_unit(unit, agency)
    activated = agency.units[unit].activated
    if activated is None:
        raise TooEarly(
            f"/unit: '{unit}' takes no part yet; set its `activated` day in {agency.id}'s agency.yaml", field="/unit"
        )
    if activated > by:
        raise TooEarly(
            f"/unit: '{unit}' takes part from {activated}, after {by}; name another, or set an earlier `activated` "
            f"day in {agency.id}'s agency.yaml",
            field="/unit",
        )
