"""What both servers are asked, each in its own words.

PostGraphile's words are those its user would write over the same tables for the same values. Aliases give fields the
same names, so that answers can be compared as they come.
"""

from dataclasses import dataclass
from typing import Any

from city import AGENCY, PARTLY_JUDGED, PERIODS, number

Variables = dict[str, Any]

PEOPLE = 100
"""So many are asked about one by one."""


@dataclass(frozen=True)
class Question:
    """Both are sent each of the `variables` in turn, and of pages besides those that follow, up to `pages` of them.

    `goal` is the ratio of requests/s that is promised. What is in `then` may differ, where ours tells of the past.
    `unchanged` asks ours again for what the asker has, by its ETag.
    """

    name: str
    goal: float
    ours: str
    theirs: str
    variables: list[Variables]
    pages: int = 1
    then: frozenset[str] = frozenset()
    unchanged: bool = False


_BOTH = "period starts ends unit appraiser stage status version position score predicate"
_PERSON = "name position careerLevel since"
_RESULT = "result title priority source level"
_TARGET = "target indicator unit aspect polarity value weight actual until"

_OURS = f"employeeNumber {_BOTH}"
_OURS_WHOLE = f"{_OURS} results {{ {_RESULT} }} targets {{ plannedResult {{ result }} {_TARGET} }}"
_THEIRS = f"employeeNumber: employee {_BOTH}"
_THEIRS_WHOLE = (
    f"{_THEIRS} results(orderBy: NTH_ASC) {{ nodes {{ {_RESULT} }} }} "
    f"targets(orderBy: NTH_ASC) {{ nodes {{ result {_TARGET} }} }}"
)
_WHERE = "pageInfo { hasNextPage endCursor }"


def questions(people: int, past: int) -> list[Question]:
    """`past` is a position of the log."""
    one = "query($employee: String!, $period: String!)"
    periods = [{"period": period} for period in PERIODS]
    everybody = [
        {"employee": number(n * people // PEOPLE), "period": PERIODS[n % len(PERIODS)]}
        for n in range(min(PEOPLE, people))
    ]
    return [
        Question(
            "one employee",
            2.5,
            f'{one} {{ agency(id: "{AGENCY}") {{ found: appraisal(employee: $employee, period: $period) '
            f"{{ employee {{ {_PERSON} }} {_OURS_WHOLE} }} }} }}",
            f'{one} {{ found: appraisalByAgencyAndEmployeeAndPeriod(agency: "{AGENCY}", employee: $employee, '
            f"period: $period) {{ employee: person {{ {_PERSON} }} {_THEIRS_WHOLE} }} }}",
            everybody,
        ),
        Question("page of 100, whole", 5.0, _ours(100, _OURS_WHOLE), _theirs(100, _THEIRS_WHOLE), periods, pages=4),
        Question("list of 100", 2.5, _ours(100, _OURS), _theirs(100, _THEIRS), periods, pages=4),
        Question(
            "summary",
            2.0,
            f'query($period: String!) {{ agency(id: "{AGENCY}") {{ found: summary(period: $period) '
            "{ outcome people } } }",
            "query($period: String!) { found: allSummaries(condition: { period: $period }) "
            "{ groupedAggregates(groupBy: OUTCOME) { keys sum { people } } } }",
            periods,
        ),
        Question("list of 1,000", 2.5, _ours(1_000, _OURS), _theirs(1_000, _THEIRS), periods, pages=2),
        Question(
            "page of 100, as of",
            1.2,
            _ours(100, _OURS_WHOLE, f', asOf: {{ position: "{past}" }}'),
            _theirs(100, _THEIRS_WHOLE),
            [{"period": PARTLY_JUDGED}],
            pages=4,
            then=frozenset({"stage", "status", "version", "position", "score", "predicate"}),
        ),
        Question(
            "page of 100, unchanged",
            6.0,
            _ours(100, _OURS_WHOLE),
            _theirs(100, _THEIRS_WHOLE),
            periods,
            pages=4,
            unchanged=True,
        ),
    ]


def _ours(first: int, fields: str, more: str = "") -> str:
    return (
        f'query($period: String!, $after: String) {{ agency(id: "{AGENCY}"{more}) {{ found: appraisals('
        f"filter: {{ period: $period }}, first: {first}, after: $after) "
        f"{{ edges {{ node {{ {fields} }} }} {_WHERE} }} }} }}"
    )


def _theirs(first: int, fields: str) -> str:
    return (
        "query($period: String!, $after: Cursor) { found: allAppraisals(condition: { period: $period }, "
        f"orderBy: EMPLOYEE_ASC, first: {first}, after: $after) {{ nodes {{ {fields} }} {_WHERE} }} }}"
    )
