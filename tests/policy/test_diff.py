"""Policies are compared by what they mean, not by how they are written."""

from collections.abc import Mapping
from pathlib import Path

from neraca.policy.library import Library
from neraca.policy.source.diff import Change, Difference, diff

BANDUNG = "d-kota-bandung.yaml"


def compared(samples: Mapping[str, str], *edits: tuple[str, str]) -> Difference:
    text = samples[BANDUNG]
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    before, found = Library.read(samples)
    assert not [one for one in found if one.severity == "error"]
    after, _ = Library.read({**samples, BANDUNG: text})
    return diff(before.get("id.jabar.kota-bandung"), after.get("id.jabar.kota-bandung"))


def test_a_moved_weight_says_by_how_much_and_where(samples: Mapping[str, str]) -> None:
    found = compared(
        samples, ("rencana_hasil_kerja: 50, kontribusi_tim: 20", "rencana_hasil_kerja: 40, kontribusi_tim: 30")
    )

    assert [(one.path, one.before, one.after, one.by) for one in found.changes] == [
        ("/nodes/hasil_kerja/of/rencana_hasil_kerja", "50", "40", "-10"),
        ("/nodes/hasil_kerja/of/kontribusi_tim", "20", "30", "+10"),
    ]
    assert all(one.calculates and one.kind == "changed" for one in found.changes)
    assert found.changes[0].origin_after == f"{BANDUNG}:45:10"
    assert not found.same_result


def test_a_year_out_of_its_periods_is_a_change_that_calculates(samples: Mapping[str, str]) -> None:
    halves = ("references:\n", "period: {cycle: semester}\n\nreferences:\n")
    annual = ("references:\n", "period: {cycle: semester, annual: {combine: time_weighted}}\n\nreferences:\n")
    text = samples[BANDUNG]

    found = compared({**samples, BANDUNG: text.replace(*halves, 1)}, (halves[1], annual[1]))

    assert [(one.path, one.before, one.after, one.calculates) for one in found.changes] == [
        ("/period/annual/combine", None, "time_weighted", True)
    ]
    assert not found.same_result


def test_a_new_label_moves_no_digit(samples: Mapping[str, str]) -> None:
    found = compared(samples, ("en: Team contribution", "en: Contribution to the team"))

    assert found.same_result
    assert found.hash_before != found.hash_after
    (change,) = found.changes
    assert (change.path, change.calculates) == ("/indicators/kontribusi_tim/label/en", False)
    assert (change.ref, change.ref_title) == ("contoh_bandung", "Bobot empat unsur untuk contoh ini")


def test_layout_comments_and_the_form_of_numbers_are_no_difference(samples: Mapping[str, str]) -> None:
    found = compared(samples, ("{from: 105}", "{from: 105.0}"), ("# not in a team", "# belongs to no team"))

    assert found.changes == ()
    assert found.hash_before == found.hash_after


def test_bands_and_added_things_are_named_by_their_path(samples: Mapping[str, str]) -> None:
    found = compared(
        samples,
        ("di_atas: {from: 105}", "di_atas: {from: 104.5}"),
        ("score: 60}]", "score: 50}]"),
        ("    missing: zero ", "    note: dihitung per tahun\n    missing: zero "),
    )

    assert {(one.path, one.kind, one.before, one.after, one.by) for one in found.changes} == {
        ("/classify/hasil_kerja/bands/di_atas/from", "changed", "105", "104.5", "-0.5"),
        ("/indicators/inovasi/measure/bands/2/score", "changed", "60", "50", "-10"),
        ("/indicators/inovasi/note", "added", None, "dihitung per tahun", None),
    }


PAGES = Path(__file__).parent / "pages"
FILES = {file.name: file.read_text() for file in sorted(PAGES.glob("*.yaml"))}


def of_pages(name: str, *edits: tuple[str, str]) -> Difference:
    after = dict(FILES)
    for old, new in edits:
        assert old in after[name]
        after[name] = after[name].replace(old, new, 1)
    return diff(Library.published(FILES).by_file(name), Library.published(after).by_file(name))


