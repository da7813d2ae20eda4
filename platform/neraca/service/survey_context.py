"""What a decision about a survey may know besides its own stream: the service points it is to be asked at."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from neraca.domain import streams
from neraca.domain.service_point.state import ServicePoint, evolve
from neraca.service.batch_state import StreamSoFar
from neraca.service.event_reader import EventReader


def service_points(
    reader: EventReader, agency: str, names: Iterable[str], loaded: Mapping[UUID, StreamSoFar]
) -> dict[str, ServicePoint]:
    """Those of the names that are in the log, or opened by a command before this one in its batch; by name."""
    where = {streams.service_point(agency, name): name for name in names}
    found = {name: ServicePoint() for name in where.values()}
    wanted = [stream for stream in where if stream not in loaded]
    for past in reader.streams(agency, wanted)[1] if wanted else ():
        evolve(found[where[past.stream]], past.event)
    found |= {name: loaded[stream].state for stream, name in where.items() if stream in loaded}
    return {name: point for name, point in found.items() if point.since is not None}
