"""What may be asked of a cohort. `appraiser` and `period` say which one."""

from typing import TypeAlias

from msgspec import Struct

from neraca.domain.text_kinds import Key, Nip, PeriodLabel, Prose


class ToCohort(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    appraiser: Nip
    period: PeriodLabel


class OpenCohort(ToCohort, frozen=True, tag="open-cohort"):
    """Takes in everybody whom the appraiser appraises in the period, and what the unit achieved that the appraiser
    heads; where they head none, the unit in which they serve. `unit` names one of several.

    `last_year` says within January that the annual predicate of the unit will come later: that of the year before
    then counts, as it does by itself from February on.
    """

    unit: Key | None = None
    last_year: bool = False


class JudgeCohort(ToCohort, frozen=True, tag="judge-cohort"):
    """Fixes what the policy makes of each member's facts as they are in the log."""


class CalibratePredicate(ToCohort, frozen=True, tag="calibrate-predicate"):
    """Judges one member anew. What the policy computed stays on record, and the reason with it."""

    employee: Nip
    predicate: Key
    reason: Prose


class CloseCohort(ToCohort, frozen=True, tag="close-cohort"):
    """Holds the predicates to the curve: one that the policy enforces must be kept, of another a breach is recorded."""


class ReopenCohort(ToCohort, frozen=True, tag="reopen-cohort"):
    """For whoever came later, or facts that changed: it is then opened or judged again. Final results stay."""

    reason: Prose


CohortCommand: TypeAlias = OpenCohort | JudgeCohort | CalibratePredicate | CloseCohort | ReopenCohort
