from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from eventsourcing.persistence import MapperDeserialisationError
from msgspec import Struct, structs

from neraca.domain.envelope import Envelope, event_id
from neraca.store.errors import NewerSchema, UnknownType, UnreadableEvent
from neraca.store.mapper import EventMapper, registry

AT = datetime(2026, 1, 31, 8, 15, 0, 123456, UTC)
STREAM = UUID(int=7)


class Rated(Struct, frozen=True, tag="thing.rated", kw_only=True, omit_defaults=True):
    score: Decimal
    day: date
    by_group: dict[str, list[Decimal]] = {}
    note: str | None = None


class Closed(Struct, frozen=True, tag="thing.closed"):
    pass


RATED = Rated(score=Decimal("87.50"), day=date(2026, 1, 30), by_group={"peers": [Decimal("1E-6"), Decimal(90)]})
FULL = Envelope(
    at=AT,
    by="198501012010011001",
    on_behalf_of="197001011990031002",
    correlation="req-1",
    causation="bandung:41",
    effective=date(2026, 1, 1),
    body=RATED,
)

GOLDEN = (
    b'{"at":"2026-01-31T08:15:00.123456Z","by":"198501012010011001","for":"197001011990031002","correlation":"req-1",'
    b'"causation":"bandung:41","effective":"2026-01-01","body":{"type":"thing.rated","score":"87.50",'
    b'"day":"2026-01-30","by_group":{"peers":["0.000001","90"]}}}'
)


@pytest.fixture
def mapper() -> EventMapper:
    return EventMapper(registry([Rated, Closed]))


def test_the_stored_bytes_are_exactly_these(mapper: EventMapper) -> None:
    assert mapper.encode(FULL) == ("thing.rated", GOLDEN)
    assert mapper.decode("thing.rated", GOLDEN) == FULL


def test_what_is_not_said_is_not_stored(mapper: EventMapper) -> None:
    lean = Envelope(at=AT, by="system", correlation="c", body=Closed())

    _, data = mapper.encode(lean)

    assert data == (
        b'{"at":"2026-01-31T08:15:00.123456Z","by":"system","correlation":"c","body":{"type":"thing.closed"}}'
    )
    assert mapper.decode("thing.closed", data) == lean


def test_numbers_keep_their_digits(mapper: EventMapper) -> None:
    for digits in ("0.10", "100", "1.000000", "-0.05", "123456789012345678901234567890.123456789"):
        body = Rated(score=Decimal(digits), day=AT.date())
        read = mapper.decode(*mapper.encode(Envelope(at=AT, by="a", correlation="c", body=body)))
        assert str(read.body.score) == digits


@pytest.mark.parametrize("at", [AT.replace(tzinfo=None), AT.astimezone(timezone(timedelta(hours=7)))])
def test_instants_are_utc(mapper: EventMapper, at: datetime) -> None:
    with pytest.raises(ValueError, match="must be aware and UTC"):
        mapper.encode(structs.replace(FULL, at=at))


def test_a_type_that_is_not_registered_is_neither_written_nor_read() -> None:
    mapper = EventMapper(registry([Closed]))
    with pytest.raises(UnknownType, match=r"Rated with tag 'thing\.rated'"):
        mapper.encode(FULL)
    with pytest.raises(UnknownType, match=r"'thing\.rated' is not registered"):
        mapper.decode("thing.rated", GOLDEN)
    with pytest.raises(UnknownType):
        mapper.decode("os:system", GOLDEN)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        GOLDEN.replace(b"thing.rated", b"thing.closed"),
        GOLDEN.replace(b'"87.50"', b'"x"'),
        GOLDEN.replace(b"00.123456Z", b"00"),
        GOLDEN.replace(b'"correlation":"req-1",', b""),
    ],
)
def test_data_of_another_shape_is_a_typed_error(mapper: EventMapper, data: bytes) -> None:
    with pytest.raises(UnreadableEvent, match=r"thing\.rated: stored data does not have the shape") as error:
        mapper.decode("thing.rated", data)
    assert isinstance(error.value, MapperDeserialisationError)


