"""What an integrator reads of events whose fields tell more than he may know."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from neraca.api.redaction import masked


def test_an_impact_report_is_for_the_auditor() -> None:
    body = {"type": "policy.impact-attached", "proposal": "p1", "report": "6e" * 32, "text": '{"by_unit": []}'}
    row = {
        "position": 7,
        "stream": UUID(int=1),
        "version": 3,
        "type": "policy.impact-attached",
        "recorded_at": datetime(2026, 1, 1, tzinfo=UTC),
        "data": msgspec.json.encode({"by": "tini", "body": body}),
    }

    seen = masked(row, payroll=False)

    assert (seen["masked"], seen["version"]) == (True, 3)
    del body["text"]
    assert msgspec.json.decode(seen["event"]) == {"by": "tini", "body": body}
