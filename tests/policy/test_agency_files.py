from collections.abc import Mapping
from datetime import date

import pytest

from neraca.domain.agency import Adoption, Agency
from neraca.policy.findings import Finding
from neraca.policy.library import Library
from neraca.policy.source.inheritance import Resolved

FILE = "agencies/surabaya/agency.yaml"
AGENCY = """
schema: neraca-agency/1
id: surabaya
name: {id: Pemerintah Kota Surabaya, en: City of Surabaya}
kind: city
time_zone: Asia/Jakarta
languages: [id, en]
stage: demonstration
planning_size: 20000
units:
  disdukcapil: {name: {id: Dispendukcapil, en: Civil Registry}, activated: "2025-01-01"}
  dlh: {name: {id: Dinas Lingkungan Hidup, en: Environment}, activated: null}
working_week: [mon, tue, wed, thu, fri]
holidays: {"2025-01-01": Tahun Baru Masehi, "2024-01-01": Tahun Baru Masehi, "2026-01-01": Tahun Baru Masehi}
reporting: {cadence: monthly, daily: false}
policies:
  - {id: id.jatim.kota-surabaya, version: 3, from: "2025-01-01", to: "2025-12-31"}
  - {id: id.jatim.kota-surabaya, version: 4, from: "2026-01-01", to: null}
"""
ZONES = {"Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"}


@pytest.fixture
def policies(samples: Mapping[str, str]) -> dict[str, str]:
    later = samples["c-kota-surabaya.yaml"].replace("version: 3", "version: 4")
    return {**samples, "later.yaml": later}


def read(policies: Mapping[str, str], text: str, file: str = FILE) -> tuple[Mapping[str, Agency], list[Finding]]:
    library, found = Library.read({**policies, file: text}, ZONES)
    return library.agencies, [one for one in found if one.file == file]


def adopting(*policies: Resolved) -> str:
    """The agency with these policies from 2025 on."""
    lines = [
        f'  - {{id: {one.policy.id}, version: {one.policy.version}, from: "2025-01-01", to: null}}\n'
        for one in policies
    ]
    return AGENCY.partition("policies:")[0] + "policies:\n" + "".join(lines)


def test_an_agency_is_read_into_its_types(policies: Mapping[str, str]):
    agencies, found = read(policies, AGENCY)

    assert found == []
    agency = agencies["surabaya"]
    assert agency.units["disdukcapil"].activated == date(2025, 1, 1)
    assert agency.units["dlh"].activated is None
    assert agency.holidays == {date(year, 1, 1): "Tahun Baru Masehi" for year in (2024, 2025, 2026)}
    assert agency.working_week == ("mon", "tue", "wed", "thu", "fri")
    assert agency.policies[1] == Adoption(id="id.jatim.kota-surabaya", version=4, from_=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            ', "2026-01-01": Tahun Baru Masehi',
            "",
            "14:1: holidays: warning: no holidays in 2026, when id.jatim.kota-surabaya version 4 is adopted - "
            "list them, or deadlines in working days come too early",
        ),
        (
            "kind: city",
            "kind: town",
            "5:7: kind: must be one of city, district, found 'town' - write one of city, district",
        ),
        (
            "id: surabaya",
            "id: surabya",
            "3:5: id: 'surabya' is not the name of its folder, 'surabaya' - rename one of the two",
        ),
        (
            "Asia/Jakarta",
            "Asia/Jakata",
            "6:12: time_zone: unknown time zone 'Asia/Jakata' - did you mean 'Asia/Jakarta'?",
        ),
        (
            '"2025-01-01": Tahun',
            '"2025-02-30": Tahun',
            "14:12: holidays/2025-02-30: '2025-02-30' is no day - "
            'write a day of the calendar as year-month-day in quotes, "2025-01-31"',
        ),
        (
            "en: Civil Registry}",
            "jv: Civil Registry}",
            "11:17: units/disdukcapil/name: no name in 'en' - add 'en', or take it out of languages",
        ),
        ("thu, fri]", "thu, thu]", "13:36: working_week/4: 'thu' is there twice - name it once"),
        (
            "version: 4,",
            "version: 5,",
            "18:43: policies/1/version: 'id.jatim.kota-surabaya' has no version 5 - there is 3, 4",
        ),
        (
            "id: id.jatim.kota-surabaya, version: 4,",
            "id: id.jatim.surabaya, version: 4,",
            "18:10: policies/1/id: no policy 'id.jatim.surabaya' - did you mean 'id.jatim.kota-surabaya'?",
        ),
        (
            "id: id.jatim.kota-surabaya, version: 4,",
            "id: id.nasional.permenpanrb-6-2022, version: 1,",
            "18:10: policies/1/id: 'id.nasional.permenpanrb-6-2022' is abstract - adopt a policy that extends it",
        ),
        (
            'from: "2026-01-01"',
            'from: "2025-12-31"',
            "18:52: policies/1/from: overlaps the policy at line 17: two for the same days and purpose - "
            "let one end the day before the other starts",
        ),
        (
            'from: "2025-01-01", to: "2025-12-31"',
            'from: "2024-12-31", to: "2025-12-31"',
            "17:52: policies/0/from: adopted from 2024-12-31, but the policy rules from 2025-01-01 - "
            "start later, or adopt an earlier version",
        ),
        (
            "id: id.jatim.kota-surabaya, version: 4,",
            "id: id.instansi-contoh.pp-30-2019-360, version: 1,",
            "18:81: policies/1/to: adopted to no set day, but the policy rules to 2022-05-31 - "
            "end earlier, or adopt a later version after it",
        ),
        (
            "stage: demonstration",
            "stage: production",
            "17:10: policies/0/id: warning: rests on unverified or illustrative references: "
            "contoh_batas, contoh_surabaya - verify them, or have an approver name the override",
        ),
        (
            "planning_size: 20000",
            "planing_size: 20000",
            "9:1: planing_size: unknown key 'planing_size' - did you mean 'planning_size'?",
        ),
    ],
)
def test_a_slip_is_told_with_its_place(policies: Mapping[str, str], old: str, new: str, told: str):
    assert old in AGENCY

    _, found = read(policies, AGENCY.replace(old, new, 1))

    assert f"{FILE}:{told}" == str(found[0])


