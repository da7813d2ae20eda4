#!/usr/bin/env bash
# Two raters give 89.99 and 90.00; a panel takes the median, and from 90 on a person is «baik». Scores are DECIMAL(5,2).
#
# Expected: 89.995, or 90.00 once rounded half up to the two places of the type.
# Seen: DuckDB's median and quantile_cont keep the type and cut the middle off: 89.99 (-89.99 for the same below zero, so
# it cuts towards zero), while avg of the same column is a DOUBLE, 89.995; with six places, 89.995000. polars answers a
# Decimal column with a float, and by default its quantile is the nearest value, 90.0. One column, four answers, and two
# of them are on either side of the line; so cast up before, and round by a stated rule after.
# Versions: duckdb 2.0.1, polars 2.1.0.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" --quiet --disable-pip-version-check install duckdb==2.0.1 polars==2.1.0
"$dir/venv/bin/python" - <<'PY'
from decimal import Decimal

import duckdb
import polars as pl

TWO = "(values (89.99::decimal(5,2)), (90.00::decimal(5,2))) v(x)"


def ask(question, rows=TWO):
    return duckdb.sql(f"select {question} from {rows}").fetchall()[0]


seen = {
    "duckdb median": ask("median(x)") + ask("typeof(median(x))"),
    "duckdb quantile_cont, below zero": ask("quantile_cont(-x, 0.5)"),
    "duckdb avg": ask("avg(x)") + ask("typeof(avg(x))"),
    "duckdb median of six places": ask("median(x::decimal(18,6))"),
    "polars median": (pl.Series([Decimal("89.99"), Decimal("90.00")]).median(),),
    "polars quantile": (pl.Series([Decimal("89.99"), Decimal("90.00")]).quantile(0.5),),
}
for what, answer in seen.items():
    print(f"{what}:", *answer)
assert seen["duckdb median"] == (Decimal("89.99"), "DECIMAL(5,2)")
assert seen["duckdb quantile_cont, below zero"] == (Decimal("-89.99"),)
assert seen["duckdb avg"] == (89.995, "DOUBLE")
assert seen["duckdb median of six places"] == (Decimal("89.995000"),)
assert seen["polars median"] == (89.995,) and isinstance(seen["polars median"][0], float)
assert seen["polars quantile"] == (90.0,)
PY
