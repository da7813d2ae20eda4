#!/usr/bin/env bash
# An Indonesian employee number (NIP) has 18 digits. Three of them, as JSON numbers, through jq's Python binding.
#
# Expected: either all digits are kept, or the numbers are already alike inside the query.
# Seen: inside the program they are three numbers (`unique|length` is 3, `tostring` and `tojson` have every digit); handed
# to Python as numbers, all three are 199001012015031008, as Python ints, also when they came in as Python ints. The numbers
# go through a double only on the way out, and the result looks like an exact int. So ask for `tostring`, or keep a NIP as
# a JSON string from the start.
# Version: jq (the binding on PyPI) 1.13.0. Made-up numbers.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" --quiet --disable-pip-version-check install jq==1.13.0
"$dir/venv/bin/python" - <<'PY'
import json

import jq

NUMBERS = [199001012015031001, 199001012015031002, 199001012015031017]
ONE = 199001012015031008


def told(program):
    return jq.compile(program).input_text(json.dumps(NUMBERS)).first()


print("unique|length:", told("unique|length"))
print("map(tostring):", told("map(tostring)"))
print("tojson:       ", told("tojson"))
print(".:            ", told("."))
print("Python ints in:", jq.compile(".").input_value(NUMBERS).first())
assert told("unique|length") == 3
assert told("map(tostring)") == [str(number) for number in NUMBERS]
assert json.loads(told("tojson")) == NUMBERS
assert told(".") == [ONE] * 3 and type(told(".[0]")) is int
assert jq.compile(".").input_value(NUMBERS).first() == [ONE] * 3
PY
