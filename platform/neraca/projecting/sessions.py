"""The connections on which read models are built, kept from one projection to the next.

A session begins slowly: PostgreSQL starts a process for it, which reads the catalogue anew. Twenty projections of five
agencies would begin two hundred.
"""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from types import TracebackType
from typing import Self

from psycopg import Connection

from neraca.projecting.connections import connect_projector
from neraca.projecting.schemas import builder


class Sessions:
    """Of one database: the builder's and the projector's, begun when first asked for and kept while this is entered.

    In another process that it is sent to, it is the way to that database: the projector begins one for each task there.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._kept = ExitStack()
        self._entered = False

    @cached_property
    def builder(self) -> Connection:
        return self._kept.enter_context(builder(self._url))

    @contextmanager
    def projector(self) -> Generator[Connection]:
        if self._entered:
            yield self._projector
            return
        with connect_projector(self._url) as connection:
            yield connection

    @cached_property
    def _projector(self) -> Connection:
        return self._kept.enter_context(connect_projector(self._url))

    def __enter__(self) -> Self:
        self._entered = True
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._kept.__exit__(kind, error, at)

    def __reduce__(self) -> tuple[type["Sessions"], tuple[str]]:
        return Sessions, (self._url,)
