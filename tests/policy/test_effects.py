"""Every key that the language of policies, or of agencies, has does something: a score, a refusal, a page or a finding
changes with it. What was written and does nothing would be taken for a rule.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
import yaml
from msgspec import structs

from neraca.api.graphql import agency as graphql
from neraca.api.graphql.support.as_of import Moment
from neraca.demo.staff import shares
from neraca.domain.agency import Agency, working_days
from neraca.domain.case import MICRO, Case
from neraca.domain.command_rules import PolicyRef
from neraca.domain.policy_register import PolicyProposed
from neraca.domain.policy_register.approval import missing
from neraca.domain.policy_register.state import Proposal
from neraca.policy import model
from neraca.policy.compiled.compilation import compile_resolved
from neraca.policy.docs.page import page
from neraca.policy.engine.evaluation import evaluate
from neraca.policy.engine.vectorised import evaluate as evaluated
from neraca.policy.engine.vectorised import load
from neraca.policy.impact.distribution import breaches
from neraca.policy.library import Library, NoSuchPolicy, Unsound
from neraca.policy.source.binding import Choice, ListOf, MapOf, Maybe, Record, Scalars, Shape, shape_of
from neraca.policy.testing.cases import of_test
from neraca.policy.testing.synthetic import people

ROOT = Path(__file__).parents[2]
TOWN = ROOT / "tests" / "fixture_agency" / "kota-uji.yaml"
SAMPLES = Path(__file__).parent / "samples"
METHOD = re.compile(r"\bmethod: (\w+)")
ADDED = """
modifiers:
  rajin: {when: {fact: laporan_disetujui, at_least: 8}, then: {min_predicate: cukup}}
  bersih: {when: {fact: hukuman_disiplin, equals: tidak_ada}, then: {max_predicate: cukup}}
distribution:
  mode: advisory
  cohort: unit_organisasi
  select_by: predikat_organisasi
  rounding: {max: floor, min: ceil}
  curves:
    istimewa: {group_quotas: {atas: {of: [baik, cukup], min: 10, max: 60}}}
    baik: {}
    butuh_perbaikan: {}
    kurang: {}
    sangat_kurang: {}
"""
"""What no shipped policy writes."""

LESS = """
schema: asn-policy/1
id: kota-kurang
version: 1
extends: {id: kota-semua, version: 1}
abstract: false
scope: {level: city, code: "99"}
title: {id: Kurang, en: Less}
effective: {from: "2025-01-01", to: null}
remove: [/modifiers/rajin]
"""
"""A child that takes something out, as none that is shipped does."""


TABLE = """
schema: asn-policy/1
id: kota-tabel
version: 1
extends: {id: id.nasional.pp-30-2019-360, version: 1}
scope: {level: city, code: "98"}
title: {id: Tabel, en: Table}
effective: {from: "2021-07-01", to: "2022-02-06"}
panels:
  perilaku:
    when_missing: {tanpa_rekan: {groups: [rekan], weights: {atasan: 70, bawahan: 30}}}
tests:
  - name: tanpa rekan
    ratings: {"*": {atasan: [100], bawahan: [70, 80, 90]}}
    items: {skp: [{target: 100, actual: 95, weight: 100}]}
    expect: {score: 94.6, nodes: {perilaku: 94}}
