"""What the read model of service times keeps: each batch and confirmation, and the register of sources."""

from datetime import date
from decimal import Decimal
from typing import Any

from neraca.domain import streams
from neraca.domain.service_times.events import ServiceTimesImported, ServiceTimesWithdrawn
from neraca.domain.service_times.records import TimeRecord
from neraca.domain.service_times.source import TimeSourceRegistered, TimeSourceRevised
from projections import service_times

WHERE: dict[str, Any] = {"unit": "dinkes", "period": "2025-Q1"}
BATCH: dict[str, Any] = {**WHERE, "source": "antrean", "batch": "2025-02"}
DAY = TimeRecord("ktp", day=date(2025, 2, 3), count=2, minutes=Decimal(30))


def test_a_batch_is_kept_with_how_many_records_it_has_and_a_source_as_it_was_at_each_event(told: Any) -> None:
    world = told(service_times.PROJECTION)
    world.happens(
        streams.time_source("solo", "antrean"),
        TimeSourceRegistered(source="antrean", system="Antrean", importers=["a"]),
        TimeSourceRevised(source="antrean", system="Antrean 2", importers=[], reason="diganti"),
        by="official-1",
    )
    world.happens(
        streams.service_times("solo", "dinkes", "2025-Q1"),
        ServiceTimesImported(**BATCH, digest="d", records=[DAY, DAY], file="f"),
        ServiceTimesWithdrawn(**BATCH, reason="salah"),
        by="a",
    )

    assert world.rows("sources", "log_position", "system", "importers", "reason", "by") == [
        {"log_position": 1, "system": "Antrean", "importers": ["a"], "reason": None, "by": "official-1"},
        {"log_position": 2, "system": "Antrean 2", "importers": [], "reason": "diganti", "by": "official-1"},
    ]
    assert world.rows("steps", "unit", "period", "log_position", "tag", "by", "event") == [
        {
            **WHERE,
            "log_position": 3,
            "tag": "service-times.imported",
            "by": "a",
            "event": {
                **BATCH,
                "type": "service-times.imported",
                "digest": "d",
                "records": 2,
                "file": "f",
            },
        },
        {
            **WHERE,
            "log_position": 4,
            "tag": "service-times.withdrawn",
            "by": "a",
            "event": {**BATCH, "type": "service-times.withdrawn", "reason": "salah"},
        },
    ]
