"""What another rule would have cost over a closed year: for those who make and check policies."""

from collections.abc import Sequence
from functools import partial

import strawberry

from neraca.api.authentication import AccessScope
from neraca.api.graphql.simulation import MAY_ASK
from neraca.api.graphql.support import connections
from neraca.api.graphql.support.context import RequestContext, client_error
from neraca.api.graphql.support.conversion import exactly
from neraca.api.graphql.support.enums import PolicyPurpose
from neraca.api.graphql.support.scalars import Decimal, Position
from neraca.api.outcome_counts import large
from neraca.domain.errors import NotFound, Refusal
from neraca.policy.published import PolicyAltered
from neraca.service import budget as service
from neraca.service.budget import BudgetCounter, BudgetRequest


@strawberry.type(description="What months that were paid come to both ways, in rupiah.")
class BudgetSum:
    name: str = strawberry.field(description="A month, an office or a predicate; empty for all.")
    people: int = strawberry.field(description="How many people.")
    months: int = strawberry.field(description="How many months of them.")
    paid: Decimal = strawberry.field(description="What was fixed.")
    counterfactual: Decimal = strawberry.field(description="What the rule comes to.")
    difference: Decimal = strawberry.field(description="How much more that is.")


@strawberry.type(description="Months that are in no sum.")
class UncountedMonths:
    why: str = strawberry.field(description="Why they could not be counted.")
    people: int = strawberry.field(description="How many people.")
    months: int = strawberry.field(description="How many months of them.")
    paid: Decimal | None = strawberry.field(
        description="What was fixed for them; null for who may not know of so few people."
    )


@strawberry.type(description="A month of somebody.")
class BudgetLine:
    month: str = strawberry.field(description="Label of the month.")
    employee_number: str = strawberry.field(description="Whose.")
    unit: str = strawberry.field(description="Id of the unit at the end of the month.")
    predicate: str = strawberry.field(description="By which it was paid; empty where nothing was fixed.")
    predicate_after: str = strawberry.field(description="By which the rule would pay.")
    paid: Decimal | None = strawberry.field(description="What was fixed; null where nothing was.")
    counterfactual: Decimal | None = strawberry.field(description="What the rule comes to; null with `why`.")
    why: str = strawberry.field(description="Why it could not be counted; empty where it was.")
    event: Position = strawberry.field(description="The event that fixed what was paid; 0 where none did.")
    events: list[Position] = strawberry.field(description="All that the rule's amount rests on, by position.")


@strawberry.type(
    description="What the allowances of a closed year would have cost under another rule, to the rupiah, beside what "
    "was fixed. Nothing is written."
)
class Budget:
    year: int = strawberry.field(description="The year.")
    candidate: str | None = strawberry.field(description="`<id>@<version>`; null where the rules that paid were asked.")
    purpose: PolicyPurpose = strawberry.field(description="What the rule decides.")
    position: Position = strawberry.field(description="Position of the log up to which it is told.")
    total: BudgetSum | None = strawberry.field(description="All; null for who may not know of so few people.")
    by_month: list[BudgetSum] = strawberry.field(description="By month; for some readers only of enough people.")
    by_unit: list[BudgetSum] = strawberry.field(description="By office; the same holds.")
    by_predicate: list[BudgetSum] = strawberry.field(description="By the predicate that was paid; the same holds.")
    by_predicate_after: list[BudgetSum] = strawberry.field(
        description="By the predicate under the rule; the same holds."
    )
    uncounted: list[UncountedMonths] = strawberry.field(description="What could not be counted, most months first.")
    every: strawberry.Private[Sequence[service.BudgetLine]]

    @strawberry.field(
        description="Month by month of each person. For who may know what everybody is paid; none for others."
    )
    def lines(self, first: int = connections.DEFAULT, after: int = 0) -> list[BudgetLine]:
        return connections.part([exactly(one, BudgetLine) for one in self.every], first, after)


async def read(context: RequestContext, access_scope: AccessScope, year: int, candidate: str | None) -> Budget:
    """Raises errors with codes NOT_ALLOWED, NOT_AVAILABLE, NOT_FOUND and REFUSED."""
    if not access_scope.counts or not context.actor.roles & MAY_ASK:
        raise client_error("NOT_ALLOWED", f"budget is for the roles {', '.join(sorted(MAY_ASK))}")
    simulations = context.simulations()
    if simulations is None:
        raise client_error("NOT_AVAILABLE", "this server was started without simulations")
    agency = context.parts.agencies[access_scope.agency]
    try:
        found = await simulations.counted(agency.id, partial(_counted, context, agency.id, year, candidate))
    except (Refusal, PolicyAltered) as no:
        raise client_error("NOT_FOUND" if isinstance(no, NotFound) else "REFUSED", str(no)) from None
    return _told(found, people=access_scope.pay)


def _counted(context: RequestContext, agency: str, year: int, candidate: str | None) -> service.Budget:
    doors, of = context.parts.service, context.parts.agencies[agency]
    rule = None if candidate is None else service.named(doors.policies, agency, candidate)
    counter = BudgetCounter(doors.reader, doors.policies, of)
    return counter.count(BudgetRequest(agency=agency, year=year, candidate=rule), context.today(agency))


def _told(found: service.Budget, *, people: bool) -> Budget:
    def groups(sums: Sequence[service.BudgetSum]) -> list[BudgetSum]:
        return [exactly(one, BudgetSum) for one in (sums if people else large(sums))]

    return Budget(
        year=found.year,
        candidate=found.candidate,
        purpose=PolicyPurpose(found.purpose),
        position=Position(found.position),
        total=exactly(found.total, BudgetSum) if people or large([found.total]) else None,
        by_month=groups(found.by_month),
        by_unit=groups(found.by_unit),
        by_predicate=groups(found.by_predicate),
        by_predicate_after=groups(found.by_predicate_after),
        uncounted=[
            UncountedMonths(
                why=one.why,
                people=one.people,
                months=one.months,
                paid=Decimal(f"{one.paid:f}") if people or large([one]) else None,
            )
            for one in found.uncounted
        ],
        every=found.lines if people else (),
    )
