"""Inheritance: what a child takes, replaces, removes, and may not touch."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from neraca.policy.findings import errors
from neraca.policy.library import Library
from neraca.policy.model import Bands, Cap, Items
from neraca.policy.source.inheritance import Resolved

NATION = "a-nasional-permenpanrb-6-2022.yaml"
SEMARANG = "e0-kota-semarang.yaml"

CHILD = """
schema: asn-policy/1
id: id.contoh.kota
version: 1
extends: {id: id.nasional.permenpanrb-6-2022, version: 1}
scope: {level: city, code: "1"}
title: {id: Contoh}
effective: {from: "2025-01-01", to: null}
"""

GRANDCHILD = CHILD.replace("id.contoh.kota", "id.contoh.kota.unit").replace(
    "id.nasional.permenpanrb-6-2022", "id.contoh.kota"
)


def wrong(samples: Mapping[str, str], own: str, under: str = "") -> list[str]:
    files = {NATION: samples[NATION], "child.yaml": CHILD + own}
    if under:
        files["grandchild.yaml"] = GRANDCHILD + under
    return [str(one) for one in errors(Library.read(files)[1])]


def child(samples: Mapping[str, str], own: str) -> Resolved:
    library, found = Library.read({NATION: samples[NATION], "child.yaml": CHILD + own})
    assert errors(found) == []
    return library.get("id.contoh.kota")


def test_what_a_child_does_not_say_it_takes_from_its_parent(samples: Mapping[str, str]):
    policy = child(samples, "").policy

    assert (policy.id, policy.abstract, policy.tests) == ("id.contoh.kota", False, [])
    assert policy.outcome == "predikat"
    assert policy.nodes["hasil_kerja"].of == {"rencana_hasil_kerja": Decimal(100)}
    assert [lock.path for lock in policy.locks][:2] == ["/predicates", "/classify/predikat"]


def test_maps_merge_key_by_key_and_scalars_replace(samples: Mapping[str, str]):
    resolved = child(samples, "period: {cycle: quarter}\n")

    assert (resolved.policy.period.cycle, resolved.policy.period.start) == ("quarter", "01-01")
    assert str(resolved.origins["/period/cycle"]) == "child.yaml:9:10"
    assert str(resolved.origins["/period/start"]) == f"{NATION}:20:3"


def test_of_and_lists_replace_whole(samples: Mapping[str, str]):
    own = """
nodes:
  perilaku:
    of: {akuntabel: 1, loyal: 1}
remove: [/indicators/berorientasi_pelayanan, /indicators/kompeten, /indicators/harmonis, /indicators/adaptif,
         /indicators/kolaboratif]
workflow: {steps: {tetapkan: {distinct_from: [pegawai]}}}
"""
    policy = child(samples, own).policy

    assert list(policy.nodes["perilaku"].of) == ["akuntabel", "loyal"]
    assert policy.nodes["perilaku"].combine == "mean"
    assert policy.workflow is not None
    assert policy.workflow.steps["tetapkan"].distinct_from == ["pegawai"]
    assert policy.workflow.steps["tetapkan"].role == "pejabat_berwenang"
    assert list(policy.indicators) == ["rencana_hasil_kerja", "akuntabel", "loyal"]


def test_another_method_replaces_the_block_and_the_same_one_merges(samples: Mapping[str, str]):
    same = "indicators: {rencana_hasil_kerja: {measure: {method: items, min_items: 2}}}\n"
    other = "indicators: {rencana_hasil_kerja: {measure: {method: ratio, actual: a, target: b}, cap: {max: 120}}}\n"

    kept = child(samples, same).policy.indicators["rencana_hasil_kerja"].measure
    assert isinstance(kept, Items)
    assert (kept.source, kept.scale, kept.min_items) == ("skp", "ekspektasi", 2)

    replaced = child(samples, other)
    assert "/indicators/rencana_hasil_kerja/measure/source" not in replaced.origins
    assert replaced.policy.indicators["rencana_hasil_kerja"].cap == Cap(max=Decimal(120))
    assert replaced.policy.indicators["rencana_hasil_kerja"].label["en"] == "Planned work results"


def test_restated_bands_come_in_the_childs_order_and_keep_what_it_leaves_unsaid(samples: Mapping[str, str]):
    own = "classify: {hasil_kerja: {bands: {di_atas: {from: 110}, sesuai: {from: 90}, di_bawah: {from: min}}}}\n"

    bands = child(samples, own).policy.classify["hasil_kerja"]

    assert isinstance(bands, Bands)
    assert [(name, band.from_) for name, band in bands.bands.items()] == [
        ("di_atas", Decimal(110)),
        ("sesuai", Decimal(90)),
        ("di_bawah", "min"),
    ]


LOCKED = "is locked by a parent policy"


@pytest.mark.parametrize(
    ("own", "finding"),
    [
        (
            "predicates: {baik: {label: {id: Bagus}}}\n",
            f"child.yaml:9:1: predicates: '/predicates' {LOCKED} (permenpanrb_6_2022): changed - "
            f"leave it as the parent has it (lock at {NATION}:150:5)",
        ),
        (
            "precision: {rounding: half_even}\n",
            f"child.yaml:9:1: precision: '/precision' {LOCKED} (permenpanrb_6_2022): changed - "
            f"leave it as the parent has it (lock at {NATION}:152:5)",
        ),
        (
            "panels: {perilaku: {raters: {atasan: {weight: 40}, rekan: {weight: 60, min: 3}}}}\n",
            "child.yaml:9:39: panels/perilaku/raters/atasan/weight: '/panels/perilaku/raters/atasan/weight' "
            f"{LOCKED} (contoh_batas): found 40 - write a number from 50 to 100 (lock at {NATION}:153:5)",
        ),
        (
            "remove: [/panels/perilaku/raters/atasan]\npanels: {perilaku: {raters: {rekan: {weight: 100, min: 3}}}}\n",
            "child.yaml:9:10: panels/perilaku/raters/atasan/weight: '/panels/perilaku/raters/atasan/weight' "
            f"{LOCKED} (contoh_batas): removed - leave it in (lock at {NATION}:153:5)",
        ),
    ],
)
def test_a_lock_holds(samples: Mapping[str, str], own: str, finding: str):
    assert [one for one in wrong(samples, own) if LOCKED in one] == [finding]


def test_to_restate_what_is_locked_is_no_change(samples: Mapping[str, str]):
    assert wrong(samples, "precision: {final: 2.0, rounding: half_up}\n") == []


def test_locks_add_up_and_hold_for_grandchildren(samples: Mapping[str, str]):
    own = """
