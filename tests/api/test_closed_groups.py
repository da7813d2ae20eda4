"""Anonymous peers before and after their group closes: what each reader is told of them, in one story told once."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from neraca.domain.appraisal.commands import Finalise
from neraca.domain.vocabulary import Relation

ANI = "198501012010011001"
READERS = ("ani", "boss", "head", "hr", "official", "auditor", "operator")
EVERYTHING = """version position recordedAt score predicate status stage nodes: components { node value }
    ratings { relation rater note reason recordedAt values { value } }
    raterGroups { relation count anonymous open shown } openGroups
    history { score status cause by } timeline { version type data }
    explain { kind path value note inputs { name value source events } }
    evaluate(policy: "id.jatim.kota-surabaya@1") { score explain { path value } }"""


class Story(NamedTuple):
    """What each reader was told: before two more peers rated, after each of them, and once the result was final."""

    before: Mapping[str, Any]
    meanwhile: tuple[Mapping[str, Any], ...]
    final: Mapping[str, Any]


@pytest.fixture(scope="module")
def story(world: Any) -> Story:
    before = told(world)
    meanwhile: list[Mapping[str, Any]] = []
    for peer, value in (("peer2", 3), ("peer3", 1)):
        world.tell(peer, world.rating(Relation.PEER, value))
        world.follow()
        meanwhile.append(told(world))
    world.tell("official", Finalise(employee=ANI, period="2025-Q1"), now=datetime(2025, 4, 2, 2, tzinfo=UTC))
    world.follow()
    return Story(before, tuple(meanwhile), told(world))


def told(world: Any) -> Mapping[str, Any]:
    query = """query ($nip: String!) { agency(id: "surabaya") {
        appraisal(employee: $nip, period: "2025-Q1") { %s } } }"""
    found = {who: world.data(who, query.replace("%s", EVERYTHING), {"nip": ANI}) for who in READERS}
    return {who: one["agency"]["appraisal"] for who, one in found.items()}


def test_two_more_peers_change_nothing_that_anybody_reads(story: Story) -> None:
    assert story.meanwhile == (story.before, story.before)


def test_a_final_score_explains_itself_from_the_facts_it_was_fixed_on(story: Story) -> None:
    found = story.final["ani"]

    assert (found["status"], found["stage"], found["score"]) == ("FINAL", "FINAL", "107.69")
    assert (found["history"][-1]["cause"], found["history"][-1]["status"]) == ("appraisal.finalised", "FINAL")
    assert found["explain"]


@pytest.mark.parametrize("who", ["ani", "boss", "hr", "auditor"])
def test_the_four_peers_are_shown_by_what_they_came_to(story: Story, who: str) -> None:
    """3, 2, 3 and 1: 9 by 4, which is all that is told of them."""
    found = story.final[who]

    assert found["openGroups"] == []
    assert {"relation": "PEER", "count": 4, "anonymous": True, "open": False, "shown": True} in found["raterGroups"]
    assert [one["relation"] for one in found["ratings"]] == ["SUPERVISOR"]
    means = {step["value"] for step in found["explain"] if step["path"].endswith("/rekan")}
    assert means == {"2.25"}
    closed = [one["data"]["closed"] for one in found["timeline"] if one["type"] == "appraisal.finalised"]
    assert closed == [{"rekan": 4}]
    given = [one for step in found["explain"] for one in step["inputs"] if (one["source"] or "").endswith("/rekan")]
    assert given
    assert all(one["events"] == [] for one in given)
