"""What scim2-tester finds: everything a user has is created, read, replaced and patched as the RFCs say.

`make scim`. What it asks that the law of the roster does not grant stands here, each with why.
"""

import json
import re
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.api.scim.attributes import ENTERPRISE, ROSTER
from neraca.domain.contexts import Actor
from neraca.domain.vocabulary import Role, Scope

HERE = Path(__file__).parent
PROGRAM = HERE.parents[1] / ".venv" / "scim" / "bin" / "python"

_FOREIGN = "the log keeps no name that another program has of somebody"
_DECREE = "a post is changed by a decree, which an attribute alone does not bring"
_MORE = "what the roster knows besides, and what is told to a change alone, makes the answer another than what was sent"
NOT_GRANTED = {
    "object_deletion": "nobody is deleted from a log; active is set to false",
    "object_query_with_attributes externalId": _FOREIGN,
    "object_list_with_attributes externalId": _FOREIGN,
    "search_with_attributes externalId": _FOREIGN,
    "check_add_attribute externalId": _FOREIGN,
    "check_replace_attribute externalId": _FOREIGN,
    "check_replace_attribute title": _DECREE,
    f"check_replace_attribute {ROSTER}:positionClass": _DECREE,
    f"check_add_attribute {ROSTER}:careerLevel": _DECREE,
    f"check_replace_attribute {ROSTER}:careerLevel": _DECREE,
    f"check_replace_attribute {ENTERPRISE}": _MORE,
    f"check_replace_attribute {ROSTER}": _MORE,
    f"check_remove_attribute {ROSTER}:careerLevel": "a level is changed, and not taken away",
}
"""By the check and the attribute."""

_ATTRIBUTE = re.compile(r"(?:attribute|value for) '([^']+)'")


@pytest.fixture
def address(fixture_agency: Any) -> Iterator[str]:
    house = fixture_agency.house
    program = Actor("key:idp", frozenset({Role.INTEGRATOR}), "uji", frozenset({Scope.ROSTER, Scope.WRITE_ROSTER}))
    app = create(
        service=house.service,
        url=house.url,
        agencies=house.agencies,
        tokens=Tokens({"idp": program}),
        clock=lambda: datetime(2025, 3, 3, 5, tzinfo=UTC),
    )
    over = threading.Event()

    def follow() -> None:
        while not over.wait(0.02):
            house.follow()

    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on", ws="none"))
        threads = [threading.Thread(target=server.run, kwargs={"sockets": [listener]}), threading.Thread(target=follow)]
        for one in threads:
            one.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/agencies/uji/scim/v2"
        over.set()
        server.should_exit = True
        for one in threads:
            one.join()


def test_the_tester_finds_nothing_else(address: str) -> None:
    asked = subprocess.run(
        [PROGRAM, HERE / "conformance.py", address, "idp"], capture_output=True, text=True, check=False
    )

    assert asked.returncode == 0, asked.stderr
    checks = [json.loads(line) for line in asked.stdout.splitlines()]
    assert len(checks) > 50
    found = {named(one): one["reason"] for one in checks if one["status"] != "SUCCESS"}
    assert {name: reason for name, reason in found.items() if name not in NOT_GRANTED} == {}
    assert {*found} == {*NOT_GRANTED}


def named(check: dict[str, str]) -> str:
    attribute = _ATTRIBUTE.search(check["reason"])
    return f"{check['title']} {attribute[1]}" if attribute else check["title"]
