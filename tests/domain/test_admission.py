"""Every text field of every command, found by walking the types, refuses every text that would do harm."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct, inspect

from neraca.domain import admission, text_kinds
from neraca.domain.appraisal.commands import FileObjection, Rate, ReportActivity
from neraca.domain.appraisal.events import Evidence
from neraca.domain.attendance import RecordAttendance
from neraca.domain.errors import Invalid
from neraca.domain.registry import COMMANDS, EVENTS
from neraca.domain.roster import RegisterEmployee
from neraca.domain.service_times.commands import ImportServiceTimes
from neraca.domain.service_times.records import TimeRecord
from neraca.domain.vocabulary import EmploymentType, PositionClass, Relation

GOOD = {
    "an id": "kerja-1",
    "an employee number": "198501012010011001",
    "a name": "Ni Luh Putu Ayu, S.E.",
    "a title": "Laporan layanan 2025/1 (contoh)",
    "a text": "Baris pertama\n\tbaris kedua – «selesai» 👍",
    "a comment": "Petugasnya ramah.\nTerima kasih!",
    "hours": "08:00-15:30",
    "an address": "https://arsip.example.go.id/bukti/1?a=b",
    "a period": "2025-Q3",
    "a month": "2025-07",
    "a file name": "surabaya/kota-surabaya.yaml",
    "a policy's text": "schema: asn-policy/1\n",
}
BAD: dict[str, Callable[[str], str]] = {
    "NUL": lambda good: good + "\x00",
    "a C0 control": lambda good: "\x1b" + good,
    "a C1 control": lambda good: good[:1] + "\x85" + good[1:],
    "delete": lambda good: good + "\x7f",
    "half a character": lambda good: good + "\ud800",
    "an override of direction": lambda good: good + "\u202e",
    "an isolate of direction": lambda good: "\u2066" + good,
    "a paragraph separator": lambda good: good + "\u2029" + good,
    "no character": lambda good: good + "\ufffe",
    "a byte order mark": lambda good: "\ufeff" + good,
    "letters no one can see": lambda good: good + "\U000e0061",
    "nothing": lambda _: "",
    "blanks": lambda _: "   ",
    "other blanks": lambda _: "\u00a0\u2003",
}
BAD_ON_A_LINE: dict[str, Callable[[str], str]] = {
    "3,000 letters": lambda good: good + "x" * 3_000,
    "a line end at the end": lambda good: good + "\n",
    "a tab": lambda good: good[:1] + "\t" + good[1:],
    "space around": lambda good: f" {good} ",
    "a joiner": lambda good: good[:1] + "\u200d" + good[1:],
    "a soft hyphen": lambda good: good[:1] + "\u00ad" + good[1:],
    "a letter and its accent apart": lambda good: good + "e\u0301",
}
BAD_AS_A_LABEL: dict[str, Callable[[str], str]] = {
    "other digits": lambda good: good.translate({ord(str(n)): 0x0660 + n for n in range(10)}),
    "full-width digits": lambda good: good.translate({ord(str(n)): 0xFF10 + n for n in range(10)}),
    "a year long gone": lambda good: good.replace("2025", "0001"),
    "a year far off": lambda good: good.replace("2025", "9999"),
}


class Assignment(Struct, frozen=True):
    """A text field of a command: how to reach it, its kind, and where a refusal points."""

    command: type[Struct]
    path: tuple[str | int, ...]
    kind: text_kinds.Kind
    key: bool

    @property
    def pointer(self) -> str:
        return "".join(f"/{str(part).replace('/', '~1')}" for part in self.path)

    def holding(self, value: str) -> Any:
        built = {**_example(inspect.type_info(self.command)), "command": self.command.__struct_config__.tag}
        *before, last = self.path if self.path else ((),)
        inside: Any = built
        for part in before:
            inside = inside[part]
        if self.key:
            inside[last] = {value: next(iter(inside[last].values()))}
        else:
            inside[last] = value
        return msgspec.convert(built, self.command)


def _example(type_: inspect.Type, kind: text_kinds.Kind | None = None) -> Any:
    """As JSON has it, with everything filled in that may be."""
    match type_:
        case inspect.Metadata():
            extra = type_.extra or {}
            return 2025 if "year" in extra else _example(type_.type, extra.get("kind", kind))
        case inspect.StrType():
            assert kind is not None
            return GOOD[kind.what]
        case inspect.DecimalType():
            return "1.5"
        case inspect.IntType():
            return 3
        case inspect.DateType():
            return "2025-03-31"
        case inspect.DateTimeType():
            return "2025-03-31T09:00:00+07:00"
        case inspect.BoolType():
            return True
        case inspect.ListType() | inspect.VarTupleType():
            return [_example(type_.item_type)]
        case inspect.DictType():
            return {_example(type_.key_type): _example(type_.value_type)}
        case inspect.EnumType():
            members: list[Enum] = list(type_.cls)
            return members[0].value
        case inspect.LiteralType():
            return type_.values[0]
        case inspect.UnionType():
            return _example(next(one for one in type_.types if not isinstance(one, inspect.NoneType)))
        case inspect.StructType():
            return {field.encode_name: _example(field.type) for field in type_.fields}
        case _:
            raise AssertionError(type_)


def _texts(command: type[Struct]) -> Iterator[Assignment]:
    def walk(
        type_: inspect.Type, path: tuple[str | int, ...], kind: text_kinds.Kind | None, key: bool
    ) -> Iterator[Assignment]:
        match type_:
            case inspect.Metadata():
                yield from walk(type_.type, path, (type_.extra or {}).get("kind", kind), key)
            case inspect.StrType():
                assert kind is not None, f"{command.__name__}{path}: a text without a kind (neraca.domain.text_kinds)"
                yield Assignment(command, path, kind, key)
            case inspect.ListType() | inspect.VarTupleType():
                yield from walk(type_.item_type, (*path, 0), None, False)
            case inspect.DictType():
                yield from walk(type_.key_type, path, None, True)
                yield from walk(type_.value_type, (*path, _example(type_.key_type)), None, False)
            case inspect.UnionType():
                for one in type_.types:
                    yield from walk(one, path, kind, key)
            case inspect.StructType():
                for field in type_.fields:
                    yield from walk(field.type, (*path, field.encode_name), None, False)
            case _:
                pass

    yield from walk(inspect.type_info(command), (), None, False)


PLACES = [place for command in COMMANDS.values() for place in _texts(command)]
RATE = Rate(employee="budi", period="2025-Q1", relation=Relation.PEER, scores={"kerja_sama": Decimal(80)})


def bad(kind: text_kinds.Kind) -> Iterator[tuple[str, str]]:
    good = GOOD[kind.what]
    for name, make in BAD.items():
        if not (kind.empty and name == "nothing"):
            yield name, make(good)
    yield "too many letters", good + "x" * kind.longest
    if not kind.lines:
        yield from ((name, make(good)) for name, make in BAD_ON_A_LINE.items())
    if kind in (text_kinds.PERIOD, text_kinds.MONTH):
        yield from ((name, make(good)) for name, make in BAD_AS_A_LABEL.items())


def test_there_is_text_in_nearly_every_command() -> None:
    assert len(PLACES) > 100
    assert {place.command for place in PLACES} == set(COMMANDS.values())


@pytest.mark.parametrize("place", PLACES, ids=lambda one: f"{one.command.__name__}{one.pointer}")
def test_a_text_is_refused_that_is_not_of_its_kind_and_the_refusal_names_the_field(place: Assignment) -> None:
    good = place.holding(GOOD[place.kind.what])
    assert admission.admitted([good]) == (good,)

    for name, value in bad(place.kind):
        with pytest.raises(Invalid) as refused:
            admission.admitted([good, place.holding(value)])

        fault = next((one for one in refused.value.faults if one.field == place.pointer), None)
        assert fault is not None, (name, refused.value.faults)
        assert fault.at == 1, name
        assert fault.message.isprintable(), name
        assert len(fault.message) < 500, name


def test_all_faults_of_all_commands_are_told_at_once() -> None:
    register = RegisterEmployee(
        employee="1\x00",
        name="  ",
        employment_type=EmploymentType.CIVIL_SERVANT,
        position="Perawat\n",
        position_class=PositionClass.FUNCTIONAL,
        since=date(1, 1, 1),
    )

    with pytest.raises(Invalid) as refused:
        admission.admitted([msgspec.structs.replace(RATE, scores={"a": Decimal("1E+2")}, note=""), register])

    found = [(one.at, one.field) for one in refused.value.faults]
    assert found == [(0, "/scores/a"), (0, "/note"), (1, "/employee"), (1, "/name"), (1, "/position"), (1, "/since")]
    assert (refused.value.at, refused.value.field) == (0, "/scores/a")


def test_what_an_evidence_may_not_be() -> None:
    with pytest.raises(Invalid, match=r"/evidence/0/uri: .*it would run a program"):
        admission.admitted([activity(Evidence(title="bukti", uri="JavaScript:alert(1)"))])
    with pytest.raises(Invalid, match=r"/evidence/0/uri: .*write its scheme first"):
        admission.admitted([activity(Evidence(title="bukti", uri="bukti.pdf"))])


def activity(*evidence: Evidence) -> ReportActivity:
    return ReportActivity(
        employee="budi",
        period="2025",
        report="a1",
        day=date(2025, 3, 3),
        activity="Rapat",
        evidence=list(evidence),
    )


def test_grounds_may_be_left_empty_where_the_policy_asks_none() -> None:
    object_ = FileObjection(employee="budi", period="2025", grounds="")

    assert admission.admitted([object_]) == (object_,)


def test_lists_and_mappings_are_bounded() -> None:
    many = {f"i{n}": Decimal(1) for n in range(admission.MOST_ITEMS + 1)}
    piece = Evidence(title="bukti", uri="arsip:1")

    with pytest.raises(Invalid, match=r"/scores: 1,001 entries; at most 1,000 are taken"):
        admission.admitted([msgspec.structs.replace(RATE, scores=many)])
    with pytest.raises(Invalid, match=r"/evidence: 1,001 items; at most 1,000 are taken"):
        admission.admitted([activity(*[piece] * (admission.MOST_ITEMS + 1))])


@pytest.mark.parametrize(
    "written",
    ["1e2", "1E-2", "1_0", " 1", "1\n", "+1", "1.", ".5", "١", "NaN", "Infinity", "-Infinity", "0x1", "", "1,5"],
)
def test_a_number_is_written_plainly(written: str) -> None:
    raw = {"command": "rate", "scores": {"kerja_sama": written}}

    assert [pointer for pointer, _ in admission.wrong(raw)] == ["/scores/kerja_sama"]


def test_a_number_that_is_none_or_has_an_exponent_is_refused_typed_as_well() -> None:
    for number in ("NaN", "Infinity", "1E+2", "1E+400", "9" * 30):
        with pytest.raises(Invalid, match="/scores/a: "):
            admission.admitted([msgspec.structs.replace(RATE, scores={"a": Decimal(number)})])


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("93.50", "93.5"), ("93.000000", "93"), ("100", "100"), ("0.000000", "0"), ("-0.0", "0"), ("-1.10", "-1.1")],
)
def test_a_number_goes_into_the_log_in_one_form(sent: str, kept: str) -> None:
    (rate,) = admission.admitted([msgspec.structs.replace(RATE, scores={"a": Decimal(sent)})])

    assert isinstance(rate, Rate)
    assert str(rate.scores["a"]) == kept


@given(st.decimals(min_value=-(10**18), max_value=10**18, places=6) | st.integers(-(10**18), 10**18).map(Decimal))
def test_the_form_of_a_number_is_plain_and_equal_to_it(number: Decimal) -> None:
    plain = admission.plain(number)

    assert plain == number
    assert "E" not in str(plain)
    assert str(plain) == str(admission.plain(Decimal(f"{number:f}00") if "." in f"{number:f}" else number))


def test_events_are_read_whatever_is_in_their_text() -> None:
    for name, type_ in EVENTS.items():
        for field in msgspec.structs.fields(type_):
            assert _constraints(inspect.type_info(field.type)) == [], (name, field.name)


def _constraints(type_: inspect.Type) -> list[str]:
    match type_:
        case inspect.Metadata():
            return _constraints(type_.type)
        case inspect.StrType():
            return [str(one) for one in (type_.pattern, type_.max_length, type_.min_length) if one is not None]
        case inspect.ListType() | inspect.VarTupleType():
            return _constraints(type_.item_type)
        case inspect.DictType():
            return _constraints(type_.key_type) + _constraints(type_.value_type)
        case inspect.UnionType():
            return [one for each in type_.types for one in _constraints(each)]
        case inspect.StructType():
            return [one for field in type_.fields for one in _constraints(field.type)]
        case _:
            return []


def faults(raw: object) -> list[tuple[str, str]]:
    return admission.wrong(raw)


def typed_faults(command: Any) -> list[tuple[str | None, str]]:
    """Pointer and message of every fault of one command; none where it is admitted."""
    try:
        admission.admitted([command])
    except Invalid as refused:
        return [(one.field, one.message) for one in refused.faults]
    return []


PLAINLY = "write it plainly, such as 12 or 93.5, with a dot and no exponent"
ATTENDANCE = RecordAttendance(employee="budi", month="2025-01", required_days=20)


@pytest.mark.parametrize("raw", [None, 1, "rate", [], [{"command": "rate"}], {}, {"command": 1}, {"command": ["rate"]}])
def test_what_is_no_command_is_left_to_whoever_decodes_it(raw: object) -> None:
    assert faults(raw) == []


@pytest.mark.parametrize(
    "raw",
    [
        {"command": "no-such-command", "employee": ""},
        {"command": "rate", "employee": 1, "scores": ["x"], "note": None},
        {"command": "rate", "scores": {"a": 1, "b": None, "c": True, "d": ["1e2"]}},
        {"command": "report-activity", "evidence": "x", "day": "0001-01-01", "result": None},
        {"command": "report-activity", "evidence": [1, "x", None]},
        {"command": "record-attendance", "required_days": "1000000000000", "late": True},
    ],
)
def test_a_value_of_another_type_is_left_to_whoever_decodes_it(raw: object) -> None:
    assert faults(raw) == []


def test_faults_of_json_are_told_where_they_stand() -> None:
    raw = {
        "command": "report-activity",
        "employee": "",
        "activity": "a\x00",
        "evidence": [{"title": "bukti", "uri": "arsip:1"}, {"title": "", "uri": "x"}],
    }
    title = text_kinds.TITLE

    assert sorted(faults(raw)) == sorted(
        [
            ("/employee", str(text_kinds.fault(text_kinds.NIP, ""))),
            ("/activity", str(text_kinds.fault(text_kinds.PROSE, "a\x00"))),
            ("/evidence/1/title", str(text_kinds.fault(title, ""))),
            ("/evidence/1/uri", str(text_kinds.fault(text_kinds.URI, "x"))),
        ]
    )


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (
            {"command": "register-employee", "employment_type": "PNS"},
            (
                "/employment_type",
                "no choice 'PNS'; there are CIVIL_SERVANT, CONTRACT, PART_TIME_CONTRACT, STATE_OFFICIAL",
            ),
        ),
        (
            {"command": "register-employee", "position_class": "FUNGSIONAL"},
            ("/position_class", "no choice 'FUNGSIONAL'; did you mean 'FUNCTIONAL'?"),
        ),
        (
            {"command": "draft-plan", "results": [{"targets": [{"aspect": "quantity"}]}]},
            ("/results/0/targets/0/aspect", "no choice 'quantity'; there are COST, QUALITY, QUANTITY, TIME"),
        ),
        ({"command": "register-employee", "employment_type": "CIVIL_SERVANT", "position_class": None}, None),
    ],
)
def test_a_word_that_is_no_choice_is_answered_with_those_there_are(raw: object, fault: tuple[str, str] | None) -> None:
    assert faults(raw) == ([fault] if fault else [])


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("9" * 18, None),
        ("-" + "9" * 18 + ".123456789", None),
        ("9" * 19, f"'{'9' * 19}' is not a number; {PLAINLY}"),
        ("1e2", f"'1e2' is not a number; {PLAINLY}"),
        ("", f"'' is not a number; {PLAINLY}"),
    ],
)
def test_a_number_in_json_is_written_in_these_ways(number: str, fault: str | None) -> None:
    found = faults({"command": "rate", "scores": {"a": number}})
    assert found == ([] if fault is None else [("/scores/a", fault)])


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("9" * 28, None),
        ("0." + "1" * 27, None),
        ("9" * 29, f"'{'9' * 29}' is not a number of at most 28 digits; {PLAINLY}"),
        ("0." + "1" * 29, f"'0.{'1' * 29}' is not a number of at most 28 digits; {PLAINLY}"),
        ("1E+28", f"'1E+28' is not a number of at most 28 digits; {PLAINLY}"),
        ("1E+27", f"1E+27 has an exponent; {PLAINLY}"),
        ("1E+1", f"1E+1 has an exponent; {PLAINLY}"),
        ("1E-2", None),
        ("NaN", f"'NaN' is not a number of at most 28 digits; {PLAINLY}"),
        ("-Infinity", f"'-Infinity' is not a number of at most 28 digits; {PLAINLY}"),
    ],
)
def test_a_typed_number_keeps_all_its_digits_in_arithmetic(number: str, fault: str | None) -> None:
    found = typed_faults(msgspec.structs.replace(RATE, scores={"a": Decimal(number)}))
    assert found == ([] if fault is None else [("/scores/a", f"/scores/a: {fault}")])


@pytest.mark.parametrize(
    ("number", "form"),
    [
        ("1E+2", "100"),
        ("0E+5", "0"),
        ("-0", "0"),
        ("12.3400", "12.34"),
        ("120", "120"),
        ("1" * 28 + ".0", "1" * 28 + ".0"),
        ("1" * 27 + ".0", "1" * 27),
        ("NaN", "NaN"),
        ("-Infinity", "-Infinity"),
    ],
)
def test_the_plain_form_of_a_number(number: str, form: str) -> None:
    assert str(admission.plain(Decimal(number))) == form


@pytest.mark.parametrize("count", [10**9, -(10**9), 0, True])
def test_a_count_up_to_a_thousand_million_is_taken(count: int) -> None:
    assert typed_faults(msgspec.structs.replace(ATTENDANCE, required_days=count)) == []


@pytest.mark.parametrize("count", [10**9 + 1, -(10**9) - 1])
def test_a_count_beyond_it_was_not_counted(count: int) -> None:
    beyond = "the number is beyond 1,000,000,000; send what was counted"
    assert typed_faults(msgspec.structs.replace(ATTENDANCE, late=count)) == [("/late", f"/late: {beyond}")]
    assert faults({"command": "record-attendance", "late": count}) == [("/late", beyond)]


@pytest.mark.parametrize(
    ("day", "taken"),
    [
        (date(1944, 12, 31), False),
        (date(1945, 1, 1), True),
        (date(2100, 12, 31), True),
        (date(2101, 1, 1), False),
    ],
)
def test_a_day_lies_in_the_years_of_service(day: date, taken: bool) -> None:
    found = typed_faults(msgspec.structs.replace(activity(), day=day))
    wanted = f"/day: {day} is no day of service: send one from 1945 to 2100"
    assert found == ([] if taken else [("/day", wanted)])


def test_an_instant_is_kept_in_utc_and_lies_in_the_years_of_service() -> None:
    def sent(started: datetime) -> ImportServiceTimes:
        records = [TimeRecord("ktp", started=started)]
        return ImportServiceTimes(unit="u", period="2025", source="a", batch="b", records=records)

    (kept,) = admission.admitted([sent(datetime(2025, 3, 31, 9, tzinfo=timezone(timedelta(hours=7))))])
    assert kept == sent(datetime(2025, 3, 31, 2, tzinfo=UTC))
    # What says no zone is told where it is decided on, with the record that it is of.
    naive = datetime(2025, 3, 31, 2, tzinfo=UTC).replace(tzinfo=None)
    assert admission.admitted([sent(naive)]) == (sent(naive),)
    with pytest.raises(Invalid, match="is no time of a service"):
        admission.admitted([sent(datetime(1944, 1, 1, tzinfo=UTC))])


def test_a_thousand_of_a_list_or_mapping_are_taken_and_no_more() -> None:
    piece = Evidence(title="bukti", uri="arsip:1")
    bad = Evidence(title="", uri="arsip:1")
    scores = {f"i{n}": Decimal(1) for n in range(1_000)}

    assert typed_faults(activity(*[piece] * 1_000)) == []
    assert typed_faults(activity(*[bad] * 1_001)) == [
        ("/evidence", "/evidence: 1,001 items; at most 1,000 are taken")
    ], "and nothing more is said of each"
    assert typed_faults(msgspec.structs.replace(RATE, scores=scores)) == []
    assert typed_faults(msgspec.structs.replace(RATE, scores={**scores, "": Decimal("NaN")})) == [
        ("/scores", "/scores: 1,001 entries; at most 1,000 are taken")
    ]


def test_a_pointer_names_an_entry_by_its_key_unless_the_key_itself_is_at_fault() -> None:
    an_id = text_kinds.fault(text_kinds.KEY, "a b")
    bad = f"'1e2' is not a number; {PLAINLY}"

    assert faults({"command": "rate", "scores": {"a b": "1e2", "c": "1e2"}}) == [
        ("/scores", an_id),
        ("/scores", bad),
        ("/scores/c", bad),
    ]
    texts = {"a/b.yaml": "", "a.yaml": "x"}
    assert faults({"command": "publish-policy", "texts": texts}) == [
        ("/texts/a~1b.yaml", text_kinds.fault(text_kinds.POLICY_TEXT, ""))
    ]


def test_a_command_in_which_nothing_changes_is_passed_on_uncopied_and_else_only_what_changes() -> None:
    piece = Evidence(title="bukti", uri="arsip:1")
    same = activity(piece)
    rate = msgspec.structs.replace(RATE, scores={"a": Decimal("1.50"), "b": Decimal(2)}, note="tetap")

    (kept, plainer) = admission.admitted([same, rate])

    assert kept is same
    assert plainer == msgspec.structs.replace(rate, scores={"a": Decimal("1.5"), "b": Decimal(2)})
    assert isinstance(plainer, Rate)
    assert str(plainer.scores["a"]) == "1.5"
    assert str(rate.scores["a"]) == "1.50"


def test_numbers_in_a_list_and_in_a_tuple_are_brought_to_one_form_in_a_list_and_in_a_tuple() -> None:
    class Listed(Struct, frozen=True, tag_field="command", tag="listed"):
        several: list[Decimal]
        pair: tuple[Decimal, ...]
        none: Decimal | None

    sent: Any = Listed([Decimal("1.50"), Decimal(2)], (Decimal("3.0"),), None)
    (plainer,) = admission.admitted([sent])

    assert repr(plainer) == repr(Listed([Decimal("1.5"), Decimal(2)], (Decimal(3),), None))


def test_a_mapping_is_brought_to_one_form_where_some_of_its_numbers_are_in_it_already() -> None:
    scores = {"a": Decimal(2), "b": Decimal("1.50"), "c": Decimal("3.0")}
    (plainer,) = admission.admitted([msgspec.structs.replace(RATE, scores=scores)])
    assert repr(plainer) == repr(
        msgspec.structs.replace(RATE, scores={"a": Decimal(2), "b": Decimal("1.5"), "c": Decimal(3)})
    )


def test_a_fault_under_a_name_with_a_tilde_and_a_slash_is_pointed_at_as_json_pointers_write_it() -> None:
    class Named(Struct, frozen=True, tag_field="command", tag="named"):
        much: dict[text_kinds.Name, Decimal]

    sent: Any = Named({"a~b/c": Decimal("1E+1")})
    with pytest.raises(Invalid) as refused:
        admission.admitted([sent])
    assert refused.value.field == "/much/a~0b~1c"


def test_a_field_that_is_described_is_held_to_the_rule_of_its_kind() -> None:
    class Described(Struct, frozen=True, tag_field="command", tag="described"):
        much: Annotated[Decimal, msgspec.Meta(description="how much there was")]

    sent: Any = Described(Decimal("1.50"))
    assert repr(admission.admitted([sent])) == repr((Described(Decimal("1.5")),))


def test_a_field_that_no_rule_is_for_is_found_before_a_command_is_taken() -> None:
    class Untold(Struct, frozen=True):
        text: str

    class Odd(Struct, frozen=True):
        text: bytes

    without: Any = Untold("x")
    odd: Any = Odd(b"x")
    with pytest.raises(TypeError) as refused:
        admission.admitted([without])
    assert str(refused.value) == "a text without a kind: annotate it with one of neraca.domain.text_kinds"
    with pytest.raises(TypeError, match=r"^no rule for BytesType\(.*\): add one to neraca\.domain\.admission$"):
        admission.admitted([odd])


def test_faults_of_several_commands_name_the_first_and_where_it_is() -> None:
    bad = msgspec.structs.replace(RATE, scores={"a": Decimal("1E+1")})
    with pytest.raises(Invalid) as refused:
        admission.admitted([RATE, bad, bad])

    message = f"/scores/a: 1E+1 has an exponent; {PLAINLY}"
    assert (refused.value.at, refused.value.field, str(refused.value)) == (1, "/scores/a", message)
    assert [(one.at, one.field, one.message) for one in refused.value.faults] == [
        (1, "/scores/a", message),
        (2, "/scores/a", message),
    ]


@pytest.mark.parametrize("year", [0, 1944, 2101, 10**9])
def test_a_year_is_one_of_service(year: int) -> None:
    command = {"command": "draft-unit-plan", "unit": "dinkes", "year": year, "results": []}

    assert admission.wrong(command) == [("/year", f"{year} is no year of service; send 1945 to 2100")]
