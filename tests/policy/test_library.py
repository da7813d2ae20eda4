from collections.abc import Mapping
from pathlib import Path

import pytest

from neraca.policy.findings import errors
from neraca.policy.library import Library, NoSuchPolicy, Unsound

NATION = "a-nasional-permenpanrb-6-2022.yaml"
SURABAYA = "c-kota-surabaya.yaml"


@pytest.fixture
def versions(samples: Mapping[str, str]) -> dict[str, str]:
    later = samples[SURABAYA].replace("version: 3", "version: 12")
    return {NATION: samples[NATION], SURABAYA: samples[SURABAYA], "later.yaml": later}


def test_without_a_version_the_latest_is_meant(versions: Mapping[str, str]):
    library, _ = Library.read(versions)

    assert library.versions("id.jatim.kota-surabaya") == (3, 12)
    assert library.get("id.jatim.kota-surabaya").policy.version == 12
    assert library.get("id.jatim.kota-surabaya", 3).file == SURABAYA
    assert library.by_file("later.yaml").policy.version == 12


def test_a_resolved_policy_carries_the_texts_of_its_chain(versions: Mapping[str, str]):
    resolved = Library.read(versions)[0].get("id.jatim.kota-surabaya", 3)

    assert resolved.chain == (NATION, SURABAYA)
    assert resolved.sources == {name: versions[name] for name in (NATION, SURABAYA)}


def test_the_same_texts_are_read_once_and_each_reader_has_its_own_list_of_mistakes(versions: Mapping[str, str]):
    wrong = {**versions, "wrong.yaml": "schema: asn-policy/2\n"}
    library, found = Library.read(wrong)
    told = list(found)
    found.clear()

    again, found_again = Library.read(dict(wrong))

    assert again is library
    assert found_again == told
    assert any(one.file == "wrong.yaml" for one in told)
    assert not any(one.file == "wrong.yaml" for one in Library.read(versions)[1])


def test_what_is_not_there_says_what_is(versions: Mapping[str, str]):
    library, _ = Library.read(versions)

    with pytest.raises(NoSuchPolicy, match=r"no policy 'id.jatim.surabaya' - did you mean 'id.jatim.kota-surabaya'\?"):
        library.get("id.jatim.surabaya")
    with pytest.raises(NoSuchPolicy, match="has no version 4 - there is 3, 12"):
        library.get("id.jatim.kota-surabaya", 4)
    with pytest.raises(NoSuchPolicy, match=r"no policy in 'x\.yaml'"):
        library.by_file("x.yaml")


def test_two_files_with_one_version_are_told(versions: Mapping[str, str]):
    _, found = Library.read({**versions, "twin.yaml": versions[SURABAYA]})

    assert [str(one) for one in errors(found)] == [
        "twin.yaml:5:10: version: 'id.jatim.kota-surabaya' version 3 is also in c-kota-surabaya.yaml - "
        "give it the next version, or delete one of the two"
    ]


def test_parents_in_a_circle_are_told_not_followed(versions: Mapping[str, str]):
    upside = versions[NATION].replace("abstract: true", "extends: {id: id.jatim.kota-surabaya, version: 3}")

    library, found = Library.read({NATION: upside, SURABAYA: versions[SURABAYA]})

    assert [str(one) for one in errors(found)] == [
        f"{NATION}:6:1: extends: its parent 'id.jatim.kota-surabaya' version 3 cannot be resolved - "
        f"mend {SURABAYA} first",
        f"{SURABAYA}:6:1: extends: extends itself in a circle: {NATION} -> {SURABAYA} -> {NATION} - "
        "let the topmost of them extend nothing",
    ]
    with pytest.raises(Unsound):
        library.get("id.jatim.kota-surabaya", 3)


