"""One appraisal read whole: exact numbers, steps back to events, line and law, and no rater who may not be named."""

import re
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from neraca.policy.library import Library, Unsound

ANI = "198501012010011001"


def appraisal(world: Any, who: str, fields: str) -> Any:
    query = "query ($nip: String!) { agency(id: %s) { appraisal(employee: $nip, period: %s) { %s } } }"
    found = world.data(
        who, query.replace("%s", '"surabaya"', 1).replace("%s", '"2025-Q1"', 1).replace("%s", fields), {"nip": ANI}
    )
    return found["agency"]["appraisal"]


def test_the_score_is_exact_text_with_all_its_places(world: Any) -> None:
    assert appraisal(world, "ani", "score status predicate stage reason levels { name level }") == {
        "score": "107.69",
        "status": "PROVISIONAL",
        "predicate": "baik",
        "stage": "RUNNING",
        "reason": None,
        "levels": [
            {"name": "hasil_kerja", "level": "sesuai"},
            {"name": "perilaku", "level": "sesuai"},
            {"name": "predikat", "level": "baik"},
        ],
    }


def test_the_tree_has_values_weights_lines_and_law(world: Any) -> None:
    fields = """components { node value weight combine components { node value weight }
        indicators { indicator value weight label(language: "en") origin { file line } legalReference { key } } }"""

    tops = {one["node"]: one for one in appraisal(world, "ani", fields)["components"]}

    assert tops.keys() == {"perilaku_dan_ekspektasi", "hasil_kerja"}
    results = tops["hasil_kerja"]
    assert (results["value"], results["weight"], results["combine"]) == ("107.69", None, "WEIGHTED_MEAN")
    assert results["components"] == [{"node": "layanan", "value": None, "weight": "35"}]
    planned = results["indicators"][0]
    assert (planned["indicator"], planned["value"], planned["weight"]) == ("rencana_hasil_kerja", "110.00", "50")
    assert planned["label"] == "Planned results against targets"
    assert planned["origin"]["file"] == "surabaya/kota-surabaya.yaml"
    assert planned["legalReference"]["key"] == "contoh_surabaya"


def test_an_indicator_shows_what_its_judge_looks_at(world: Any) -> None:
    """In both languages, in order; what is counted is judged by nobody and has none."""
    fields = """components { node components { node indicators { indicator id: guides en: guides(language: "en") } }
        indicators { indicator id: guides } }"""

    tops = {one["node"]: one for one in appraisal(world, "ani", fields)["components"]}

    behaviour = {one["node"]: one["indicators"] for one in tops["perilaku_dan_ekspektasi"]["components"]}
    seven = {one["indicator"]: one for one in behaviour["perilaku"]}
    assert seven["kompeten"]["id"][1] == "Membantu orang lain belajar"
    assert seven["kompeten"]["en"][1] == "Helps others learn"
    assert [len(one["id"]) for one in seven.values()] == [3] * 7
    assert [one["id"] for one in behaviour["ekspektasi_kota"]] == [[], []]
    assert {tuple(one["id"]) for one in tops["hasil_kerja"]["indicators"]} == {()}


def test_every_leaf_of_an_explanation_leads_to_events(world: Any) -> None:
    fields = """explain { kind path formula value note origin { file line col } legalReference { key title }
        inputs { name value source events } }"""

    steps = appraisal(world, "ani", fields)["explain"]

    kinds = {step["kind"] for step in steps}
    assert {"GROUP", "PANEL", "MEASURE", "NODE", "BAND", "MATRIX"} <= kinds
    assert all(step["origin"]["line"] > 0 for step in steps if step["origin"])
    leaves = [one for step in steps for one in step["inputs"] if one["source"] and one["value"] is not None]
    led = [one for one in leaves if not one["source"].endswith("/rekan")]
    assert led
    assert all(one["events"] for one in led)
    events = {id_ for one in led for id_ in one["events"]}
    for id_ in events:
        found = world.data("auditor", "query ($id: ID!) { node(id: $id) { ... on Event { type } } }", {"id": id_})
        assert found["node"]["type"].startswith("appraisal.")


