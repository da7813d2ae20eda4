"""What is not of its type is told in words, with the place and what to write there: never in the decoder's own."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
import pytest
from msgspec import Meta, Struct

from neraca.api.shape_faults import shape_fault
from neraca.domain.vocabulary import Relation
from neraca.wording import translated


class Sent(Struct, forbid_unknown_fields=True):
    whole: int = 0
    text: str | None = None
    number: Decimal | None = None
    day: date | None = None
    instant: Annotated[datetime, Meta(tz=True)] | None = None
    few: Annotated[list[int], Meta(min_length=1, max_length=2)] = []
    short: Annotated[str, Meta(max_length=3)] = ""
    formed: Annotated[str, Meta(pattern="^a+$")] = "a"
    bounded: Annotated[int, Meta(ge=1, le=500)] = 1
    relation: Relation | None = None
    answers: dict[str, int] = {}


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ('{"whole": "3"}', "/whole: here stands a text; write a whole number"),
        ('{"whole": 1.5}', "/whole: here stands a decimal number; write a whole number"),
        ('{"text": 1}', "/text: here stands a whole number; write a text or nothing"),
        ('{"text": true}', "/text: here stands true or false; write a text or nothing"),
        ('{"number": "dua"}', "/number: it is no number; write one such as 12.5"),
        ('{"number": []}', "/number: here stands a list in []; write a decimal number or nothing"),
        ('{"day": "kemarin"}', "/day: it is no date; write one such as 2025-07-01"),
        ('{"instant": "2025-01-01"}', "/instant: it is no instant; write one such as 2026-01-31T17:00:00Z"),
        ('{"instant": "2025-01-01T00:00:00"}', "/instant: it is no instant; write one such as 2026-01-31T17:00:00Z"),
        ('{"few": []}', "/few: write a list in [] of at least 1 entry"),
        ('{"few": [1, 2, 3]}', "/few: write a list in [] of at most 2 entries"),
        ('{"short": "abcd"}', "/short: write a text of at most 3 characters"),
        ('{"formed": "b"}', "/formed: write a text of the form ^a+$"),
        ('{"bounded": 0}', "/bounded: write a whole number of at least 1"),
        ('{"bounded": 501}', "/bounded: write a whole number of at most 500"),
        ('{"relation": "BOSS"}', "/relation: 'BOSS' is none of the words there are for it"),
        ('{"answers": {"u1": "4"}}', "/answers: here stands a text; write a whole number"),
        ('{"few": [1, "x"]}', "/few/1: here stands a text; write a whole number"),
        ('{"wohle": 1}', "/wohle: no field 'wohle': take it away"),
        ("[]", "here stands a list in []; write an object in {}"),
    ],
)
def test_a_value_of_another_type_is_told_in_words(sent: str, told: str) -> None:
    with pytest.raises(msgspec.ValidationError) as wrong:
        msgspec.json.decode(sent, type=Sent)

    assert str(shape_fault(wrong.value)) == told
    assert translated(told).whole


def test_a_program_is_told_in_words_wherever_it_sends_json(world: Any) -> None:
    as_surveyor = {"Authorization": "Bearer surveyor-token"}

    tokens = world.client.post("/agencies/surabaya/survey-tokens", json={"unit": 3}, headers=as_surveyor)
    query = world.client.post("/graphql", json={"query": 3}, headers=as_surveyor)
    variables = world.client.get("/graphql?query={viewer{id}}&variables=3", headers=as_surveyor)

    assert tokens.json()["detail"] == "/unit: here stands a whole number; write a text"
    assert query.json()["detail"] == "/query: here stands a whole number; write a text or nothing"
    assert variables.json()["detail"] == "variables: here stands a whole number; write an object in {} or nothing"


def test_every_field_that_is_missing_or_unknown_is_told_at_once(world: Any) -> None:
    training = {
        "command": "propose-training-plan",
        "unit": "dinkes",
        "items": [{"id": "a", "tilte": "x"}],
        "raeson": "-",
    }
    sent = {"Authorization": "Bearer hr-token", "Idempotency-Key": "fields"}

    one = world.client.post("/agencies/surabaya/commands", json=training, headers=sent).json()
    [second] = {
        two["pointer"]
        for two in world.client.post("/agencies/surabaya/commands", json=[FOUND, training], headers=sent).json()[
            "errors"
        ]
        if two["pointer"].endswith("/period")
    }

    assert {fault["pointer"]: fault["detail"] for fault in one["errors"]} == {
        "/period": "'period' is missing: add it",
        "/reason": "'reason' is missing: add it",
        "/raeson": "no field 'raeson': take it away",
        "/items/0/tilte": "no field 'tilte': take it away",
    } | {
        f"/items/0/{name}": f"'{name}' is missing: add it"
        for name in ("kind", "title", "addresses", "provider", "hours", "since", "until", "people")
    }
    assert one["detail"] == "/reason: 'reason' is missing: add it"
    assert second == "/1/period"


FOUND = {"command": "submit-plan", "employee": "a", "period": "2025"}


def test_of_a_great_many_unknown_fields_some_are_told(world: Any) -> None:
    sent = {"Authorization": "Bearer hr-token", "Idempotency-Key": "many"}
    many = FOUND | {f"x{n}": 1 for n in range(1_000)}

    answer = world.client.post("/agencies/surabaya/commands", json=many, headers=sent)
    assert (answer.status_code, len(answer.json()["errors"])) == (422, 100)
