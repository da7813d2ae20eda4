"""For what people are considered by the results of several periods: what a policy made of them, and what people did."""

from datetime import date, datetime

import msgspec
import strawberry
from msgspec import Struct

from neraca.api import outcome_counts
from neraca.api.authentication import AccessScope
from neraca.api.graphql.appraisals import explanation
from neraca.api.graphql.remuneration import PayFact
from neraca.api.graphql.support.connections import DEFAULT, Page, part
from neraca.api.graphql.support.context import Info, RequestContext, client_error
from neraca.api.graphql.support.enums import CandidacyKind, CandidacyStage
from neraca.api.graphql.support.scalars import Decimal, Position
from neraca.domain.development.considered import Considered
from neraca.domain.envelope import event_id
from neraca.domain.facts import Facts


class CandidacyRow(Struct, frozen=True):
    agency: str
    position: int
    recorded_at: datetime
    by: str
    employee: str
    kind: CandidacyKind
    period: str
    stage: CandidacyStage
    eligible: bool
    considered: Considered
    reason: str | None
    answer: str | None
    decree: str | None
    nominated_by: str | None


_ROWS = msgspec.json.Decoder(list[CandidacyRow])


@strawberry.input(description="Which candidacies: those of which all holds that is said.")
class CandidacyFilter:
    kind: CandidacyKind | None = strawberry.field(default=None, description="What people are considered for.")
    period: str | None = strawberry.field(default=None, description="Label of the period.")
    employee: str | None = strawberry.field(default=None, description="Employee number.")
    eligible: bool | None = strawberry.field(
        default=None,
        description="With true those alone whom a policy makes a candidate or who were nominated; else all.",
    )


@strawberry.type(description="Something that happened to a candidacy.")
class CandidacyStep:
    stage: CandidacyStage = strawberry.field(description="How far it was from then on.")
    by: str = strawberry.field(description="Who did it.")
    reason: str | None = strawberry.field(description="Why, where somebody gave a reason.")
    recorded_at: datetime = strawberry.field(description="When.")
    event: strawberry.ID = strawberry.field(description="Id of the event.")


@strawberry.type(
    description="For what somebody is considered by the results of several periods. A policy lists; people nominate "
    "and decide, with a reason, and never on themselves."
)
class Candidacy:
    row: strawberry.Private[CandidacyRow]
    as_of: strawberry.Private[int | None]

    @strawberry.field(description="Employee number.")
    def employee_number(self) -> str:
        return self.row.employee

    @strawberry.field(description="For what.")
    def kind(self) -> CandidacyKind:
        return self.row.kind

    @strawberry.field(description="Label of the last period whose result is looked at.")
    def period(self) -> str:
        return self.row.period

    @strawberry.field(description="How far it is.")
    def stage(self) -> CandidacyStage:
        return self.row.stage

    @strawberry.field(description="What the policy made of them; of talent a box. Null where something is missing.")
    def outcome(self) -> str | None:
        return self.row.considered.outcome

    @strawberry.field(description="Why there is no outcome.")
    def blocked(self) -> str | None:
        return self.row.considered.blocked

    @strawberry.field(description="Whether somebody with that outcome may be nominated.")
    def eligible(self) -> bool:
        return self.row.eligible

    @strawberry.field(description="The score by which they are ordered, where the policy gives one.")
    def score(self) -> Decimal | None:
        found = self.row.considered.score
        return None if found is None else Decimal(f"{found:f}")

    @strawberry.field(description="The policy, as `<id>@<version>`.")
    def policy(self) -> str:
        return self.row.considered.policy.name

    @strawberry.field(description="Hash of that policy's resolved text.")
    def policy_hash(self) -> str:
        return self.row.considered.policy.hash

    @strawberry.field(description="Digest of the facts it was told, for a replay to compare.")
    def facts_digest(self) -> str:
        return self.row.considered.facts_digest

    @strawberry.field(description="What the policy was told, each with the events it came from.")
    def facts(self) -> list[PayFact]:
        told = self.row.considered.facts
        values = {
            **{name: f"{value:f}" for name, value in told.numbers.items()},
            **told.words,
            **{name: "true" if value else "false" for name, value in told.flags.items()},
        }
        return [
            PayFact(name=name, value=value, events=[_event(self.row.agency, at) for at in told.sources.get(name, [])])
            for name, value in sorted(values.items())
        ]

    @strawberry.field(description="Every step from the facts to the outcome, with events and lines of the policy.")
    async def explain(self, info: Info) -> list[explanation.Step]:
        row = self.row
        published = await info.context.policies.by_hash(row.agency, row.considered.policy.hash)
        if published is None:
            return []
        told = row.considered.facts
        sources = {f"facts/{name}": [*positions] for name, positions in told.sources.items()}
        facts = Facts(starts=date.min, ends=date.max, case=told.case, sources=sources)
        return explanation.judge(row.agency, published.plan, facts).explain

    @strawberry.field(description="Who nominated them; null before.")
    def nominated_by(self) -> str | None:
        return self.row.nominated_by

    @strawberry.field(description="What the candidate said to it.")
    def answer(self) -> str | None:
        return self.row.answer

    @strawberry.field(description="Why it is as it is: the reason of whoever nominated, decided, revised or withdrew.")
    def reason(self) -> str | None:
        return self.row.reason

    @strawberry.field(description="What enacts the decision.")
    def decree(self) -> str | None:
        return self.row.decree

    @strawberry.field(description="Id of the event that says so last.")
    def event(self) -> strawberry.ID:
        return _event(self.row.agency, self.row.position)

    @strawberry.field(description="Position of that event.")
    def position(self) -> Position:
        return Position(self.row.position)

    @strawberry.field(description="What happened to it, in order of the log.")
    async def history(self, info: Info, first: int = DEFAULT, after: int = 0) -> list[CandidacyStep]:
        row = self.row
        params = {
            "agency": row.agency,
            "kind": row.kind.value,
            "period": row.period,
            "employee": row.employee,
            "position": self.as_of,
        }
        rows = await info.context.parts.reads.rows(row.agency, "graphql/candidacy-steps", params)
        steps = [
            CandidacyStep(
                stage=CandidacyStage(one["stage"]),
                by=one["by"],
                reason=one["reason"],
                recorded_at=one["recorded_at"],
                event=_event(row.agency, one["position"]),
            )
            for one in rows
        ]
        return part(steps, first, after)


