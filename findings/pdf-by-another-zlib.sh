#!/usr/bin/env bash
# A PDF that must be the same bytes on another machine, made by fpdf2 with compression off and a fixed date.
#
# Expected: set_compression(False) leaves nothing to the machine's zlib, so a machine whose zlib is zlib-ng (Fedora's, and
# that of CPython for Windows from 3.14 on) makes the same file.
# Seen: an embedded font and its map from codes to glyphs are packed whatever set_compression says, and zlib and zlib-ng pack
# one text differently: two files of one document, both sound. Without an embedded font they are one.
# ReportLab with pageCompression=0 and invariant=1 packs no font either: one file.
# Versions: fpdf2 2.8.9, fonttools 4.68.0, reportlab 5.1.0 (whose Vera.ttf is the font), zlib-ng 1.1.0.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" --quiet --disable-pip-version-check install fpdf2==2.8.9 fonttools==4.68.0 reportlab==5.1.0 zlib-ng==1.1.0
cat >"$dir/make.py" <<'PY'
import io, sys, zlib
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

if sys.argv[2] == "zlib-ng":
    from zlib_ng import zlib_ng

    zlib.compress = zlib_ng.compress
    zlib.compressobj = zlib_ng.compressobj

import reportlab
from fpdf import FPDF
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

VERA = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"


def by_fpdf2(embedded):
    pdf = FPDF()
    pdf.set_creation_date(datetime(2025, 1, 1, tzinfo=UTC))
    pdf.set_compression(False)
    pdf.add_page()
    if embedded:
        pdf.add_font("Vera", fname=VERA)
    pdf.set_font("Vera" if embedded else "Helvetica", size=12)
    pdf.cell(text="Predikat kinerja: Baik")
    return bytes(pdf.output())


def by_reportlab():
    pdfmetrics.registerFont(TTFont("Vera", str(VERA)))
    file = io.BytesIO()
    canvas = Canvas(file, invariant=1, pageCompression=0)
    canvas.setFont("Vera", 12)
    canvas.drawString(72, 700, "Predikat kinerja: Baik")
    canvas.save()
    return file.getvalue()


made = {"embedded": lambda: by_fpdf2(True), "core": lambda: by_fpdf2(False), "reportlab": by_reportlab}[sys.argv[1]]()
print(sha256(made).hexdigest()[:12], len(made), "bytes")
PY
failed=0
for how in embedded core reportlab; do
  by_zlib=$("$dir/venv/bin/python" "$dir/make.py" "$how" zlib)
  again=$("$dir/venv/bin/python" "$dir/make.py" "$how" zlib)
  by_other=$("$dir/venv/bin/python" "$dir/make.py" "$how" zlib-ng)
  echo "$how: zlib $by_zlib; again $again; zlib-ng $by_other"
  [ "$by_zlib" = "$again" ] || failed=1
  if [ "$how" = embedded ]; then [ "$by_zlib" != "$by_other" ] || failed=1; else [ "$by_zlib" = "$by_other" ] || failed=1; fi
done
exit $failed
