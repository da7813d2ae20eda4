"""Whose reports came in time, late or not: by office, and by name for those who may see it."""

import strawberry

from neraca.api import outcome_counts
from neraca.api.authentication import AccessScope
from neraca.api.graphql.reports import headed_units
from neraca.api.graphql.support.context import RequestContext, client_error
from neraca.api.graphql.support.enums import LatenessStanding, ReportingCadence
from neraca.api.graphql.support.visibility import reach
from neraca.domain.period import parse
from neraca.service import lateness as service
from neraca.service import owed_reports


@strawberry.type(description="How many reports of one person are owed of some days, and how they came.")
class Lateness:
    employee: str = strawberry.field(description="Employee number.")
    name: str = strawberry.field(description="Name.")
    unit: str = strawberry.field(description="Id of the unit of the appraisal.")
    appraiser: str = strawberry.field(description="Employee number of the appraiser.")
    period: str = strawberry.field(description="The appraisal that the reports are of.")
    cadence: ReportingCadence = strawberry.field(description="In which rhythm they are owed.")
    standing: LatenessStanding = strawberry.field(description="What it comes to.")
    owed: int = strawberry.field(description="How many are owed by now; what may still come in time is not.")
    in_time: int = strawberry.field(description="How many of them came in time.")
    late: int = strawberry.field(description="How many came late.")
    outstanding: int = strawberry.field(description="How many did not come.")


@strawberry.type(description="How many people of an office report in time, late or not.")
class LatenessCount:
    unit: str | None = strawberry.field(description="Id of the unit; null for those that are too few to be told apart.")
    standing: LatenessStanding | None = strawberry.field(description="How they stand; null where too few do.")
    people: int = strawberry.field(description="How many people.")


async def of_people(
    context: RequestContext, access_scope: AccessScope, period: str, unit: str | None
) -> list[Lateness]:
    """Of whom the reader may see: everybody, or themselves, those they appraise or who are below them, and the people
    of offices that they head.
    """
    found = await _read(context, access_scope, period, unit, named=True)
    return [
        Lateness(
            employee=one.employee,
            name=one.name,
            unit=one.unit,
            appraiser=one.appraiser,
            period=one.period,
            cadence=ReportingCadence(one.cadence),
            standing=LatenessStanding(one.standing),
            owed=one.owed,
            in_time=one.in_time,
            late=one.late,
            outstanding=one.missing,
        )
        for one in service.by_name(found)
    ]


async def counts(context: RequestContext, access_scope: AccessScope, period: str) -> list[LatenessCount]:
    """By unit and standing: exactly for those who see everybody, and never fewer than the floor for those who see
    counts alone. Raises an error with code NOT_ALLOWED for all others, who have it by name of those they may see.
    """
    if access_scope.reader is not None and not access_scope.counts:
        raise client_error("NOT_ALLOWED", "counts are for those who see the whole agency; ask lateness by name")
    everybody = AccessScope(access_scope.agency, None, None, counts=True, log=False, raters=False)
    found = await _read(context, everybody, period, None, named=False)
    cells: dict[outcome_counts.Cell, int] = {
        (one.unit, standing): people
        for one in service.by_unit(found)
        for standing, people in one.standings.items()
        if people
    }
    shown = cells if access_scope.reader is None else outcome_counts.pooled(cells)
    return [
        LatenessCount(unit=unit, standing=None if standing is None else LatenessStanding(standing), people=people)
        for (unit, standing), people in sorted(
            shown.items(), key=lambda one: (str(one[0][0] or ""), str(one[0][1] or ""))
        )
    ]


async def _read(
    context: RequestContext, access_scope: AccessScope, period: str, unit: str | None, *, named: bool
) -> service.Found:
    agency, days = context.parts.agencies[access_scope.agency], parse(period)
    known = await reach(context, agency.id, access_scope.reader)
    headed = await _headed(context, access_scope)
    entries = owed_reports.wants_entries(agency, await context.policies.published_reporting_rules(agency.id))
    params = service.params(agency, days, known["today"], unit, named=named, entries=entries) | {
        "agency": agency.id,
        "reader": access_scope.reader,
        "below": known["below"],
        "headed": headed,
    }
    row = await context.parts.reads.one(agency.id, f"service/{service.STATEMENT}", params)
    found = owed_reports.read([tuple(row.values())])
    rules = await context.policies.reporting_rules(agency.id, found.policies)
    return service.told(found, agency, days, known["today"], rules.__getitem__)


async def _headed(context: RequestContext, access_scope: AccessScope) -> list[str]:
    if access_scope.reader is None:
        return []
    return await headed_units.headed(context, access_scope)
