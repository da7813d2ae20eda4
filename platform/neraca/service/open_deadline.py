"""Something that is due of somebody, with who has to act."""

from datetime import date

from msgspec import Struct

from neraca.domain.vocabulary import DeadlineKind


class OpenDeadline(Struct, frozen=True):
    """`person` is who stands in the role by the appraisal, None where nobody does, and `acts` who acts in it that day:
    the same person, or whoever acts in their place (acting_parties), None where nobody does. `late` where the last day
    is over.
    """

    employee: str
    period: str
    kind: DeadlineKind
    role: str
    person: str | None
    since: date
    last: date
    late: bool
    acts: str | None = None