@pytest.mark.parametrize(
    ("extends", "told"),
    [
        (
            "{id: id.nasional.permenpanrb-6-2022}",
            "6:1: extends: missing key 'version' - say which version of which policy",
        ),
        ("{id: id.nasional.x, version: 1}", "6:15: extends/id: no policy 'id.nasional.x' - write one of: "),
        ("{id: id.nasional.permenpanrb-6-2022, version: 2}", "6:56: extends/version: "),
        ("id.nasional.permenpanrb-6-2022", "6:10: extends: must be a map with id, version"),
    ],
)
def test_a_child_without_its_parent_is_still_read_for_its_own_mistakes(
    versions: Mapping[str, str], extends: str, told: str
):
    child = versions[SURABAYA].replace("{id: id.nasional.permenpanrb-6-2022, version: 1}", extends)
    child = child.replace("anonymous: true", "anonymous: maybe").replace("trim_each_end", "trim_each_and")

    library, found = Library.read({NATION: versions[NATION], SURABAYA: child})

    said = [str(one) for one in errors(found)]
    assert said[0].startswith(f"{SURABAYA}:{told}")
    assert said[1:] == [
        f"{SURABAYA}:17:5: panels/perilaku/trim_each_and: unknown key 'trim_each_and' - did you mean 'trim_each_end'?",
        f"{SURABAYA}:20:54: panels/perilaku/raters/rekan/anonymous: must be true or false, found 'maybe' - "
        "write true or false",
    ]
    with pytest.raises(Unsound):
        library.by_file(SURABAYA)


def test_a_file_of_another_kind_is_told():
    _, found = Library.read({"x.yaml": "schema: asn-policy/2\n", "y.yaml": "id: 5\n", "z.yaml": "a: [\n"})

    assert [str(one).partition(", did")[0] for one in found] == [
        "x.yaml:1:9: schema: unknown schema 'asn-policy/2' - write schema: asn-policy/1 or neraca-agency/1",
        "y.yaml:1:1: missing key 'schema' - write schema: asn-policy/1 or neraca-agency/1",
        "z.yaml:2:1: not YAML: while parsing a flow node",
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: [\n", "x.yaml:2:1: not YAML: while parsing a flow node, did not find expected node content"),
        ("schema: asn-policy/2\n", "x.yaml:1:9: schema: unknown schema 'asn-policy/2' - write schema: asn-policy/1"),
        ("a: 1\n", "x.yaml:1:1: missing key 'schema' - write schema: asn-policy/1 or neraca-agency/1"),
    ],
)
def test_of_what_is_no_policy_it_is_told_why_and_not_that_it_is_not_there(text: str, why: str):
    library, found = Library.read({"x.yaml": text})

    with pytest.raises(Unsound) as refused:
        library.by_file("x.yaml")
    assert str(refused.value).startswith(why)
    assert list(refused.value.findings) == found


def page_of(name: str) -> str:
    return (Path(__file__).parent / "pages" / name).read_text()


def test_what_is_there_is_listed_with_its_versions_in_order():
    texts = {
        f"{version}.yaml": page_of("tunjangan.yaml").replace("version: 1", f"version: {version}") for version in (10, 9)
    }
    library, _ = Library.read({**texts, "induk.yaml": page_of("induk.yaml"), "agen.yaml": "schema: neraca-agency/1\n"})

    assert (library.ids(), library.versions("tunjangan"), library.versions("x")) == (
        ("induk", "tunjangan"),
        (9, 10),
        (),
    )
    assert library.get("tunjangan").file == "10.yaml"
    assert [one.file for one in library.among(["9.yaml", "agen.yaml", "x.yaml", "10.yaml"])] == ["9.yaml", "10.yaml"]
    with pytest.raises(NoSuchPolicy, match=r"^no policy in 'agen\.yaml' - "):
        library.by_file("agen.yaml")
    with pytest.raises(NoSuchPolicy, match=r"^policy 'tunjangan' has no version 1 - there is 9, 10$"):
        library.get("tunjangan", 1)


BASE = (
    page_of("tunjangan.yaml")
    .partition("tests:")[0]
    .replace("{title: Perwali, status: unverified}", "{title: A, status: verified}")
)
CHILD = """schema: asn-policy/1
id: anak
version: 1
extends: {id: tunjangan, version: 1}
scope: {level: unit, code: "1"}
title: {id: Anak}
effective: {from: "2025-01-01", to: null}
"""