def test_targets_and_reports_are_there_in_full(world: Any) -> None:
    fields = """plan { status } results { result title source }
        targets { target value weight actual until polarity unit plannedResult { title } revisions { reason } }
        reports { report kind status actual feedback day workingDay evidence { title uri sha256 } }"""

    found = appraisal(world, "boss", fields)

    assert found["plan"] == {"status": "APPROVED"}
    assert [one["title"] for one in found["results"]] == ["KTP terbit", "Pengaduan turun"]
    assert found["targets"][0] == {
        "target": "t1",
        "value": "300",
        "weight": "60",
        "actual": "330",
        "until": "2025-03-01",
        "polarity": "MAX",
        "unit": "berkas",
        "plannedResult": {"title": "KTP terbit"},
        "revisions": [],
    }
    assert [(one["report"], one["status"], one["kind"]) for one in found["reports"]] == [
        ("l1", "ACCEPTED", "PROGRESS"),
        ("l2", "ACCEPTED", "PROGRESS"),
        ("a1", "PENDING", "ACTIVITY"),
    ]
    assert [one["workingDay"] for one in found["reports"]] == [None, None, True]
    assert found["reports"][0]["evidence"] == [
        {"title": "Rekap layanan", "uri": "https://contoh.go.id/rekap", "sha256": None}
    ]


def test_anonymous_peers_are_neither_counted_nor_shown_before_they_close(world: Any) -> None:
    fields = """ratings { relation rater note recordedAt values { indicator value } }
        raterGroups { relation count anonymous shown } openGroups
        explain { kind path value inputs { name value source events } }"""

    for who in ("ani", "boss", "hr", "auditor", "operator"):
        found = appraisal(world, who, fields)

        assert [(one["relation"], one["rater"]) for one in found["ratings"]] == [("SUPERVISOR", "197001011995031001")]
        assert {one["relation"]: (one["count"], one["anonymous"], one["shown"]) for one in found["raterGroups"]} == {
            "PEER": (None, True, False),
            "SUPERVISOR": (1, False, True),
        }
        assert found["openGroups"] == ["PEER"]
        of_peers = [step for step in found["explain"] if step["path"].endswith("/rekan")]
        assert of_peers
        assert all(step["value"] is None for step in of_peers)


def test_what_if_another_policy_does_not_lift_the_veil(world: Any) -> None:
    fields = """evaluate(policy: "id.jatim.kota-surabaya@1") { status score predicate policyVersion
        explain { kind path value note inputs { name value source events } } }"""

    found = appraisal(world, "ani", fields)["evaluate"]

    assert (found["status"], found["score"], found["predicate"]) == ("FINAL", "107.69", "baik")
    peers = [one for step in found["explain"] for one in step["inputs"] if (one["source"] or "").endswith("/rekan")]
    assert peers
    assert all((one["value"], one["events"]) == ("0" if one["name"] == "n" else None, []) for one in peers)


