"""Pages as a browser without script has them: forms sent as they stand, redirects followed, cookies kept."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema, parse, validate
from litestar.testing import TestClient

import neraca.web
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import PlannedResult, Target
from neraca.domain.vocabulary import DeadlineKind
from neraca.web.words import say

ANI, BOSS, PEER = "198501012010011001", "197001011995031001", "198601012010011001"
PERIOD = "2025-Q1"
PAGE = f"/pages/{ANI}/{PERIOD}"
DOCUMENTS = sorted(Path(neraca.web.__file__).parent.glob("*/query.graphql"))
SDL = Path(__file__).parents[1] / "golden" / "schema.graphql"


class Form(HTMLParser):
    """The forms of a page: address, and field -> value as a browser would send it untouched."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms = list[tuple[str, dict[str, str]]]()
        self._select: str | None = None
        self._area: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given["action"], {}))
        elif tag == "input" and given.get("type") != "radio":
            self.forms[-1][1][given["name"]] = given.get("value", "")
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and self._select and ("selected" in given or self._select not in self.forms[-1][1]):
            self.forms[-1][1][self._select] = given["value"]
        elif tag == "textarea":
            self._area = given["name"]
            self.forms[-1][1][self._area] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1][1][self._area] += data

    def of(self, name: str) -> tuple[str, dict[str, str]]:
        return next((action, dict(fields)) for action, fields in self.forms if action.endswith(name))


Browser = TestClient[Any]


@pytest.fixture(scope="module")
def browser(world: Any) -> Callable[..., Any]:
    """A browser that somebody has signed in with."""

    @contextmanager
    def of(who: str, language: str = "en") -> Iterator[Browser]:
        with TestClient(world.again(), base_url="https://neraca.contoh.go.id", raise_server_exceptions=False) as client:
            client.headers["Accept-Language"] = language
            answer = client.post("/pages/sign-in", data={"token": f"{who}-token"})
            assert answer.status_code == 200, answer.text
            yield client

    return of


def test_who_is_nobody_is_asked_who_they_are(world: Any) -> None:
    with TestClient(world.again(), base_url="https://neraca.contoh.go.id") as client:
        for path in ("/pages", PAGE, f"{PAGE}/why"):
            answer = client.get(path)
            assert (answer.status_code, 'name="token"' in answer.text) == (401, True)
        wrong = client.post("/pages/sign-in", data={"token": "nobody's"})
        operators = client.post("/pages/sign-in", data={"token": "operator-token"})
        assert [one.status_code for one in (wrong, operators)] == [422, 422]
        assert "Token ini tidak dikenal" in wrong.text
        assert not client.cookies


def test_the_cookie_is_for_no_script_and_no_other_site(world: Any) -> None:
    with TestClient(world.again(), base_url="https://neraca.contoh.go.id") as client:
        kept = client.post("/pages/sign-in", data={"token": "ani-token"}, follow_redirects=False).headers["Set-Cookie"]
    assert {"HttpOnly", "Secure", "SameSite=strict", "Path=/pages"} <= set(kept.split("; "))
    assert "Max-Age" not in kept


@pytest.mark.parametrize("kind", DeadlineKind)
def test_what_is_waited_for_is_said_in_words(kind: DeadlineKind) -> None:
    assert say(f"due-{kind}", "id") != say(f"due-{kind}", "en")


def test_signed_out_is_signed_out(browser: Callable[..., Any]) -> None:
    with browser("ani") as client:
        assert client.get("/pages").status_code == 200
        client.post("/pages/sign-out", data={})
        assert client.get("/pages").status_code == 401


def test_an_employee_sees_their_own_and_who_leads_sees_their_people(browser: Callable[..., Any]) -> None:
    with browser("ani") as client:
        mine = client.get("/pages").text
        other = client.get(f"/pages/{PEER}/{PERIOD}")
    with browser("boss") as client:
        led = client.get("/pages").text
    assert f'href="{PAGE}"' in mine
    assert "You appraise" not in mine
    assert other.status_code == 404
    assert f'href="{PAGE}"' in led
    assert "Rekan 3" in led