def test_an_agency_with_errors_is_left_out(policies: Mapping[str, str]):
    agencies, _ = read(policies, AGENCY.replace("kind: city", "kind: town"))

    assert agencies == {}


def test_a_policy_with_errors_cannot_be_adopted(policies: Mapping[str, str]):
    broken = {**policies, "later.yaml": policies["later.yaml"].replace("weight: 70", "weight: 71")}

    _, found = read(broken, AGENCY)

    assert [str(one) for one in found] == [
        f"{FILE}:18:10: policies/1/id: policy 'id.jatim.kota-surabaya' version 4 has errors - mend later.yaml first"
    ]


@pytest.mark.parametrize(
    ("today", "years"),
    [
        (None, None),
        (date(2025, 5, 1), None),
        (date(2026, 9, 30), None),
        (date(2026, 10, 1), "2027"),
        (date(2026, 11, 30), "2027"),
    ],
)
def test_the_holidays_of_this_year_and_soon_of_the_next_must_be_there(
    policies: Mapping[str, str], today: date | None, years: str | None
):
    _, found = Library.read({**policies, FILE: AGENCY}, ZONES, today)

    told = [str(one) for one in found if one.path == "/holidays"]
    what = f"no holidays in {years}, when id.jatim.kota-surabaya version 4 is adopted"
    assert [what in one and ": warning:" in one for one in told] == ([] if years is None else [True])


@pytest.mark.parametrize(
    ("today", "years", "ends", "also"),
    [
        # 14 working days to object and 7 to decide; 31 December 2026 is the last day that the agency knows
        (date(2026, 12, 2), None, None, "2027"),
        (date(2026, 12, 3), "2027", "2027-01-01", None),
        (date(2027, 2, 1), "2027", "2027-03-02", None),
        (date(2027, 11, 1), "2027", "2027-11-30", "2028"),
        (date(2027, 12, 31), "2027, 2028", "2028-01-31", None),
    ],
)
def test_a_year_that_a_period_of_today_runs_into_without_holidays_is_a_mistake(
    shipped: Library, today: date, years: str | None, ends: str | None, also: str | None
):
    city = shipped.get("id.jatim.kota-surabaya")
    _, found = Library.read({**city.sources, FILE: adopting(city)}, ZONES, today)

    told = [(one.severity, one.what) for one in found if one.path == "/holidays"]
    by = "id.jatim.kota-surabaya version 1"
    mistake = ("error", f"no holidays in {years}, and 21 working days that start today, by {by}, end on {ends}")
    warning = ("warning", f"no holidays in {also}, when {by} is adopted")
    assert told == ([] if years is None else [mistake]) + ([] if also is None else [warning])


def test_what_ended_long_ago_starts_no_period_any_more(shipped: Library):
    city = shipped.get("id.jatim.kota-surabaya")
    ended = adopting(city).replace("to: null", 'to: "2026-12-31"')

    for year, kinds in ((2027, ["error"]), (2028, [])):
        _, found = Library.read({**city.sources, FILE: ended}, ZONES, date(year, 2, 1))
        assert [one.severity for one in found if one.path == "/holidays"] == kinds


