"""Which role may send and read what: the rule of each command and of each field that has one, and all as a page.

The rules of fields are those that the resolvers hold; a test has each role ask each field and compares. What is not
named is for whoever is shown what it belongs to.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from types import MappingProxyType

from graphql import GraphQLObjectType, GraphQLSchema
from msgspec import Struct

from neraca.api.authentication import AccessScope, access_scope
from neraca.api.graphql.reports import forensics, shadow
from neraca.api.graphql.simulation import MAY_ASK
from neraca.domain.authorisation import OPERATOR, ROLES, WRITES
from neraca.domain.contexts import Actor
from neraca.domain.vocabulary import Role, Scope


class Reach(Enum):
    """How much of a field somebody is answered: all of it, as much as is theirs, or nothing."""

    ALL = "all"
    THEIRS = "theirs"
    NONE = "-"


class Rule(Struct, frozen=True):
    """`otherwise` is what those have who have not all of it."""

    all: Callable[[Actor, AccessScope], bool]
    otherwise: Reach = Reach.NONE

    def reach(self, actor: Actor, scope: AccessScope) -> Reach:
        return Reach.ALL if self.all(actor, scope) else self.otherwise


EVERYBODY = Rule(lambda _, __: True)
PEOPLE = Rule(lambda _, scope: scope.people is None, Reach.THEIRS)
RESULTS = Rule(lambda _, scope: scope.reader is None, Reach.THEIRS)
COUNTS = Rule(lambda _, scope: scope.counts)
GROUPS = Rule(lambda _, scope: scope.reader is None or scope.counts)
OFFICES = Rule(lambda _, scope: scope.reader is None or scope.counts, Reach.THEIRS)
PAY = Rule(lambda _, scope: scope.pay)
OWN_PAY = Rule(lambda _, scope: scope.pay, Reach.THEIRS)
OWN = Rule(lambda _, __: False, Reach.THEIRS)
LOG = Rule(lambda _, scope: scope.log)
PROPOSED = Rule(lambda _, scope: scope.counts or scope.log)
SURVEYS = Rule(lambda _, scope: scope.surveys)
RELEASED = Rule(lambda _, scope: scope.surveys, Reach.THEIRS)
APPOINTMENTS = Rule(lambda _, scope: scope.appointments)
TRIED = Rule(lambda actor, scope: scope.counts and bool(actor.roles & MAY_ASK))
SHADOWS = Rule(lambda actor, _: bool(actor.roles & shadow.MAY_SEE))
JUDGED = Rule(lambda actor, _: bool(actor.roles & forensics.MAY_SEE), Reach.THEIRS)

OF_AGENCY: Mapping[str, Rule] = MappingProxyType(
    {
        **dict.fromkeys(
            ("id", "asOf", "effectiveAt", "name", "kind", "timeZone", "stage", "languages", "unit", "units"), EVERYBODY
        ),
        **dict.fromkeys(("timeSources", "policies", "policy", "reports", "competencyStandards"), EVERYBODY),
        **dict.fromkeys(("programme", "programmes"), EVERYBODY),
        **dict.fromkeys(("employees", "heads"), PEOPLE),
        **dict.fromkeys(("appraisals", "appraisal", "cohorts", "due", "plan", "workPlans"), RESULTS),
        **dict.fromkeys(("feedbackAskedByMe", "feedbackAskedOfMe", "feedbackGivenByMe"), OWN),
        **dict.fromkeys(("summary", "nineBox"), COUNTS),
        **dict.fromkeys(("allowances", "candidacies"), OWN_PAY),
        "ceilings": PAY,
        "simulate": TRIED,
        "policyProposals": PROPOSED,
        "appointments": APPOINTMENTS,
        "events": LOG,
    }
)
"""Field of an agency -> who is answered it."""

OF_REPORTS: Mapping[str, Rule] = MappingProxyType(
    {
        **dict.fromkeys(("satisfaction", "agencySatisfaction", "servicePoints"), EVERYBODY),
        "comments": RELEASED,
        "publicSurveys": SURVEYS,
        **dict.fromkeys(("participation", "lateness", "trendOfEmployee", "strengths", "duties", "ranking"), RESULTS),
        **dict.fromkeys(("durations", "trend", "strengthsOfUnit", "beforeAfter"), OFFICES),
        **dict.fromkeys(("latenessCounts", "rankedGroups", "indicators", "units"), GROUPS),
        "ownPlace": OWN,
        "forensics": JUDGED,
        **dict.fromkeys(("shadows", "shadow"), SHADOWS),
        "budget": TRIED,
    }
)
"""Field of the reports of an agency -> who is answered it."""

OF_SUBSCRIPTIONS: Mapping[str, Rule] = MappingProxyType({"eventAppended": LOG, "scoreChanged": RESULTS})
"""What can be followed -> who is told of it."""

COLUMNS: Mapping[str, Actor] = MappingProxyType(
    {
        **{role.value: Actor(role.value, frozenset({role}), "any") for role in Role if role is not Role.INTEGRATOR},
        **{
            f"key: {scope.value}": Actor("key:any", frozenset({Role.INTEGRATOR}), "any", frozenset({scope}))
            for scope in Scope
            if scope is not Scope.BULK and not scope.value.startswith("write-")
        },
        "operator": OPERATOR,
    }
)
"""Who is asked about: each role, a key of each scope that reads, and whoever runs the deployment."""

_OWN_RULE = re.compile(
    r"(?:^|[.;:] )((?:For (?:its|who|whoever|those|heads|members|the person|the roles|HR|policy|auditors)\b"
    r"|[Nn]ull for (?:who|those)\b)[^.]*)"
)
"""The sentence of a description that says for whom a field is."""


def reach(rule: Rule, actor: Actor, agency: str) -> Reach:
    """How much of a field with this rule somebody is answered of an agency."""
    scope = access_scope(actor, agency)
    return Reach.NONE if scope is None else rule.reach(actor, scope)


def page(schema: GraphQLSchema) -> str:
    """All of it in Markdown."""
    return "\n".join([*_head(), *_commands(), *_fields(), *_deeper(schema)]) + "\n"


def _head() -> Iterator[str]:
    yield "# Who may what"
    yield ""
    yield (
        "Written by `neraca rules` from the code (`make goldens`). Relations to a person, such as appraiser or rater, "
        "are checked besides, by the day; whose each role is stands in the roster and in appointments. Whoever runs "
        "the deployment (`operator`) has their roles in every agency, and reads nobody's appraisal."
    )


def _commands() -> Iterator[str]:
    yield from (
        "",
        "## Commands",
        "",
        "| command | roles, any of which suffices | scope of a key |",
        "| --- | --- | --- |",
    )
    for tag, roles in ROLES.items():
        scope = WRITES[tag].value if tag in WRITES else "-"
        yield f"| `{tag}` | {', '.join(sorted(roles))} | {scope} |"


def _fields() -> Iterator[str]:
    columns = [*COLUMNS]
    for title, rules in (
        ("Fields of an agency", OF_AGENCY),
        ("Fields of the reports of an agency", OF_REPORTS),
        ("Subscriptions", OF_SUBSCRIPTIONS),
    ):
        yield from ("", f"## {title}", "", "`theirs`: as much as is theirs, by the roster and the log.", "")
        yield f"| field | {' | '.join(columns)} |"
        yield "| --- |" + " --- |" * len(columns)
        for name, rule in rules.items():
            cells = [reach(rule, actor, "any").value for actor in COLUMNS.values()]
            yield f"| `{name}` | {' | '.join(cells)} |"


def deeper(schema: GraphQLSchema) -> Mapping[str, str]:
    """Type and field -> for whom it is, of fields below those that have a rule above."""
    found: dict[str, str] = {}
    for name, kind in sorted(schema.type_map.items()):
        if not isinstance(kind, GraphQLObjectType) or name in ("Agency", "AgencyReports"):
            continue
        for field, of in kind.fields.items():
            if (said := _OWN_RULE.search(of.description or "")) is not None:
                found[f"{name}.{field}"] = said[1].strip()
    return found


def _deeper(schema: GraphQLSchema) -> Iterator[str]:
    yield from ("", "## Deeper fields with a rule of their own", "")
    yield "All others are for whoever is shown what they belong to."
    yield from ("", "| field | rule |", "| --- | --- |")
    yield from (f"| `{name}` | {rule} |" for name, rule in deeper(schema).items())
