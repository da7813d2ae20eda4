"""What the HTTP interface does, for a door of this same process: the same rights, limits and refusals, without HTTP."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from neraca import wording
from neraca.api import preconditions
from neraca.api.commands import Commands
from neraca.api.dependencies import Dependencies
from neraca.api.graphql.handler import Queries
from neraca.api.graphql.support.execution import QueryRequest
from neraca.api.page_sessions import PageSessions
from neraca.api.problems import Fault, Problem
from neraca.api.sign_in_limits import SignInLimits
from neraca.domain.contexts import Actor
from neraca.wording.language import Language


class Answered(Struct, frozen=True):
    """`data` as GraphQL has it; `errors` are its messages, or what an outage or a limit refuses by `status`."""

    data: Mapping[str, Any] | None
    errors: tuple[str, ...] = ()
    status: int = 200


class Refused(Struct, frozen=True):
    """`faults` are JSON pointers into the command, each with its sentence."""

    status: int
    kind: str
    told: str
    faults: tuple[tuple[str, str], ...] = ()


class InProcess:
    def __init__(
        self, parts: Dependencies, commands: Commands, queries: Queries, sessions: PageSessions, limits: SignInLimits
    ) -> None:
        self._parts = parts
        self._commands = commands
        self._queries = queries
        self._sessions = sessions
        self._limits = limits

    def actor(self, token: str) -> Actor | None:
        """Of a token that stands in the file."""
        return self._parts.tokens.actor(token)

    async def token_tried(self, token: str, address: str, language: Language) -> Actor | Refused | None:
        """The same of one that somebody typed, at this address; so often in vain, and no more."""
        try:
            async with self._limits.trying(address):
                if (actor := self.actor(token)) is None:
                    await self._limits.count(address)
                return actor
        except Problem as problem:
            return _refused(problem, language)

    def sign_ins(self, language: Language) -> Sequence[tuple[str, str]]:
        """The agencies whose people sign in by an issuer, each with its name."""
        named = ((id_, self._parts.agencies[id_].name) for id_ in self._sessions.agencies)
        return [(id_, names.get(language, id_)) for id_, names in named]

    async def sign_in_begun(self, agency: str, language: Language) -> tuple[str, str] | Refused:
        """Where the browser goes, and what it keeps until it is back."""
        try:
            return await self._sessions.begun(agency)
        except Problem as problem:
            return _refused(problem, language)

    async def signed_in(
        self, agency: str, kept: str, came: Mapping[str, str], address: str, language: Language
    ) -> str | Refused:
        """What the browser keeps of the session; `came` are the parameters that it brought back, from this address."""
        try:
            return await self._sessions.completed(agency, kept, came, address)
        except Problem as problem:
            return _refused(problem, language)

    async def person(self, session: str, language: Language) -> Actor | Refused | None:
        """Whose a session is; None where it is over."""
        try:
            return await self._sessions.actor(session)
        except Problem as problem:
            return _refused(problem, language)

    async def sign_out(self, session: str) -> None:
        await self._sessions.end(session)

    async def ask(
        self, actor: Actor, document: str, variables: Mapping[str, Any], language: Language, request: str | None
    ) -> Answered:
        """Answers a query."""
        asked = QueryRequest(document, dict(variables), None, language)
        try:
            found = await self._queries.answer(actor, asked, None, request)
        except Problem as problem:
            refused = _refused(problem, language)
            return Answered(None, (refused.told,), refused.status)
        body: dict[str, Any] = msgspec.json.decode(found.body)
        return Answered(body.get("data"), tuple(str(error["message"]) for error in body.get("errors", ())))

    async def do(
        self, actor: Actor, agency: str, command: Mapping[str, Any], key: str, version: int | None, language: Language
    ) -> int | Refused:
        """Does one command and returns its position; `version` is the one of its stream that the sender read."""
        sent = {"idempotency-key": key}
        if version is not None:
            sent["if-match"] = preconditions.etag([version])
        try:
            self._parts.access_scope(actor, agency)
            answer = await self._commands.do(agency, actor, sent, msgspec.json.encode(command))
        except Problem as problem:
            return _refused(problem, language)
        return answer.written.position


def _refused(problem: Problem, language: Language) -> Refused:
    def said(text: str) -> str:
        return wording.translated(text).text if language == "id" else text

    def each(fault: Fault) -> tuple[str, str]:
        return fault.pointer, said(fault.detail)

    return Refused(problem.status, problem.kind, said(problem.detail), tuple(map(each, problem.faults)))
