"""The numbers of a policy that are moved, and the people they are moved over, as they stand in made_up_people.txt.

`make goldens` writes it anew: read the difference.
"""

import os
from collections.abc import Iterator, Mapping
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from neraca.domain.case import MICRO
from neraca.policy.interval import Interval
from neraca.policy.library import Library
from neraca.policy.model import Bands, Cap, Condition, Modifier, Policy, Then
from neraca.policy.testing import sensitivity
from neraca.policy.testing.sensitivity import _hundredth, moved, numbers
from neraca.policy.testing.synthetic import people

GOLDEN = Path(__file__).with_name("made_up_people.txt")


def with_all_kinds(samples: Mapping[str, str]) -> Policy:
    """A sample with a condition of every kind, a trimmed panel, and a band and a node with all that may be moved."""
    policy = Library.read(samples)[0].by_file("b-nasional-pp-30-2019.yaml").policy
    asked = {
        "hukuman": Condition(fact="hukuman_disiplin", in_=["berat", "sedang"]),
        "umur": Condition(fact="umur", at_least=Decimal("58.5")),
        "lulus": Condition(fact="lulus", equals=True),
        "kelas": Condition(fact="kelas", equals=Decimal(7)),
        "tugas": Condition(fact="tugas", equals="luar"),
        "umur_lagi": Condition(fact="umur", at_least=Decimal(40)),
    }
    bands = policy.classify["predikat"]
    assert isinstance(bands, Bands)
    both = [Condition(fact="lulus", equals=True), Condition(fact="masa_kerja", at_least=Decimal(2))]
    return replace(
        policy,
        modifiers={name: Modifier(when=when, then=Then(max_predicate="cukup")) for name, when in asked.items()},
        panels={name: replace(panel, trim_each_end=1) for name, panel in policy.panels.items()},
        classify={
            "predikat": replace(bands, bands={**bands.bands, "baik": replace(bands.bands["baik"], requires=both)})
        },
        nodes={
            **policy.nodes,
            "perilaku": replace(
                policy.nodes["perilaku"], min_weight_present=Decimal(60), clamp=Cap(max=Decimal("119.5"))
            ),
        },
    )


def found(policy: Policy) -> Iterator[str]:
    for number in numbers(policy):
        yield f"{number.name} {number.value} by {number.step}"


def made_up(policy: Policy) -> Iterator[str]:
    """The first 24 in words, then the digest of all."""
    every = [msgspec.json.encode(case, order="sorted").decode() for case in people(policy)]
    yield from every[:24]
    yield f"{len(every)} people {sha256(chr(10).join(every).encode()).hexdigest()}"


def sections(samples: Mapping[str, str]) -> dict[str, list[str]]:
    library = Library.read(samples)[0]
    policies = {file: library.by_file(file).policy for file in samples} | {"all kinds": with_all_kinds(samples)}
    return {
        **{f"numbers of {name}": [*found(policy)] for name, policy in policies.items()},
        **{f"people of {name}": [*made_up(policy)][-1:] for name, policy in policies.items()},
        "people of all kinds": [*made_up(policies["all kinds"])],
    }


def test_the_same_numbers_are_moved_over_the_same_people(samples: dict[str, str]) -> None:
    told = sections(samples)
    if os.environ.get("NERACA_WRITE_GOLDENS"):
        GOLDEN.write_text("".join("\n".join([f"# {title}", *lines, ""]) for title, lines in told.items()))
    kept = {title: text.splitlines() for title, _, text in (part.partition("\n") for part in parts())}

    assert told == kept


def parts() -> list[str]:
    return GOLDEN.read_text().split("# ")[1:]


def test_each_number_is_moved_where_it_stands_and_back(samples: Mapping[str, str]) -> None:
    policy = with_all_kinds(samples)

    for number in numbers(policy):
        other = moved(policy, number.path, number.value + 1)
        assert {one.name: one.value for one in numbers(other)} == {
            one.name: one.value + (one.path == number.path) for one in numbers(policy)
        }, number.name
        assert repr(moved(other, number.path, number.value)) == repr(policy)


@pytest.mark.parametrize(
    ("low", "high", "step"),
    [
        (None, None, "1"),
        (None, 120, "1"),
        (0, None, "1"),
        (5, 5, "1"),
        (0, 120, "1.2"),
        (-20, 30, "0.5"),
        (1, 3, "0.02"),
        (0, 1, "0.01"),
        (0, Decimal("0.5"), "0.01"),
    ],
)
def test_a_bound_is_moved_by_a_hundredth_of_how_far_its_value_goes(
    low: int | None, high: int | Decimal | None, step: str
) -> None:
    ends = [None if end is None else int(end * MICRO) for end in (low, high)]

    assert _hundredth(Interval(ends[0], ends[1])) == Decimal(step)


def test_a_number_is_dead_only_where_it_moves_nothing_a_little_or_far_up_or_down(
    samples: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolved = Library.read(samples)[0].by_file("b-nasional-pp-30-2019.yaml")
    tried: dict[str, list[Decimal]] = {}

    def outcome(plan: object, judged: object, case: object) -> tuple[object, ...]:
        return ()

    def noted(policy: Policy, path: tuple[str | int, ...], value: Decimal) -> Policy:
        tried.setdefault("/".join(map(str, path)), []).append(value)
        return policy

    monkeypatch.setattr(sensitivity, "_outcome", outcome)
    monkeypatch.setattr(sensitivity, "moved", noted)

    every = list(numbers(resolved.policy))
    assert len(sensitivity.sensitivity(resolved)) == len(every)
    assert tried == {
        "/".join(map(str, one.path)): [
            value
            for steps in (1, -1, 10, -10, 30, -30)
            if (value := one.value + steps * one.step) >= 0 or one.value < 0
        ]
        for one in every
    }
