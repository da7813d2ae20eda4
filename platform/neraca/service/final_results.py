"""Final results as the log had them at a position, from the few events that make or undo one."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from neraca.domain.appraisal.events import Cancelled, Cut, Finalised, Joined, Reopened
from neraca.service.event_reader import EventReader

_TAGS = tuple(str(kind.__struct_config__.tag) for kind in (Finalised, Joined, Reopened, Cancelled, Cut))


class FinalResult(NamedTuple):
    """What fixed a result, and its position in the log."""

    event: Finalised | Joined
    position: int


def final_results(
    reader: EventReader, agency: str, appraisals: Collection[UUID], until: int
) -> dict[UUID, FinalResult]:
    """By the stream of the appraisal; of one that is not final there is none."""
    found: dict[UUID, FinalResult] = {}
    for past in reader.streams_types(agency, appraisals, _TAGS, until):
        if isinstance(past.event, Finalised | Joined):
            found[past.stream] = FinalResult(past.event, past.position)
        else:
            found.pop(past.stream, None)
    return found
