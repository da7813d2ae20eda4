"""Signing in to the pages by an agency's issuer: an authorization code with PKCE, and the session that comes of it."""

import asyncio
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from httpx import ASGITransport, AsyncClient
from litestar.testing import TestClient
from msgspec import Struct, structs

from neraca.api import client_secrets
from neraca.api.app import create
from neraca.api.authentication import Tokens, TokensRefused
from neraca.api.sign_in_limits import AT_ONCE, MOST_WRONG
from neraca.domain.agency import SignIn
from neraca.domain.contexts import Actor
from neraca.domain.errors import NotAllowed
from neraca.domain.page_session import IDLE, LONGEST
from neraca.domain.vocabulary import Role
from neraca.service import page_sessions
from neraca.web import site
from tests.issuer import NOW, Published, publishing

ANI = "198501012010011001"
HERE = "https://neraca.contoh.go.id"
START, BACK = "/pages/sign-in/surabaya", "/pages/sign-in/surabaya/back"
MINE = f"/pages/{ANI}/2025-Q1"
ADMIN = Actor("admin-1", frozenset({Role.ADMIN}), "surabaya")


class Browser(Struct):
    client: TestClient[Any]
    published: Published
    url: str

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(path, follow_redirects=False, **more)

    def begun(self, to: str = "") -> dict[str, str]:
        """What the issuer is asked for."""
        there = self.get(f"{START}?to={to}" if to else START).headers["Location"]
        assert there.startswith(f"{self.published.issuer}/authorize?kept=1&")
        return {name: one for name, [one] in parse_qs(urlsplit(there).query).items() if name != "kept"}

    def grants(self, asked: dict[str, str], **other: Any) -> None:
        said: dict[str, Any] = {"nonce": asked["nonce"], "nip": ANI, **other}
        token = self.published.token(**said)
        self.published.documents["/token"] = {"id_token": token, "token_type": "Bearer", "access_token": "x"}

    def signed_in(self, to: str = "") -> Any:
        asked = self.begun(to)
        self.grants(asked)
        return self.get(BACK, params={"code": "c-1", "state": asked["state"], "session_state": "9"})

    def refused(self, **came: str) -> tuple[int, str]:
        answer = self.get(BACK, params=came, headers={"Accept-Language": "en"})
        assert "neraca=" not in answer.headers.get("Set-Cookie", "").replace("neraca-away=", "")
        return answer.status_code, answer.text

    def sessions(self) -> list[str]:
        return [one.person for one in page_sessions.listed(self.url, "surabaya", ADMIN, self.published.now)]


@pytest.fixture(scope="module")
def published() -> Iterator[Published]:
    with publishing() as found:
        at = found.issuer
        found.discovers(
            issuer=at,
            jwks_uri=f"{at}/keys",
            authorization_endpoint=f"{at}/authorize?kept=1",
            token_endpoint=f"{at}/token",
        )
        yield found


@pytest.fixture(scope="module")
def app(world: Any, published: Published) -> Any:
    def named(client: str) -> SignIn:
        return SignIn(issuer=published.issuer, client=client, claim="nip", private_network=True, pages=HERE)

    agencies = world.agencies | {
        "surabaya": structs.replace(world.agencies["surabaya"], sign_in=named("neraca")),
        "bandung": structs.replace(world.agencies["bandung"], sign_in=named("lain")),
    }
    return lambda **more: create(
        **more,
        service=world.service,
        url=world.url,
        agencies=agencies,
        tokens=Tokens({"boss": Actor("197001011995031001", frozenset({Role.EMPLOYEE}), "surabaya"), "admin": ADMIN}),
        clock=lambda: published.now,
        more=lambda doors: site.routes(doors, lambda: published.now),
    )


@pytest.fixture
def browser(world: Any, app: Any, published: Published) -> Iterator[Browser]:
    published.now = NOW
    published.posted.clear()
    with psycopg.connect(world.url, autocommit=True) as connection:
        connection.execute("delete from access.session")
        connection.execute("delete from access.wrong_key")
    with TestClient(app(), base_url=HERE, raise_server_exceptions=False) as client:
        yield Browser(client, published, world.url)