def test_what_is_paid_or_credited_rests_on_facts_that_somebody_can_establish(shipped: Library):
    """An official establishes what the policy of the appraisal reads; result, nodes, level, months, ceiling and what is
    counted from the log are told to it.
    """
    city, allowance = shipped.get("id.jatim.kota-surabaya"), shipped.get("id.jatim.kota-surabaya.tpp")
    credit = shipped.get("id.nasional.angka-kredit.akumulasi")
    texts = {**city.sources, **allowance.sources, **credit.sources}
    adopted = adopting(city, allowance, credit)
    named = "required_facts: [putus_tugas_belajar]"
    law = next(file for file, text in texts.items() if named in text)

    def errors(texts: Mapping[str, str], adopted: str = adopted) -> list[tuple[str, str]]:
        return [(one.path, one.what) for one in read(texts, adopted)[1] if one.severity == "error"]

    assert errors(texts) == []
    other = {**texts, allowance.file: texts[allowance.file].replace("pagu_tpp", "uang_makan")}
    what = (
        f"'{allowance.policy.id}' reads 'uang_makan', which nobody can establish: no appraisal of the same days reads "
    )
    what += "it"
    assert errors(other) == [("/policies/1/id", what)]
    assert errors({**other, law: texts[law].replace(named, "required_facts: [putus_tugas_belajar, uang_makan]")}) == []
    node = {**texts, allowance.file: texts[allowance.file].replace("nilai_kinerja", "nilai_perilaku")}
    assert errors(node) == []
    none = {**texts, allowance.file: texts[allowance.file].replace("nilai_kinerja", "nilai_tak_ada")}
    assert errors(none) == [("/policies/1/id", what.replace("uang_makan", "nilai_tak_ada"))]


def test_reports_in_time_are_counted_where_the_agency_says_when_one_is(shipped: Library):
    city, allowance = shipped.get("id.jabar.kota-bandung"), shipped.get("id.jabar.kota-bandung.tpp")
    texts, adopted = {**city.sources, **allowance.sources}, adopting(city, allowance)

    (told,) = [one for one in read(texts, adopted)[1] if one.severity == "error"]
    assert (told.path, told.what) == (
        "/reporting",
        f"'{allowance.policy.id}' counts reports that come in time, and this agency does not say when one does",
    )
    said = adopted.replace("daily: false}", "daily: false, in_time_days: 5}")
    assert [one for one in read(texts, said)[1] if one.severity == "error"] == []


def test_classes_that_no_policy_is_for_are_told(shipped: Library):
    leaders, staff = shipped.get("id.nasional.pp-30-2019-360"), shipped.get("id.nasional.pp-30-2019-360.staf")
    texts = {**leaders.sources, **staff.sources}
    adopted = AGENCY[: AGENCY.index("policies:\n")] + "policies:\n"
    for id_, since, classes in ((leaders.policy.id, "07", "SUPERVISOR"), (staff.policy.id, "10", "STAFF")):
        days = f'from: "2021-{since}-01", to: "2021-12-31"'
        adopted += f"  - {{id: {id_}, version: 1, {days}, classes: [{classes}]}}\n"

    def told(classes: str) -> list[tuple[str, str]]:
        found = read(texts, adopted.replace("[STAFF]", f"[{classes}]"))[1]
        return [(one.path, one.what) for one in found if "no policy is for" in one.what]

    nobody = "nobody of such a post can be appraised"
    others = "SENIOR_EXECUTIVE, ADMINISTRATOR"
    assert told("OPERATIONAL, FUNCTIONAL") == [
        ("/policies/0/classes", f"on 2021-07-01 no policy is for {others}, OPERATIONAL, FUNCTIONAL: {nobody}"),
        ("/policies/1/classes", f"on 2021-10-01 no policy is for {others}: {nobody}"),
    ]
    assert [path for path, _ in told(f"OPERATIONAL, FUNCTIONAL, {others}")] == ["/policies/0/classes"]


def test_reports_are_asked_for_as_often_as_they_count(policies: Mapping[str, str], shipped: Library):
    odd = AGENCY.replace("cadence: monthly", "cadence: daily")
    daily = AGENCY.replace("cadence: monthly, daily: false", "cadence: daily, daily: true")

    assert any("reports are daily, yet daily is false" in str(one) for one in read(policies, odd)[1])
    assert read(policies, daily)[1] == []
    samarinda = shipped.get("id.kaltim.kota-samarinda")
    text = AGENCY.replace("id.jatim.kota-surabaya", samarinda.policy.id)
    text = text.replace("version: 3", "version: 1").replace('to: "2025-12-31"', "to: null").rpartition("  - {")[0]
    counts = "counts days with a report, and this agency asks for none daily"
    assert any(counts in str(one) for one in read(dict(samarinda.sources), text)[1])
    text = text.replace("cadence: monthly, daily: false", "cadence: daily, daily: true")
    assert not any(counts in str(one) for one in read(dict(samarinda.sources), text)[1])
