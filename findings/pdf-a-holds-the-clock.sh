#!/usr/bin/env bash
# A PDF/A with a fixed creation date, made twice by fpdf2.
#
# Expected: set_creation_date(...) fixes what the file says of time, as it does for a plain PDF, so both files are one.
# Seen: with enforce_compliance="PDF/A-2B" the metadata (XMP) has the creation date that was set, and ModifyDate and
# MetadataDate of the clock: two files, a second apart. No other call sets them.
# Versions: fpdf2 2.8.9, fonttools 4.68.0, reportlab 5.1.0 (for its Vera.ttf alone).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" --quiet --disable-pip-version-check install fpdf2==2.8.9 fonttools==4.68.0 reportlab==5.1.0
"$dir/venv/bin/python" - <<'PY'
import re
import time
from datetime import UTC, datetime
from pathlib import Path

import reportlab
from fpdf import FPDF

VERA = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
FIXED = datetime(2025, 1, 1, tzinfo=UTC)


def made(**settings):
    pdf = FPDF(**settings)
    pdf.set_creation_date(FIXED)
    pdf.set_title("Dokumen evaluasi kinerja")
    pdf.set_lang("id")
    pdf.add_font("Vera", fname=VERA)
    pdf.add_page()
    pdf.set_font("Vera", size=12)
    pdf.cell(text="Predikat kinerja: Baik")
    return bytes(pdf.output())


for settings, alike in (({}, True), ({"enforce_compliance": "PDF/A-2B"}, False)):
    first = made(**settings)
    time.sleep(1.1)
    second = made(**settings)
    dates = {name.decode(): day.decode() for name, day in re.findall(rb'xmp:(\w+Date)="([^"]+)"', first)}
    print(settings or "plain", "one file" if first == second else "two files", dates)
    assert (first == second) == alike
    assert alike or (dates["CreateDate"] == FIXED.isoformat() and dates["ModifyDate"] != FIXED.isoformat())
PY