def cookies(answer: Any) -> dict[str, set[str]]:
    told = (one.split("; ") for one in answer.headers.get_list("Set-Cookie"))
    return {of.partition("=")[0]: {of.partition("=")[2], *more} for of, *more in told}


def test_who_signs_in_comes_back_to_the_page_they_asked_for(browser: Browser) -> None:
    asked_for = browser.get(MINE)
    assert asked_for.status_code == 401
    assert f'href="{START}?to={MINE}"' in asked_for.text

    back = browser.signed_in(MINE)
    assert (back.status_code, back.headers["Location"]) == (303, MINE)
    assert browser.get(MINE).status_code == 200
    assert browser.sessions() == [ANI]


def test_the_code_is_asked_for_by_pkce_and_exchanged_with_what_proves_it(browser: Browser) -> None:
    asked = browser.begun()
    browser.grants(asked)
    browser.get(BACK, params={"code": "c-1", "state": asked["state"]})

    [sent] = browser.published.posted
    proof = urlsafe_b64encode(sha256(sent["code_verifier"].encode()).digest()).decode().rstrip("=")
    assert asked == {
        "response_type": "code", "client_id": "neraca", "redirect_uri": HERE + BACK, "scope": "openid profile",
        "state": asked["state"], "nonce": asked["nonce"], "code_challenge": proof, "code_challenge_method": "S256",
    }  # fmt: skip
    assert sent == {
        "grant_type": "authorization_code", "code": "c-1", "redirect_uri": HERE + BACK, "client_id": "neraca",
        "code_verifier": sent["code_verifier"],
    }  # fmt: skip
    assert browser.published.posted_by is None
    assert len({asked["state"], asked["nonce"], sent["code_verifier"], proof}) == 4
    assert asked["state"] != browser.begun()["state"]


def test_an_issuer_that_wants_a_secret_is_sent_the_one_of_the_file(browser: Browser, app: Any, tmp_path: Path) -> None:
    file = tmp_path / "client-secrets.json"
    assert client_secrets.read(file) == {}
    for wrong in ('{"surabaya": ""}', "[]", '{"surabaya": "a b"}'):
        file.write_text(wrong)
        with pytest.raises(TokensRefused, match=r'client-secrets.json: .*; write {"<agency>": "<secret>"}'):
            client_secrets.read(file)
    file.write_text('{"surabaya": "a+b:c"}')
    with TestClient(app(client_secrets=client_secrets.read(file)), base_url=HERE) as client:
        assert Browser(client, browser.published, browser.url).signed_in().status_code == 303
    assert browser.published.posted_by == f"Basic {b64encode(b'neraca:a%2Bb%3Ac').decode()}"


def test_the_cookies_are_for_no_script_and_the_database_knows_no_secret(browser: Browser) -> None:
    away = cookies(browser.get(START))["neraca-away"]
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/pages/sign-in", "Max-Age=600"} <= away
    told = cookies(browser.signed_in())
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/pages"} <= told["neraca"]
    assert "Max-Age=0" in told["neraca-away"]

    [kept] = [one for one in told["neraca"] if one.startswith("s.surabaya.")]
    secret = kept.rpartition(".")[2]
    with psycopg.connect(browser.url) as connection:
        [(digest, row)] = connection.execute("select s.digest, s::text from access.session s").fetchall()
    assert digest == sha256(secret.encode()).digest()
    assert secret not in row


def test_over_plain_http_on_this_machine_the_cookie_comes_back(browser: Browser) -> None:
    assert "Secure" not in cookies(browser.get("http://127.0.0.1:8000" + START))["neraca-away"]


