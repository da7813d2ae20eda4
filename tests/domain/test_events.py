"""Each event's JSON is for ever: golden files are what old logs hold, and new code must read and write them alike."""

from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from msgspec import inspect

from neraca.domain.appraisal import events as appraisal_events
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
        {"reviewer": None, "position_class": None, "since": None},
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
        {"score": None, "nodes": {}, "replaces": ()},
    ),
    "FollowUpRecorded": (b'{"type":"appraisal.follow-up-recorded","kind":"REWARD","note":"x"}', {"due": None}),
}
"""What events of an appraisal may leave out, and as what it is read."""


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_an_event_of_an_appraisal_leaves_out_is_read_as_it_was_when_it_was_written(name):
    stored, expected = LEFT_OUT[name]

    event = msgspec.json.decode(stored, type=getattr(appraisal_events, name))

    assert {field: getattr(event, field) for field in expected} == expected


def test_every_event_of_an_appraisal_that_may_leave_something_out_is_named_above():
    kinds = [
        kind for kind in vars(appraisal_events).values() if isinstance(kind, type) and issubclass(kind, msgspec.Struct)
    ]

    own = {kind.__name__ for kind in kinds if kind.__module__ == appraisal_events.__name__ and kind.__struct_defaults__}
    assert own == LEFT_OUT.keys()
