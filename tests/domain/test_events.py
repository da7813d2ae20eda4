"""Each event's JSON is for ever: golden files are what old logs hold, and new code must read and write them alike.

`make goldens` writes a first example of an event that has none, and never touches one that is there.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from msgspec import inspect

from neraca.domain.appraisal import events as appraisal_events
from neraca.domain.registry import COMMANDS, EVENTS, Command, Event

GOLDEN = Path(__file__).parent.parent / "golden" / "events"


def examples(kind: Any, name: str) -> Iterator[Any]:
    """Values of a type in builtins. Where a field has a default, one that is not it: the example shows every field."""
    match kind:
        case inspect.StructType(cls=cls, tag=tag):
            shown = {
                field.encode_name: next(
                    one for one in examples(field.type, field.encode_name) if one != _plain(field.default)
                )
                for field in kind.fields
            }
            yield shown if tag is None else {str(cls.__struct_config__.tag_field): tag, **shown}
        case inspect.Metadata(type=inner):
            yield from examples(inner, name)
        case inspect.UnionType(types=types):
            for one in types:
                if not isinstance(one, inspect.NoneType):
                    yield from examples(one, name)
        case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item) | inspect.SetType(item_type=item):
            yield [next(examples(item, name))]
        case inspect.DictType(key_type=key, value_type=value):
            yield {next(examples(key, name)): next(examples(value, name))}
        case inspect.EnumType(cls=cls):
            yield from (member.value for member in cls)
        case inspect.LiteralType(values=values):
            yield from values
        case inspect.DateType():
            yield "2025-06-30"
        case inspect.DateTimeType():
            yield "2025-06-30T03:00:00Z"
        case inspect.DecimalType():
            yield "1.5"
        case inspect.IntType():
            yield from (1, 2)
        case inspect.BoolType():
            yield from (True, False)
        case inspect.StrType():
            yield name
        case _:
            raise NotImplementedError(f"write the golden file of what has a {kind} by hand")


def _plain(default: Any) -> Any:
    return None if default is msgspec.NODEFAULT else msgspec.to_builtins(default)


def first(event: type[msgspec.Struct]) -> msgspec.Struct:
    """The first example of an event."""
    return msgspec.convert(next(examples(inspect.type_info(event), "contoh")), event, strict=False)


if os.environ.get("NERACA_WRITE_GOLDENS"):
    for tag, event in EVENTS.items():
        if not (golden := GOLDEN / f"{tag}.json").exists():
            golden.write_bytes(msgspec.json.encode(first(event)) + b"\n")

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


LEFT_OUT = {
    "Feeds": (b'{"actual":"a"}', {"target": None}),
    "Target": (
        b'{"id":"t","indicator":"i","unit":"u"}',
        {"target": None, "weight": None, "aspect": "QUANTITY", "polarity": "max", "feeds": None},
    ),
    "PlannedResult": (b'{"id":"r","title":"t","targets":[]}', {"priority": "PRIMARY", "source": "skp"}),
    "Evidence": (b'{"title":"t","uri":"u:1"}', {"sha256": None}),
    "Opened": (
        b'{"type":"appraisal.opened","employee":"1","period":"2025","starts":"2025-01-01","ends":"2025-12-31",'
        b'"unit":"u","appraiser":"2"}',
        {"reviewer": None, "position_class": None, "since": None, "acting_for": None},
    ),
    "TargetRevised": (
        b'{"type":"appraisal.target-revised","result":"r","target":"t","reason":"x"}',
        {"value": None, "weight": None},
    ),
    "ProgressReported": (
        b'{"type":"appraisal.progress-reported","report":"p","result":"r","target":"t","until":"2025-06-30","actual":"1"}',
        {"evidence": [], "note": None},
    ),
    "ActivityReported": (
        b'{"type":"appraisal.activity-reported","report":"p","day":"2025-06-30","activity":"x"}',
        {"result": None, "evidence": [], "working_day": True},
    ),
    "ReportAccepted": (b'{"type":"appraisal.report-accepted","report":"p"}', {"feedback": None}),
    "Rated": (
        b'{"type":"appraisal.rated","rater":"1","relation":"SELF","scores":{}}',
        {"note": None, "anonymous": False, "hidden": False},
    ),
    "LevelJudged": (b'{"type":"appraisal.level-judged","result":"r","level":"l"}', {"note": None}),
    "FactEstablished": (
        b'{"type":"appraisal.fact-established","fact":"f","basis":"b"}',
        {"number": None, "flag": None, "word": None},
    ),
    "Reassigned": (
        b'{"type":"appraisal.reassigned","unit":"u","appraiser":"2","since":"2025-06-30","reason":"x"}',
        {"reviewer": None},
    ),
    "Finalised": (
        b'{"type":"appraisal.finalised","on":"2026-01-05","predicate":"baik","policy":{"id":"p","version":1,"hash":"a",'
        b'"calc_hash":"b"},"position":1,"facts_digest":"c","engine":"e"}',
        {
            "score": None,
            "nodes": {},
            "final": False,
            "sealed_digest": None,
            "salt": None,
            "closed": {},
            "closed_by": None,
        },
    ),
    "JoinedPart": (
        b'{"period":"2025-S1","months":6,"position":1,"predicate":"baik","policy":{"id":"p","version":1,"hash":"a",'
        b'"calc_hash":"b"}}',
        {"score": None, "nodes": {}},
    ),
    "Joined": (
        b'{"type":"appraisal.joined","on":"2026-01-05","parts":[],"predicate":"baik","policy":{"id":"p","version":1,'
        b'"hash":"a","calc_hash":"b"},"position":1,"facts_digest":"c","engine":"e"}',
        {"score": None, "nodes": {}, "replaces": (), "reused": False},
    ),
    "SpecialExpectationAdded": (
        b'{"type":"appraisal.special-expectation-added","indicator":"harmonis","expectation":"x"}',
        {},
    ),
    "GuidanceRecorded": (
        b'{"type":"appraisal.guidance-recorded","guidance":"b1","kind":"COACHING","on":"2025-06-02","by":"sri","note":"x"}',
        {"result": None, "indicator": None},
    ),
    "FollowUpRecorded": (b'{"type":"appraisal.follow-up-recorded","kind":"REWARD","note":"x"}', {"due": None}),
}
"""What events of an appraisal may leave out, and as what it is read; shapes.txt has the default of every field."""


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_an_event_of_an_appraisal_leaves_out_is_read_as_it_was_when_it_was_written(name):
    stored, expected = LEFT_OUT[name]

    event = msgspec.json.decode(stored, type=getattr(appraisal_events, name))

    assert {field: getattr(event, field) for field in expected} == expected


@pytest.mark.parametrize("tag", sorted(EVENTS))
def test_an_example_of_every_event_can_be_made(tag):
    stored = msgspec.json.encode(first(EVENTS[tag]))

    assert msgspec.json.decode(stored).keys() == {"type", *EVENTS[tag].__struct_encode_fields__}
