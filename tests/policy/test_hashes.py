from collections.abc import Mapping

import pytest

from neraca.policy.findings import errors
from neraca.policy.library import Library
from neraca.policy.source.hashes import calc_hash, policy_hash
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
