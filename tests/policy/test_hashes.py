from collections.abc import Mapping
from pathlib import Path

import pytest

from neraca.policy.findings import errors
from neraca.policy.library import Library
from neraca.policy.source.hashes import calc_hash, hashes, policy_hash
from neraca.policy.source.inheritance import Resolved

CITY = "d-kota-bandung.yaml"
NATION = "a-nasional-permenpanrb-6-2022.yaml"
ID = "id.jabar.kota-bandung"


def resolved(files: Mapping[str, str]) -> Resolved:
    library, found = Library.read({name: files[name] for name in (CITY, NATION)})
    assert errors(found) == []
    return library.get(ID)


def changed(samples: Mapping[str, str], old: str, new: str, file: str = CITY) -> Resolved:
    assert old in samples[file]
    return resolved({**samples, file: samples[file].replace(old, new)})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{from: 105}", "{from: 105.0}"),
        ("# (d) Bandung", "# Bandung"),
        ("                    # no report is no innovation", ""),
        ("min_weight_present: 70", "min_weight_present: 70.00"),
        ("rencana_hasil_kerja: 50, kontribusi_tim: 20", "kontribusi_tim: 20, rencana_hasil_kerja: 50"),
        ("name: lengkap", "name: semua ada"),
    ],
)
def test_spelling_comments_order_and_tests_move_no_hash(samples: Mapping[str, str], old: str, new: str):
    before, after = resolved(samples), changed(samples, old, new)

    assert policy_hash(after) == policy_hash(before)
    assert calc_hash(after) == calc_hash(before)


@pytest.mark.parametrize(
    ("old", "new", "file"),
    [
        ("en: Innovation", "en: Innovations", CITY),
        ("unit: indeks 0-100", "unit: indeks", CITY),
        ('effective: {from: "2025-01-01"', 'effective: {from: "2025-02-01"', CITY),
        ("untuk contoh ini", "untuk contoh", CITY),
        ("decide_within: P14D", "decide_within: 7 working_days", NATION),
        ("en: Very good", "en: Excellent", NATION),
        ("version: 1\nextends", "version: 1\nabstract: true\nextends", CITY),
    ],
)
def test_words_law_and_dates_move_only_the_policy_hash(samples: Mapping[str, str], old: str, new: str, file: str):
    before = resolved(samples)
    if "abstract: true" in new:
        samples = {**samples, CITY: samples[CITY].replace("abstract: false\n", "")}
    after = changed(samples, old, new, file)

    assert policy_hash(after) != policy_hash(before)
    assert calc_hash(after) == calc_hash(before)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{from: 105}", "{from: 105.01}"),
        ("dampak_organisasi: 20, inovasi: 10", "dampak_organisasi: 10, inovasi: 20"),
        ("missing: zero", "missing: block"),
        ("fact: inovasi_disetujui\n", "fact: inovasi\n"),
        ("references:\n", "period: {cycle: semester, annual: {combine: time_weighted}}\n\nreferences:\n"),
    ],
)
def test_what_can_move_a_digit_moves_both(samples: Mapping[str, str], old: str, new: str):
    samples = {**samples, CITY: samples[CITY].partition("\ntests:")[0]}
    before, after = resolved(samples), changed(samples, old, new)

    assert policy_hash(after) != policy_hash(before)
    assert calc_hash(after) != calc_hash(before)


def test_a_new_version_of_the_same_rules_scores_alike(samples: Mapping[str, str]):
    before, after = resolved(samples), changed(samples, "\nversion: 1\n", "\nversion: 2\n")

    assert policy_hash(after) != policy_hash(before)
    assert calc_hash(after) == calc_hash(before)


PAGES = Path(__file__).parent / "pages"
FILES = {file.name: file.read_text() for file in sorted(PAGES.glob("*.yaml"))}


def of_pages(file: str, *edits: tuple[str, str]) -> tuple[str, str]:
    texts = dict(FILES)
    for old, new in edits:
        assert old in texts[file]
        texts[file] = texts[file].replace(old, new, 1)
    return hashes(Library.published(texts).by_file(file))


def test_the_hashes_of_a_policy_stay_what_they_are() -> None:
    """They are stored with what was published and scored: these are of the first day on which they were kept."""
    assert {file: of_pages(file, *SINCE.get(file, ())) for file in FILES} == STORED


SINCE = {"anak.yaml": [(", min_respondents: 10", "")]}
"""What the page's policy says since then, taken out again."""

