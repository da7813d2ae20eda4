"""The usual request to do a command, past the framework."""

from collections.abc import Collection

import msgspec
from litestar.types import ASGIApp, Receive, Scope, Send

from neraca.api.commands import ROUTE, STATUS, Commands
from neraca.api.json_input import JSON
from neraca.api.posted_requests import PostedAnswer, PostedRequest, PostedRequests, Sent
from neraca.domain.contexts import Actor

_TEMPLATE = ROUTE.replace(":str", "")
_ENCODE = msgspec.json.Encoder().encode


class CommandFastPath:
    """An ASGI application before another."""

    def __init__(
        self, otherwise: ASGIApp, commands: Commands, agencies: Collection[str], posted: PostedRequests
    ) -> None:
        self._otherwise = otherwise
        self._commands = commands
        self._agencies = {_TEMPLATE.format(agency=agency): agency for agency in agencies}
        self._posted = posted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        agency = self._agencies.get(scope["path"])
        if agency is None or scope["type"] != "http" or scope["method"] != "POST":
            await self._otherwise(scope, receive, send)
            return

        async def sender(headers: Sent) -> Actor:
            return await self._commands.sender(agency, headers, scope)

        async def answer(asked: PostedRequest) -> PostedAnswer:
            done = await self._commands.do(agency, asked.sender, asked.headers, asked.body)
            return PostedAnswer(STATUS, JSON, done.headers, _ENCODE(done.written))

        await self._posted.take(scope, receive, send, _TEMPLATE, sender, answer)