def test_what_did_not_begin_here_ends_here(browser: Browser) -> None:
    elsewhere = "this sign-in was not begun in this browser, or too long ago"
    asked = browser.begun()
    browser.grants(asked)
    assert elsewhere in browser.refused(code="c-1", state="other")[1]
    # It was forgotten with that: the right one is too late now.
    assert elsewhere in browser.refused(code="c-1", state=asked["state"])[1]
    assert elsewhere in browser.refused(code="c-1")[1]
    asked = browser.begun()
    other = browser.get("/pages/sign-in/bandung/back", params={"code": "c-1", "state": asked["state"]})
    assert other.status_code == 401
    assert browser.published.posted == []
    assert browser.sessions() == []


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"nonce": "another"}, "this token was not made for this sign-in"),
        ({"nonce": None}, "this token was not made for this sign-in"),
        ({"aud": "lain"}, "this token was not made for this sign-in"),
        ({"aud": "portal"}, "this token is meant for another program"),
        ({"nip": "somebody"}, "somebody is neither on the roster of surabaya nor appointed there today"),
        ({"exp": 1}, "the time of this token is over"),
    ],
)
def test_a_token_that_is_not_of_this_sign_in_lets_nobody_in(browser: Browser, other: Any, told: str) -> None:
    asked = browser.begun()
    browser.grants(asked, **other)
    assert told in browser.refused(code="c-1", state=asked["state"])[1]
    assert browser.sessions() == []


def test_what_the_issuer_refuses_is_told(browser: Browser) -> None:
    asked = browser.begun()
    status, text = browser.refused(state=asked["state"], error="access_denied")
    assert (status, "let nobody in: &#39;access_denied&#39;" in text) == (401, True)
    asked = browser.begun()
    assert "another sign-in" in browser.refused(state=asked["state"], code="c", iss="https://sso.example")[1]
    asked = browser.begun()
    browser.published.documents["/token"] = {"access_token": "x"}
    assert "gave no ID token" in browser.refused(state=asked["state"], code="c")[1]
    asked = browser.begun()
    browser.published.status = 400
    try:
        assert "took no code: it answers 400" in browser.refused(state=asked["state"], code="c")[1]
    finally:
        browser.published.status = 200


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/pages/../x", "/graphql", "/pages/a\\b"])
def test_it_leads_on_to_pages_of_this_site_alone(browser: Browser, to: str) -> None:
    assert browser.signed_in(to).headers["Location"] == "/pages"


def test_a_session_is_over_when_nobody_was_seen_and_when_the_day_is(browser: Browser) -> None:
    browser.signed_in()
    browser.published.now += IDLE - timedelta(seconds=1)
    assert browser.get("/pages").status_code == 200
    browser.published.now += IDLE - timedelta(minutes=1)
    assert browser.get("/pages").status_code == 200
    browser.published.now += IDLE
    assert browser.get("/pages").status_code == 401
    assert browser.sessions() == []

    browser.published.now = NOW
    browser.signed_in()
    while browser.published.now < NOW + LONGEST - timedelta(minutes=20):
        browser.published.now += timedelta(minutes=20)
        assert browser.get("/pages").status_code == 200
    browser.published.now = NOW + LONGEST
    assert browser.get("/pages").status_code == 401


def test_a_session_is_ended_at_once_by_its_owner_by_another_sign_in_and_by_administrators(browser: Browser) -> None:
    def kept() -> str:
        return next(one for one in cookies(browser.signed_in())["neraca"] if one.startswith("s."))

    def seen(by: str) -> int:
        browser.client.cookies.clear()
        return browser.get("/pages", headers={"Cookie": f"neraca={by}"}).status_code

    first = kept()
    second = kept()
    assert (seen(first), seen(second)) == (401, 200)
    browser.client.post("/pages/sign-out", headers={"Cookie": f"neraca={second}"}, follow_redirects=False)
    assert seen(second) == 401

    with pytest.raises(NotAllowed, match="the sessions of people need the role admin; hr-1 has hr"):
        page_sessions.end(browser.url, "surabaya", Actor("hr-1", frozenset({Role.HR}), "surabaya"), ANI, NOW)
    browser.client.cookies.clear()
    one = kept()
    browser.client.cookies.clear()
    other = kept()
    assert (seen(one), seen(other)) == (200, 200)
    assert page_sessions.end(browser.url, "surabaya", ADMIN, ANI, NOW) == 2
    assert page_sessions.end(browser.url, "surabaya", ADMIN, ANI, NOW) == 0
    assert (seen(one), seen(other)) == (401, 401)
    with psycopg.connect(browser.url) as connection:
        ended = connection.execute("select distinct s.ended_by from access.session s order by 1").fetchall()
    assert ended == [(ANI,), ("admin-1",)]


