"""The file of a rule in force is edited: nothing changes by that, and everybody who might look is told so."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from neraca.domain.errors import NotFound
from neraca.policy.library import Library
from neraca.service.drift import drifts
from neraca.service.policy_lifecycle import PolicyLifecycle

TODAY = date(2025, 3, 3)


def files(policy: str, **texts: str) -> Library:
    return Library.read({"kota-uji.yaml": policy, **texts})[0]


def told(fixture_agency: Any, library: Library) -> list[str]:
    return [str(one) for one in drifts(fixture_agency.service.policies, fixture_agency.id, library, TODAY)]


def test_the_text_of_the_log_has_no_difference(fixture_agency: Any, policy: str) -> None:
    comments = policy.replace("\ntests:", "\n# a comment\ntests:")

    assert told(fixture_agency, files(policy)) == []
    assert told(fixture_agency, files(comments)) == []
    assert told(fixture_agency, files(policy.replace("\nid: kota-uji\n", "\nid: kota-lain\n"))) == []


def test_an_edited_file_is_told_with_its_place_and_the_remedy(fixture_agency: Any, policy: str) -> None:
    edited = policy.replace("sikap: 30", "sikap: 20").replace("of: {hasil: 60", "of: {hasil: 70")

    (said,) = told(fixture_agency, files(edited))

    assert said.startswith("kota-uji.yaml:")
    assert "warning: kota-uji@1 rules in uji as the log has it (policy " in said
    assert ": /nodes/nilai/of/hasil: 60 -> 70 and 1 more; editing it changes nothing - " in said
    assert said.endswith(
        "give the new one version: 2 in a file of its own, and propose that: neraca policy propose FILE --agency uji "
        "--since DATE"
    )


def test_what_rules_no_more_may_say_what_it_likes(fixture_agency: Any, policy: str) -> None:
    fixture_agency.publish(policy, version=2, since=date(2025, 2, 1))

    assert told(fixture_agency, files(policy.replace("sikap: 30", "sikap: 20").replace("hasil: 60", "hasil: 70"))) == []


def test_a_comparison_takes_the_text_of_the_log(fixture_agency: Any, policy: str) -> None:
    desk = PolicyLifecycle(
        fixture_agency.service, fixture_agency.house.agencies, lambda: datetime(2025, 3, 3, tzinfo=UTC), files(policy)
    )

    for ref in ("kota-uji@1", "kota-uji", "uji"):
        assert desk.published("uji", ref).sources == {"kota-uji.yaml": policy}
    with pytest.raises(NotFound, match="uji never published kota-uji@2; there are kota-uji@1"):
        desk.published("uji", "kota-uji@2")
