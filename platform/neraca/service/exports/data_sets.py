"""The data sets that are exported: what each row is, its columns, and the one read model that it is taken from.

One only, so that the position of that read model is the position of every row.
"""

from enum import StrEnum

from msgspec import Struct

from neraca.service.exports.columns import Column, Kind

T, N, D, DAY, AT, YES = Kind.TEXT, Kind.INTEGER, Kind.DECIMAL, Kind.DATE, Kind.INSTANT, Kind.BOOLEAN


class Readers(StrEnum):
    """Who may have a data set, as they may read the same one by one."""

    ROSTER = "roster"
    DOSSIERS = "dossiers"
    AGENCY = "agency"


class DataSet(Struct, frozen=True):
    """`statement` gives its rows in the order of its key. `by_day`: they are those of a day; `by_period`: they may be
    of one period alone.
    """

    name: str
    description: str
    read_model: str
    statement: str
    readers: Readers
    columns: tuple[Column, ...]
    by_day: bool = False
    by_period: bool = True


_EMPLOYEE = Column("employee_number", T, "number of the employee (NIP)")
_PERIOD = Column("period", T, "label of the period, such as 2025-Q1")

DATA_SETS = {
    one.name: one
    for one in (
        DataSet(
            name="employees",
            description="who is on the roster, as it has them on a day",
            read_model="roster",
            statement="export-employees",
            readers=Readers.ROSTER,
            by_day=True,
            by_period=False,
            columns=(
                _EMPLOYEE,
                Column("name", T, "name"),
                Column("employment_type", T, "civil servant, contract or part-time contract"),
                Column("position", T, "title of the post"),
                Column("position_class", T, "kind of post"),
                Column("career_level", T, "level of a functional post"),
                Column("unit", T, "office in which they serve on the day; none before the first and after the last"),
                Column("supervisor_number", T, "whom they report to on the day"),
                Column("first_day", DAY, "first day of service"),
                Column("last_day", DAY, "last day of service, where it is known"),
                Column("version", N, "how often the employee was changed, to be sent along with a change"),
            ),
        ),
        DataSet(
            name="appraisals",
            description="every appraisal with its score as it stands",
            read_model="scores",
            statement="export-appraisals",
            readers=Readers.DOSSIERS,
            columns=(
                _EMPLOYEE,
                _PERIOD,
                Column("first_day", DAY, "first day that is appraised"),
                Column("last_day", DAY, "last day that is appraised"),
                Column("unit", T, "office in which it is appraised"),
                Column("appraiser_number", T, "who appraises"),
                Column("reviewer_number", T, "who decides an objection"),
                Column("position_class", T, "kind of post by which it is appraised"),
                Column("stage", T, "how far it is"),
                Column("status", T, "what the score is, such as provisional or final"),
                Column("reason", T, "why there is no score, where there is none"),
                Column("score", D, "as it is printed"),
                Column("predicate", T, "what the score comes to in words"),
                Column("policy", T, "name of the policy that judges"),
                Column("policy_version", N, "its version"),
                Column("policy_hash", T, "what its text hashes to"),
                Column("incomplete", YES, "whether an event could not be taken in that the score may lack"),
                Column("version", N, "how often it was changed, to be sent along with a change"),
                Column("log_position", N, "of the last event that changed it"),
                Column("recorded_at", AT, "when that was recorded"),
            ),
        ),
    )
}