period: {cycle: quarter}
locks:
  - {path: /period/cycle, rule: one_of, values: [quarter, month]}
  - {path: /precision, rule: range, min: 0}
"""
    assert wrong(samples, own) == []

    assert wrong(samples, own, "period: {cycle: month}\n") == []
    assert wrong(samples, own, "period: {cycle: year}\nprecision: {final: 3}\n") == [
        f"grandchild.yaml:9:10: period/cycle: '/period/cycle' {LOCKED} (id.contoh.kota): found 'year' - "
        "write one of: 'quarter', 'month' (lock at child.yaml:12:5)",
        f"grandchild.yaml:10:1: precision: '/precision' {LOCKED} (id.contoh.kota): found a block - "
        "write a number from 0 (lock at child.yaml:13:5)",
        f"grandchild.yaml:10:1: precision: '/precision' {LOCKED} (permenpanrb_6_2022): changed - "
        f"leave it as the parent has it (lock at {NATION}:152:5)",
    ]


@pytest.mark.parametrize(
    ("lock", "said"),
    [
        ("rule: range, min: 3", "found 2 - write a number from 3"),
        ("rule: range, max: 1", "found 2 - write a number to 1"),
        ("rule: range, min: 0, max: 1.5", "found 2 - write a number from 0 to 1.5"),
        ("rule: one_of, values: [1, 3]", "found 2 - write one of: 1, 3"),
        ("rule: range, min: 2", None),
        ("rule: range, max: 2", None),
        ("rule: range, min: 2, max: 2", None),
        ("rule: one_of, values: [1, 2]", None),
        ("rule: final", None),
    ],
)
def test_a_lock_that_its_own_policy_breaks_is_told(samples: Mapping[str, str], lock: str, said: str | None):
    own = f"precision: {{final: 2}}\nlocks:\n  - {{path: /precision/final, {lock}}}\n"
    found = [str(one) for one in Library.read({NATION: samples[NATION], "child.yaml": CHILD + own})[1]]

    told = [one.partition("breaks its own lock: ")[2] for one in found if "breaks its own lock" in one]
    assert told == ([] if said is None else [said])


@pytest.mark.parametrize(("least", "most", "swap"), [("2", "1", True), ("1", "1", False), ("1", "2", False)])
def test_a_range_is_written_from_the_least_to_the_most(samples: Mapping[str, str], least: str, most: str, swap: bool):
    own = f"locks:\n  - {{path: /precision/final, rule: range, min: {least}, max: {most}}}\n"
    found = [one for one in wrong(samples, own) if "swap them" in one]

    assert [one.endswith(f": min {least} is above max {most} - swap them") for one in found] == [True] * swap


def test_a_child_cannot_loosen_a_constraint_of_its_parent(samples: Mapping[str, str]):
    parent = samples["b-nasional-pp-30-2019.yaml"]
    loose = samples["b2-instansi-pp-30-2019-360.yaml"].replace(
        "of: {skp: 60, perilaku: 40}", "of: {skp: 70, perilaku: 30}"
    )
    loose += "constraints: {pasal_41_ayat_4: {weights: {nilai_kinerja: {skp: 70}}}}\n"

    _, found = Library.read({"parent.yaml": parent, "child.yaml": loose})

    assert [str(one).partition(" - ")[0] for one in errors(found)] == [
        "child.yaml:20:5: nodes/nilai_kinerja/of: constraint 'pasal_41_ayat_4': "
        "weights must be {skp: 60, perilaku: 40}, found {skp: 70, perilaku: 30}",
        "child.yaml:31:15: constraints/pasal_41_ayat_4: "
        "constraint 'pasal_41_ayat_4' of a parent policy (pp30_2019_41) is changed",
    ]


def test_a_breach_names_the_law_at_stake(samples: Mapping[str, str]):
    _, found = Library.read({NATION: samples[NATION], "child.yaml": CHILD + "precision: {final: 1}\n"})

    assert [one.ref for one in errors(found)] == ["permenpanrb_6_2022"]


def test_only_what_the_parent_has_can_be_removed(samples: Mapping[str, str]):
    assert wrong(samples, "remove: [/indicators/loyall, /nonsense]\n") == [
        "child.yaml:9:10: remove/0: the parent has no '/indicators/loyall' to remove - "
        "did you mean '/indicators/loyal'?",
        "child.yaml:9:30: remove/1: the parent has no '/nonsense' to remove - did you mean '/nodes'?",
    ]
