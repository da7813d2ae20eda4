"""Policies are compared by what they mean, not by how they are written."""

from collections.abc import Mapping

from neraca.policy.library import Library
from neraca.policy.source.diff import Difference, diff

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