def test_mistakes_in_the_registry_show_when_it_is_made() -> None:
    class Untagged(Struct):
        pass

    class Twin(Struct, tag="thing.closed"):
        pass

    with pytest.raises(ValueError, match="Untagged has no tag"):
        registry([Untagged])
    with pytest.raises(ValueError, match="Twin and Closed share the tag"):
        registry([Closed, Twin])
    with pytest.raises(ValueError, match=r"has tag 'thing\.closed', is registered as 'x'"):
        EventMapper({"x": Closed})
    with pytest.raises(ValueError, match="upcasts for 'x'"):
        EventMapper(registry([Closed]), {"x": []})


def split_the_name(body: dict[str, Any]) -> dict[str, Any]:
    first, _, last = body.pop("name").partition(" ")
    return body | {"first": first, "last": last}


def add_the_unit(body: dict[str, Any]) -> dict[str, Any]:
    return body | {"unit": "unknown"}


class Hired(Struct, frozen=True, tag="person.hired"):
    first: str
    last: str
    unit: str


def stored(schema: str, body: str) -> bytes:
    return f'{{"at":"2026-01-31T08:15:00Z","by":"a","correlation":"c",{schema}"body":{body}}}'.encode()


@pytest.mark.parametrize(
    "data",
    [
        stored("", '{"type":"person.hired","name":"Ni Luh"}'),
        stored('"schema":2,', '{"type":"person.hired","first":"Ni","last":"Luh"}'),
        stored('"schema":3,', '{"type":"person.hired","first":"Ni","last":"Luh","unit":"unknown"}'),
    ],
)
def test_older_events_are_read_as_the_present_shape(data: bytes) -> None:
    mapper = EventMapper(registry([Hired]), {"person.hired": [split_the_name, add_the_unit]})

    envelope = mapper.decode("person.hired", data)

    assert envelope.body == Hired("Ni", "Luh", "unknown")
    assert envelope.schema == 3


def test_new_events_are_written_in_the_present_schema() -> None:
    mapper = EventMapper(registry([Hired]), {"person.hired": [split_the_name, add_the_unit]})
    _, data = mapper.encode(Envelope(at=AT, by="a", correlation="c", body=Hired("Ni", "Luh", "x")))

    assert b'"schema":3,"body"' in data
    assert mapper.decode("person.hired", data).body == Hired("Ni", "Luh", "x")


@pytest.mark.parametrize("body", ['{"type":"person.hired","first":"a","last":"b","unit":"c"}', '{"something":"else"}'])
def test_an_event_of_a_newer_program_is_not_guessed_at(body: str) -> None:
    for upcasts in ({}, {"person.hired": [split_the_name]}):
        mapper = EventMapper(registry([Hired]), upcasts)
        with pytest.raises(NewerSchema, match="stored in schema 4"):
            mapper.decode("person.hired", stored('"schema":4,', body))


def test_an_upcast_that_fails_is_a_typed_error() -> None:
    mapper = EventMapper(registry([Hired]), {"person.hired": [split_the_name, add_the_unit]})
    with pytest.raises(UnreadableEvent, match=r"person\.hired"):
        mapper.decode("person.hired", stored("", '{"type":"person.hired"}'))


def test_an_event_is_named_by_agency_and_position() -> None:
    assert event_id("bandung", 41) == "bandung:41"


def said(act: Callable[[], object]) -> tuple[type[Exception], str]:
    with pytest.raises((ValueError, UnreadableEvent)) as refused:
        act()
    return refused.type, str(refused.value)


