"""A document over its parent, whatever the two may hold: what stands in the end, from where, and what is refused."""

import msgspec
import pytest

from neraca.policy.source.inheritance import merge
from neraca.policy.source.yaml_tree import Map, paths, read, value_of

AS_JSON = msgspec.json.Encoder(decimal_format="number")


def tree(file: str, text: str) -> Map:
    document, found = read(file, text)
    assert document is not None
    assert found == []
    return document


def merged(parent: str, child: str) -> tuple[str, list[str]]:
    made, found = merge(tree("child", child), tree("parent", parent))
    return AS_JSON.encode(value_of(made)).decode(), [str(one) for one in found]


@pytest.mark.parametrize(
    ("parent", "child", "made"),
    [
        ("a: 1", "b: 2", '{"a":1,"b":2}'),
        ("a: 1", "a: 2", '{"a":2}'),
        ("a: 1", "a: null", '{"a":null}'),
        ("a: [1, 2]", "a: [3]", '{"a":[3]}'),
        ("a: {b: 1, c: 2}", "a: {c: 3, d: 4}", '{"a":{"b":1,"c":3,"d":4}}'),
        ("a: {b: {c: 1}}", "a: {b: {d: 2}}", '{"a":{"b":{"c":1,"d":2}}}'),
        ("a: {b: 1}", "a: 5", '{"a":5}'),
        ("a: 5", "a: {b: 1}", '{"a":{"b":1}}'),
        ("a: {b: 1}", "a: [b]", '{"a":["b"]}'),
        # Restated whole, in the child's order; else in the parent's, with what is new behind.
        ("a: {b: 1, c: 2}", "a: {c: 3, b: 4}", '{"a":{"c":3,"b":4}}'),
        ("a: {b: 1, c: 2}", "a: {d: 5, c: 3, b: 4}", '{"a":{"d":5,"c":3,"b":4}}'),
        ("a: {b: 1, c: 2, e: 6}", "a: {d: 5, c: 3, b: 4}", '{"a":{"b":4,"c":3,"e":6,"d":5}}'),
        # What a child never takes from its parent.
        (
            "{id: p, version: 1, extends: {id: q}, abstract: true, tests: [1], remove: [/x], title: t}",
            "{id: c, version: 2}",
            '{"title":"t","id":"c","version":2}',
        ),
        (
            "{id: p}",
            "{id: c, abstract: false, tests: [], extends: x}",
            '{"id":"c","abstract":false,"tests":[],"extends":"x"}',
        ),
        ("a: {id: p, version: 1, tests: 5}", "a: {version: 2}", '{"a":{"id":"p","version":2,"tests":5}}'),
        # A block of another method or kind replaces, one of the same or of none said is laid over.
        ("a: {method: x, b: 1}", "a: {method: y, c: 2}", '{"a":{"method":"y","c":2}}'),
        ("a: {method: x, b: 1}", "a: {method: x, c: 2}", '{"a":{"method":"x","b":1,"c":2}}'),
        ("a: {method: x, b: 1}", "a: {c: 2}", '{"a":{"method":"x","b":1,"c":2}}'),
        ("a: {kind: x, b: 1}", "a: {kind: y, c: 2}", '{"a":{"kind":"y","c":2}}'),
        ("a: {kind: x, b: 1}", "a: {kind: x, c: 2}", '{"a":{"kind":"x","b":1,"c":2}}'),
        ("a: {b: 1}", "a: {kind: x, c: 2}", '{"a":{"kind":"x","c":2}}'),
        ("a: {kind: x, method: y, b: 1}", "a: {kind: x, method: z}", '{"a":{"kind":"x","method":"z"}}'),
        # The weights of a node belong together; nothing else of that name does.
        ("nodes: {a: {of: {b: 1, c: 2}, d: 3}}", "nodes: {a: {of: {b: 4}}}", '{"nodes":{"a":{"of":{"b":4},"d":3}}}'),
        ("nodes: {of: {b: 1, c: 2}}", "nodes: {of: {b: 4}}", '{"nodes":{"of":{"b":4,"c":2}}}'),
        ("of: {a: {of: {b: 1, c: 2}}}", "of: {a: {of: {b: 4}}}", '{"of":{"a":{"of":{"b":4,"c":2}}}}'),
        ("nodes: {a: {by: {b: 1, c: 2}}}", "nodes: {a: {by: {b: 4}}}", '{"nodes":{"a":{"by":{"b":4,"c":2}}}}'),
        (
            "nodes: {a: {b: {of: {c: 1, d: 2}}}}",
            "nodes: {a: {b: {of: {c: 3}}}}",
            '{"nodes":{"a":{"b":{"of":{"c":3,"d":2}}}}}',
        ),
        # Locks add up.
        ("locks: [a]", "b: 1", '{"locks":["a"],"b":1}'),
        ("b: 1", "locks: [a]", '{"b":1,"locks":["a"]}'),
        ("locks: [a, b]", "locks: [c]", '{"locks":["a","b","c"]}'),
        ("locks: [a]", "locks: []", '{"locks":["a"]}'),
        ("locks: [a]", "locks: x", '{"locks":"x"}'),
        ("locks: x", "locks: [a]", '{"locks":"x"}'),
        ("locks: x", "b: 1", '{"locks":"x","b":1}'),
    ],
)
def test_a_child_over_its_parent(parent: str, child: str, made: str):
    assert merged(parent, child) == (made, [])


