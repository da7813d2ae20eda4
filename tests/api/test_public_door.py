"""The public door over HTTP: links, forms, answers, receipts, and that nothing leads to who answered."""

import json
import re
import time
from asyncio import Semaphore, gather, run
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from neraca.api import public_door
from neraca.api.answer_queue import AnswerQueue, AskedPoint, SentAnswer
from neraca.api.database_reads import open_reads
from neraca.domain.service_point.commands import OpenServicePoint
from neraca.domain.survey import CloseSurvey, OpenSurvey, ReopenSurvey
from neraca.domain.vocabulary import ServicePointKind
from neraca.service.public_door import pass_on, secret
from neraca.service.receipts import hashed

ELEMENTS = [f"u{n}" for n in range(1, 10)]
WHICH: dict[str, Any] = {"unit": "dinkes", "period": "2025-Q1", "survey": "skm_unit"}
PAGE = {"Accept": "text/html"}
OFFICE = "Puskesmas &lt;poli&gt;, Dinas dinkes, Pemerintah Kota Surabaya"
MOST = "at most 1,000 are taken"
GOOD = dict.fromkeys(ELEMENTS, 4)


@pytest.fixture(scope="module", autouse=True)
def asked(world: Any) -> None:
    for point in ("poli", "ugd"):
        world.tell(
            "surveyor",
            OpenServicePoint(
                point=point, unit="dinkes", name=f"Puskesmas <{point}>", kind=ServicePointKind.HEALTH_CENTER,
                since=date(2025, 1, 1), hours="08:00-08:30",
            ),
        )  # fmt: skip
    world.tell(
        "surveyor",
        OpenSurvey(
            **WHICH, elements=ELEMENTS, points=["poli", "ugd"], opens=date(2025, 3, 1), closes=date(2025, 3, 20),
            hourly=3,
        ),
    )  # fmt: skip
    world.follow()


def issue(world: Any, who: str = "surveyor", **more: Any) -> Any:
    answer = world.client.post(
        "/agencies/surabaya/survey-tokens",
        json={**WHICH, "point": "poli", **more},
        headers={"Authorization": f"Bearer {who}-token"},
    )
    world.follow()
    return answer


def links(world: Any, **more: Any) -> list[str]:
    answer = issue(world, **more)
    assert answer.status_code == 201, answer.text
    return [urlsplit(one["link"]).path for one in answer.json()["tokens"]]


def send(world: Any, link: str, answers: Any = GOOD, **more: Any) -> Any:
    return world.client.post(link, json={"answers": answers, **more})


def test_a_link_leads_to_the_questions_as_json_and_as_a_form(world: Any) -> None:
    [link] = links(world)

    told = world.client.get(link)
    assert told.status_code == 200
    said = told.json()
    assert (said["agency"], said["point"], said["until"]) == (
        "Pemerintah Kota Surabaya", "Puskesmas <poli>", "2025-03-20",
    )  # fmt: skip
    assert said["elements"][6] == {"id": "u7", "question": "Perilaku pelaksana"}
    assert said["scale"] == {"1": "Tidak baik", "2": "Kurang baik", "3": "Baik", "4": "Sangat baik"}

    page = world.client.get(link, headers=PAGE)
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert "set-cookie" not in page.headers
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "Puskesmas &lt;poli&gt;" in page.text
    assert "<script" not in page.text
    found = Fields()
    found.feed(page.text)
    assert found.radios == {(name, str(value)) for name in ELEMENTS for value in range(1, 5)}
    assert found.labelled
    assert found.language == "id"


class Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.radios: set[tuple[str, str]] = set()
        self.inside: list[str] = []
        self.labelled = True
        self.language = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = given["lang"]
        if tag == "input":
            self.radios.add((given["name"], given["value"]))
            self.labelled &= self.inside[-2:] == ["fieldset", "label"]
        elif tag in ("fieldset", "label"):
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("fieldset", "label"):
            self.inside.pop()


