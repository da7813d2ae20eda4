"""The evaluation document over HTTP: who gets it, and that nobody else learns whether there is one."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from neraca.domain.appraisal import commands as ask
from neraca.domain.vocabulary import ObjectionOutcome

ANI, STRANGER = "198501012010011001", "199001012015011001"
PATH = "/agencies/surabaya/appraisals/{}/2025-Q1/document"
AFTER = datetime(2025, 4, 8, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def final(world: Any) -> Any:
    world.tell("official", ask.Finalise(employee=ANI, period="2025-Q1"), now=AFTER)
    return world


@pytest.mark.parametrize("who", ["ani", "boss", "head", "hr", "official", "auditor", "operator", "pay-system"])
def test_who_may_read_the_appraisal_gets_it(final: Any, who: str) -> None:
    answer = final.get(PATH.format(ANI), who)

    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert answer.headers["ETag"] == f'"{sha256(answer.content).hexdigest()}"'
    assert "<dd>198501012010011001</dd>" in answer.text


@pytest.mark.parametrize(
    "who", ["peer0", "stranger", "surveyor", "policy", "national", "integrator", "counter", "archive"]
)
def test_others_are_told_the_same_as_of_one_that_is_not_there(final: Any, who: str) -> None:
    """A rater too: who rated Ani is not told what she came to."""
    for employee in (ANI, "195"):
        answer = final.get(PATH.format(employee), who)

        assert answer.status_code == 404
        assert answer.json()["detail"] == f"there is no appraisal of '{employee}' for '2025-Q1' that you may read"
    assert final.get(PATH.format("195"), "hr").json()["detail"] == (
        "there is no appraisal of '195' for '2025-Q1' that you may read"
    )


def test_another_agency_and_no_token_get_none(final: Any) -> None:
    assert final.get(PATH.format(ANI), "bandung").status_code == 404
    assert final.client.get(PATH.format(ANI)).status_code == 401


def test_it_comes_in_english_on_request(final: Any) -> None:
    assert "Performance evaluation document" in final.get(f"{PATH.format(ANI)}?language=en", "ani").text
    assert final.get(f"{PATH.format(ANI)}?language=jv", "ani").status_code == 400


def test_it_comes_as_pdf_on_request(final: Any) -> None:
    answer = final.get(f"{PATH.format(ANI)}?format=pdf", "ani")

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")


def test_without_a_final_result_there_is_none(final: Any) -> None:
    answer = final.get(PATH.format(STRANGER), "hr")

    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:neraca:problem:not-open"
    assert "is not final; a final result has a document" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["a%20b/2025-Q1", f"{ANI}/kemarin"])
def test_what_names_no_appraisal_is_refused_by_its_part(final: Any, path: str) -> None:
    answer = final.get(f"/agencies/surabaya/appraisals/{path}/document", "hr")

    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(("employee: ", "period: "))


DOCUMENTS = """($at: Position) { agency(id: "surabaya", asOf: {position: $at}) {
  appraisals(employee: "198501012010011001") { edges { node { documents {
    number code form template sha256 result current issued by deputy recommendation
    deliverBy delivered received returnBy returned refused refusalReason reportBy reported
  } } } } } }"""
NOW = DOCUMENTS.replace("($at: Position)", "").replace(", asOf: {position: $at}", "")


def told(world: Any, who: str, at: int | None = None) -> list[dict[str, Any]]:
    data = world.data(who, NOW) if at is None else world.data(who, f"query {DOCUMENTS}", {"at": at})
    return data["agency"]["appraisals"]["edges"][0]["node"]["documents"]


def test_graphql_tells_number_digest_and_days_now_and_as_of_a_position(final: Any) -> None:
    who = {"employee": ANI, "period": "2025-Q1"}
    steps = [
        ("boss", ask.IssueDocument(**who, recommendation="Pelatihan")),
        ("boss", ask.DeliverDocument(**who)),
        ("ani", ask.RefuseDocument(**who, reason="Nilai Mei")),
        ("ani", ask.ReturnDocument(**who)),
        ("boss", ask.ReportDocument(**who)),
    ]
    at = [final.tell(by, step, now=AFTER).position for by, step in steps]
    final.follow()
    file = final.get(PATH.format(ANI), "ani").content

    [last] = told(final, "ani")

    assert last["sha256"] == sha256(file).hexdigest()
    assert last["number"].encode() in file
    assert last["code"].encode() in file
    day = "2025-04-08"
    names = ("form", "current", "issued", "by", "deputy", "recommendation", "deliverBy", "returnBy", "reportBy")
    assert [last[name] for name in names] == [
        "PERIODIC",
        True,
        day,
        "197001011995031001",
        None,
        "Pelatihan",
        "2025-04-28",
        "2025-04-28",
        "2025-05-30",
    ]
    days = ("delivered", "received", "refused", "returned", "reported")
    assert [last[name] for name in (*days, "refusalReason")] == [*(day for _ in days), "Nilai Mei"]
    then = [[one[name] is not None for name in days] for position in at for one in told(final, "hr", position)]
    assert then == [
        [False, False, False, False, False],
        [True, False, False, False, False],
        [True, True, True, False, False],
        [True, True, True, True, False],
        [True, True, True, True, True],
    ]
    assert told(final, "hr", at[0] - 1) == []
    assert told(final, "auditor") == [last]


def test_number_and_code_tell_who_may_read_the_appraisal_what_the_document_shows(final: Any) -> None:
    [known] = told(final, "ani")
    path = f"/agencies/surabaya/documents?number={known['number']}&code={known['code']}"

    for who in ("ani", "boss", "hr", "auditor"):
        answer = final.get(f"{path}&sha256={known['sha256']}", who)
        assert answer.status_code == 200, answer.text
        shown = answer.json()
        assert {name: shown[name] for name in ("employee", "period", "current", "recorded", "unaltered")} == {
            "employee": ANI,
            "period": "2025-Q1",
            "current": True,
            "recorded": True,
            "unaltered": True,
        }
    assert final.get(f"{path}&sha256={'0' * 64}", "ani").json()["unaltered"] is False
    for who, asked in (("peer0", path), ("stranger", path), ("bandung", path), ("ani", f"{path}X")):
        assert final.get(asked, who).status_code == 404
    assert final.get(f"{path}&sha256=0", "ani").status_code == 400


def test_the_description_of_the_interface_tells_of_both_routes(final: Any) -> None:
    paths = final.client.get("/openapi.json").json()["paths"]

    file = paths["/agencies/{agency}/appraisals/{employee}/{period}/document"]["get"]
    assert file["responses"]["200"]["content"].keys() == {"text/html", "application/pdf"}
    asked = {one["name"]: one["required"] for one in paths["/agencies/{agency}/documents"]["get"]["parameters"]}
    assert asked == {"agency": True, "number": True, "code": True, "sha256": False}


def test_a_document_of_a_result_that_no_longer_stands_says_so(final: Any) -> None:
    who = {"employee": ANI, "period": "2025-Q1"}
    final.tell("ani", ask.FileObjection(**who, grounds="Bukti Mei"), now=AFTER)
    amend = ask.DecideObjection(**who, outcome=ObjectionOutcome.AMENDED, reason="Benar")
    final.tell("head", amend, now=AFTER)
    final.follow()

    assert [one["current"] for one in told(final, "ani")] == [False]
    assert final.get(PATH.format(ANI), "ani").status_code == 409
