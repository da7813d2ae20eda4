"""A provider of OpenID Connect that others wrote: whom its tokens are of here, and its keys when it makes new ones.

`make oidc`. It runs from a place of its own: the HTTP framework would take up a package of it wherever it finds that.
"""

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from litestar.testing import TestClient
from msgspec import Struct, structs

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.domain.agency import SignIn
from neraca.domain.page_session import IDLE
from neraca.service import identity_provider
from neraca.web import site

PROGRAM = Path(__file__).parents[2] / ".venv" / "oidc" / "bin" / "oidc-provider-mock"
HERE = "https://neraca.contoh.go.id"
BACK = "http://127.0.0.1/back"
WHO = "{ viewer { id agency roles } }"


class Provider:
    """At an address that stays, also when it is started again with another key."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.issuer = f"http://127.0.0.1:{port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        users = [json.dumps({"sub": one, "nip": one}) for one in ("budi", "somebody")]
        self._process = subprocess.Popen(
            [PROGRAM, "--port", str(self.port), *(f"--user-claims={user}" for user in users)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            try:
                httpx.get(f"{self.issuer}/.well-known/openid-configuration").raise_for_status()
                return
            except httpx.TransportError:
                time.sleep(0.05)
        raise TimeoutError("the provider did not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)

    def token(self, who: str, client: str = "neraca") -> str:
        """An ID token, by way of an authorization code as a browser would get it."""
        asked = {"client_id": client, "redirect_uri": BACK, "response_type": "code", "scope": "openid", "state": "s"}
        # The redirect is the answer: the code stands in it.
        said = httpx.post(f"{self.issuer}/oauth2/authorize", params=asked, data={"sub": who})
        [code] = parse_qs(urlsplit(said.headers["Location"]).query)["code"]
        given = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
        given |= {"client_id": client, "client_secret": "any"}
        return httpx.post(f"{self.issuer}/oauth2/token", data=given).json()["id_token"]


class Door(Struct):
    """The fixture city behind a clock that a test moves."""

    client: TestClient[Any]
    now: datetime

    def ask(self, token: str) -> Any:
        return self.client.post("/graphql", json={"query": WHO}, headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def provider() -> Iterator[Provider]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found = Provider(free.getsockname()[1])
    found.start()
    yield found
    found.stop()


@pytest.fixture
def door(fixture_agencies: Any, provider: Provider) -> Iterator[Door]:
    house = fixture_agencies["uji"].house
    sign_in = SignIn(issuer=provider.issuer, client="neraca", claim="nip", private_network=True, pages=HERE)
    agencies = house.agencies | {"uji": structs.replace(house.agencies["uji"], sign_in=sign_in)}
    found: list[Door] = []
    app = create(
        service=house.service,
        url=house.url,
        agencies=agencies,
        tokens=Tokens({}),
        client_secrets={"uji": "any+thing"},
        clock=lambda: found[0].now,
        more=lambda doors: site.routes(doors, lambda: found[0].now),
    )
    with TestClient(app, base_url=HERE, raise_server_exceptions=False) as client:
        # The provider has the clock of this machine.
        found.append(Door(client, datetime.now(UTC)))
        yield found[0]


def test_its_tokens_are_believed_as_far_as_they_go_and_its_new_keys_are_found(door: Door, provider: Provider) -> None:
    budi = {"viewer": {"id": "budi", "agency": "uji", "roles": ["EMPLOYEE"]}}
    old = provider.token("budi")
    assert door.ask(old).json()["data"] == budi
    nobody, elsewhere = door.ask(provider.token("somebody")), door.ask(provider.token("budi", client="portal"))
    assert "somebody is neither on the roster of uji nor appointed there today" in nobody.json()["detail"]
    assert "this token is meant for another program" in elsewhere.json()["detail"]

    provider.stop()
    assert door.ask(old).json()["data"] == budi
    provider.start()
    door.now += identity_provider.PAUSE
    assert door.ask(provider.token("budi")).json()["data"] == budi
    door.now += identity_provider.PAUSE
    assert "not signed by a key of its issuer" in door.ask(old).json()["detail"]


def test_its_people_sign_in_to_the_pages_by_a_code(door: Door) -> None:
    def signed_in(who: str) -> Any:
        there = door.client.get("/pages/sign-in/uji", follow_redirects=False).headers["Location"]
        back = httpx.post(there, data={"sub": who}).headers["Location"]
        return door.client.get(back, headers={"Accept-Language": "en"})

    assert door.client.get("/pages").status_code == 401
    assert "somebody is neither on the roster of uji" in signed_in("somebody").text
    assert door.client.get("/pages").status_code == 401
    assert signed_in("budi").url.path == "/pages"
    assert door.client.get("/pages").status_code == 200
    door.now += IDLE
    assert door.client.get("/pages").status_code == 401