def test_an_answer_is_taken_once_and_its_receipt_says_where_it_is(world: Any) -> None:
    [link] = links(world)

    taken = send(world, link, comment="Cepat dan ramah")
    assert taken.status_code == 201
    receipt = taken.json()["receipt"]
    assert re.fullmatch(r"surabaya\.[a-z2-7]{26}", receipt)
    again = send(world, link, dict.fromkeys(ELEMENTS, 1))
    assert (again.status_code, again.json()["detail"]) == (409, "this token has let an answer in")
    assert world.client.get(link).status_code == 409
    told = world.client.get(f"/receipts/{receipt.upper()}").json()
    assert told == {
        "standing": "received", "unit": "dinkes", "survey": "skm_unit", "period": "2025-Q1", "point": "poli",
        "name": "Puskesmas <poli>", "counted_by": "2025-03-21", "position": None, "index": None,
    }  # fmt: skip
    page = world.client.get(f"/receipts/{receipt}", headers=PAGE)
    assert (
        f"<p>Jawaban Anda untuk survei kepuasan masyarakat 2025-Q1 pada {OFFICE} sudah diterima dan "
        "menunggu dihitung bersama jawaban lain, paling lambat pada 2025-03-21.</p>"
    ) in page.text


def test_a_form_is_filled_in_without_a_program(world: Any) -> None:
    first, second = links(world, count=2)
    form = {"Content-Type": "application/x-www-form-urlencoded", **PAGE}

    lacking = world.client.post(first, content="u1=5&comment=Antre+%3Cb%3E", headers=form)
    assert lacking.status_code == 422
    assert '<p role="alert">Pilih 1, 2, 3, atau 4 untuk setiap pertanyaan.</p>' in lacking.text
    assert "Antre &lt;b&gt;</textarea>" in lacking.text  # nothing that was filled in is lost
    twice = world.client.post(first, content="u1=4&u1=3", headers=form)
    assert "Satu pertanyaan dijawab dua kali" in twice.text
    taken = world.client.post(first, content="&".join(f"{name}=3" for name in ELEMENTS), headers=form)
    assert taken.status_code == 201
    assert (
        f"<p>Untuk {OFFICE}. Jawaban dihitung bersama jawaban lain, "
        "semuanya paling lambat sehari setelah survei berakhir pada 2025-03-20.</p>"
    ) in taken.text
    [code] = re.findall(r"<code>(surabaya\.[a-z2-7]{26})</code>", taken.text)
    assert world.client.get(f"/receipts/{code}").json()["standing"] == "received"
    used = world.client.post(first, content="u1=3", headers=form)
    assert (used.status_code, "Token ini sudah dipakai" in used.text) == (409, True)
    assert world.client.get(second, headers=PAGE).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        ({"answers": {}}, 422, "there is no answer; answer at least one element"),
        ({"answers": {"u1": 5}}, 422, "u1: an answer is 1, 2, 3 or 4"),
        ({"answers": {"u10": 4}}, 422, "the survey has no element 'u10'"),
        ({"answers": {"u1": "4"}}, 422, "/answers: here stands a text; write a whole number"),
        ({"answers": GOOD, "name": "Budi"}, 422, "/name: no field 'name': take it away"),
        ({"answers": GOOD, "comment": "x" * 1001}, 422, f"comment: a comment has 1,001 characters; {MOST}"),
        ({"answers": GOOD, "comment": "x" * 20_000}, 413, None),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused_and_the_token_stays_good(
    world: Any, body: dict[str, Any], status: int, detail: str | None
) -> None:
    [link] = links(world)

    refused = world.client.post(link, json=body)
    assert refused.status_code == status
    if detail is not None:
        assert refused.json()["detail"] == detail
    assert send(world, link).status_code == 201


def test_whatever_leads_nowhere_is_answered_alike(world: Any) -> None:
    told = set[str]()
    for token in (f"surabaya.{secret()}", f"bandung.{secret()}", f"tidak-ada.{secret()}", "surabaya", "x" * 300, "a.b"):
        for path in (f"/survey/{token}", f"/receipts/{token}"):
            answer = world.client.get(path)
            assert answer.status_code == 404, path
            told.add(json.dumps({name: value for name, value in answer.json().items() if name != "instance"}))
        assert send(world, f"/survey/{token}").status_code == 404
    assert len(told) == 1


