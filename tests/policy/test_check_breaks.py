"""Eight different mistakes in six files are all told at once, each with its place and its remedy."""

from collections.abc import Mapping

import pytest

from neraca.policy.findings import errors
from neraca.policy.library import Library, Unsound

BREAKS = (
    ("d-kota-bandung.yaml", "rencana_hasil_kerja: 50, kont", "rencana_hasil_kerja: 55, kont"),
    ("d-kota-bandung.yaml", "min_items: 3", "min_itmes: 3"),
    ("d-kota-bandung.yaml", "sesuai: {from: 85}, di_bawah: {from: min}", "sesuai: {from: 85}, di_bawah: {from: 10}"),
    ("f-kota-samarinda.yaml", "{kompetensi: 30", "{kompetens: 30"),
    ("g-kota-surakarta.yaml", "efisiensi_waktu: 30, mutu_layanan: 30}", "efisiensi_waktu: 60}"),
    (
        "a-nasional-permenpanrb-6-2022.yaml",
        "sesuai: butuh_perbaikan, di_bawah: sangat_kurang",
        "sesuai: butuh_perbaikan",
    ),
    ("c-kota-surabaya.yaml", "tests:\n", "  predikat:\n    table: {sesuai: {di_bawah: baik}}\n\ntests:\n"),
    ("b2-instansi-pp-30-2019-360.yaml", "{skp: 60, perilaku: 40}", "{skp: 70, perilaku: 30}"),
    ("e-gajahmungkur.yaml", "    unit: kegiatan\n", "    unit: kegiatan\n    unit: acara\n"),
)

FOUND = [
    "a-nasional-permenpanrb-6-2022.yaml:123:7: classify/predikat/table/di_bawah: "
    "no cell for 'di_bawah' x 'di_bawah' - add 'di_bawah' with a predicate",
    "b2-instansi-pp-30-2019-360.yaml:20:5: nodes/nilai_kinerja/of: constraint 'pasal_41_ayat_4': "
    "weights must be {skp: 60, perilaku: 40}, found {skp: 70, perilaku: 30} - "
    "write these weights, or change the rater groups of panel 'perilaku'",
    "c-kota-surabaya.yaml:32:3: classify/predikat: '/classify/predikat' is locked by a parent policy "
    "(permenpanrb_6_2022): changed - leave it as the parent has it "
    "(lock at a-nasional-permenpanrb-6-2022.yaml:151:5)",
    "d-kota-bandung.yaml:17:105: indicators/rencana_hasil_kerja/measure/min_itmes: "
    "unknown key 'min_itmes' - did you mean 'min_items'?",
    "d-kota-bandung.yaml:45:5: nodes/hasil_kerja/of: weights sum to 105, must be 100 - lower them by 5",
    "d-kota-bandung.yaml:51:5: classify/hasil_kerja/bands: last band must be 'from: min' (no gap at the bottom) - "
    "write 'from: min' in 'di_bawah', or add a band below it",
    "e-gajahmungkur.yaml:50:5: indicators/kontribusi_program/unit: "
    "duplicate key 'unit', first at line 49 - keep one of the two",
    "f-kota-samarinda.yaml:53:10: nodes/hasil_kerja/of/kompetens: "
    "unknown indicator/node 'kompetens' - did you mean 'kompetensi'?",
    "g-kota-surakarta.yaml:41:3: indicators/mutu_layanan: indicator is not used by any node (silent no-effect) - "
    "name it in a node's 'of', or take it away",
]


@pytest.fixture
def broken(samples: Mapping[str, str]) -> dict[str, str]:
    files = dict(samples)
    for name, old, new in BREAKS:
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)
    return files


def test_every_mistake_is_told_at_once(broken: Mapping[str, str]):
    _, found = Library.read(broken)

    assert [str(one) for one in errors(found)] == FOUND


def test_an_unsound_policy_says_what_is_wrong_with_it_and_its_parents(broken: Mapping[str, str]):
    library, _ = Library.read(broken)

    with pytest.raises(Unsound) as refused:
        library.get("id.kaltim.kota-samarinda")

    assert [str(one) for one in refused.value.findings] == [FOUND[0], FOUND[7]]


def test_a_sound_policy_beside_unsound_ones_is_there(broken: Mapping[str, str]):
    library, _ = Library.read(broken)

    assert library.get("id.nasional.pp-30-2019").policy.score == "nilai_kinerja"
