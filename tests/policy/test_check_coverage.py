"""What the tests inside a policy leave untried is warned of."""

import pytest

from neraca.policy.library import Library


def told(text: str) -> list[str]:
    return [f"{one.severity} {one.path}: {one.what}" for one in Library.read({"kota-uji.yaml": text})[1]]


def test_an_indicator_that_no_test_gives_a_value(policy: str) -> None:
    silent = {"tim", "harian", "kehadiran", "kepuasan", "unit"}
    assert set(told(policy)) == {
        f"warning /indicators/{name}: no test ever gives this indicator a value" for name in silent
    }

    tried = policy.replace(
        "    ratings: {layanan", "    facts: {laporan_disetujui: 9, realisasi_tim: 1}\n    ratings: {layanan", 1
    )

    assert len(told(tried)) == 4
    assert "warning /indicators/harian: no test ever gives this indicator a value" not in told(tried)


@pytest.mark.parametrize("empty", ["\ntests: []\n", "\n"])
def test_a_policy_without_tests(policy: str, empty: str) -> None:
    assert "the policy has no tests" in told(policy.partition("\ntests:")[0] + empty)[0]
