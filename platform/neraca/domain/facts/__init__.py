"""The one fold from events to a case: live scores, replay, explanation and what-if all read facts through it.

`Facts` belongs to one appraisal. Whoever follows the log hands it each event that concerns it: those of its own stream,
the attendance and sanctions of its employee, the survey and achievement of its unit and period. `apply` changes the
facts in place (they belong to the fold alone: copying would cost more than the rest of a replay) and says which inputs
moved.
"""

from neraca.domain.case import digest_of, micro
from neraca.domain.facts.fold import Facts, FactsEvent, ranked_in
from neraca.domain.facts.kept import Rater
from neraca.domain.facts.ledger_facts import (
    ABSENT_DAYS,
    ALIGNED_RESULTS,
    COMPETENCIES,
    FROM_THE_LEDGER,
    HEADED_UNIT_PREDICATE,
    NO_SANCTION,
    PLANNED_RESULTS,
    REPORTS_ACCEPTED,
    REQUIRED_DAYS,
    SANCTION,
    TIMES_LATE,
    TIMES_LEFT_EARLY,
    UNIT_INDEX,
    UNIT_PREDICATE,
    UNWRITTEN,
)
from neraca.domain.facts.state import Changed

__all__ = [
    "ABSENT_DAYS",
    "ALIGNED_RESULTS",
    "COMPETENCIES",
    "FROM_THE_LEDGER",
    "HEADED_UNIT_PREDICATE",
    "NO_SANCTION",
    "PLANNED_RESULTS",
    "REPORTS_ACCEPTED",
    "REQUIRED_DAYS",
    "SANCTION",
    "TIMES_LATE",
    "TIMES_LEFT_EARLY",
    "UNIT_INDEX",
    "UNIT_PREDICATE",
    "UNWRITTEN",
    "Changed",
    "Facts",
    "FactsEvent",
    "Rater",
    "digest_of",
    "micro",
    "ranked_in",
]
