"""Each event's JSON is for ever: golden files are what old logs hold, and new code must read and write them alike."""

from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from msgspec import inspect

from neraca.domain.registry import COMMANDS, EVENTS, Command, Event

GOLDEN = Path(__file__).parent.parent / "golden" / "events"
FILES = {file.name.removesuffix(".json"): file for file in GOLDEN.glob("*.json")}
BEFORE = {file.name.removesuffix(".json"): file for file in (GOLDEN / "before").glob("*.json")}
"""Events as they were written before a field was added; `@2` is before the second."""


def test_every_event_has_a_golden_file_and_every_golden_file_an_event():
    assert FILES.keys() == EVENTS.keys()


@pytest.mark.parametrize("tag", sorted(FILES))
def test_an_event_is_read_and_written_byte_for_byte(tag):
    stored = FILES[tag].read_bytes().removesuffix(b"\n")

    event = msgspec.json.decode(stored, type=EVENTS[tag])

    assert msgspec.json.encode(event) == stored
    assert msgspec.json.decode(stored, type=Event) == event


@pytest.mark.parametrize("tag", sorted(BEFORE))
def test_an_event_from_before_a_field_was_added_is_read_and_written_as_it_was(tag):
    stored = BEFORE[tag].read_bytes().removesuffix(b"\n")

    assert msgspec.json.encode(msgspec.json.decode(stored, type=Event)) == stored
    assert msgspec.json.decode(stored).keys() < {"type", *EVENTS[tag.split("@")[0]].__struct_encode_fields__}


@pytest.mark.parametrize("tag", sorted(FILES))
def test_a_golden_file_shows_every_field(tag):
    shown = msgspec.json.decode(FILES[tag].read_bytes())

    assert shown.keys() == {"type", *EVENTS[tag].__struct_encode_fields__}


def test_tags_are_unique_over_all_events_and_over_all_commands():
    assert len(EVENTS) == len(get_args(Event))
    assert len(COMMANDS) == len(get_args(Command))


def test_a_command_with_an_unknown_field_is_refused():
    with pytest.raises(msgspec.ValidationError, match="unknown field `note`"):
        msgspec.json.decode(b'{"command":"submit-plan","employee":"1","period":"2025","note":"x"}', type=Command)


def nested(kind: Any, known: dict[type[msgspec.Struct], None]) -> None:
    """Every Struct that a type holds, itself included."""
    if isinstance(kind, inspect.StructType):
        if kind.cls not in known:
            known[kind.cls] = None
            for field in kind.fields:
                nested(field.type, known)
        return
    parts = [getattr(kind, name, None) for name in ("type", "item_type", "key_type", "value_type")]
    several = [*getattr(kind, "types", ()), *getattr(kind, "item_types", ())]
    for part in [*parts, *several]:
        if isinstance(part, inspect.Type):
            nested(part, known)


def test_nothing_in_an_event_writes_what_is_a_default():
    """A field with a default may be added later only because old and new events are written alike without it."""
    known: dict[type[msgspec.Struct], None] = {}
    for event in EVENTS.values():
        nested(inspect.type_info(event), known)

    assert len(known) > len(EVENTS)
    written = {kind.__name__ for kind in known if kind.__struct_defaults__ and not kind.__struct_config__.omit_defaults}
    assert written == {"Feeds", "JoinedPart"}, "these two were written whole from the first, and are for ever"
