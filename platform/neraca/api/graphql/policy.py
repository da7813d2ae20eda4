"""The policies an agency published, with their full texts."""

from datetime import date, datetime
from functools import partial

import msgspec
import strawberry
from msgspec import Struct, structs

from neraca.api.authentication import AccessScope
from neraca.api.graphql.support.context import RequestContext
from neraca.api.graphql.support.conversion import converted
from neraca.api.graphql.support.enums import PolicyPurpose
from neraca.api.graphql.support.scalars import Position
from neraca.domain.command_rules import PolicyRef


class PolicyRow(Struct, frozen=True):
    id: str
    version: int
    hash: str
    calc_hash: str
    purpose: PolicyPurpose
    file: str
    reason: str
    position: int
    published_at: datetime
    texts: dict[str, str] | None
    spans: list["ValidityPeriod"]


@strawberry.type(description="Days on which a policy is in force, first and last included.")
class ValidityPeriod:
    since: date = strawberry.field(description="The first day.")
    until: date | None = strawberry.field(description="The last day; null until further notice.")


@strawberry.type(description="A file of a policy: its own, or a parent's.")
class PolicyFile:
    file: str = strawberry.field(description="Name, as explanations cite it.")
    text: str = strawberry.field(description="The whole text.")


@strawberry.type(description="A version of a policy, as it was published to the log.")
class Policy:
    id: str = strawberry.field(description="Id of the policy.")
    version: int = strawberry.field(description="Its version.")
    ref: str = strawberry.field(description="`<id>@<version>`, for `policy` and `evaluate`.")
    hash: str = strawberry.field(description="Hash of its resolved text.")
    calc_hash: str = strawberry.field(description="Hash of what can move a digit.")
    purpose: PolicyPurpose = strawberry.field(description="What it decides.")
    file: str = strawberry.field(description="Its own file among `texts`.")
    reason: str = strawberry.field(description="Why it was published.")
    position: Position = strawberry.field(description="Where in the log.")
    published_at: datetime = strawberry.field(description="When it was recorded.")
    in_force: list[ValidityPeriod] = strawberry.field(description="When it is in force.")
    texts: list[PolicyFile] = strawberry.field(description="Its file and its parents'.")


_ROWS = msgspec.json.Decoder(list[PolicyRow])


async def read(
    context: RequestContext, access_scope: AccessScope, ref: str | None, fields: frozenset[str], position: int | None
) -> list[Policy]:
    """`ref` is a hash, `<id>@<version>`, or an id for all its versions; None is all."""
    id_, version = (None, None) if ref is None else PolicyRef.parsed(ref)
    params = {
        "agency": access_scope.agency,
        "ref": ref,
        "id": id_,
        "version": version,
        "with_texts": "texts" in fields,
        "position": position,
    }
    rows = _ROWS.decode((await context.parts.reads.one(access_scope.agency, "graphql/policies", params))["rows"])
    if position is not None and "inForce" in fields:
        rows = [structs.replace(row, spans=[]) for row in rows]
        agency, as_of_reader = access_scope.agency, context.parts.service.as_of_reader
        known = await context.parts.threads.run(
            agency, partial(as_of_reader.spans, agency, position), context.parts.longest
        )
        for row in rows:
            held = [ValidityPeriod(since=span.since, until=span.until) for span in known if span.hash == row.hash]
            # Of two classes of posts one may end before the other: without a last day comes last.
            row.spans.extend(sorted(held, key=lambda one: (one.since, one.until or date.max)))
    return [_policy(row) for row in rows]


def _policy(row: PolicyRow) -> Policy:
    texts = [PolicyFile(file=file, text=text) for file, text in (row.texts or {}).items()]
    return converted(row, Policy, ref=PolicyRef.written(row.id, row.version), in_force=row.spans, texts=texts)