def test_what_cannot_be_written_or_read_is_told_with_the_remedy() -> None:
    mapper = EventMapper(registry([Closed, Hired]), {"person.hired": [split_the_name]})
    closed = Envelope(at=AT, by="a", correlation="c", body=Closed())
    west = closed.at.astimezone(timezone(timedelta(hours=-1)))

    assert [
        said(lambda: mapper.encode(FULL)),
        said(lambda: mapper.encode(structs.replace(closed, at=west))),
        said(lambda: mapper.encode(structs.replace(closed, at=AT.replace(tzinfo=None)))),
        said(lambda: mapper.decode("thing.rated", GOLDEN)),
        said(lambda: mapper.decode("thing.closed", b"{}")),
        said(lambda: mapper.decode("thing.closed", stored('"schema":2,', '{"type":"thing.closed"}'))),
        said(lambda: mapper.decode("thing.closed", stored('"schema":2,', "3"))),
        said(lambda: mapper.decode("person.hired", stored('"schema":3,', "3"))),
        said(lambda: mapper.decode("person.hired", stored("", '{"type":"person.hired"}'))),
    ] == [
        (
            UnknownType,
            "Rated with tag 'thing.rated' is not registered; add it to its aggregate's events",
        ),
        (ValueError, "thing.closed: `at` is 2026-01-31T07:15:00.123456-01:00, must be aware and UTC"),
        (ValueError, "thing.closed: `at` is 2026-01-31T08:15:00.123456, must be aware and UTC"),
        (UnknownType, "stored event type 'thing.rated' is not registered; run the program that wrote it"),
        (
            UnreadableEvent,
            "thing.closed: stored data does not have the shape of its type: Object missing required field `at`",
        ),
        (NewerSchema, "thing.closed: stored in schema 2, this program knows 1; run a newer program"),
        (NewerSchema, "thing.closed: stored in schema 2, this program knows 1; run a newer program"),
        (NewerSchema, "person.hired: stored in schema 3, this program knows 2; run a newer program"),
        (UnreadableEvent, "person.hired: stored data does not have the shape of its type: 'name'"),
    ]


def test_mistakes_in_the_registry_are_told_with_the_remedy() -> None:
    class Untagged(Struct):
        pass

    class Numbered(Struct, tag=3):
        pass

    class Twin(Struct, tag="thing.closed"):
        pass

    assert [
        said(lambda: registry([Untagged])),
        said(lambda: registry([Numbered])),
        said(lambda: registry([Closed, Twin])),
        said(lambda: EventMapper({"x": Closed})),
        said(lambda: EventMapper({}, {"x": []})),
    ] == [
        (ValueError, "Untagged has no tag; give it one: `tag='thing.happened'`"),
        (ValueError, "Numbered has no tag; give it one: `tag='thing.happened'`"),
        (ValueError, "Twin and Closed share the tag 'thing.closed'"),
        (ValueError, "Closed has tag 'thing.closed', is registered as 'x'"),
        (ValueError, "upcasts for 'x', which is not registered"),
    ]
    assert registry([Closed, Rated, Closed]) == {"thing.closed": Closed, "thing.rated": Rated}


def test_another_class_under_a_registered_tag_is_not_written() -> None:
    class Twin(Struct, frozen=True, tag="thing.closed"):
        pass

    with pytest.raises(UnknownType, match="Twin with tag"):
        EventMapper(registry([Closed])).encode(Envelope(at=AT, by="a", correlation="c", body=Twin()))


@pytest.mark.parametrize("schema", ["0", "-1", '"2"', "1.5", "null"])
def test_a_schema_that_is_none_is_damage_and_no_step_is_guessed(schema: str) -> None:
    mapper = EventMapper(registry([Hired]), {"person.hired": [split_the_name, add_the_unit]})
    body = '{"type":"person.hired","name":"a b","first":"a","last":"b"}'

    with pytest.raises(UnreadableEvent) as refused:
        mapper.decode("person.hired", stored(f'"schema":{schema},', body))
    assert refused.type is UnreadableEvent
