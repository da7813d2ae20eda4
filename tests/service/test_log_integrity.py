"""An event that names what it is of stands in the stream of that, whatever its type."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace

from neraca.domain import streams
from neraca.domain.envelope import Envelope
from neraca.domain.registry import EVENTS
from neraca.service.log_integrity import log_defects
from neraca.store.log import LoggedEvent
from neraca.store.mapper import EventMapper

GOLDEN = Path(__file__).parent.parent / "golden" / "events"
FOREIGN = streams.employee("uji", "another")


class OneEvent:
    """A log of it, or of none."""

    def __init__(self, type_: str, data: bytes, stream: UUID) -> None:
        self._event = LoggedEvent("uji", 1, stream, 1, type_, data, datetime(2025, 1, 1, tzinfo=UTC))

    def replay(self, agency: str) -> list[LoggedEvent]:
        return [self._event]

    def head(self, agency: str) -> int:
        return 1

    def out_of_step(self, agency: str) -> list[Any]:
        return []


def golden(tag: str) -> Any:
    return msgspec.json.decode((GOLDEN / f"{tag}.json").read_bytes(), type=EVENTS[tag])


def said(body: Any, stream: UUID) -> list[str]:
    mapper = EventMapper(EVENTS)
    at = datetime(2025, 1, 1, tzinfo=UTC)
    log: Any = OneEvent(*mapper.encode(Envelope(by="hr-1", at=at, correlation="c", body=body)), stream)
    return [str(defect) for defect in log_defects(log, mapper, "uji")]


def test_what_names_another_than_its_stream_is_of_is_found_whatever_its_type() -> None:
    assert {tag for tag in EVENTS if said(golden(tag), FOREIGN)} == {
        "achievement.published",
        "achievement.revised",
        "appraisal.opened",
        "appointment.given",
        "appointment.withdrawn",
        "attendance.corrected",
        "attendance.recorded",
        *(tag for tag in EVENTS if tag.startswith(("training.", "development.", "candidacy.", "potential."))),
        "cohort.opened",
        "employee.registered",
        "improvement.answered",
        "improvement.planned",
        "organisation.head-appointed",
        "organisation.head-relieved",
        "service-point.ended",
        "service-point.opened",
        "service-point.revised",
        "service-times.confirmed",
        "service-times.imported",
        "service-times.withdrawn",
        "survey.closed",
        "survey.opened",
        "survey.reopened",
        "time-source.registered",
        "time-source.revised",
        *(tag for tag in EVENTS if tag.startswith(("policy.", "ceiling.", "credit.", "allowance.", "plan."))),
        *(tag for tag in EVENTS if tag.startswith("programme.")),
        *(
            tag
            for tag in EVENTS
            if tag.startswith(("mission.", "unit-plan.", "link.", "forensics.", "rater-draw.", "competency-standard."))
        ),
    }


def test_in_its_own_stream_nothing_is_said_of_it() -> None:
    recorded = golden("attendance.recorded")

    assert said(recorded, streams.attendance("uji", recorded.employee, int(recorded.month[:4]))) == []
    assert said(recorded, FOREIGN) == [
        "event 1: attendance.recorded of another employee, unit or period than its stream is of"
    ]


def test_a_month_that_is_none_is_a_defect_and_ends_nothing() -> None:
    (told,) = said(replace(golden("attendance.recorded"), month="2025-13"), FOREIGN)

    assert told.startswith("event 1: ")
    assert "2025-13" in told


class SeveralEvents(OneEvent):
    """A log of the same event again and again, at these versions of its stream."""

    def __init__(self, type_: str, data: bytes, stream: UUID, versions: tuple[int, ...]) -> None:
        super().__init__(type_, data, stream)
        self._versions = versions

    def replay(self, agency: str) -> list[LoggedEvent]:
        return [replace(self._event, position=n, version=version) for n, version in enumerate(self._versions, 1)]

    def head(self, agency: str) -> int:
        return len(self._versions)


@pytest.mark.parametrize(
    ("versions", "told"),
    [
        ((1, 2, 3), []),
        ((1, 3), ["event 2: version 3 of its stream, after 1"]),
        ((2,), ["event 1: version 2 of its stream, after 0"]),
        ((1, 1), ["event 2: version 1 of its stream, after 1"]),
        ((1, 2, 1), ["event 3: version 1 of its stream, after 2"]),
    ],
)
def test_a_version_that_is_missing_or_comes_twice_is_found(versions: tuple[int, ...], told: list[str]) -> None:
    recorded = golden("attendance.recorded")
    own = streams.attendance("uji", recorded.employee, int(recorded.month[:4]))
    mapper = EventMapper(EVENTS)
    at = datetime(2025, 1, 1, tzinfo=UTC)
    data = mapper.encode(Envelope(by="hr-1", at=at, correlation="c", body=recorded))
    log: Any = SeveralEvents(*data, own, versions)

    assert [str(defect) for defect in log_defects(log, mapper, "uji")] == told
