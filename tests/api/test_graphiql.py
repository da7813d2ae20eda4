"""GraphiQL: served where it is asked for, from our own files, which are those that its makers published."""

import gzip
import re
from collections.abc import Iterator
from hashlib import sha256
from importlib.resources import files
from typing import Any

import pytest
from litestar.testing import TestClient

from neraca.api.app import create

FILES = files("neraca.api.graphiql")
ASKED = ("graphiql.css", "page.css", "react.js", "react-dom.js", "graphiql.js", "start.js")


@pytest.fixture(scope="module")
def shown(world: Any) -> Iterator[TestClient[Any]]:
    app = create(
        service=world.service,
        url=world.url,
        agencies=world.agencies,
        tokens=world.tokens,
        clock=lambda: world.now,
        graphiql=True,
    )
    with TestClient(app) as client:
        yield client


def test_the_page_names_its_own_files_and_runs_nothing_that_stands_in_it(shown: TestClient[Any]) -> None:
    page = shown.get("/graphiql")

    named = re.findall(r'(?:href|src)="([^"]*)"', page.text)
    assert named == [f"/graphiql/{name}" for name in ASKED]
    assert re.findall(r"<script(?![^>]* src=)|<style| style=| on\w+=", page.text) == []
    policy = dict(one.split(" ", 1) for one in page.headers["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "font-src": "data:",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }


def test_only_its_own_page_may_have_styles_in_it(shown: TestClient[Any]) -> None:
    for path in ("/", "/graphiql/start.js", "/openapi.json", "/graphql/schema.graphql"):
        answer = shown.get(path, headers={"Accept": "text/html"})
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ASKED)
def test_a_file_comes_packed_and_plain_and_is_not_sent_again(shown: TestClient[Any], name: str) -> None:
    packed = shown.get(f"/graphiql/{name}", headers={"Accept-Encoding": "gzip"})
    plain = shown.get(f"/graphiql/{name}", headers={"Accept-Encoding": "identity"})

    assert packed.status_code == plain.status_code == 200
    assert packed.content == plain.content != b""
    assert "Content-Encoding" not in plain.headers
    kind = "text/css" if name.endswith(".css") else "text/javascript"
    assert packed.headers["Content-Type"].partition(";")[0] == kind
    assert packed.headers["X-Content-Type-Options"] == "nosniff"
    again = shown.get(f"/graphiql/{name}", headers={"If-None-Match": plain.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_files_are_those_of_the_packages_that_are_named() -> None:
    sums = [line.split("  ") for line in (FILES / "sums.txt").read_text().splitlines()]

    assert {name for _, name, _ in sums} == {
        one.name.removesuffix(".gz") for one in FILES.iterdir() if ".gz" in one.name
    }
    for digest, name, _ in sums:
        assert sha256(gzip.decompress((FILES / f"{name}.gz").read_bytes())).hexdigest() == digest
    licences = (FILES / "licences.txt").read_text()
    for package in {origin.partition(",")[0].replace(" ", "-") for *_, origin in sums}:
        assert f"# {package}\n" in licences


def test_what_does_not_come_from_us_is_not_there(shown: TestClient[Any]) -> None:
    for path in ("/graphiql/sums.txt", "/graphiql/routes.py", "/graphiql/graphiql.js.gz", "/graphiql/..%2Froutes.py"):
        assert shown.get(path).status_code == 404


def test_nothing_of_it_is_there_where_nobody_asked_for_it(world: Any) -> None:
    assert world.client.get("/graphiql").status_code == 404
    assert world.client.get("/graphiql/start.js").status_code == 404