def test_a_citizen_is_told_in_a_page_that_a_link_or_code_leads_nowhere(world: Any) -> None:
    """The same page for whatever leads nowhere; a program has a problem."""
    told = set[str]()
    for token in (f"surabaya.{secret()}", f"tidak-ada.{secret()}", "surabaya", "x" * 300, "a/b", ""):
        for path in (f"/survey/{token}", f"/receipts/{token}"):
            answer = world.client.get(path, headers=PAGE)
            assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8"), path
            assert answer.headers["cache-control"] == "no-store"
            told.add(answer.text)
    [page] = told
    assert '<html lang="id">' in page
    assert "<h1>Tautan atau kode tidak dikenal</h1>" in page
    assert "Periksa apakah alamatnya tertulis lengkap." in page
    [link] = links(world)
    form = {"Content-Type": "application/x-www-form-urlencoded", **PAGE}
    long = world.client.post(link, content="comment=" + "x" * 20_000, headers=form)
    assert (long.status_code, "persingkat saran Anda" in long.text) == (413, True)
    assert world.client.get("/agencies/surabaya/events", headers=PAGE).headers["content-type"] == (
        "application/problem+json"
    )


def meanwhile(world: Any, ask: Callable[[], Any]) -> Any:
    """What is answered where the read models take in what is in the log only after it was asked for."""
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(ask)
        time.sleep(0.3)
        world.follow()
        return asked.result()


def test_a_link_works_as_soon_as_it_is_told(world: Any) -> None:
    wanted = {**WHICH, "point": "poli", "count": 2}
    told = world.client.post(
        "/agencies/surabaya/survey-tokens", json=wanted, headers={"Authorization": "Bearer surveyor-token"}
    )
    asked, answered = (urlsplit(one["link"]).path for one in told.json()["tokens"])

    page = meanwhile(world, lambda: world.client.get(asked, headers=PAGE))
    assert (page.status_code, "Puskesmas &lt;poli&gt;" in page.text) == (200, True)
    assert send(world, answered).status_code == 201


def test_where_the_read_model_stays_behind_a_link_is_to_be_opened_again(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_door, "PATIENCE", timedelta(milliseconds=50))
    wanted = {**WHICH, "point": "poli"}
    told = world.client.post(
        "/agencies/surabaya/survey-tokens", json=wanted, headers={"Authorization": "Bearer surveyor-token"}
    )
    link = urlsplit(told.json()["tokens"][0]["link"]).path

    for path in (link, f"/survey/surabaya.{secret()}", f"/receipts/surabaya.{secret()}"):
        behind = world.client.get(path)
        assert (behind.status_code, behind.headers["retry-after"]) == (503, "5"), path
        assert behind.json()["detail"] == (
            "the surveys of this agency are not up to date yet; open this link or code again in a moment"
        )
        assert "Layanan sedang tidak dapat menjawab" in world.client.get(path, headers=PAGE).text
    world.follow()
    assert world.client.get(link).status_code == 200


def test_an_open_link_takes_so_many_an_hour_and_tells_them_apart(world: Any) -> None:
    [link] = links(world, point="ugd", open=True)

    taken = [send(world, link).status_code for _ in range(4)]
    assert taken == [201, 201, 201, 503]
    full = send(world, link)
    assert full.headers["retry-after"] == "600"
    assert full.json()["detail"] == (
        "this open link has taken as many answers as it may in an hour; try again later, or with a token"
    )


def test_tokens_are_issued_by_those_who_run_surveys_and_pass_programs(world: Any) -> None:
    for who, status in (("surveyor", 201), ("integrator", 201), ("hr", 403), ("ani", 403), ("auditor", 403)):
        assert issue(world, who).status_code == status, who
    assert issue(world, count=0).status_code == 422
    assert issue(world, count=501).status_code == 422
    assert issue(world, point="tidak-ada").status_code == 422
    assert issue(world, address="javascript:alert(1)").status_code == 422
    printed = issue(world, qr=True, address="https://survei.example.go.id/").json()["tokens"][0]
    assert printed["link"].startswith("https://survei.example.go.id/survey/surabaya.")
    assert printed["svg"].startswith("<svg ")