def test_what_was_published_is_read_whatever_the_checks_of_today_say(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stricter(*_: Any) -> Any:
        raise Unsound([])

    query = """{ agency(id: "surabaya") { appraisals(first: 1) { edges { node { explain { path } } } } } }"""
    monkeypatch.setattr(Library, "read", stricter)
    with TestClient(world.again()) as fresh:
        answer = fresh.post("/graphql", json={"query": query}, headers={"Authorization": "Bearer hr-token"}).json()

    assert "errors" not in answer
    assert answer["data"]["agency"]["appraisals"]["edges"][0]["node"]["explain"]


def test_an_unknown_policy_is_told(world: Any) -> None:
    query = """{ agency(id: "surabaya") { appraisal(employee: "198501012010011001", period: "2025-Q1") {
        evaluate(policy: "no.such") { score } } } }"""

    answer = world.ask("ani", query)

    assert answer["errors"][0]["extensions"] == {"code": "NOT_FOUND"}


def test_history_tells_the_cause_and_never_the_rater(world: Any) -> None:
    found = appraisal(world, "ani", "history { event cause by status score effectiveAt reason }")["history"]

    assert (found[0]["cause"], found[0]["status"], found[0]["score"]) == ("appraisal.opened", "BLOCKED", None)
    assert (found[-1]["status"], found[-1]["score"], found[-1]["effectiveAt"]) == (
        "PROVISIONAL",
        "107.69",
        "2025-03-03",
    )
    assert all(one["by"] is None for one in found if one["cause"].startswith("appraisal.rat"))
    assert all(one["event"].startswith("surabaya:") for one in found)


def test_the_timeline_knows_no_peer(world: Any) -> None:
    found = appraisal(world, "ani", "timeline { version type by data }")["timeline"]

    assert [one["version"] for one in found] == list(range(1, len(found) + 1))
    rated = [one for one in found if one["type"] == "appraisal.rated"]
    assert [(one["by"], one["data"]["relation"]) for one in rated] == [("197001011995031001", "SUPERVISOR")]


def test_policy_texts_are_there_to_the_letter(world: Any) -> None:
    query = '{ agency(id: "surabaya") { policy(ref: "id.jatim.kota-surabaya@1") { ref file texts { file text } } } }'

    found = world.data("ani", query)["agency"]["policy"]

    folder, own_plans = Path(__file__).parents[2] / "policies", re.compile(r"\nworkflow:\n(?:  .*\n)+")
    assert {one["file"]: one["text"] for one in found["texts"]} == {
        # As conftest publishes it.
        one["file"]: own_plans.sub("\n", text) if one["file"].startswith("surabaya") else text
        for one in found["texts"]
        for text in [(folder / one["file"]).read_text()]
    }
    assert found["file"] == "surabaya/kota-surabaya.yaml"


@pytest.mark.parametrize("group_by", ["OUTCOME", "UNIT", "UNIT_AND_OUTCOME"])
def test_a_summary_counts_everyone_once(world: Any, group_by: str) -> None:
    query = '{ agency(id: "surabaya") { summary(period: "2025-Q1", groupBy: %s) { unit outcome people } } }'

    found = world.data("hr", query.replace("%s", group_by))["agency"]["summary"]

    assert sum(one["people"] for one in found) == 6
    assert (found[0]["unit"] is None) is (group_by == "OUTCOME")


def test_ids_lead_back_to_their_things(world: Any) -> None:
    for id_, kind in (
        ("surabaya", "Agency"),
        (f"surabaya/appraisal/{ANI}/2025-Q1", "Appraisal"),
        (f"surabaya/employee/{ANI}", "Employee"),
        ("surabaya:3", "Event"),
    ):
        found = world.data("auditor", "query ($id: ID!) { node(id: $id) { id __typename } }", {"id": id_})
        assert found["node"] == {"id": id_, "__typename": kind}
    for id_ in ("surabaya/appraisal/1/2025", "surabaya/nothing/1", "surabaya:999999", "surabaya:x", "", "/", ":"):
        assert world.data("auditor", "query ($id: ID!) { node(id: $id) { id } }", {"id": id_}) == {"node": None}


def test_pages_meet_without_gap_or_overlap(world: Any) -> None:
    query = """query ($after: String) { agency(id: "surabaya") { appraisals(first: 2, after: $after) {
        totalCount edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"""
    seen: list[str] = []
    after = None
    while True:
        page = world.data("hr", query, {"after": after})["agency"]["appraisals"]
        assert page["totalCount"] == 6
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        seen += [one["node"]["id"] for one in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]

    assert seen == sorted(seen)
    assert len(set(seen)) == 6


@pytest.mark.parametrize("arguments", ["first: 0", "first: 1001", 'after: "x"', 'after: "WyJhIl0="'])
def test_what_is_no_page_is_told(world: Any, arguments: str) -> None:
    query = '{ agency(id: "surabaya") { appraisals(%s) { totalCount } } }'

    assert world.ask("hr", query.replace("%s", arguments))["errors"][0]["extensions"] == {"code": "BAD_PAGE"}


@pytest.mark.parametrize(
    ("filters", "people"),
    [
        ('period: "2025-Q1"', 6),
        ('period: "2024-Q1"', 0),
        ('unit: "dinkes"', 1),
        ('predicate: "baik"', 1),
        ("status: BLOCKED", 5),
        ('employee: "198501012010011001", status: PROVISIONAL', 1),
    ],
)
def test_filters_narrow(world: Any, filters: str, people: int) -> None:
    query = '{ agency(id: "surabaya") { appraisals(%s) { totalCount edges { node { status } } } } }'

    found = world.data("hr", query.replace("%s", filters))["agency"]["appraisals"]

    assert (found["totalCount"], len(found["edges"])) == (people, people)


def test_a_page_of_everything_is_one_answer(world: Any) -> None:
    fields = "score explain { path } components { node } targets { value } history { score } ratings { relation }"
    query = '{ agency(id: "surabaya") { appraisals(first: 10) { edges { node { ...all } } } } }'

    found = world.data("hr", f"{query} fragment all on Appraisal {{ {fields} }}")

    assert len(found["agency"]["appraisals"]["edges"]) == 6


def test_the_agency_describes_itself(world: Any) -> None:
    query = """{ agency(id: "surabaya") { id name english: name(language: "en") kind timeZone stage languages
        units { id name activated } } }"""

    assert world.data("ani", query)["agency"] == {
        "id": "surabaya",
        "name": "Pemerintah Kota Surabaya",
        "english": "City of Surabaya",
        "kind": "CITY",
        "timeZone": "Asia/Jakarta",
        "stage": "DEMONSTRATION",
        "languages": ["id", "en"],
        "units": [
            {"id": "disdukcapil", "name": "Dinas disdukcapil", "activated": "2025-01-01"},
            {"id": "dinkes", "name": "Dinas dinkes", "activated": "2025-01-01"},
        ],
    }
