#!/usr/bin/env bash
# A score has two decimal places: {"type": "number", "multipleOf": 0.01}. All 12,001 scores from 0.00 to 120.00.
#
# Expected: every validator takes every one of them.
# Seen: jsonschema refuses 1,406 (0.07, 0.14, 0.28, 0.29 ...), since it divides binary fractions and looks whether the
# quotient is whole; fastjsonschema and jschon take all. When both the schema and the score are read with
# parse_float=Decimal, jsonschema takes all too. Which people could not be sent depends on the validator, so a number of
# two places is better a string with a pattern, or an integer of hundredths.
# Versions: jsonschema 4.26.0, fastjsonschema 2.22.3, jschon 0.11.1.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" --quiet --disable-pip-version-check install \
  jsonschema==4.26.0 fastjsonschema==2.22.3 jschon==0.11.1
"$dir/venv/bin/python" - <<'PY'
import json
from decimal import Decimal

import fastjsonschema
import jschon
import jsonschema

TEXT = '{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "number", "multipleOf": 0.01}'
SCORES = [f"{n // 100}.{n % 100:02}" for n in range(12_001)]

binary = jsonschema.Draft202012Validator(json.loads(TEXT))
exact = jsonschema.Draft202012Validator(json.loads(TEXT, parse_float=Decimal))
fast = fastjsonschema.compile({"type": "number", "multipleOf": 0.01})
jschon.create_catalog("2020-12")
third = jschon.JSONSchema(json.loads(TEXT))


def taken_by_fast(score):
    try:
        fast(json.loads(score))
    except fastjsonschema.JsonSchemaException:
        return False
    return True


refused = {
    "jsonschema": [s for s in SCORES if not binary.is_valid(json.loads(s))],
    "jsonschema, all Decimal": [s for s in SCORES if not exact.is_valid(Decimal(s))],
    "fastjsonschema": [s for s in SCORES if not taken_by_fast(s)],
    "jschon": [s for s in SCORES if not third.evaluate(jschon.JSON(json.loads(s))).valid],
}
for name, scores in refused.items():
    print(f"{name}: {len(scores)} of {len(SCORES)} refused", *scores[:6])
assert {name: len(scores) for name, scores in refused.items()} == {
    "jsonschema": 1406,
    "jsonschema, all Decimal": 0,
    "fastjsonschema": 0,
    "jschon": 0,
}
PY
