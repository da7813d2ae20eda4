"""Which role may ask which address what: the rule of each route, as a page beside those of commands and fields.

The rules are those that the routes hold; a test has each role ask each route and compares.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from neraca.api.graphql.access_rules import COLUMNS, LOG, OWN, RESULTS, Rule, reach
from neraca.domain.vocabulary import Role
from neraca.service.exports.data_sets import DATA_SETS, Readers

ANYBODY = "anybody, without a token"
BY_FIELD = "whoever has a token; what is answered, by the rules of fields"
BY_COMMAND = "by the rules of the commands that are sent, or come of it"
BY_DATA_SET = "by the rules of data sets"
SIGNED_IN = "whoever is signed in to the pages; what is shown and done, by the rules of fields and commands"
MEASURING = "this machine, or whoever has the token that `NERACA_METRICS_TOKEN` sets"

ADMINS = Rule(lambda actor, _: Role.ADMIN in actor.roles)
PAYROLL = Rule(lambda _, scope: scope.payroll)
ROSTER = Rule(lambda _, scope: scope.people is None)
DOSSIERS = Rule(lambda _, scope: scope.reader is None)
SENDERS = Rule(lambda actor, scope: scope.log and Role.INTEGRATOR in actor.roles)
EACH = Rule(lambda _, __: True)

_OF = "/agencies/{agency}"
_USERS = f"{_OF}/scim/v2/Users"

RULES: Mapping[str, Rule | str] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "GET /",
                "GET /health/live",
                "GET /health/ready",
                "GET /health/ready/{agency}",
                "GET /openapi.json",
                "GET /openapi.json/openapi.json",
                "GET /openapi.json/{path}",
                "GET /graphql/schema.graphql",
                "GET /survey/{token}",
                "POST /survey/{token}",
                "GET /receipts/{code}",
                "GET /pages/style.css",
                "GET /pages/sign-in",
                "POST /pages/sign-in",
                "GET /pages/sign-in/{agency}",
                "GET /pages/sign-in/{agency}/back",
                "GET /pages/sign-out",
                "POST /pages/sign-out",
                "GET /pages/{employee}/{period}/{form}",
            ),
            ANYBODY,
        ),
        "GET /metrics": MEASURING,
        **dict.fromkeys(
            (
                "GET /graphql",
                "POST /graphql",
                "GET /graphql/stream",
                "POST /graphql/stream",
                "WEBSOCKET /graphql/stream",
            ),
            BY_FIELD,
        ),
        **dict.fromkeys(
            (
                "GET /pages",
                "GET /pages/{employee}/{period}",
                "GET /pages/{employee}/{period}/why",
                "POST /pages/{employee}/{period}/{form}",
            ),
            SIGNED_IN,
        ),
        **dict.fromkeys(
            (f"POST {_OF}/commands", f"POST {_OF}/imports/{{kind}}", f"POST {_OF}/survey-tokens"), BY_COMMAND
        ),
        f"POST {_OF}/exports": BY_DATA_SET,
        f"GET {_OF}/exports/{{export}}": OWN,
        f"GET {_OF}/exports/{{export}}/file": OWN,
        f"GET {_OF}/events": LOG,
        f"GET {_OF}/events/stream": LOG,
        f"GET {_OF}/payroll/{{period}}": PAYROLL,
        f"GET {_OF}/documents": RESULTS,
        f"GET {_OF}/appraisals/{{employee}}/{{period}}/document": RESULTS,
        f"GET {_OF}/keys": ADMINS,
        f"POST {_OF}/keys": ADMINS,
        f"POST {_OF}/keys/{{key}}/revocation": ADMINS,
        f"GET {_OF}/reads": ADMINS,
        f"GET {_OF}/sessions": ADMINS,
        f"POST {_OF}/sessions/{{person}}/ending": ADMINS,
        **dict.fromkeys(
            (
                f"GET {_USERS}",
                f"GET {_USERS}/{{user}}",
                f"POST {_USERS}/.search",
                f"POST {_OF}/scim/v2/.search",
                f"GET {_OF}/scim/v2/ServiceProviderConfig",
                f"GET {_OF}/scim/v2/ResourceTypes",
                f"GET {_OF}/scim/v2/ResourceTypes/{{name}}",
                f"GET {_OF}/scim/v2/Schemas",
                f"GET {_OF}/scim/v2/Schemas/{{name}}",
                f"DELETE {_USERS}/{{user}}",
            ),
            ROSTER,
        ),
        **dict.fromkeys((f"POST {_USERS}", f"PUT {_USERS}/{{user}}", f"PATCH {_USERS}/{{user}}"), BY_COMMAND),
        f"GET {_OF}/webhooks": SENDERS,
        f"POST {_OF}/webhooks": SENDERS,
        f"DELETE {_OF}/webhooks/{{webhook}}": SENDERS,
        f"POST {_OF}/webhooks/{{webhook}}/secret": SENDERS,
        f"GET {_OF}/webhooks/{{webhook}}/dead": SENDERS,
        f"POST {_OF}/webhooks/{{webhook}}/redelivery": SENDERS,
    }
)
"""Method and address -> who is answered, or in words by what."""

READERS: Mapping[Readers, Rule] = MappingProxyType(
    {Readers.ROSTER: ROSTER, Readers.DOSSIERS: DOSSIERS, Readers.AGENCY: EACH}
)
"""Who may have a data set as a file."""


def page() -> str:
    """All of it in Markdown."""
    return "\n".join([*_routes(), *_data_sets()]) + "\n"


def _routes() -> Iterator[str]:
    yield from ("", "## Addresses", "", "Of an agency that is not theirs, nobody is answered.", "")
    yield from _head("address")
    for route, rule in RULES.items():
        if isinstance(rule, Rule):
            yield _row(route, rule)
    yield from ("", "| other address | for |", "| --- | --- |")
    yield from (f"| `{route}` | {rule} |" for route, rule in RULES.items() if isinstance(rule, str))


def _data_sets() -> Iterator[str]:
    yield from ("", "## Data sets of exports", "")
    yield from _head("data set")
    yield from (_row(name, READERS[one.readers]) for name, one in DATA_SETS.items())


def _head(what: str) -> Iterator[str]:
    yield f"| {what} | {' | '.join(COLUMNS)} |"
    yield "| --- |" + " --- |" * len(COLUMNS)


def _row(name: str, rule: Rule) -> str:
    cells = [reach(rule, actor, "any").value for actor in COLUMNS.values()]
    return f"| `{name}` | {' | '.join(cells)} |"