"""
"""One whose weights stand in a table where a group is missing, as none that is shipped has."""


def dumped(document: Any) -> str:
    return yaml.dump(document, Dumper=yaml.CSafeDumper, sort_keys=False)


def texts() -> dict[str, str]:
    found = {file.name: file.read_text() for file in [*sorted((ROOT / "policies").rglob("*.yaml")), TOWN]}
    written = {method for text in found.values() for method in METHOD.findall(text)}
    for file in sorted(SAMPLES.glob("*.yaml")):
        # A method that nobody uses yet has a sample.
        if not written.issuperset(METHOD.findall(text := file.read_text())):
            found[file.name] = text
    rest = yaml.load(found[TOWN.name], yaml.CSafeLoader) | yaml.load(ADDED, yaml.CSafeLoader) | {"id": "kota-semua"}
    rest["panels"]["sikap"]["raters"]["atasan"] |= {"below_min": "use_anyway", "min": 2, "max": 2}
    rest["panels"]["sikap"]["raters"]["rekan"]["all"] = True
    next(iter(rest["nodes"].values()))["clamp"] = {"min": 50, "max": 90}
    rest["workflow"]["steps"]["nilai"]["may_change"] = ["skor"]
    rest["workflow"]["plan"] = {"of": "year", "by": "01-31", "late": "mark", "ref": "contoh"}
    of_executives = {"of": ["SENIOR_EXECUTIVE"], "required": ["BUDGET"], "ref": "contoh"}
    rest["workflow"]["plan"] |= {"requires": ["resources"], "perspectives": of_executives, "loads": "within_target"}
    rest["workflow"]["reminders"] = "P10D"
    asked = [one["measure"] for one in rest["indicators"].values() if one["measure"]["method"] == "survey_index"]
    asked[0]["count_unverified"] = True
    rest["workflow"]["raters"] = {
        "opens": "P14D",
        "within": "P14D",
        "groups": {"rekan": {"from": "unit", "count": 3}},
        "together": 30,
        "mutual": False,
        "appraiser_told": True,
        "sealed": True,
        "ref": "contoh",
    }
    rest["workflow"]["feedback"] = {"by_appraiser": "period", "ref": "contoh"}
    return {**found, "semua.yaml": dumped(rest), "kurang.yaml": LESS, "tabel.yaml": TABLE}


TEXTS = texts()
DOCUMENTS: dict[str, Any] = {name: yaml.load(text, yaml.CSafeLoader) for name, text in TEXTS.items()}

Key = tuple[str, str]
Path_ = tuple[str | int, ...]


def spots(shape: Shape, tree: Any, path: Path_) -> Iterator[tuple[Key, Path_, Shape]]:
    """Every key that is written in a tree of this shape."""
    match shape:
        case Maybe():
            yield from spots(shape.shape, tree, path)
        case Choice() if isinstance(tree, dict) and tree.get(shape.tag) in shape.records:
            record = shape.records[tree[shape.tag]]
            yield (record.type.__name__, shape.tag), (*path, shape.tag), Scalars(frozenset(), tuple(shape.records))
            yield from spots(record, tree, path)
        case Record() if isinstance(tree, dict):
            for key, slot in shape.slots.items():
                if key in tree:
                    yield (shape.type.__name__, key), (*path, key), slot.shape
                    yield from spots(slot.shape, tree[key], (*path, key))
        case MapOf() if isinstance(tree, dict):
            for name, value in tree.items():
                yield from spots(shape.value, value, (*path, name))
        case ListOf() if isinstance(tree, list):
            for place, value in enumerate(tree):
                yield from spots(shape.item, value, (*path, place))
        case _:
            return


def keys(shape: Shape, seen: set[type]) -> Iterator[Key]:
    """Every key there is."""
    match shape:
        case Maybe():
            yield from keys(shape.shape, seen)
        case Choice():
            for one in shape.records.values():
                yield one.type.__name__, shape.tag
                yield from keys(one, seen)
        case Record() if shape.type not in seen:
            seen.add(shape.type)
            for key, slot in shape.slots.items():
                yield shape.type.__name__, key
                yield from keys(slot.shape, seen)
        case MapOf():
            yield from keys(shape.value, seen)
        case ListOf():
            yield from keys(shape.item, seen)
        case _:
            return


def words(shape: Shape) -> tuple[str, ...]:
    """The words among which a key chooses."""
    inner = shape.shape if isinstance(shape, Maybe) else shape
    return inner.words if isinstance(inner, Scalars) else ()


def others(shape: Shape, value: Any) -> Iterator[Any]:
    """Other values for a key: such as it allows where these can be named, else one that it does not; or no such key."""
    yield from (word for word in words(shape) if word != value)
    if isinstance(shape, MapOf) and words(shape.value):
        yield from (dict.fromkeys(value, word) for word in words(shape.value))
    match value:
        case bool():
            yield not value
        case int() | float():
            yield from (value + 1, value - 1, value * 2)
        case str():
            yield from (f"{value}x", "lain")
        case list():
            yield from (value[:-1], [])
        case dict():
            yield from ({key: value[key] for key in list(value)[:-1]}, {})
        case _:
            yield "lain"
    yield GONE


GONE = object()


def changed(document: Any, path: Path_, value: Any) -> Any:
    document = msgspec.json.decode(msgspec.json.encode(document))
    tree = document
    for part in path[:-1]:
        tree = tree[part]
    if value is GONE:
        del tree[path[-1]]
    else:
        tree[path[-1]] = value
    return document


@cache
def unchanged() -> Library:
    return Library.read(TEXTS)[0]


@cache
def cases(name: str) -> tuple[Case, ...]:
    resolved = unchanged().by_file(name)
    made_up = [] if resolved.policy.abstract else list(people(resolved.policy))[:24]
    return (*(of_test(test) for test in resolved.policy.tests), *made_up)


@cache
def chain(name: str) -> tuple[str, ...]:
    return unchanged().by_file(name).chain


def results(name: str, text: str) -> tuple[Any, ...]:
    """Findings, scores and what is said beside them, and the page without the values that it only copies out."""
    library, found = Library.read({**{file: TEXTS[file] for file in chain(name)}, name: text})
    told = tuple(sorted({f"{one.severity} {one.path}: {one.what}" for one in found}))
    try:
        resolved = library.by_file(name)
    except (Unsound, NoSuchPolicy):
        return (told,)
    plan, whole = compile_resolved(resolved), page(resolved)
    rules = tuple(structs.replace(rule, values=()) for section in whole.sections for rule in section.rules)
    spread = resolved.policy.distribution
    breached = () if spread is None else tuple(repr(breaches(spread, curve, TEN)) for curve in spread.curves)
    scored = tuple(repr(evaluate(plan, case)) for case in cases(name))
    said = tuple((step.label, step.unit) for step in plan.indicators)
    return told, structs.replace(whole, sections=(), hash=""), rules, scored, breached, said


TEN = {"sangat_baik": 3, "baik": 6, "cukup": 2, "butuh_perbaikan": 1, "sangat_kurang": 1, "kurang": 1}
POLICY = shape_of(model.Policy)
KEYS = sorted({*keys(POLICY, set())})
WRITTEN: dict[Key, list[tuple[str, Path_, Shape]]] = {}
for _name, _document in DOCUMENTS.items():
    for _key, _path, _shape in spots(POLICY, _document, ()):
        WRITTEN.setdefault(_key, []).append((_name, _path, _shape))


@cache
def before(name: str) -> tuple[Any, ...]:
    return results(name, dumped(DOCUMENTS[name]))


def differs(name: str, path: Path_, value: Any) -> bool:
    changed_text = dumped(changed(DOCUMENTS[name], path, value))
    return results(name, changed_text) != before(name)


def value_at(name: str, path: Path_) -> Any:
    tree = DOCUMENTS[name]
    for part in path:
        tree = tree[part]
    return tree


def test_every_key_is_written_somewhere() -> None:
    assert [key for key in KEYS if key not in WRITTEN] == []


@pytest.mark.parametrize("key", KEYS, ids="/".join)
def test_another_value_has_another_result(key: Key) -> None:
    found = WRITTEN[key]
    assert any(
        differs(name, path, value) for name, path, shape in found for value in others(shape, value_at(name, path))
    )
    for word in words(found[0][2]):
        told = [(name, path) for name, path, _ in found if value_at(name, path) != word]
        assert not told or any(differs(name, path, word) for name, path in told), word


def test_whoever_was_never_sanctioned_meets_the_word_for_it() -> None:
    """The ledger has no event for «no sanction»: the fact is absent, and means that."""
    text = dumped(
        changed(
            DOCUMENTS["semua.yaml"],
            ("indicators", "bersih"),
            {
                "label": {"id": "Tanpa hukuman"},
                "unit": "nilai",
                "measure": {"method": "table", "fact": "hukuman_disiplin", "values": {"tidak_ada": 100, "ringan": 70}},
            },
        ),
    ).replace("combine: weighted_mean", "combine: mean")
    plan = compile_resolved(Library.published({"semua.yaml": text}).by_file("semua.yaml"))
    silent, told = Case(), Case(facts={"hukuman_disiplin": "tidak_ada"})
    punished, unknown = Case(facts={"hukuman_disiplin": "ringan"}), Case(facts={"hukuman_disiplin": "berat"})
    modifier = next(one for one in plan.modifiers if one.name == "bersih")

    assert [modifier.when.holds(case) for case in (silent, told, punished, unknown)] == [True, True, False, False]
    worth = [evaluate(plan, case).nodes["bersih"] for case in (silent, told, punished, unknown)]
    assert worth == [100 * MICRO, 100 * MICRO, 70 * MICRO, None]
    columns = evaluated(plan, load([silent, told, punished, unknown]))
    for row, case in enumerate((silent, told, punished, unknown)):
        assert columns.result(row) == evaluate(plan, case)
    assert evaluated(plan, load([silent])).result(0) == evaluate(plan, silent)


AGENCY = shape_of(Agency)
AGENCIES: dict[str, Any] = {
    str(file.relative_to(ROOT)): yaml.load(file.read_text(), yaml.CSafeLoader) | {"approvals": {"quorum": 2}}
    for file in (ROOT / "agencies").rglob("*.yaml")
}
CLASSES = "agencies/kota-kelas/agency.yaml"
AGENCIES[CLASSES] = yaml.load((ROOT / "tests/fixture_agency/kota-kelas.yaml").read_text(), yaml.CSafeLoader) | {
    "sign_in": {
        "issuer": "https://masuk.example",
        "client": "neraca",
        "claim": "nip",
        "private_network": True,
        "pages": "https://neraca.example",
    }
}
"""What no shipped agency writes."""


def agency_results(name: str, document: Any) -> tuple[Any, ...]:
    """Findings, the calendar, who takes part, who rules when, what is shown, how the demo shares its people out and who
    says who somebody is.
    """
    text = dumped(document)
    library, found = Library.read({**TEXTS, name: text}, {"Asia/Jakarta", "Asia/Makassar"})
    told = tuple(sorted({f"{one.path}: {one.what}" for one in found if one.file == name}))
    if not library.agencies:
        return (told,)
    (agency,) = library.agencies.values()
    shown = graphql.Agency(id=cast("Any", agency.id), of=agency, access_scope=cast("Any", None), when=Moment())
    units = [(one.id, one.activated, one.name()) for one in shown.units()]
    return (
        told,
        working_days(agency, date(2025, 1, 1), date(2027, 12, 31)),
        [(one.id, one.version, one.from_, one.to, one.classes) for one in agency.policies],
        (shown.name(), shown.name("en"), shown.kind(), shown.time_zone(), shown.stage(), shown.languages(), units),
        missing(Proposal(PROPOSED, ["a"]), [], agency.approvals.quorum),
        shares([agency, structs.replace(agency, id="lain", planning_size=1000)], 1000),
        sorted(name for name, unit in agency.units.items() if unit.independent),
        agency.sign_in,
    )


PROPOSED = PolicyProposed("p1", PolicyRef("a", 1, "", ""), "", {}, "a", "x", date(2026, 1, 1))


@pytest.mark.parametrize("key", sorted({*keys(AGENCY, set())}), ids="/".join)
def test_another_value_of_an_agency_has_another_result(key: Key) -> None:
    found = [
        (name, document, path, shape)
        for name, document in AGENCIES.items()
        for written, path, shape in spots(AGENCY, document, ())
        if written == key
    ]

    def differs(name: str, document: Any, path: Path_, shape: Shape) -> bool:
        value = document
        for part in path:
            value = value[part]
        before = agency_results(name, document)
        return any(agency_results(name, changed(document, path, other)) != before for other in others(shape, value))

    assert any(differs(*one) for one in found[:3])
