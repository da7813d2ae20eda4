"""What a report is asked about, by name, and why one has nothing to tell.

A name that is nowhere is refused with the nearest there is: its report would be as empty as one of which all is well.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from neraca.domain import validation
from neraca.domain.agency import Agency
from neraca.domain.errors import NotFound
from neraca.domain.text_kinds import counted, shown
from neraca.service.group_spread import SCORE
from neraca.service.report_source import ReportSource

STATEMENT = "report-subjects"


class Subjects(Struct, frozen=True):
    """The names that were given, None for those that were not."""

    unit: str | None = None
    employee: str | None = None
    programme: str | None = None
    measure: str | None = None
    survey: str | None = None


class Named(Struct, frozen=True):
    """What the statement finds of them: whether there is such a one, or all that there are."""

    unit: bool | None
    employee: bool | None
    programme: bool | None
    measures: Sequence[str] | None
    surveys: Sequence[str] | None


def asked(agency: Agency, subjects: Subjects, reader: str | None = None, below: Sequence[str] = ()) -> dict[str, Any]:
    """The parameters of the statement: without a `reader` of whoever there is, else of themselves and those below."""
    return {
        # A unit that is no longer in the file has results all the same.
        "unit": None if subjects.unit in agency.units else subjects.unit,
        "employee": subjects.employee,
        "programme": subjects.programme,
        "measure": subjects.measure,
        "survey": subjects.survey,
        "reader": reader,
        "below": [*below],
    }


def require(source: ReportSource, subjects: Subjects) -> None:
    """Raises Invalid or NotFound for a name that is nowhere, for whoever may see everybody."""
    [row] = source.rows(STATEMENT, asked(source.agency, subjects))
    named = Named(*row)
    require_named(source.agency, subjects, named)
    if subjects.employee is not None and named.employee is False:
        of = source.agency.id
        told = f"{of} has no employee {shown(subjects.employee)}; write the NIP of one of its roster"
        raise NotFound(told, field="employee")


def require_unit(agency: Agency, unit: str | None) -> None:
    """Raises Invalid for a unit that is not in the file of the agency."""
    if unit is not None:
        validation.known(unit, agency.units.keys(), "unit", f"{agency.id} has no unit {{}}")


def require_named(agency: Agency, subjects: Subjects, named: Named) -> None:
    """All but the employee, of whom not everybody may know. Raises Invalid or NotFound."""
    if named.unit is False:
        require_unit(agency, subjects.unit)
    if subjects.programme is not None and named.programme is False:
        told = f"there is no programme {shown(subjects.programme)} in {agency.id}; its id is that of start-programme"
        raise NotFound(told, field="programme")
    if subjects.measure is not None and named.measures:
        # The score and the predicate stand among them without a name.
        names = {SCORE, *named.measures} - {"", "="}
        validation.known(subjects.measure, names, "measure", f"no result of {agency.id} has a measure {{}}")
    if subjects.survey is not None:
        validation.known(subjects.survey, named.surveys or (), "survey", f"{agency.id} has opened no survey {{}}")


def why_no_results(source: ReportSource, periods: Sequence[str], unit: str | None, otherwise: str) -> str:
    """Why a report of final results has nothing to tell; `otherwise` where there are such results."""
    [(appraised, final)] = source.rows("results-of-period", {"periods": [*periods], "unit": unit})
    of = f"{' and '.join(periods)}, {source.agency.id if unit is None else unit}"
    if not appraised and not final:
        return f"{of}: nobody is appraised"
    if not final:
        return f"{of}: of {counted(appraised, 'appraisal', 'appraisals', ',')} no result is final yet"
    return f"{of}: {counted(final, 'result is', 'results are', ',')} final; {otherwise}"