def test_a_day_is_reported_once_however_often_the_button_is_pressed(world: Any, browser: Callable[..., Any]) -> None:
    with browser("ani") as client:
        action, fields = Form(client.get(PAGE).text).of("/report-activity")
        fields |= {"day": "2025-03-03", "activity": "Loket KTP <b>", "minutes": ""}
        first = client.post(action, data=fields, follow_redirects=False)
        again = client.post(action, data=fields, follow_redirects=False)
        assert (first.status_code, again.status_code) == (303, 303)
        assert first.headers["Location"] == again.headers["Location"]
        world.follow()
        text = client.get(first.headers["Location"]).text
    assert text.count("Loket KTP &lt;b&gt;") == 1


def test_progress_is_typed_with_a_comma_and_answered_by_the_appraiser(world: Any, browser: Callable[..., Any]) -> None:
    with browser("ani", "id") as client:
        action, fields = Form(client.get(PAGE).text).of("/report-progress")
        fields |= {
            "target": "r1 t1",
            "until": "2025-03-02",
            "actual": "331,5",
            "evidence-title": "Rekap",
            "evidence-uri": "https://contoh.go.id/r",
        }
        assert client.post(action, data=fields, follow_redirects=False).status_code == 303
        world.follow()
        assert "331,5" in client.get(PAGE).text
    with browser("boss") as client:
        action, waiting = next(
            (action, found)
            for action, found in Form(client.get(PAGE).text).forms
            if action.endswith("/answer-report") and found["report"] == fields["key"]
        )
        silent = client.post(action, data={**waiting, "answer": "return"})
        assert silent.status_code == 422
        assert "feedback" in silent.text
        waiting |= {"answer": "return", "feedback": "sampai tanggal berapa?"}
        assert client.post(action, data=waiting, follow_redirects=False).status_code == 303
        world.follow()
    with browser("ani") as client:
        assert "Feedback: sampai tanggal berapa?" in client.get(PAGE).text


def test_what_is_refused_comes_back_with_what_was_typed(browser: Callable[..., Any]) -> None:
    with browser("ani", "id") as client:
        action, fields = Form(client.get(PAGE).text).of("/report-activity")
        fields |= {"day": "2026-03-03", "activity": "Terlalu dini"}
        refused = client.post(action, data=fields)
    assert refused.status_code in (409, 422)
    assert "Belum terkirim" in refused.text
    _, back = Form(refused.text).of("/report-activity")
    assert (back["day"], back["activity"]) == ("2026-03-03", "Terlalu dini")


def test_what_forms_are_sent_to_leads_back_where_it_is_opened_again(browser: Callable[..., Any]) -> None:
    with browser("ani") as client:
        sent_to = [action for action, _ in Form(client.get(PAGE).text).forms]
        assert {action.rpartition("/")[-1] for action in sent_to} >= {"report-activity", "sign-out"}
        for action in (*sent_to, f"{PAGE}/rate"):
            again = client.get(action)
            assert (again.status_code, again.url.path) == (200, PAGE if action.startswith(PAGE) else "/pages"), action
        unknown = client.get(f"{PAGE}/unknown")
        assert (unknown.status_code, unknown.headers["Content-Type"].partition(";")[0]) == (404, "text/html")


def test_two_tabs_are_told_that_something_changed(world: Any, browser: Callable[..., Any]) -> None:
    with browser("ani") as client:
        page = client.get(PAGE).text
        action, one = Form(page).of("/report-activity")
        sent = {**one, "day": "2025-03-03", "activity": "Satu"}
        assert client.post(action, data=sent, follow_redirects=False).status_code == 303
        world.follow()
        stale = client.post(action, data={**sent, "key": "another", "activity": "Dua"})
    assert stale.status_code == 412
    assert "has changed since the page was opened" in stale.text
    assert Form(stale.text).of("/report-activity")[1]["activity"] == "Dua"


def test_a_form_of_another_site_is_refused(browser: Callable[..., Any]) -> None:
    with browser("ani") as client:
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
            assert client.post(f"{PAGE}/report-activity", data={}, headers=headers).status_code == 403