def test_what_came_in_is_passed_on_of_many_and_counted_and_leads_to_nobody(world: Any) -> None:
    sent = links(world, count=25)
    receipts = [send(world, link, comment=f"Saran {at}").json()["receipt"] for at, link in enumerate(sent)]
    agency = world.agencies["surabaya"]

    passed = pass_on(world.service, world.url, agency, datetime(2025, 3, 4, 2, tzinfo=UTC))
    assert passed.answers >= 15
    # What was passed on has left the door, and is not in the read model yet.
    with psycopg.connect(world.url) as connection:
        waits = {code for (code,) in connection.execute("select receipt from door.answer").fetchall()}
    gone = next(code for code in receipts if hashed(code) not in waits)
    assert meanwhile(world, lambda: world.client.get(f"/receipts/{gone}")).json()["standing"] == "counted"
    assert pass_on(world.service, world.url, agency, datetime(2025, 3, 4, 2, tzinfo=UTC)).answers == 0
    told = [world.client.get(f"/receipts/{code}").json() for code in receipts]
    counted = [one for one in told if one["standing"] == "counted"]
    waiting = [one for one in told if one["standing"] == "received"]
    assert counted
    assert waiting
    assert {one["index"] for one in told} == {None}

    last = pass_on(world.service, world.url, agency, datetime(2025, 3, 21, 2, tzinfo=UTC))
    assert (last.answers >= 10, last.shut) == (True, 1)
    assert send(world, sent[0]).status_code in (404, 409)
    world.tell("surveyor", CloseSurvey(**WHICH))
    world.follow()
    told = [world.client.get(f"/receipts/{code}").json() for code in receipts]
    assert {one["standing"] for one in told} == {"counted"}
    assert None not in {one["index"] for one in told}
    page = world.client.get(f"/receipts/{receipts[0]}", headers=PAGE).text
    assert (
        f"<p>Jawaban Anda untuk survei kepuasan masyarakat 2025-Q1 pada {OFFICE} sudah dihitung, tercatat pada posisi "
        f"{told[0]['position']} dalam log. Indeksnya ditetapkan pada posisi {told[0]['index']}.</p>"
    ) in page

    _nothing_leads_to_anybody(world, sent, receipts)


def _nothing_leads_to_anybody(world: Any, sent: list[str], receipts: list[str]) -> None:
    """Neither the log nor the database has a secret, a code, or an answer beside a token or a receipt."""
    with psycopg.connect(world.url) as connection:
        log = connection.execute(
            "select position, type, convert_from(data, 'UTF8') from ledger.events where agency = 'surabaya' and type "
            "like 'survey.%' order by position"
        ).fetchall()
        left = connection.execute(
            "select (select count(*) from door.answer), (select count(*) from door.used), (select count(*) from "
            "door.comment)"
        ).fetchall()
    assert left == [(0, 0, 0)]
    text = "".join(data for _, _, data in log)
    for link in sent:
        assert link.partition(".")[2] not in text
    for code in receipts:
        assert code.partition(".")[2] not in text
        assert hashed(code) in text
    answered = [json.loads(data)["body"] for _, type_, data in log if type_ == "survey.response-recorded"]
    batches: list[list[str]] = [[]]
    for position, type_, data in log:
        if type_ == "survey.response-recorded":
            batches[-1].append(json.loads(data)["body"]["respondent"])
        elif batches[-1]:
            batches.append([])
        assert position
    assert all(batch == sorted(batch) for batch in batches)
    assert all(set(one) <= {"type", "respondent", "answers", "point", "unverified"} for one in answered)
    flagged = [json.loads(data)["body"].get("flagged", {}) for _, type_, data in log if "passed-on" in type_]
    assert sum(one.get("OUTSIDE_HOURS", 0) for one in flagged) == len(answered)  # the door shuts at half past eight
    assert any(one.get("SAME_IN_A_ROW") for one in flagged)
    assert any(one.get("MANY_IN_MINUTES") for one in flagged)


