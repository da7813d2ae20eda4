#!/usr/bin/env bash
# An Indonesian employee number (NIP) has 18 digits. Three of them, as numbers in a workbook (XLSX) whose XML has every digit.
#
# Expected: a library that reads all digits writes them back; else it says that it can't.
# Seen: openpyxl reads three different ints, exact; saved again unchanged, all three are 1.99001012015031e+17 in the file, by
# then the same number, and nothing is said. calamine reads the same float three times from the file with all digits. So a
# workbook that was opened and saved has lost what an exact reader would still have found: keep a NIP as text.
# Versions: openpyxl 3.1.5, python-calamine 0.9.1. Made-up numbers.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" --quiet --disable-pip-version-check install openpyxl==3.1.5 python-calamine==0.9.1
"$dir/venv/bin/python" - <<'PY'
import io
import re
import zipfile

from openpyxl import Workbook, load_workbook
from python_calamine import CalamineWorkbook

NUMBERS = [199001012015031001, 199001012015031002, 199001012015031017]
SHEET = "xl/worksheets/sheet1.xml"


def saved(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_every_digit():
    """A workbook of 1, 2 and 3, with the numbers written in their place."""
    book, file = Workbook(), io.BytesIO()
    for place in range(1, 4):
        book.active.append([place])
    with zipfile.ZipFile(io.BytesIO(saved(book))) as small, zipfile.ZipFile(file, "w") as whole:
        for name in small.namelist():
            text = small.read(name)
            for place, number in enumerate(NUMBERS, 1):
                text = text.replace(b"<v>%d</v>" % place, b"<v>%d</v>" % number) if name == SHEET else text
            whole.writestr(name, text)
    return file.getvalue()


def in_the_file(file):
    return re.findall("<v>(.*?)</v>", zipfile.ZipFile(io.BytesIO(file)).read(SHEET).decode())


file = with_every_digit()
read = [row[0] for row in load_workbook(io.BytesIO(file)).active.values]
written = in_the_file(saved(load_workbook(io.BytesIO(file))))
floats = [row[0] for row in CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()]
print("in the file:              ", in_the_file(file))
print("openpyxl reads:           ", read)
print("openpyxl saves them again:", written)
print("calamine reads:           ", floats)
assert in_the_file(file) == [str(number) for number in NUMBERS]
assert read == NUMBERS and all(type(number) is int for number in read)
assert written == ["1.99001012015031e+17"] * 3
assert len(set(floats)) == 1 and type(floats[0]) is float
PY
