"""The JSON Schema for editors: current, explained, taking every policy there is, refusing what the reader refuses."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from neraca.cli.policy import policy as verbs
from neraca.policy import model
from neraca.policy.docs import json_schema
from neraca.policy.source.binding import Choice, ListOf, MapOf, Maybe, Record, Scalars, Shape, shape_of
from neraca.policy.source.yaml_tree import read, value_of

ROOT = Path(__file__).parents[2]
KEPT = {
    overlay: ROOT / "policies" / "schema" / name
    for overlay, name in ((False, "asn-policy.schema.json"), (True, "asn-policy-overlay.schema.json"))
}
OURS = sorted((ROOT / "policies").rglob("*.yaml"))
FILES = [*OURS, *sorted((Path(__file__).parent / "samples").glob("*.yaml"))]
BOTH = {overlay: json_schema.schema(overlay=overlay) for overlay in (False, True)}


def faults(whole: Mapping[str, Any], part: Any, value: Any, path: str = "") -> Iterator[str]:
    """The places where a value breaks this part of a schema: of draft-07 as much as ours uses."""
    if "$ref" in part:
        part = whole["definitions"][part["$ref"].rpartition("/")[2]]
    if "if" in part:
        branch = "then" if fits(whole, part["if"], value) else "else"
        yield from faults(whole, part.get(branch, {}), value, path)
    for one in part.get("allOf", ()):
        yield from faults(whole, one, value, path)
    if "anyOf" in part and not any(fits(whole, one, value) for one in part["anyOf"]):
        yield path
    if "not" in part and fits(whole, part["not"], value):
        yield path
    if ("enum" in part and value not in part["enum"]) or ("const" in part and value != part["const"]):
        yield path
    types = {part["type"]} if isinstance(part.get("type"), str) else set(part.get("type", ()))
    if types and not types & ({"integer", "number"} if kind(value) == "integer" else {kind(value)}):
        yield path
    if isinstance(value, str) and "pattern" in part and not re.search(part["pattern"], value):
        yield path
    if isinstance(value, int | Decimal) and not part.get("minimum", value) <= value <= part.get("maximum", value):
        yield path
    if isinstance(value, list) and "items" in part:
        for index, item in enumerate(value):
            yield from faults(whole, part["items"], item, f"{path}/{index}")
    if isinstance(value, dict):
        yield from faults_of_map(whole, part, value, path)


def fits(whole: Mapping[str, Any], part: Any, value: Any) -> bool:
    return next(faults(whole, part, value), None) is None


def faults_of_map(whole: Mapping[str, Any], part: Any, value: dict[str, Any], path: str) -> Iterator[str]:
    properties = part.get("properties", {})
    yield from (f"{path}/{key}" for key in part.get("required", ()) if key not in value)
    for key, below in value.items():
        here = f"{path}/{key}"
        if not fits(whole, part.get("propertyNames", {}), key):
            yield here
        if key in properties:
            yield from faults(whole, properties[key], below, here)
        elif part.get("additionalProperties") is False:
            yield here
        else:
            yield from faults(whole, part.get("additionalProperties", {}), below, here)


def kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case Decimal():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def wrong(text: str) -> list[str]:
    document, _ = read("x.yaml", text)
    assert document is not None
    value = value_of(document)
    assert isinstance(value, dict)
    whole = BOTH["extends" in value]
    return sorted(set(faults(whole, whole, value)))


@pytest.mark.parametrize("overlay", [False, True])
def test_the_files_kept_are_current(overlay: bool):
    kept = KEPT[overlay].read_text()

    printed = CliRunner().invoke(verbs, ["schema", "--overlay"] if overlay else ["schema"])

    assert printed.output == kept, "write it again: make goldens"
    assert json.loads(kept)["$schema"] == "http://json-schema.org/draft-07/schema#"


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_every_policy_is_valid(file: Path):
    assert wrong(file.read_text()) == []


@pytest.mark.parametrize("file", OURS, ids=[file.name for file in OURS])
def test_every_policy_of_ours_names_its_schema_in_its_first_line(file: Path):
    text = file.read_text()
    first, overlay = text.splitlines()[0], "\nextends:" in text

    named = first.removeprefix("# yaml-language-server: $schema=")

    assert (file.parent / named).resolve() == KEPT[overlay]


def test_every_key_is_explained_and_no_explanation_has_lost_its_key():
    for record in {id(one.type): one for one in records(shape_of(model.Policy))}.values():
        whole, keys = json_schema.told(record.type)

        assert whole.endswith((".", "100.", "number.")), record.type
        assert list(keys) == [*keys], record.type
        assert set(keys) == set(record.slots), record.type


def test_a_pattern_without_advice_has_no_words_of_its_own():
    bare, told = (
        Scalars(frozenset({str}), pattern=re.compile("^a$"), advice=advice) for advice in (None, "the letter")
    )

    assert json_schema._scalar(bare, null=False) == {"type": "string", "pattern": "^a$"}
    assert json_schema._scalar(told, null=True) == {
        "type": ["string", "null"],
        "pattern": "^a$",
        "patternErrorMessage": "write the letter",
    }


def records(shape: Shape, seen: frozenset[type] = frozenset()) -> Iterator[Record]:
    match shape:
        case Record():
            yield shape
            for slot in shape.slots.values():
                yield from records(slot.shape, seen | {shape.type})
        case Choice():
            for record in shape.records.values():
                yield from records(record, seen)
        case Maybe():
            yield from records(shape.shape, seen)
        case ListOf():
            yield from records(shape.item, seen)
        case MapOf():
            yield from records(shape.value, seen)
        case _:
            pass


@pytest.mark.parametrize(
    ("file", "old", "new", "path"),
    [
        ("d-kota-bandung", "min_items: 3", "min_itmes: 3", "/indicators/rencana_hasil_kerja/measure/min_itmes"),
        ("d-kota-bandung", "method: banded", "method: band", "/indicators/inovasi/measure/method"),
        ("d-kota-bandung", "missing: zero ", "missing: nol ", "/indicators/inovasi/missing"),
        ("d-kota-bandung", "unit: indeks 0-100", "unit: 100", "/indicators/dampak_organisasi/unit"),
        (
            "d-kota-bandung",
            "min_weight_present: 70",
            "min_weight_present: 170",
            "/nodes/hasil_kerja/min_weight_present",
        ),
        (
            "d-kota-bandung",
            "en: Team contribution",
            "en: Team, contribution",
            "/indicators/kontribusi_tim/label/contribution",
        ),
        ("d-kota-bandung", "id: id.jabar.kota-bandung\n", "", "/id"),
        (
            "d-kota-bandung",
            "di_bawah: {from: min}",
            "di_bawah: {from: minimum}",
            "/classify/hasil_kerja/bands/di_bawah/from",
        ),
        ("d-kota-bandung", "    bands: {di", "    bans: {di", "/classify/hasil_kerja/bans"),
        ("d-kota-bandung", "name: lengkap", "nama: lengkap", "/tests/0/nama"),
        ("c-kota-surabaya", "weight: 30, min: 2", "weight: 30, min: 0", "/panels/perilaku/raters/rekan/min"),
        ("e-gajahmungkur", "factor: 25", "faktor: 25", "/indicators/mutu_layanan/measure/faktor"),
        ("b-nasional-pp-30-2019", "outcome: predikat\n", "", "/outcome"),
        ("b-nasional-pp-30-2019", "    unit: nilai\n", "", "/indicators/orientasi_pelayanan/unit"),
        ("b-nasional-pp-30-2019", "within: P14D, to", "within: 14 hari, to", "/workflow/objection/within"),
        (
            "b-nasional-pp-30-2019",
            "missing: block}\n\nind",
            'missing: "reassign"}\n\nind',
            "/panels/perilaku/raters/atasan/missing",
        ),
        ("a-nasional-permenpanrb-6-2022", "kind: matrix", "kind: matriks", "/classify/predikat/kind"),
        ("a-nasional-permenpanrb-6-2022", "    cols: perilaku\n", "", "/classify/predikat/cols"),
        ("a-nasional-permenpanrb-6-2022", "rounding: half_up", "rounding: half-up", "/precision/rounding"),
    ],
)
def test_a_slip_of_shape_is_told_at_its_place(samples: Mapping[str, str], file: str, old: str, new: str, path: str):
    text = samples[f"{file}.yaml"]
    assert old in text

    assert path in wrong(text.replace(old, new, 1))


def test_a_slip_in_one_method_does_not_sound_in_the_others(samples: Mapping[str, str]):
    """Told apart by if/then: one unknown key is one fault, not one of each method it could have been."""
    text = samples["d-kota-bandung.yaml"]

    assert wrong(text.replace("min_items: 3", "min_itmes: 3")) == ["/indicators/rencana_hasil_kerja/measure/min_itmes"]
    assert not any('"oneOf"' in msgspec.json.encode(one).decode() for one in BOTH.values())


def test_a_policy_that_pays_needs_a_score_and_no_way_to_a_predicate(samples: Mapping[str, str]):
    pays = samples["b-nasional-pp-30-2019.yaml"].replace("purpose: predicate", "purpose: allowance")

    assert wrong(pays.replace("outcome: predikat\n", "")) == []
    assert wrong(pays.replace("\nscore: nilai_kinerja", "")) == ["/score"]
