"""What can be asked: the whole schema, field by field, every page and route, and the verbs of `neraca report`."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import graphql

SDL = graphql.build_schema((Path(__file__).parents[1] / "golden" / "schema.graphql").read_text())
UNASKED = {"simulate", "evaluate", "repair", "recordedAt", "hash", "salt", "sealedDigest", "asOf", "shadow"}
"""What computes something else, what tells of the moment of writing, and what chance made."""

NEEDED = {
    "person": "$p",
    "employee": "$p",
    "employeeNumber": "$p",
    "period": "$q",
    "year": "2025",
    "unit": '"dinkes"',
    "measure": '"layanan"',
    "firstPeriod": '"2025-Q2"',
    "secondPeriod": '"2025-Q3"',
    "relation": "PEER",
}


def selection(kind: Any, depth: int) -> str:
    """All fields of a type that can be asked without knowing more."""
    found: list[str] = []
    for name, field in kind.fields.items():
        if name in UNASKED or any(
            graphql.is_required_argument(arg) and arg_name not in NEEDED for arg_name, arg in field.args.items()
        ):
            continue
        said = [f"{one}: {NEEDED[one]}" for one, arg in field.args.items() if graphql.is_required_argument(arg)]
        said += ["first: 3"] if "first" in field.args else []
        asked = name + (f"({', '.join(said)})" if said else "")
        of = graphql.get_named_type(field.type)
        if graphql.is_leaf_type(of):
            found.append(asked)
        elif graphql.is_object_type(of) and depth and (inner := selection(of, depth - 1)):
            found.append(f"{asked} {{ {inner} }}")
    return " ".join(found)


def of_policies(policies: int) -> Iterator[str]:
    """What each policy that was published would make of the appraisal, and of everybody."""
    judged = "status reason score predicate components { node value } explain { path value note inputs { name value } }"
    for version in range(1, policies + 1):
        yield f'appraisal(employee: $p, period: $q) {{ evaluate(policy: "kota-uji@{version}") {{ {judged} }} }}'
        yield (
            f'simulate(candidate: "kota-uji@{version}", period: $q) {{ inputs people changed'
            " shift { moved mean min max } newlyBlocked { people }"
            " mostAffected { employeeNumber before after scoreBefore scoreAfter } }"
        )


OTHERWISE = 'simulate(candidate: "kota-uji@2", period: $q) { inputs people changed shift { moved mean min max } }'
"""What another rule would make of it, and the digest of what that is reckoned from."""


def _of_the_schema() -> Iterator[str]:
    """One for each field of an agency, of its reports, of an appraisal and of an employee."""
    appraisal = "appraisal(employee: $p, period: $q)"
    for around, kind, left in (
        ("{}", "Agency", ("name", "appraisal", "appraisals", "reports")),
        ("reports {{ {} }}", "AgencyReports", ()),
        (f"{appraisal} {{{{ {{}} }}}}", "Appraisal", ("employee",)),
        (f"{appraisal} {{{{ employee {{{{ {{}} }}}} }}}}", "Employee", ("appraisals",)),
    ):
        of: Any = SDL.type_map[kind]
        for name, field in of.fields.items():
            if name not in left and (asked := selection(type("Alone", (), {"fields": {name: field}}), 3)):
                yield around.format(asked)
    yield f"reports {{ forensics(period: $q, anonymous: true) {{ {selection(SDL.type_map['Finding'], 2)} }} }}"


OF_THE_SCHEMA = (*_of_the_schema(),)


def _in_order() -> Iterator[str]:
    """Lists by what the rows hold, from either end, and from a place in between that nobody was given: what stands
    before whom, and how many are beyond a score, is asked as well.
    """
    told = "{ totalCount pageInfo { hasNextPage hasPreviousPage } edges { cursor node { %s } } }"
    appraisals = told % "employeeNumber period version position status score predicate"
    for by in ("SCORE", "CHANGED", "NAME", "NUMBER"):
        for end, way in (("first", "ASC"), ("last", "DESC"), ("last", "ASC")):
            yield f"appraisals({end}: 4, orderBy: {{by: {by}, direction: {way}}}) {appraisals}"
    for score in (0, 40, 60, 70, 100):
        place = urlsafe_b64encode(f'["score","{score * 1_000_000}","",""]'.encode()).decode()
        for which in ("period: $q", "period: $q, status: PROVISIONAL", 'period: $q, predicate: "baik"'):
            yield f'appraisals(first: 1, after: "{place}", filter: {{{which}}}, orderBy: {{by: SCORE}}) {appraisals}'
    for by in ("NAME", "CHANGED"):
        yield f"employees(last: 4, orderBy: {{by: {by}}}) {told % 'employeeNumber version'}"
    yield f"events(last: 5) {told % 'position type masked envelope'}"
    yield f"cohorts(last: 3) {told % 'appraiser period members { employeeNumber predicate }'}"


IN_ORDER = (*_in_order(),)

ROUTES = (
    "/agencies/uji/events?after={head}&limit=1000",
    "/agencies/uji/events?after={head}&limit=7",
    "/agencies/uji/appraisals/{person}/{period}/document",
    "/agencies/uji/appraisals/{person}/{period}/document?format=pdf",
    "/pages",
    "/pages/{person}/{period}",
    "/pages/{person}/{period}/why",
    "/agencies/uji/payroll/2025",
    "/health/ready/uji",
    "/metrics",
)

EXPORTS = (
    "participation --period {period} --csv",
    "forensics --period {period} --csv",
    "lateness --period {period} --people --csv",
    "durations --period {period} --csv",
    "indicators --period {period} --csv",
    "strengths --period {period} --employee {person} --csv",
    "ranking --period {period} --csv",
    "trend --employee {person} --csv",
    "before-after --before 2025-Q2 --after 2025-Q3 --csv",
    "satisfaction --csv",
    "low-rated --period {period} --csv",
    "training --period {period} --csv",
    "raters --json",
    "candidates --for talent --period {period} --csv",
    "boxes --period {period} --csv",
    "cascade --year 2025 --csv",
    "cascade --year 2025 --results --csv",
    "budget --year 2025 --csv",
    "shadow --csv",
    "shadow --json",
    "programme --id mpp --csv",
)
"""Verbs of `neraca report`."""
