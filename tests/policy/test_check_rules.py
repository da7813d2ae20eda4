"""One slip at a time in the samples: what the checker says of it, to the letter."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

import pytest
import yaml

from neraca.policy.library import Library

NATION = "a-nasional-permenpanrb-6-2022.yaml"
PP30 = "b-nasional-pp-30-2019.yaml"
PP30_360 = "b2-instansi-pp-30-2019-360.yaml"
BANDUNG = "d-kota-bandung.yaml"
SAMARINDA = "f-kota-samarinda.yaml"


class Slip(TypedDict):
    file: str
    old: str
    new: str
    found: list[str]


INVALID_POLICIES: list[Slip] = yaml.load(
    (Path(__file__).parent / "invalid_policies.yaml").read_text(), yaml.CSafeLoader
)
FIRST = [slip["found"][0] for slip in INVALID_POLICIES]


@pytest.fixture(scope="module")
def warned(samples: Mapping[str, str]) -> set[str]:
    """What the samples themselves are warned of, without its place."""
    return {str(one).partition(": ")[2] for one in Library.read(samples)[1]}


@pytest.mark.parametrize(
    "slip", INVALID_POLICIES, ids=[slip["found"][0].partition(" - ")[0] for slip in INVALID_POLICIES]
)
def test_a_slip_is_found_and_nothing_else(samples: Mapping[str, str], warned: set[str], slip: Slip):
    text = samples[slip["file"]]
    assert slip["old"] in text

    _, found = Library.read({**samples, slip["file"]: text.replace(slip["old"], slip["new"], 1)})

    told = [str(one) for one in found if str(one).partition(": ")[2] not in warned]
    assert told == [one if one.startswith(tuple(samples)) else f"{slip['file']}:{one}" for one in slip["found"]]


def test_the_missing_panel_groups_are_told_where_the_child_brought_them_in(samples: Mapping[str, str]):
    """A child that only adds peers, and leaves the parent's 70/30, breaks the coupling in its own file."""
    weights = "nodes:\n  nilai_kinerja:\n    of: {skp: 60, perilaku: 40}\n"
    child = samples[PP30_360].replace(weights, "").partition("\ntests:")[0] + "\n"

    _, found = Library.read({PP30: samples[PP30], PP30_360: child})

    assert [str(one) for one in found if one.severity == "error"] == [
        f"{PP30_360}:12:3: nodes/nilai_kinerja/of: constraint 'pasal_41_ayat_4': weights must be "
        "{skp: 60, perilaku: 40}, found {skp: 70, perilaku: 30} - "
        "write these weights, or change the rater groups of panel 'perilaku'"
    ]


def test_an_inherited_indicator_left_unused_names_the_heir_and_how_to_remove_it(samples: Mapping[str, str]):
    child = samples[SAMARINDA].replace("remove: [/indicators/rencana_hasil_kerja]\n", "")

    _, found = Library.read({**samples, SAMARINDA: child})

    assert [str(one) for one in found if one.severity == "error"] == [
        f"{NATION}:52:3: indicators/rencana_hasil_kerja: indicator is not used by any node (silent no-effect) "
        f"(as inherited by {SAMARINDA}) - "
        "name it in a node's 'of', or take it away with remove: [/indicators/rencana_hasil_kerja]"
    ]


def test_a_slip_in_a_parent_is_told_once_not_per_child(samples: Mapping[str, str]):
    _, found = Library.read({**samples, NATION: samples[NATION].replace("nodes:\n", "nodez:\n")})

    assert [str(one) for one in found if one.severity == "error"] == [
        f"{NATION}:94:1: nodez: unknown key 'nodez' - did you mean 'nodes'?"
    ]


def test_what_is_broken_in_shape_does_not_sound_twice(samples: Mapping[str, str]):
    """A weight that is no number is told as that, not also as a wrong sum."""
    _, found = Library.read({**samples, BANDUNG: samples[BANDUNG].replace("inovasi: 10}", 'inovasi: "10"}')})

    assert [str(one) for one in found if one.severity == "error"] == [
        f"{BANDUNG}:45:87: nodes/hasil_kerja/of/inovasi: must be a number, found '10' - write it without quotes: 10"
    ]


def test_a_hundred_kinds_of_slips_are_found():
    """A kind is what is said with the names and numbers taken out."""
    kinds = {re.sub(r"'[^']*'|[0-9.]+", "_", found.partition(" - ")[0]).split("warning: ")[-1] for found in FIRST}

    assert len(INVALID_POLICIES) >= 150
    assert len({kind.rpartition(": ")[2] for kind in kinds}) >= 100


@pytest.mark.parametrize(
    ("file", "old", "new", "path", "law"),
    [
        (PP30, "of: {skp: 70, perilaku: 30}", "of: {skp: 60, perilaku: 40}", "/nodes/nilai_kinerja/of", "pp30_2019_41"),
        (
            NATION,
            "sangat_baik: {max: 70}",
            "sangat_baik: {min: 80, max: 70}",
            "/distribution/curves/istimewa/quotas/sangat_baik",
            "semenpanrb_3_2023",
        ),
        (NATION, "decide_within: P14D", "decide_within: P0D", "/workflow/objection/decide_within", "pp30_2019_59"),
        (BANDUNG, "extends:", "precision: {final: 3}\nextends:", "/precision", "permenpanrb_6_2022"),
        (BANDUNG, "inovasi: 10}", "inovasi: 15}", "/nodes/hasil_kerja/of", None),
    ],
)
def test_a_finding_names_the_law_at_stake(
    samples: Mapping[str, str], file: str, old: str, new: str, path: str, law: str | None
):
    _, found = Library.read({**samples, file: samples[file].replace(old, new, 1)})

    assert [one.ref for one in found if (one.file, one.path, one.severity) == (file, path, "error")] == [law]