def test_each_leaf_keeps_the_place_of_whoever_wrote_it():
    made, _ = merge(
        tree("child", "a: {b: 1}\nnodes: {n: {of: {z: 3}}}\nlocks: [u]\n"),
        tree("parent", "a: {b: 2, c: 3}\nd: 5\nnodes: {n: {of: {y: 1}, e: 2}}\nlocks: [v, w]\n"),
    )

    assert (str(made.at), {path: str(at) for path, at in paths(made).items()}) == (
        "child:1:1",
        {
            "/a": "child:1:1",
            "/a/b": "child:1:5",
            "/a/c": "parent:1:11",
            "/d": "parent:2:1",
            "/nodes": "child:2:1",
            "/nodes/n": "child:2:9",
            "/nodes/n/of": "child:2:13",
            "/nodes/n/of/z": "child:2:18",
            "/nodes/n/e": "parent:3:25",
            "/locks": "child:3:1",
            "/locks/0": "parent:4:9",
            "/locks/1": "parent:4:12",
            "/locks/2": "child:3:9",
        },
    )


PARENT = """
id: p
indicators: {loyal: {label: {id: Setia}, cap: {max: 5}}, adaptif: {label: {id: Luwes}}}
locks: [{path: /period}]
locksmith: 1
bands: [{from: 2}, {from: 1}]
period: {cycle: year}
"""


@pytest.mark.parametrize(
    ("remove", "gone", "told"),
    [
        ("[/period]", ["period"], []),
        ("[/indicators/loyal]", ["indicators/loyal"], []),
        ("[/indicators/loyal/cap/max]", ["indicators/loyal/cap/max"], []),
        ("[/indicators/loyal, /indicators/adaptif]", ["indicators/loyal", "indicators/adaptif"], []),
        ("[/indicators/loyal, /indicators/loyal]", ["indicators/loyal"], []),
        ("[/indicators/loyal, /indicators/loyal/cap]", ["indicators/loyal"], []),
        ("[/locksmith]", ["locksmith"], []),
        ("[/bands]", ["bands"], []),
        ("[]", [], []),
        ("/period", [], []),
        ("{a: /period}", [], []),
        ("[period, 5, [/period], null]", [], []),
        ("[/locks]", [], ["1:10: remove/0: the locks of a parent cannot be removed - take this away"]),
        (
            "[/period, /locks/0]",
            ["period"],
            ["1:19: remove/1: the locks of a parent cannot be removed - take this away"],
        ),
        (
            "[/indicators/loya]",
            [],
            ["1:10: remove/0: the parent has no '/indicators/loya' to remove - did you mean '/indicators/loyal'?"],
        ),
        (
            "[/indicators/xyz, /periode]",
            [],
            [
                "1:10: remove/0: the parent has no '/indicators/xyz' to remove - did you mean '/indicators/loyal'?",
                "1:27: remove/1: the parent has no '/periode' to remove - did you mean '/period'?",
            ],
        ),
        (
            "[/period/cycle/long]",
            [],
            [
                "1:10: remove/0: the parent has no '/period/cycle/long' to remove - write one of: /indicators, /locks, "
                "/locksmith, /bands, /period"
            ],
        ),
        (
            "[/id]",
            [],
            ["1:10: remove/0: the parent has no '/id' to remove - did you mean '/period'?"],
        ),
        (
            "[/bands/0]",
            [],
            ["1:10: remove/0: '/bands/0' stands in a list, which is never taken apart - write the whole list again"],
        ),
        (
            "[/bands/1/from, /period]",
            ["period"],
            [
                "1:10: remove/0: '/bands/1/from' stands in a list, which is never taken apart - "
                "write the whole list again"
            ],
        ),
    ],
)
def test_what_a_child_takes_out(remove: str, gone: list[str], told: list[str]):
    made, found = merge(tree("child", f"remove: {remove}\n"), tree("parent", PARENT))

    assert [str(one).removeprefix("child:") for one in found] == told
    assert {one.severity for one in found} <= {"error", "unfit"}
    there = {path.removeprefix("/") for path in paths(tree("parent", PARENT))} - {"id"}
    left = {path for path in there if not any(f"{path}/".startswith(f"{one}/") for one in gone)}
    assert {path.removeprefix("/") for path in paths(made) if not path.startswith("/remove")} == left


def test_what_stands_in_a_list_keeps_a_new_policy_back_and_no_old_one():
    _, found = merge(tree("child", "remove: [/bands/0, /locks]\n"), tree("parent", PARENT))

    assert [one.severity for one in found] == ["unfit", "error"]
