"""Asks a server by types that were made from its schema, and tells as JSON what it was told."""

import asyncio
import json
import sys
from decimal import Decimal
from typing import Any

from neraca_client import Client  # pyright: ignore[reportMissingImports, reportUnknownVariableType]


async def main(server: str, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    made: Any = Client(
        url=f"{server}/graphql",
        headers=headers,
        ws_url=f"{server.replace('http:', 'ws:')}/graphql/stream",
        ws_headers=headers,
    )
    people: list[str] = []
    after = None
    async with made as client:
        while True:
            employees = (await client.roster(agency="surabaya", after=after)).agency.employees
            people += [edge.node.name for edge in employees.edges]
            if not employees.page_info.has_next_page:
                break
            after = employees.page_info.end_cursor
        scored = await client.scores(agency="surabaya", period="2025-Q1")
        scores: dict[str, str | None] = {}
        for edge in scored.agency.appraisals.edges:
            assert edge.node.score is None or isinstance(edge.node.score, Decimal)
            assert isinstance(edge.node.position, int)
            scores[edge.node.employee_number] = None if edge.node.score is None else str(edge.node.score)
        stream = client.changes(agency="surabaya", after=0)
        change = (await anext(stream)).score_changed
        await stream.aclose()
    told = {
        "employeeNumber": change.employee_number,
        "resumeAfter": str(change.resume_after),
        "change": {
            "position": str(change.change.position),
            "status": change.change.status,
            "score": None if change.change.score is None else str(change.change.score),
        },
    }
    print(json.dumps({"people": people, "scores": scores, "changes": [told]}))


asyncio.run(main(*sys.argv[1:]))
