"""Whoever opens the address of a server, or asks it with a program, learns what is here and what a token is for."""

from html.parser import HTMLParser
from typing import Any
from uuid import UUID

from neraca.api.index_page import ENTRY_POINTS

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class Links(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.languages: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        if tag == "section":
            self.languages.append(given.get("lang") or "")
        self.links += [value for key, value in attrs if key in ("href", "src") and value]


def test_a_browser_gets_a_page_in_two_languages_that_loads_nothing(world: Any) -> None:
    answer = world.client.get("/", headers={"Accept": BROWSER})

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    page = Links(answer.text)
    assert page.languages == ["id", "en"]
    assert page.tags.isdisjoint({"script", "style", "link", "img", "iframe"})
    assert "Authorization: Bearer &lt;token&gt;" in answer.text


def test_every_link_of_the_page_answers_without_a_token(world: Any) -> None:
    page = Links(world.client.get("/", headers={"Accept": BROWSER}).text)

    assert {*page.links} == {door.path for door in ENTRY_POINTS if door.open and "{" not in door.path}
    answers = {path: world.client.get(path) for path in page.links}
    signing_in = answers.pop("/pages")
    assert (signing_in.status_code, "<form" in signing_in.text) == (401, True)
    assert {path: one.status_code for path, one in answers.items()} == dict.fromkeys(answers, 200)


def test_what_is_said_to_want_a_token_wants_one(world: Any) -> None:
    described = world.client.get("/openapi.json").json()["paths"]
    for door in ENTRY_POINTS:
        if not door.open:
            told = described.get(door.path, {}).get(door.method.lower(), {}).get("parameters", ())
            asked = {one["name"]: "1" for one in told if one["in"] == "query" and one["required"]}
            path = door.path.replace("{agency}", "surabaya").replace("{webhook}", str(UUID(int=7)))
            answer = world.client.request(door.method, path, params=asked, json={"query": "{x}"})
            assert answer.status_code == 401, door.path


def test_a_program_gets_the_same_as_json(world: Any) -> None:
    answer = world.client.get("/")

    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.json()["name"] == "neraca"
    assert [*answer.json()["links"]] == [door.path for door in ENTRY_POINTS]
    assert "Bearer <token>" in answer.json()["token"]


def test_every_door_there_is_stands_on_the_page(world: Any) -> None:
    described = world.client.get("/openapi.json").json()["paths"]

    assert {*described} - {door.path for door in ENTRY_POINTS} == set(), "name them in neraca/api/index_page.py"
