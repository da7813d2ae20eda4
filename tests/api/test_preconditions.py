import pytest

from neraca.api.preconditions import etag, versions
from neraca.api.problems import Problem


@pytest.mark.parametrize(
    ("written", "read"), [('"v17"', (17,)), ('"v17", "v3"', (17, 3)), ('"v17,v3"', (17, 3)), ('"v0"', (0,))]
)
def test_versions_are_read_in_order(written: str, read: tuple[int, ...]) -> None:
    assert versions(written) == read


@pytest.mark.parametrize("written", ["v17", '"17"', '"v-1"', "*", "", '""', 'W/"v1"', '"v1" oops'])
def test_what_is_no_version_is_refused(written: str) -> None:
    with pytest.raises(Problem, match="If-Match"):
        versions(written)


def test_an_etag_may_be_sent_back() -> None:
    assert versions(etag((17, 3))) == (17, 3)
