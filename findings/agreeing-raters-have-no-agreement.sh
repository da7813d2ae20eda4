#!/usr/bin/env bash
# How far do the raters of a 360-degree appraisal agree? The usual coefficients, on a small scale (1 to 3).
#
# Expected: three raters who give every person the same value agree perfectly: 1. One deviation in 24 ratings: nearly 1.
# Seen: full agreement on one value is «not a number» in statsmodels and scikit-learn; krippendorff raises ValueError, and
# gives «not a number» too once it is told the scale (value_domain). With one deviation in 24, Krippendorff's alpha is
# exactly 0 and Fleiss' kappa below 0: chance would agree as often where nearly everybody gets the same value. So neither
# may stand on a page as «how reliable these ratings are» without the share of equal ratings beside it.
# Versions: krippendorff 0.9.0, statsmodels 0.15.0, scikit-learn 1.9.1.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" --quiet --disable-pip-version-check install \
  krippendorff==0.9.0 statsmodels==0.15.0 scikit-learn==1.9.1 numpy==2.4.6
"$dir/venv/bin/python" -W ignore - <<'PY'
from math import isnan

import krippendorff
import numpy as np
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

alike = [[3] * 8] * 3
nearly = [[3] * 7 + [2], [3] * 8, [3] * 8]


def fleiss(raters):
    return fleiss_kappa(aggregate_raters(np.array(raters).T)[0])


try:
    krippendorff.alpha(reliability_data=alike, level_of_measurement="ordinal")
    raise SystemExit("krippendorff gave a number for raters who agree")
except ValueError as refused:
    print("all alike, krippendorff:", refused)
told = krippendorff.alpha(reliability_data=alike, level_of_measurement="ordinal", value_domain=[1, 2, 3])
print("all alike, krippendorff with the scale:", told)
print("all alike, Fleiss:", fleiss(alike), " Cohen:", cohen_kappa_score(alike[0], alike[1]))
assert isnan(told) and isnan(fleiss(alike)) and isnan(cohen_kappa_score(alike[0], alike[1]))

alpha = krippendorff.alpha(reliability_data=nearly, level_of_measurement="ordinal")
print("23 of 24 alike, krippendorff:", alpha, " Fleiss:", fleiss(nearly))
assert alpha == 0 and -0.05 < fleiss(nearly) < 0
PY
