"""What the pages ask of the rest of the program: who somebody is, a query, a command."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from neraca.domain.contexts import Actor
from neraca.wording.language import Language

Clock: TypeAlias = Callable[[], datetime]
"""The instant it is now, in UTC."""


class Answered(Protocol):
    """`data` as GraphQL has it; `errors` are its messages, or what an outage or a limit refuses by `status`."""

    @property
    def data(self) -> Mapping[str, Any] | None: ...

    @property
    def errors(self) -> tuple[str, ...]: ...

    @property
    def status(self) -> int: ...


class Refused(Protocol):
    """`faults` are JSON pointers into the command, each with its sentence."""

    @property
    def status(self) -> int: ...

    @property
    def kind(self) -> str: ...

    @property
    def told(self) -> str: ...

    @property
    def faults(self) -> tuple[tuple[str, str], ...]: ...


class Doors(Protocol):
    def actor(self, token: str) -> Actor | None: ...

    async def token_tried(self, token: str, address: str, language: Language) -> Actor | Refused | None: ...

    def sign_ins(self, language: Language) -> Sequence[tuple[str, str]]: ...

    async def sign_in_begun(self, agency: str, language: Language) -> tuple[str, str] | Refused: ...

    async def signed_in(
        self, agency: str, kept: str, came: Mapping[str, str], address: str, language: Language
    ) -> str | Refused: ...

    async def person(self, session: str, language: Language) -> Actor | Refused | None: ...

    async def sign_out(self, session: str) -> None: ...

    async def ask(
        self, actor: Actor, document: str, variables: Mapping[str, Any], language: Language, request: str | None
    ) -> Answered: ...

    async def do(
        self, actor: Actor, agency: str, command: Mapping[str, Any], key: str, version: int | None, language: Language
    ) -> int | Refused: ...
