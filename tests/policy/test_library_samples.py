"""The worked samples are golden: they load without an error, in every later version."""

from collections.abc import Mapping

from neraca.policy.findings import errors
from neraca.policy.library import Library


def test_the_drafts_have_no_error(samples: Mapping[str, str]):
    library, found = Library.read(samples)

    assert errors(found) == []
    assert len(library.ids()) == len(samples)


def test_three_levels_resolve_in_order(samples: Mapping[str, str]):
    library, _ = Library.read(samples)

    resolved = library.get("id.jateng.kota-semarang.gajahmungkur")

    assert resolved.chain == ("a-nasional-permenpanrb-6-2022.yaml", "e0-kota-semarang.yaml", "e-gajahmungkur.yaml")
    assert str(resolved.origins["/indicators/akuntabel/label"]).startswith("a-nasional-permenpanrb-6-2022.yaml:64:")
    assert str(resolved.origins["/panels/perilaku/raters/rekan/missing"]).startswith("e0-kota-semarang.yaml:17:")
    assert str(resolved.origins["/panels/perilaku/raters/rekan/weight"]).startswith("e-gajahmungkur.yaml:23:")