def test_each_kind_of_leaf_is_told_with_what_it_was_and_is_by_how_much_and_from_where() -> None:
    found = of_pages(
        "anak.yaml",
        ("rata: 20, jumlah: 20, kecil: 10", "rata: 15, jumlah: 20, kecil: 15.5"),
        ("min_weight_present: 70", "min_weight_present: 70.0"),
        ("from: 90.50", "from: 91"),
        ("{fact: hadir, at_least: 10}]", "{fact: hadir, at_least: 12}]"),
        ("bands: [{from: 2, score: 100}, {from: 1, score: 80}", "bands: [{from: 2, score: 90}, {from: 1.5, score: 80}"),
        ("elements: [u1, u2]", "elements: [u1, u2, u3]"),
        ("anonymous: true", "anonymous: false"),
        ('    note: "Catatan `asli` dengan | dan <b>tanda</b>\\n  di dua baris"\n', ""),
        ("unit: menit", "unit: jam"),
        ("Angka | karangan", "Angka"),
        ("cap: {max: 110}", "cap: {max: 110, min: 5}"),
        ("    clamp: {max: 100}\n", "    clamp: {max: null}\n"),
        ("version: 1\n", "version: 2\n"),
        ("within: 3 working_days", "within: 4 working_days"),
        ("ref: kedua\n  curves", "ref: belum\n  curves"),
        ("mode: advisory", "mode: enforce"),
        ("- name: kosong", "- name: hampa"),
        ("bawah: baik}", "bawah: buruk}"),
        ("of: [baik, buruk], min: 60.5", "of: [buruk], min: 60.5"),
    )

    assert (found.before, found.after, found.same_result) == ("anak@1", "anak@2", False)
    assert [lines(change) for change in found.changes] == [
        "/references/karangan/title: changed 'Angka | karangan' to 'Angka', anak.yaml:10:14 to anak.yaml:10:14",
        "/indicators/skp_rasio/note: removed 'Catatan `asli` dengan | dan <b>tanda</b>\\n  di dua baris' to None "
        "under karangan = Angka, Bab 2, anak.yaml:32:5 to nowhere",
        "/indicators/balik/unit: changed 'menit' to 'jam', anak.yaml:62:5 to anak.yaml:61:5",
        "/indicators/pita/measure/bands/0/score: changed '100' to '90' by -10 (calculates), "
        "anak.yaml:73:64 to anak.yaml:72:64",
        "/indicators/pita/measure/bands/1/from: changed '1' to '1.5' by +0.5 (calculates), "
        "anak.yaml:73:78 to anak.yaml:72:77",
        "/indicators/survei/measure/elements: changed '[u1, u2]' to '[u1, u2, u3]' (calculates), "
        "anak.yaml:85:50 to anak.yaml:84:50",
        "/nodes/akhir/of/rata: changed '20' to '15' by -5 (calculates), anak.yaml:101:10 to anak.yaml:100:10",
        "/nodes/akhir/of/kecil: changed '10' to '15.5' by +5.5 (calculates), anak.yaml:101:32 to anak.yaml:100:32",
        "/nodes/akhir/clamp/max: removed '100' to None (calculates), anak.yaml:103:13 to anak.yaml:102:13",
        "/classify/perilaku/bands/atas/from: changed '90.5' to '91' by +0.5 (calculates), "
        "anak.yaml:110:9 to anak.yaml:109:9",
        "/classify/perilaku/bands/atas/requires/1/at_least: changed '10' to '12' by +2 (calculates), "
        "anak.yaml:111:76 to anak.yaml:110:76",
        "/classify/predikat/table/atas/bawah: changed 'baik' to 'buruk' (calculates), "
        "anak.yaml:118:32 to anak.yaml:117:32",
        "/workflow/steps/tetap/within: changed '3 working_days' to '4 working_days', "
        "anak.yaml:144:28 to anak.yaml:143:28",
        "/panels/tiga/raters/rekan/anonymous: changed 'true' to 'false' (calculates), "
        "anak.yaml:21:43 to anak.yaml:21:43",
        "/distribution/mode: changed 'advisory' to 'enforce' (calculates) under belum = Perkada, "
        "anak.yaml:127:3 to anak.yaml:126:3",
        "/distribution/ref: changed 'kedua' to 'belum' under belum = Perkada, anak.yaml:132:3 to anak.yaml:131:3",
        "/distribution/curves/istimewa/group_quotas/keduanya/of: changed '[baik, buruk]' to '[buruk]' (calculates) "
        "under belum = Perkada, anak.yaml:136:33 to anak.yaml:135:33",
        "/indicators/rasio/cap/min: added None to '5' (calculates), nowhere to anak.yaml:53:21",
    ]


def lines(change: Change) -> str:
    """A change as one line: all it says, and nothing that it does not."""
    ends = [None if word is None else repr(word) for word in (change.before, change.after)]
    return "".join(
        (
            f"{change.path}: {change.kind} {ends[0]} to {ends[1]}",
            f" by {change.by}" if change.by is not None else "",
            " (calculates)" if change.calculates else "",
            f" under {change.ref} = {change.ref_title}" if change.ref or change.ref_title else "",
            f", {change.origin_before or 'nowhere'} to {change.origin_after or 'nowhere'}",
        )
    )


def test_what_stands_in_a_list_of_blocks_is_told_by_its_place() -> None:
    found = of_pages(
        "induk.yaml",
        ("deviation: marked}", "deviation: marked}\n  - {path: /scales, rule: final, ref: kedua}"),
        ("rule: range, min: 10}", "rule: range, min: 5}"),
    )

    assert found.same_result
    assert [lines(change) for change in found.changes] == [
        "/locks/3/min: changed '10' to '5' by -5, induk.yaml:42:42 to induk.yaml:42:42",
        "/locks/6/path: added None to '/scales', nowhere to induk.yaml:45:6",
        "/locks/6/rule: added None to 'final', nowhere to induk.yaml:45:21",
        "/locks/6/ref: added None to 'kedua', nowhere to induk.yaml:45:34",
    ]


def test_what_only_one_side_says_has_the_reference_of_that_side() -> None:
    found = of_pages(
        "tunjangan.yaml", ("product, ref: hukum}", "product, missing: zero}"), ("title: {}", "title: {id: T}")
    )

    assert not found.same_result
    assert [lines(change) for change in found.changes] == [
        "/nodes/bayar/ref: removed 'hukum' to None under hukum = UU Uji, tunjangan.yaml:17:74 to nowhere",
        "/title/id: added None to 'T', nowhere to tunjangan.yaml:7:9",
        "/nodes/bayar/missing: added None to 'zero' (calculates) under hukum = UU Uji, nowhere to tunjangan.yaml:17:74",
    ]


def test_what_a_policy_is_called_and_laid_over_is_no_difference() -> None:
    pages = Library.published(FILES)

    renamed = of_pages("tunjangan.yaml", ("id: tunjangan", "id: lain"), ("version: 1", "version: 3"))
    assert (renamed.before, renamed.after, renamed.same_result, renamed.changes) == (
        "tunjangan@1",
        "lain@3",
        True,
        (),
    )
    below = diff(pages.by_file("induk.yaml"), pages.by_file("anak.yaml")).changes
    assert not [one.path for one in below if one.path.split("/")[1] in ("id", "version", "extends")]
    assert "/scope/level" in {one.path for one in below}
