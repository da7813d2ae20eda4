"""Problems and errors are told in the language that Accept-Language asks for, the same by whichever way they come."""

from typing import Any

import pytest

SENT = {"Authorization": "Bearer hr-token", "Idempotency-Key": "bahasa"}
COMMAND = {"command": "open-appraisal", "employee": "198501012010011099", "period": "2025-Q1"}
URL = "/agencies/surabaya/commands"


def refused(world: Any, body: Any, url: str = URL, **headers: str) -> Any:
    return world.client.post(url, json=body, headers={**SENT, **headers})


def test_a_refusal_comes_in_indonesian_to_who_asks_for_it(world: Any) -> None:
    answer = refused(world, COMMAND, **{"Accept-Language": "id-ID,id;q=0.9,en;q=0.8"})

    body = answer.json()
    assert (answer.status_code, body["type"], body["title"]) == (404, "urn:neraca:problem:not-found", "Tidak ditemukan")
    assert body["detail"].endswith(
        "198501012010011099 tidak ada dalam data kepegawaian; daftarkan dan tempatkan dahulu"
    )
    assert body["english"].endswith("198501012010011099 is not on the roster; register and assign them first")
    assert (answer.headers["Content-Language"], answer.headers["Vary"]) == ("id", "Accept-Language")
    assert [one["detail"] for one in body.get("errors", [])] in ([], [body["detail"]])


@pytest.mark.parametrize("asked", [{}, {"Accept-Language": "de"}, {"Accept-Language": "en, id;q=0.5"}])
def test_everybody_else_reads_english_as_before(world: Any, asked: dict[str, str]) -> None:
    answer = refused(world, COMMAND, **asked)

    assert answer.json()["title"] == "Not found"
    assert "english" not in answer.json()
    assert answer.headers["Content-Language"] == "en"


def test_both_ways_to_the_commands_say_the_same(world: Any) -> None:
    # Parameters in the URL are left to the framework's route, which refuses them itself.
    quick = refused(world, COMMAND, **{"Accept-Language": "id"})
    framework = refused(world, COMMAND, f"{URL}?a=1", **{"Accept-Language": "id"})

    assert quick.headers["Content-Language"] == framework.headers["Content-Language"] == "id"
    assert framework.json()["detail"] == "tidak ada parameter 'a' di sini; tidak ada satu pun"


@pytest.mark.parametrize(
    ("body", "pointer", "told"),
    [
        ({**COMMAND, "perid": "2025"}, "/perid", "tidak ada isian 'perid': hapus"),
        ({"command": "open-appraisal", "period": "2025"}, "/employee", "'employee' tidak ada: tambahkan"),
        ({**COMMAND, "command": "open-apraisal"}, "/command", "tidak ada perintah 'open-apraisal'; mungkin maksudnya"),
        ({**COMMAND, "employee": 7}, "/employee", "di sini tertulis bilangan bulat; tulis teks"),
    ],
)
def test_a_body_that_is_no_command_is_refused_in_indonesian(world: Any, body: Any, pointer: str, told: str) -> None:
    answer = refused(world, body, **{"Accept-Language": "id"})

    (fault,) = answer.json()["errors"]
    assert fault["pointer"] == pointer
    assert fault["detail"].startswith(told)
    assert answer.headers["Content-Language"] == "id"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/nowhere", "tidak ada apa pun di '/nowhere'; /openapi.json menyebut yang ada"),
        ("/agencies/solo/events", "tidak ada instansi 'solo' untuk Anda; kueri {agencies {id}} menyebut yang ada"),
    ],
)
def test_what_is_not_there_is_told_in_indonesian(world: Any, path: str, told: str) -> None:
    answer = world.get(path, "auditor", **{"Accept-Language": "id"})

    assert (answer.json()["detail"], answer.headers["Content-Language"]) == (told, "id")


def test_a_query_is_refused_in_indonesian_with_its_code(world: Any) -> None:
    query = '{agency(id: "surabaya") {events(first: 0) {totalCount}}}'

    (error,) = world.ask("auditor", query, **{"Accept-Language": "id"})["errors"]
    (english,) = world.ask("auditor", query)["errors"]

    assert error["message"] == "first: 0 - minta 1 sampai 100 baris sekaligus"
    assert error["extensions"] == {**english["extensions"], "english": english["message"]}
    assert "english" not in english["extensions"]


def test_the_description_says_in_which_languages_problems_come(world: Any) -> None:
    described = world.client.get("/openapi.json").json()
    problems = [
        response
        for path in described["paths"].values()
        for operation in path.values()
        for response in operation["responses"].values()
        if "application/problem+json" in response.get("content", ())
    ]

    assert "Accept-Language" in described["info"]["description"]
    assert problems
    assert all("Content-Language" in response["headers"] for response in problems)