def test_administrators_are_told_who_is_signed_in_and_end_it_over_http(browser: Browser) -> None:
    browser.signed_in()
    of, admin = "/agencies/surabaya/sessions", {"Authorization": "Bearer admin"}
    here = "2025-03-03T02:00:00Z"
    told = browser.get(of, headers=admin).json()
    assert told == {"sessions": [{"person": ANI, "begun_at": here, "seen_at": here}]}
    ended = browser.client.post(f"{of}/{ANI}/ending", headers=admin)
    assert (ended.status_code, ended.json()) == (200, {"person": ANI, "ended": 1})
    assert browser.get("/pages").status_code == 401
    assert browser.client.post(f"{of}/{ANI}/ending", headers={"Authorization": "Bearer boss"}).status_code == 403


def test_a_cookie_that_is_none_lets_nobody_in(browser: Browser) -> None:
    for kept in ("s.surabaya.x", f"s.surabaya.{'a' * 43}", f"s.denpasar.{'a' * 43}", "s.", "é", "a" * 9000):
        assert browser.get("/pages", headers={"Cookie": f"neraca={kept}".encode("latin-1")}).status_code == 401


def test_a_form_of_another_site_is_refused_and_a_token_signs_in_as_before(browser: Browser) -> None:
    browser.signed_in()
    crossed = browser.client.post("/pages/sign-out", headers={"Sec-Fetch-Site": "cross-site"})
    assert crossed.status_code == 403
    assert browser.get("/pages").status_code == 200

    assert browser.client.post("/pages/sign-in", data={"token": "boss"}).status_code == 200
    assert browser.sessions() == []


def test_who_tries_in_vain_too_often_is_refused_for_a_minute_by_every_server(browser: Browser, app: Any) -> None:
    def tried(client: Any, token: str) -> tuple[int, str]:
        answer = client.post("/pages/sign-in", data={"token": token}, headers={"Accept-Language": "en"})
        return answer.status_code, answer.text

    with TestClient(app(), base_url=HERE) as other:
        for n in range(MOST_WRONG):
            assert tried((browser.client, other)[n % 2], f"wrong-{n}")[0] == 422
        for client in (browser.client, other):
            status, text = tried(client, "boss")
            assert (status, "20 sign-ins in vain came from there within a minute" in text) == (429, True)
    # By an issuer they may: that is counted by itself.
    assert browser.signed_in().status_code == 303
    browser.published.now += timedelta(minutes=1)
    assert tried(browser.client, "boss")[0] == 200


def test_who_tries_many_at_once_is_counted_too(browser: Browser) -> None:
    async def tried() -> list[int]:
        transport = ASGITransport(app=cast(Any, browser.client.app))
        async with AsyncClient(transport=transport, base_url=HERE) as client:
            sent = (client.post("/pages/sign-in", data={"token": f"wrong-{n}"}) for n in range(3 * MOST_WRONG))
            return [answer.status_code for answer in await asyncio.gather(*sent)]

    statuses = browser.client.blocking_portal.call(tried)

    assert {*statuses} == {422, 429}
    assert MOST_WRONG <= statuses.count(422) < MOST_WRONG + AT_ONCE


def test_codes_that_are_none_are_not_asked_about_again_and_again(browser: Browser) -> None:
    for _ in range(MOST_WRONG):
        asked = browser.begun()
        browser.grants(asked, nonce="another")
        assert browser.refused(code="c-1", state=asked["state"])[0] == 401
    assert len(browser.published.posted) == MOST_WRONG
    assert browser.signed_in().status_code == 429
    assert len(browser.published.posted) == MOST_WRONG
    browser.published.now += timedelta(minutes=1)
    assert browser.signed_in().status_code == 303


def test_where_people_of_an_agency_do_not_sign_in_so_nobody_begins(browser: Browser) -> None:
    assert browser.get("/pages/sign-in/denpasar").status_code == 404
    assert browser.get("/pages/sign-in/denpasar/back?code=c&state=s").status_code == 404


def test_an_issuer_that_is_away_is_told_as_such(browser: Browser) -> None:
    browser.published.now += timedelta(hours=30)
    browser.published.status = 500
    try:
        away = browser.get(START, headers={"Accept-Language": "en"})
        assert (away.status_code, "cannot be asked for its keys: it answers 500" in away.text) == (503, True)
    finally:
        browser.published.status = 200
