#!/usr/bin/env bash
# A legal period of 14 working days: an objection window that opens on a day of rest.
#
# Expected: the day it starts from does not count, so a window that opens on Friday 14, Saturday 15 or Monday 17 August
# 2026 (a national holiday) ends on the same Friday, 4 September, in every library that counts working days.
# Seen: pandas and roll='backward' say so. numpy and polars with roll='forward', which reads like the friendly choice
# («move to the next working day first»), begin to count *after* that next working day: Monday 7 September, one day late.
# polars and numpy agree with each other, pandas' CustomBusinessDay(14) does not agree with either's 'forward'.
# Versions: numpy 2.4.6, polars 2.1.0, pandas 3.1.1.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" --quiet --disable-pip-version-check install numpy==2.4.6 polars==2.1.0 pandas==3.1.1
"$dir/venv/bin/python" - <<'PY'
from datetime import date, timedelta

import numpy as np
import pandas as pd
import polars as pl

HOLIDAYS = [date(2026, 8, 17)]


def counted(day, working_days):
    while working_days:
        day += timedelta(days=1)
        working_days -= day.weekday() < 5 and day not in HOLIDAYS
    return day


def by_numpy(day, roll):
    return np.busday_offset(day, 14, roll=roll, holidays=HOLIDAYS).astype(date)


def by_polars(day, roll):
    return pl.select(pl.lit(day).dt.add_business_days(14, roll=roll, holidays=HOLIDAYS)).item()


def by_pandas(day):
    return (pd.Timestamp(day) + pd.offsets.CustomBusinessDay(14, holidays=HOLIDAYS)).date()


friday, monday = date(2026, 9, 4), date(2026, 9, 7)
for start in (date(2026, 8, 14), date(2026, 8, 15), date(2026, 8, 17)):
    seen = {
        "counted day by day": counted(start, 14),
        "numpy backward": by_numpy(start, "backward"),
        "numpy forward": by_numpy(start, "forward"),
        "polars backward": by_polars(start, "backward"),
        "polars forward": by_polars(start, "forward"),
        "pandas": by_pandas(start),
    }
    for how, day in seen.items():
        print(f"{start:%a %d %b} + 14 working days, {how}: {day:%a %d %b}")
        late = how.endswith("forward") and start != date(2026, 8, 14)
        assert day == (monday if late else friday), (start, how, day)
PY