def test_the_log_of_requests_has_no_token_and_no_address(world: Any, capfd: pytest.CaptureFixture[str]) -> None:
    token = f"surabaya.{secret()}"
    world.client.get(f"/survey/{token}", headers={"User-Agent": "peramban-warga/1", "X-Forwarded-For": "203.0.113.9"})

    said = capfd.readouterr().out
    assert "/survey/{token}" in said
    for told in (token, token.partition(".")[2], "peramban-warga", "203.0.113.9"):
        assert told not in said


def test_answers_that_come_together_are_stored_together_each_as_if_alone(world: Any) -> None:
    """In the order in which they came; what one of them brings that cannot be stored is not the others' fault."""
    stream = uuid4()
    now = datetime(2025, 3, 3, 2, tzinfo=UTC)

    def sent(n: int, token: str | None, answers: str = '{"u1": 4}') -> SentAnswer:
        return SentAnswer(token, f"tanda-{n}", answers, None, outside_hours=False, now=now)

    some = [
        *(sent(n, f"t{n}") for n in range(5)),
        sent(5, "t1"),  # once more
        sent(6, "t6", "[nothing"),
        *(sent(n, None) for n in range(7, 11)),  # three an hour
        sent(0, "t0"),  # again, as its receipt was lost on the way
    ]

    async def come(some: list[SentAnswer]) -> list[Any]:
        reads = open_reads(world.url)
        await reads.open()
        try:
            queue = AnswerQueue(reads, lambda _: turns)
            turns, point = Semaphore(4), AskedPoint("surabaya", stream, "ugd", 3)
            return await gather(*(queue.take(point, one) for one in some), return_exceptions=True)
        finally:
            await reads.close()

    taken, bad = run(come([one for one in some if one.receipt != "tanda-6"])), run(come(some))

    assert taken == ["taken"] * 5 + ["used"] + ["taken"] * 3 + ["full", "taken"]
    assert [bad[:6], bad[7:]] == [taken[:6], taken[6:]]
    assert isinstance(bad[6], psycopg.DataError)
    with psycopg.connect(world.url) as connection:
        query = "select receipt, xmin::text from door.answer where stream = %s"
        stored = dict(connection.execute(query, (stream,)).fetchall())
    assert sorted(stored) == sorted(f"tanda-{n}" for n in (0, 1, 2, 3, 4, 7, 8, 9))
    assert len(set(stored.values())) == 1


def test_a_survey_that_is_opened_again_gives_no_used_token_back(world: Any) -> None:
    """Which were used is forgotten when the door is shut, so a door that opened again would let all of them in."""
    which, since = {**WHICH, "unit": "disdukcapil"}, date(2025, 3, 1)
    asked = OpenSurvey(**which, elements=ELEMENTS, points=["loket"], opens=since, closes=date(2025, 3, 20))
    point = OpenServicePoint(
        point="loket", unit="disdukcapil", name="Loket", kind=ServicePointKind.COUNTER, since=since
    )
    world.tell("surveyor", point, asked)
    world.follow()
    used, spare = links(world, unit="disdukcapil", point="loket", count=2)
    receipt = send(world, used).json()["receipt"]
    pass_on(world.service, world.url, world.agencies["surabaya"], datetime(2025, 3, 21, 2, tzinfo=UTC))
    world.follow()
    counted = world.client.get(f"/receipts/{receipt}").json()

    world.tell("surveyor", CloseSurvey(**which), ReopenSurvey(**which, reason="Satu lembar tertinggal"))
    world.follow()

    for link in (used, spare):
        for refused in (send(world, link), world.client.get(link)):
            assert (refused.status_code, refused.json()["detail"]) == (409, "this survey ended on 2025-03-20")
    assert issue(world, unit="disdukcapil", point="loket").status_code == 409
    with psycopg.connect(world.url) as connection:
        (left,) = connection.execute("select count(*) from door.answer where point = 'loket'").fetchall()
    assert left == (0,)
    assert world.client.get(f"/receipts/{receipt}").json() == counted