STORED = {
    "anak.yaml": (
        "aa13c29eb696a8cb0783e2b68cf661129632bfdc26a881ce0162c0a95b8da872",
        "90fa63ece2f7112f7cb0f29dc91511266c87376be8775b4c73682b10a7eb806f",
    ),
    "induk.yaml": (
        "84c9366039b6868cde68dfeffc26ca61839ceb79d74325d4528d820243b80a54",
        "18a445dc003f4021cb6e03d070fa3c857711c17c0d6877f95bbd427dcf875168",
    ),
    "tunjangan.yaml": (
        "3d838c4c69b33e5ce661badf366c4f66dfb9ede66e147a6b9800c0b527b4aa43",
        "18d6388f3f97a8ecf770dbf7537771fc856b4aa3fd15dbf30c3ae6a3c58b7be6",
    ),
}


def test_both_hashes_are_those_that_are_had_one_at_a_time() -> None:
    resolved = Library.published(FILES).by_file("anak.yaml")

    assert hashes(resolved) == (policy_hash(resolved), calc_hash(resolved))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id: anak", "id: lain"),
        ("version: 1\n", "version: 2\n"),
        ("scope: {level: district", "scope: {level: city"),
        ("title: {id:", "title: {jv: a, id:"),
        ('effective: {from: "2025-01-01"', 'effective: {from: "2025-02-01"'),
        ("title: Perkada", "title: Perbup"),
        ("levels: {sedang: 2}", "labels: {sedang: {id: Sedang}}, levels: {sedang: 2}"),
        ("label: {id: SKP, en: Plan}", "label: {id: SKP, en: Plans}"),
        ("unit: menit", "unit: jam"),
        ("ref: karangan\n    note", "ref: belum\n    note"),
        ("note: ", "note: a"),
        ("texts: [{id: Menolong", "texts: [{id: Membantu"),
        ("guides: {ref: karangan", "guides: {ref: belum"),
        ("extends:", "period: {ref: karangan}\nextends:"),
        ("label: {id: Rata", "label: {id: Rataan"),
        ("missing: block, ref: karangan", "missing: block, ref: belum"),
        ("then: {max_predicate: buruk}, ref: hukum", "then: {max_predicate: buruk}, ref: kedua"),
        ("ref: kedua\n  curves", "ref: hukum\n  curves"),
        ("within: 3 working_days", "within: P3D"),
        ("jumlah: 20.5}", "jumlah: 20.4}"),
        ("tests:\n", "locks: [{path: /scales, rule: final}]\ntests:\n"),
        ("extends:", "abstract: true\nextends:"),
    ],
)
def test_what_is_said_to_people_only_moves_the_policy_hash_only(old: str, new: str) -> None:
    before, after = of_pages("anak.yaml"), of_pages("anak.yaml", (old, new))

    assert (before[0] != after[0], before[1] == after[1]) == (True, True)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: kosong", "name: lain"),
        ("tests:\n", "remove: [/outcome]\noutcome: predikat\ntests:\n"),
        ("rata: 20, jumlah: 20,", "jumlah: 20, rata: 20,"),
        ("step: 0.5", "step: 0.50"),
        ("mode: advisory\n  cohort: unit", "cohort: unit\n  mode: advisory"),
    ],
)
def test_how_it_is_written_moves_no_hash(old: str, new: str) -> None:
    assert of_pages("anak.yaml", (old, new)) == of_pages("anak.yaml")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("step: 0.5", "step: 0.25"),
        ("levels: {sedang: 2}", "levels: {sedang: 2.5}"),
        ("min_items: 2", "min_items: 3"),
        ("cap: {max: 110}", "cap: {max: 111}"),
        ("missing: block, ref: karangan", "missing: zero, ref: karangan"),
        ("weight: 12.5, min: 2", "weight: 12.5, min: 3"),
        ("hukuman, in: [berat]", "hukuman, in: [sedang]"),
        ("score: akhir", "score: rata"),
        ("quotas: {baik: {min: 5}}", "quotas: {baik: {min: 6}}"),
        ("mode: advisory", "mode: enforce"),
        ("{fact: tahun, equals: 3.0}", '{fact: tahun, equals: "3"}'),
        ("atas: {from: 5}, bawah: {from: min}", "bawah: {from: min}, atas: {from: 5}"),
        ("tests:\n", "period: {cycle: semester}\ntests:\n"),
        ("tests:\n", "precision: {final: 2}\ntests:\n"),
        ("tests:\n", "required_facts: [a]\ntests:\n"),
        ("tests:\n", "purpose: credit\ntests:\n"),
        ("tests:\n", "predicates: {buruk: {rank: 0}}\ntests:\n"),
    ],
)
def test_what_can_move_a_score_moves_both_hashes(old: str, new: str) -> None:
    before, after = of_pages("anak.yaml"), of_pages("anak.yaml", (old, new))

    assert (before[0] != after[0], before[1] != after[1]) == (True, True)


def test_the_words_of_predicates_move_the_policy_hash_only() -> None:
    before, after = of_pages("induk.yaml"), of_pages("induk.yaml", ("en: Bad", "en: Worse"))

    assert (before[0] != after[0], before[1] == after[1]) == (True, True)