@pytest.mark.parametrize(
    ("base", "child", "told"),
    [
        ("", "", []),
        # What is wrong in a parent is told there alone, what a child brings in is told of the child.
        ("zzz: 1\n", "", ["base:19:1: zzz: unknown key 'zzz'"]),
        ("", "zzz: 1\n", ["child:8:1: zzz: unknown key 'zzz'"]),
        ("zzz: 1\n", "yyy: 1\n", ["base:19:1: zzz: unknown key 'zzz'", "child:8:1: yyy: unknown key 'yyy'"]),
        (
            "",
            "indicators: {lain: {unit: a}}\n",
            ["child:8:14: indicators/lain: missing key 'label'", "child:8:14: indicators/lain: missing key 'measure'"],
        ),
        ("", "precision: {final: 9}\n", ["child:8:20: precision/final: must be at most 4, found 9"]),
        (
            "scales: {tak: {min: 0, max: 1}}\n",
            "",
            ["base:19:10: scales/tak: scale is not used by any indicator or rater group (silent no-effect)"],
        ),
        # What a parent lacks is told of the parent, also where a child writes beside the gap.
        (
            "scales: {tak: {min: 0}}\n",
            "scales: {tak: {min: 1, step: 1}}\n",
            ["base:19:10: scales/tak: missing key 'max'"],
        ),
        (
            "scales: {tak: {min: 0}}\n",
            "scales: {tak: {min: 1}, lain: {min: 0}}\n",
            ["base:19:10: scales/tak: missing key 'max'", "child:8:25: scales/lain: missing key 'max'"],
        ),
        # Who cannot have its parent is read for its own mistakes, of what is there.
        ("", "extends: {id: tunjangan, version: 2}", ["child:4:35: extends/version: 'tunjangan' has no version 2"]),
        ("", "extends: {id: tunjang, version: 1}", ["child:4:15: extends/id: no policy 'tunjang'"]),
        ("", "extends: {id: tunjangan}", ["child:4:1: extends: missing key 'version'"]),
        ("", "extends: {version: 1}", ["child:4:1: extends: missing key 'id'"]),
        ("", "extends: {}", ["child:4:1: extends: missing key 'id'", "child:4:1: extends: missing key 'version'"]),
        (
            "",
            "extends: {id: tunjangan, version: true}",
            ["child:4:35: extends/version: must be a whole number, found true"],
        ),
        (
            "",
            "extends: {id: tunjangan, version: 1.5}",
            ["child:4:35: extends/version: must be a whole number, found 1.5"],
        ),
        ("", "extends: {id: 5, version: 1}", ["child:4:15: extends/id: must be text, found 5"]),
        ("", "extends: [a]", ["child:4:10: extends: must be a map with id, version, found a list"]),
        ("", "extends: {id: anak, version: 1}", ["child:4:1: extends: extends itself in a circle: child -> child"]),
        ("", "extends: {id: tunjangan, version: 1.0}", []),
        (
            "extends: {id: anak, version: 1}\n",
            "",
            [
                "base:19:1: extends: its parent 'anak' version 1 cannot be resolved",
                "child:4:1: extends: extends itself in a circle: base -> child -> base",
            ],
        ),
    ],
)
def test_a_child_and_its_parent_are_told_each_of_its_own(base: str, child: str, told: list[str]):
    own = CHILD.replace("extends: {id: tunjangan, version: 1}", child) if child.startswith("extends") else CHILD + child

    library, found = Library.read({"base": BASE + base, "child": own})

    assert [str(one).partition(" - ")[0] for one in errors(found)] == told
    for name in ("base", "child"):
        if any(one.startswith((f"{name}:", "base:")) for one in told):
            with pytest.raises(Unsound):
                library.by_file(name)
        else:
            assert library.by_file(name).file == name
