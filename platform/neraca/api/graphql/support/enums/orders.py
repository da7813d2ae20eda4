"""The words of the orders in which lists are read."""

from enum import StrEnum

from neraca.api.graphql.support.enums.description import describe


class OrderDirection(StrEnum):
    ASC = "asc"
    DESC = "desc"


describe(
    OrderDirection,
    "From which end an order is read. One is the other turned round, ties included.",
    {OrderDirection.ASC: "From the lowest on.", OrderDirection.DESC: "From the highest on."},
)


class AppraisalOrderBy(StrEnum):
    NUMBER = "number"
    NAME = "name"
    SCORE = "score"
    CHANGED = "changed"


describe(
    AppraisalOrderBy,
    "By what appraisals are put in order. Those that are alike in it follow by employee number and period.",
    {
        AppraisalOrderBy.NUMBER: "Employee number, then period.",
        AppraisalOrderBy.NAME: "Name of the employee, letter by letter as it is written.",
        AppraisalOrderBy.SCORE: "Score; one that is not there is lower than any.",
        AppraisalOrderBy.CHANGED: "Position of the last event of its own.",
    },
)


class EmployeeOrderBy(StrEnum):
    NUMBER = "number"
    NAME = "name"
    CHANGED = "changed"


describe(
    EmployeeOrderBy,
    "By what employees are put in order. Those that are alike in it follow by number.",
    {
        EmployeeOrderBy.NUMBER: "Employee number.",
        EmployeeOrderBy.NAME: "Name, letter by letter as it is written.",
        EmployeeOrderBy.CHANGED: "When the log last told something of them as an employee.",
    },
)
