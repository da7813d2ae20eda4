"""Numbers are for this machine, or for whoever has their token; no token of a person or program opens them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from litestar.testing import TestClient
from litestar.types import ASGIApp, Receive, Scope, Send

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.domain.contexts import Actor
from neraca.domain.vocabulary import Role

TOKEN = "0123456789abcdef"


@pytest.fixture(scope="module")
def status(world: Any) -> Iterator[Callable[..., int]]:
    """What /metrics answers to an address, of a server with a token for it and of one without."""
    asking = ""

    def from_there(app: ASGIApp) -> ASGIApp:
        async def moved(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                scope["client"] = (asking, 50_000)
            await app(scope, receive, send)

        return moved

    with ExitStack() as opened:
        known = Tokens({"operator": Actor("operator", frozenset(Role))})
        clients = {
            token: opened.enter_context(
                TestClient(
                    from_there(
                        create(
                            service=world.service,
                            url=world.url,
                            agencies=world.agencies,
                            tokens=known,
                            clock=lambda: pytest.fail("nothing here has a time"),
                            metrics_token=token,
                        )
                    )
                )
            )
            for token in (None, TOKEN)
        }

        def ask(address: str, token: str | None, sent: str | None = None) -> int:
            nonlocal asking
            asking = address
            headers = {} if sent is None else {"Authorization": f"Bearer {sent}"}
            return clients[token].get("/metrics", headers=headers).status_code

        yield ask


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        ("127.0.0.1", 200), ("::1", 200), ("::ffff:127.0.0.1", 200),
        ("10.0.0.7", 401), ("192.0.2.1", 401), ("2001:db8::1", 401), ("::ffff:10.0.0.7", 401),
    ],
)  # fmt: skip
def test_without_a_token_numbers_are_for_this_machine(status: Callable[..., int], address: str, answer: int) -> None:
    assert status(address, None) == answer
    assert status(address, None, "operator") == answer


@pytest.mark.parametrize("address", ["127.0.0.1", "192.0.2.1"])
def test_with_one_they_are_for_whoever_sends_it(status: Callable[..., int], address: str) -> None:
    assert status(address, TOKEN, TOKEN) == 200
    for wrong in (None, "", TOKEN[:-1], f"{TOKEN}0", "operator"):
        assert status(address, TOKEN, wrong) == 401