def test_an_appraiser_rates_by_what_the_policy_asks(world: Any, browser: Callable[..., Any]) -> None:
    results = [
        PlannedResult(f"r{n}", f"KK terbit {n}", [Target(f"t{n}", "KK", "berkas", Decimal(10), Decimal(50))])
        for n in (1, 2)
    ]
    world.tell(
        "peer0",
        ask.DraftPlan(employee=PEER, period=PERIOD, results=results),
        ask.SubmitPlan(employee=PEER, period=PERIOD),
    )
    world.tell("boss", ask.ApprovePlan(employee=PEER, period=PERIOD))
    world.follow()
    with browser("boss") as client:
        text = client.get(f"/pages/{PEER}/{PERIOD}").text
        action, fields = Form(text).of("/rate")
        asked = sorted(set(re.findall(r'name="(score-[a-z_]+)"', text)))
        assert "score-akuntabel" in asked
        rated = client.post(action, data={**fields, **dict.fromkeys(asked, "3")}, follow_redirects=False)
        assert rated.status_code == 303, rated.text
        world.follow()
        after = client.get(f"/pages/{PEER}/{PERIOD}").text
    assert "akuntabel: 3" in after
    assert not after.count("/rate")


def test_a_score_leads_to_its_steps_rules_and_events(browser: Callable[..., Any]) -> None:
    with browser("ani", "id") as client:
        text = client.get(f"{PAGE}/why").text
    assert "kota-surabaya" in text
    assert re.search(r"peristiwa: \d+", text)
    assert re.search(r"Baris aturan: \S+\.yaml:\d+", text)


ENGLISH = {
    *re.findall(
        r"\w+",
        """a actual after an and are as at based been before but by did each employee events first for from given had
        has have how in is it its least mean minutes missing more most my no none not nothing of on only open or
        other page period points rating ratings read reason recorded reports rule send sent sign than that the their
        them there this to until value waiting was were what when where who why with you your""",
    )
}
"""Words of which no page in Indonesian has any; «target», «status», «final» and «min» are Indonesian too."""


class Words(HTMLParser):
    """The words that a page shows, without links' and fields' own names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found = set[str]()
        self.feed(text)

    def handle_data(self, data: str) -> None:
        self.found |= {*re.findall(r"(?<![\w/.-])[a-z']+(?![\w/.-])", data.lower())}


def test_no_page_in_indonesian_has_words_in_english(world: Any, browser: Callable[..., Any]) -> None:
    for who in ("ani", "boss", "peer0"):
        with browser(who, "id") as client:
            texts = {path: client.get(path).text for path in ("/pages", "/pages/sign-in", "/pages/nobody/2025")}
            seen = sorted(
                {*re.findall(r'href="(/pages/\d+/[^"/?#]+)"', texts["/pages"]), PAGE, f"/pages/{PEER}/{PERIOD}"}
            )
            for path in seen:
                texts |= {path: client.get(path).text, f"{path}/why": client.get(f"{path}/why").text}
            for action, fields in Form(texts[PAGE]).forms:
                texts[f"refused {action}"] = client.post(action, data={**fields, "day": "kapan", "actual": "x"}).text
        for path, text in texts.items():
            assert sorted(ENGLISH & Words(text).found) == [], (who, path)


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_page_has_script_style_or_another_host(browser: Callable[..., Any], language: str) -> None:
    with browser("boss", language) as client:
        pages = [client.get(path) for path in ("/pages", PAGE, f"{PAGE}/why", "/pages/sign-in", "/pages/nobody/2025")]
        style = re.findall(r'<link rel="stylesheet" href="([^"]+)">', pages[0].text)[0]
        assert client.get(style).headers["Content-Type"].startswith("text/css")
    for page in pages:
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
        assert not re.findall(r"<script|<style|\son\w+=|\sstyle=|src=", page.text)
        assert {*re.findall(r'(?:href|action)="(https?:[^"]*)"', page.text)} <= {
            "https://contoh.go.id/rekap",
            "https://contoh.go.id/r",
        }
        assert len(page.content) < 100_000
        assert f'<html lang="{language}">' in page.text


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.parent.name)
def test_each_query_of_a_page_fits_the_schema(document: Path) -> None:
    assert validate(build_schema(SDL.read_text()), parse(document.read_text())) == []


def test_forms_are_bounded(browser: Callable[..., Any]) -> None:
    with browser("ani") as client:
        large = client.post(f"{PAGE}/report-activity", data={"activity": "x" * 100_001})
        twice = client.post(
            f"{PAGE}/report-activity",
            content="day=1&day=2",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        json = client.post(f"{PAGE}/report-activity", json={})
        nothing = client.post(f"{PAGE}/no-form", data={"a": "b"})
    assert [one.status_code for one in (large, twice, json, nothing)] == [400, 400, 400, 404]