@strawberry.type(description="What an assessor found of somebody's potential. No result gives it.")
class Potential:
    value: Decimal = strawberry.field(description="From 0 to 100.")
    source: str = strawberry.field(description="How it was found.")
    assessor: str = strawberry.field(description="By whom.")
    on: date = strawberry.field(description="On which day.")
    document: str | None = strawberry.field(description="Where the finding is kept.")
    event: strawberry.ID = strawberry.field(description="Id of the event that recorded it.")


@strawberry.type(description="How many of those who were considered have an outcome; of talent, how many are in a box.")
class ConsideredCount:
    outcome: str | None = strawberry.field(
        description="The outcome; null for those whom the policy gives none, and for outcomes of too few together."
    )
    people: int = strawberry.field(description="So many.")


def may_see_all(access_scope: AccessScope) -> bool:
    """What anybody is considered for is for HR, officials and auditors."""
    return access_scope.pay


def not_for_all() -> Exception:
    return client_error("NOT_ALLOWED", "what everybody is considered for is for HR, officials and auditors")


async def read(
    context: RequestContext,
    agency: str,
    position: int | None,
    where: CandidacyFilter,
    at: Page,
) -> list[Candidacy]:
    """By kind, period and employee."""
    params = {
        **at.params("kind", "period", "employee"),
        "agency": agency,
        "kind": None if where.kind is None else where.kind.value,
        "period": where.period,
        "employee": where.employee,
        "eligible": bool(where.eligible),
        "position": position,
    }
    found = await context.parts.reads.one(agency, "graphql/candidacies", params, at.sections)
    rows = _ROWS.decode(found["rows"])
    return [Candidacy(row=row, as_of=position) for row in rows]


async def own(context: RequestContext, agency: str, employee: str, position: int | None) -> list[Candidacy]:
    """Those that a person reads themselves: from their nomination on, and before where the policy says so."""
    found = await read(context, agency, position, CandidacyFilter(employee=employee), Page(MOST_OF_ONE))
    told: list[Candidacy] = []
    for one in found:
        if one.row.stage is not CandidacyStage.LISTED or await _told_before(context, one):
            told.append(one)
    return told


async def potential_of(context: RequestContext, agency: str, employee: str, position: int | None) -> list[Potential]:
    params = {"agency": agency, "employee": employee, "position": position}
    rows = await context.parts.reads.rows(agency, "graphql/potential", params)
    return [
        Potential(
            value=Decimal(row["value"]),
            source=row["source"],
            assessor=row["assessor"],
            on=row["day"],
            document=row["document"],
            event=_event(agency, row["position"]),
        )
        for row in rows
    ]


async def counts(
    context: RequestContext, access_scope: AccessScope, kind: CandidacyKind, period: str, position: int | None
) -> list[ConsideredCount]:
    """Of each outcome; for those who may not know of single people, of too few only together."""
    agency = access_scope.agency
    params = {"agency": agency, "kind": kind.value, "period": period, "position": position}
    rows = await context.parts.reads.rows(agency, "graphql/candidacy-outcomes", params)
    people = {row["outcome"]: row["people"] for row in rows}
    if not may_see_all(access_scope):
        pooled = outcome_counts.pooled({("", outcome): count for outcome, count in people.items()})
        people = dict[str | None, int]()
        for (_, outcome), count in pooled.items():
            people[outcome] = people.get(outcome, 0) + count
    told = sorted(people.items(), key=lambda one: str(one[0] or ""))
    return [ConsideredCount(outcome=outcome, people=count) for outcome, count in told]


MOST_OF_ONE = 500
"""Candidacies of one person: five kinds in all the periods of a career."""


async def _told_before(context: RequestContext, one: Candidacy) -> bool:
    published = await context.policies.by_hash(one.row.agency, one.row.considered.policy.hash)
    asked = None if published is None else published.resolved.policy.candidacy
    return asked is not None and asked.own


def _event(agency: str, position: int) -> strawberry.ID:
    return strawberry.ID(event_id(agency, position))
