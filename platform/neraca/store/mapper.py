"""Turns envelopes into stored bytes and back. The tag in the row is looked up in a closed registry, never imported."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import lru_cache
from types import GenericAlias
from typing import Annotated, Any, cast

import msgspec
from msgspec import Meta, Struct

from neraca.domain.envelope import Envelope
from neraca.store.errors import NewerSchema, UnknownType, UnreadableEvent

Upcast = Callable[[dict[str, Any]], dict[str, Any]]
"""Takes the JSON object of a body in one schema version and returns it in the next."""


# Without gc: nothing in it leads back to itself, and a replay has millions that the collector would go over.
class _Header(Struct, gc=False):
    schema: Annotated[int, Meta(ge=1)] = 1


class EventMapper:
    """`upcasts` has for a tag the steps from schema 1 to 2, 2 to 3 and so on; new events are written in the last.

    Reading raises `UnknownType`, `NewerSchema` or `UnreadableEvent`.
    """

    def __init__(
        self, registry: Mapping[str, type[Struct]], upcasts: Mapping[str, Sequence[Upcast]] | None = None
    ) -> None:
        self._types = dict(registry)
        self._upcasts = {tag: tuple(steps) for tag, steps in (upcasts or {}).items()}
        for tag, type_ in self._types.items():
            if type_.__struct_config__.tag != tag:
                raise ValueError(f"{type_.__name__} has tag {type_.__struct_config__.tag!r}, is registered as {tag!r}")
        for tag in self._upcasts.keys() - self._types.keys():
            raise ValueError(f"upcasts for {tag!r}, which is not registered")
        self._encode = msgspec.json.Encoder().encode
        self._readers = {tag: (self._decoder(tag), len(self._upcasts.get(tag, ())) + 1) for tag in self._types}

    def encode(self, envelope: Envelope[Any]) -> tuple[str, bytes]:
        """The tag of the body, and the bytes to store."""
        type_ = cast(type[Struct], type(envelope.body))
        tag = type_.__struct_config__.tag
        # By identity: another class under a registered tag would be written and never read back as what it was.
        if self._types.get(cast(str, tag)) is not type_:
            raise UnknownType(f"{type_.__name__} with tag {tag!r} is not registered; add it to its aggregate's events")
        if envelope.at.utcoffset() != timedelta(0):
            raise ValueError(f"{tag}: `at` is {envelope.at.isoformat()}, must be aware and UTC")
        schema = self._readers[cast(str, tag)][1]
        if envelope.schema != schema:
            envelope = msgspec.structs.replace(envelope, schema=schema)
        return cast(str, tag), self._encode(envelope)

    def decode(self, type_: str, data: bytes) -> Envelope[Any]:
        try:
            reader, schema = self._readers[type_]
        except KeyError:
            raise UnknownType(f"stored event type {type_!r} is not registered; run the program that wrote it") from None
        try:
            envelope = reader(data)
        # An upcast is plain Python over old JSON, so it may fail by more than msgspec's own errors.
        except (msgspec.MsgspecError, KeyError, TypeError, ValueError) as error:
            # First: what a newer program wrote is not damaged, and the remedy is another.
            with suppress(msgspec.MsgspecError):
                if (stored := _schema(data)) > schema:
                    raise _newer(type_, stored, schema) from error
            raise UnreadableEvent(f"{type_}: stored data does not have the shape of its type: {error}") from error
        if envelope.schema > schema:
            raise _newer(type_, envelope.schema, schema)
        return envelope

    def _decoder(self, tag: str) -> Callable[[bytes], Envelope[Any]]:
        type_ = self._types[tag]
        current = _current(type_)
        steps = self._upcasts.get(tag, ())
        if not steps:
            return current

        def upcasting(data: bytes) -> Envelope[Any]:
            schema = _schema(data)
            if schema > len(steps):
                return current(data)
            raw = msgspec.json.decode(data)
            for step in steps[schema - 1 :]:
                raw["body"] = step(raw["body"])
            return cast(Envelope[Any], msgspec.convert(raw | {"schema": len(steps) + 1}, _shape(type_)))

        return upcasting


def _shape(type_: type[Struct]) -> GenericAlias:
    return GenericAlias(Envelope, (type_,))


# Each rebuild and each follower has a mapper of its own, and to make all of its decoders takes longer than a short log.
@lru_cache(maxsize=1024)
def _current(type_: type[Struct]) -> Callable[[bytes], Envelope[Any]]:
    """What reads an envelope of this type as it is written now."""
    return cast(Callable[[bytes], Envelope[Any]], msgspec.json.Decoder(_shape(type_)).decode)


def registry(types: Iterable[type[Struct]]) -> dict[str, type[Struct]]:
    """Tag -> type, for the mapper. Two types of one tag are a mistake."""
    found: dict[str, type[Struct]] = {}
    for type_ in types:
        tag = type_.__struct_config__.tag
        if not isinstance(tag, str):
            raise ValueError(f"{type_.__name__} has no tag; give it one: `tag='thing.happened'`")
        if found.setdefault(tag, type_) is not type_:
            raise ValueError(f"{type_.__name__} and {found[tag].__name__} share the tag {tag!r}")
    return found


def _schema(data: bytes) -> int:
    """Raises MsgspecError where there is not even a header."""
    return msgspec.json.decode(data, type=_Header).schema


def _newer(type_: str, stored: int, known: int) -> NewerSchema:
    return NewerSchema(f"{type_}: stored in schema {stored}, this program knows {known}; run a newer program")
