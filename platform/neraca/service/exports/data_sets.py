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
        DataSet(
            name="targets",
            description="every target of an approved plan, with what was reported of it so far",
            read_model="dossier",
            statement="export-targets",
            readers=Readers.DOSSIERS,
            columns=(
                _EMPLOYEE,
                _PERIOD,
                Column("result", T, "name of the planned result it is of"),
                Column("result_title", T, "that result in words"),
                Column("priority", T, "whether the result is a main one or additional"),
                Column("target", T, "name of the target within the result"),
                Column("indicator", T, "what is measured"),
                Column("aspect", T, "quantity, quality, time or cost"),
                Column("polarity", T, "max where more is better, min where less is"),
                Column("value", D, "what is to be reached, where it is a number"),
                Column("measured_in", T, "what it is counted in"),
                Column("weight", D, "its weight among the targets of the plan, where they have one"),
                Column("actual", D, "what was reached by the last report that was accepted"),
                Column("actual_until", DAY, "day up to which that report tells"),
            ),
        ),
        DataSet(
            name="reports",
            description="every report of progress and entry of a day, with its answer",
            read_model="dossier",
            statement="export-reports",
            readers=Readers.DOSSIERS,
            columns=(
                _EMPLOYEE,
                _PERIOD,
                Column("report", T, "name of the report within the appraisal"),
                Column("kind", T, "progress on a target, or activity of a day"),
                Column("day", DAY, "day up to which progress tells, or on which the activity was"),
                Column("result", T, "name of the planned result it is of"),
                Column("target", T, "name of the target it is of"),
                Column("actual", D, "what was reached of the target up to the day"),
                Column("activity", T, "what was done, in words"),
                Column("minutes", N, "how long the activity took, where that was said"),
                Column("working_day", YES, "whether the day of an activity is a working day"),
                Column("note", T, "what the employee adds"),
                Column("status", T, "pending, accepted or returned"),
                Column("feedback", T, "what the appraiser answered"),
                Column("reported_at", AT, "when it was recorded"),
                Column("settled_at", AT, "when the answer was recorded"),
                Column("log_position", N, "of the event that reported it"),
            ),
        ),
        DataSet(
            name="ratings",
            description="what each rater gave who is not of an anonymous group, value by value",
            read_model="dossier",
            statement="export-ratings",
            readers=Readers.DOSSIERS,
            columns=(
                _EMPLOYEE,
                _PERIOD,
                Column("relation", T, "of the rater to the person rated"),
                Column("rater_number", T, "who rated, where everybody may know that"),
                Column("indicator", T, "name of the indicator; * speaks for all without a value of their own"),
                Column("value", D, "on the scale of the policy"),
                Column("status", T, "given or withdrawn"),
                Column("revised", YES, "whether it was changed after it was given"),
                Column("note", T, "what the rater wrote"),
                Column("reason", T, "why it was revised or withdrawn"),
                Column("recorded_at", AT, "when it was recorded"),
            ),
        ),
        DataSet(
            name="objections",
            description="every objection to a result, with what became of it",
            read_model="dossier",
            statement="export-objections",
            readers=Readers.DOSSIERS,
            columns=(
                _EMPLOYEE,
                _PERIOD,
                Column("number", N, "which one of the appraisal it is, counted from 1"),
                Column("grounds", T, "why the employee objects"),
                Column("filed_on", DAY, "day on which it was filed"),
                Column("outcome", T, "what was decided"),
                Column("reason", T, "why"),
                Column("decided_on", DAY, "day on which it was decided"),
                Column("log_position", N, "of the event that filed it"),
            ),
        ),
        DataSet(
            name="attendance",
            description="what was counted of each month of an employee",
            read_model="scores",
            statement="export-attendance",
            readers=Readers.DOSSIERS,
            columns=(
                _EMPLOYEE,
                Column("month", T, "month, such as 2025-07"),
                Column("required_days", N, "days on which work was required"),
                Column("absent_days", N, "days of absence without leave or notice"),
                Column("times_late", N, "how often they came late"),
                Column("times_left_early", N, "how often they left early"),
                Column("reason", T, "why it was corrected, where it was"),
                Column("log_position", N, "of the event that counts"),
            ),
        ),
        DataSet(
            name="achievements",
            description="what each office achieved in each period",
            read_model="achievements",
            statement="export-achievements",
            readers=Readers.AGENCY,
            columns=(
                Column("unit", T, "the office"),
                _PERIOD,
                Column("index", D, "in percent of its targets"),
                Column("predicate", T, "the predicate of the organisation"),
                Column("source", T, "what it rests on"),
                Column("reason", T, "why it was revised, where it was"),
                Column("log_position", N, "of the event that counts"),
                Column("recorded_at", AT, "when that was recorded"),
            ),
        ),
    )
}
