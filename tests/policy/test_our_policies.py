"""The policies and agencies delivered: all load, their own tests pass, and each city has what its text names."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import pytest

from neraca.domain.agency import is_working_day, working_days
from neraca.domain.appraisal.events import PlannedResult, Target
from neraca.domain.appraisal.plan_rules import check_perspectives, check_plan
from neraca.domain.command_rules import PerspectiveRule
from neraca.domain.errors import Invalid
from neraca.domain.facts import COMPETENCIES
from neraca.domain.vocabulary import Perspective, PositionClass
from neraca.policy.compiled.compilation import CompiledPolicy, compile_resolved
from neraca.policy.compiled.rulebook import rulebook
from neraca.policy.library import Library
from neraca.policy.model import Bands, Table
from neraca.policy.published import ready
from neraca.policy.source.inheritance import Resolved
from neraca.policy.source.yaml_tree import find
from neraca.policy.testing.runner import tried

ROOT = Path(__file__).parents[2]

SURABAYA = "id.jatim.kota-surabaya"
BANDUNG = "id.jabar.kota-bandung"
SEMARANG = "id.jateng.kota-semarang"
GAJAHMUNGKUR = "id.jateng.kota-semarang.gajahmungkur"
SAMARINDA = "id.kaltim.kota-samarinda"
SURAKARTA = "id.jateng.kota-surakarta"
HIGH_OFFICIALS = "id.jateng.kota-surakarta.pimpinan"
NATIONAL = (
    "id.nasional.permenpanrb-6-2022",
    "id.nasional.permenpanrb-6-2022.pedoman",
    "id.nasional.permenpanrb-6-2022.harian",
    "id.nasional.permenpanrb-6-2022.triwulan",
    "id.nasional.permenpanrb-6-2022.harian.triwulan",
    "id.nasional.pp-46-2011",
    "id.nasional.pp-30-2019",
    "id.nasional.permenpanrb-8-2021",
    "id.nasional.pp-30-2019-360",
    "id.nasional.pp-30-2019-360.staf",
)
CITIES = (SURABAYA, BANDUNG, GAJAHMUNGKUR, SAMARINDA, SURAKARTA)
PAYING = (
    "id.nasional.angka-kredit",
    "id.nasional.angka-kredit.akumulasi",
    "id.jatim.kota-surabaya.tpp",
    "id.jabar.kota-bandung.tpp",
)
"""Of purpose credit or allowance: what follows from a predicate in points or rupiah."""

CONSIDERING = (
    "id.jateng.kota-semarang.gajahmungkur.promosi",
    "id.jateng.kota-semarang.gajahmungkur.talenta",
    "id.jateng.kota-surakarta.penghargaan",
    "id.kaltim.kota-samarinda.disiplin",
)
"""Of purpose candidacy: whom to consider for something by the results of several periods."""

NAMED = {
    SURABAYA: {
        "S1 meets set targets": "/indicators/rencana_hasil_kerja",
        "S2 innovation": "/indicators/inovasi",
        "S3 use of IT when serving the public": "/indicators/pemanfaatan_ti",
        "S6 direct supervisor": "/panels/perilaku/raters/atasan",
        "S7 peers": "/panels/perilaku/raters/rekan",
        "S8 work results": "/nodes/hasil_kerja",
        "S9 interaction with the public": "/indicators/interaksi_masyarakat",
        "S9 interaction with colleagues": "/indicators/interaksi_kolega",
        "S18 speed of service": "/indicators/kecepatan_layanan",
        "S18 quality of service": "/indicators/kualitas_layanan",
        "S19 public satisfaction": "/indicators/kepuasan_masyarakat",
    },
    BANDUNG: {
        "B5 education programmes": "/indicators/capaian_program_pendidikan",
        "B7 individual performance": "/indicators/rencana_hasil_kerja",
        "B8 contribution to the team": "/indicators/kontribusi_tim",
        "B9 impact on the organisation": "/indicators/dampak_organisasi",
        "B12 supervisor": "/panels/perilaku/raters/atasan",
        "B15 Smart City programme across offices": "/nodes/smart_city",
        "B17 effectiveness in the programme": "/indicators/efektivitas_smart_city",
        "B17 innovation in the programme": "/indicators/inovasi_smart_city",
        "B19 regional vision and mission": "/indicators/keselarasan_visi",
        "B5, B15 and B19 programmes and vision of the city": "/nodes/program_kota",
    },
    GAJAHMUNGKUR: {
        "G1 innovation": "/indicators/inovasi",
        "G1 competence": "/indicators/kompetensi",
        "G7 productivity": "/indicators/produktivitas",
        "G8 service quality": "/indicators/mutu_layanan",
        "G9 contribution to government programmes": "/indicators/kontribusi_program",
        "G10 school participation rate": "/indicators/angka_partisipasi_sekolah",
        "G10 education quality": "/indicators/kualitas_pendidikan",
        "G11 direct supervisor": "/panels/perilaku/raters/atasan",
        "G12 peers": "/panels/perilaku/raters/rekan",
        "G13 the public": "/panels/perilaku/raters/warga",
        "G14 all around": "/panels/perilaku/raters/bawahan",
        "G15 patients": "/indicators/kepuasan_pasien",
    },
    SAMARINDA: {
        "M2 target fulfilment": "/indicators/rencana_hasil_kerja",
        "M3 target of the office": "/indicators/target_dinas",
        "M4 competency against a standard": "/indicators/kompetensi",
        "M5 and M6 citizen survey": "/indicators/survei_warga",
        "M7 response time": "/indicators/waktu_respons",
        "M10 daily activity": "/indicators/laporan_harian",
        "M11 supervisor": "/panels/perilaku/raters/atasan",
        "M12 discipline": "/indicators/disiplin",
        "M13 speed of service": "/indicators/kecepatan_layanan",
        "M16 stricter discipline": "/modifiers/hukuman_disiplin_berat",
    },
    SURAKARTA: {
        "K7 public satisfaction": "/indicators/kepuasan_masyarakat",
        "K8 time efficiency": "/indicators/efisiensi_waktu",
        "K9 service quality": "/indicators/kualitas_pelayanan",
        "K10 digital feedback": "/indicators/umpan_balik_digital",
        "K11 an important part": "/nodes/suara_masyarakat",
    },
}
"""What each city's text names, and where its policy has it."""

FLOORS = {"rekan": 3, "bawahan": 3, "warga": 10}
"""Raters of a group below which an answer could be traced to its author."""

AGENCIES = ("bandung", "gajahmungkur", "samarinda", "surabaya", "surakarta")


@cache
def texts() -> dict[str, str]:
    files = sorted([*(ROOT / "policies").rglob("*.yaml"), *(ROOT / "agencies").rglob("*.yaml")])
    return {file.relative_to(ROOT).as_posix(): file.read_text() for file in files}


@cache
def library() -> Library:
    return Library.read(texts())[0]


@cache
def plan(id_: str) -> CompiledPolicy:
    return compile_resolved(library().get(id_))


def own_text(resolved: Resolved) -> str:
    return resolved.sources[resolved.file]


def sections(text: str) -> dict[str, str]:
    """Each top-level section of a policy file, comments and all."""
    found = re.split(r"^([a-z_]+):", text, flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2], strict=True))


def own_tests() -> Iterator[Any]:
    for id_ in library().ids():
        for test in library().get(id_).policy.tests:
            yield pytest.param(id_, test, id=f"{id_}: {test.name}")


def test_every_file_loads_with_nothing_to_say():
    library, found = Library.read(texts(), available_timezones())

    assert [str(one) for one in found] == []
    assert set(library.ids()) == {*NATIONAL, SEMARANG, *CITIES, HIGH_OFFICIALS, *PAYING, *CONSIDERING}
    assert len(library.ids()) + len(library.agencies) == len(texts())


@pytest.mark.parametrize(("id_", "test"), [*own_tests()])
def test_the_policy_makes_of_its_case_what_it_says(id_: str, test: Any):
    outcome = tried(plan(id_), test)

    assert outcome.differences == ()


@pytest.mark.parametrize("id_", [*NATIONAL, *CITIES])
def test_the_policy_tests_every_predicate_it_can_give_and_a_blocked_case(id_: str):
    policy = library().get(id_).policy
    expected = {test.expect.predicate for test in policy.tests}

    assert any(test.expect.status == "blocked" for test in policy.tests)
    if id_ in ("id.nasional.permenpanrb-6-2022", "id.nasional.pp-46-2011", "id.nasional.pp-30-2019"):
        assert policy.predicates.keys() <= expected
    elif id_ in CITIES:
        assert {"sangat_baik", "baik", "butuh_perbaikan", "kurang", "sangat_kurang"} <= expected


@pytest.mark.parametrize(
    ("id_", "path"),
    [pytest.param(id_, path, id=f"{id_}: {named}") for id_, table in NAMED.items() for named, path in table.items()],
)
def test_what_a_city_names_is_in_its_policy(id_: str, path: str):
    resolved = library().get(id_)
    judged = [one.node for one in resolved.policy.classify.values() if isinstance(one, Bands)]

    assert find(resolved.document, path) is not None
    if path.startswith("/indicators/"):
        assert any(path.removeprefix("/indicators/") in under(resolved, node) for node in judged)


def test_a_city_considers_people_whatever_their_result_is_called() -> None:
    """A policy for candidates that has no number for a predicate of the policies it is adopted beside."""
    file, city = "policies/gajahmungkur/promosi-gajahmungkur.yaml", "agencies/gajahmungkur/agency.yaml"
    adopted = '  - {id: id.jateng.kota-semarang.gajahmungkur.promosi, version: 1, from: "2025-01-01", to: null}\n'
    whole = texts() | {city: re.sub(r"(?m)^.*gajahmungkur\.promosi.*\n", "", texts()[city]) + adopted}
    lacking = whole | {file: whole[file].replace(", sangat_kurang: 20", "")}

    found = [[str(one) for one in Library.read(each, available_timezones())[1]] for each in (whole, lacking)]

    assert found[0] == []
    assert [one.partition(": ")[2] for one in found[1]] == [
        f"policies/2/id: 'id.jateng.kota-semarang.gajahmungkur.promosi' has no number for 'sangat_kurang' in indicator "
        f"'{indicator}', which people here may get - add them to its table, or adopt another"
        for indicator in ("hasil_sebelumnya", "hasil_terakhir")
    ]


def under(resolved: Resolved, node: str) -> set[str]:
    """The indicators that a node is made of, through however many nodes."""
    found: set[str] = set()
    for child in resolved.policy.nodes[node].of:
        found |= under(resolved, child) if child in resolved.policy.nodes else {child}
    return found


def test_the_seven_values_have_three_guides_each():
    """In the base and in each city that rates them, where a city may not change them; and none of another's."""
    seven = ["berorientasi_pelayanan", "akuntabel", "kompeten", "harmonis", "loyal", "adaptif", "kolaboratif"]
    for id_ in ("id.nasional.permenpanrb-6-2022", *CITIES):
        indicators = library().get(id_).policy.indicators
        guides = {name: indicators[name].guides for name in seven}
        texts = [text["id"] for one in guides.values() if one is not None for text in one.texts]

        assert [len(one.texts) for one in guides.values() if one is not None] == [3] * 7
        assert len(set(texts)) == 21
        assert {one.ref for one in guides.values() if one is not None} == {"se_menpanrb_20_2021"}


def test_the_public_weighs_most_in_surakarta():
    weights = library().get(SURAKARTA).policy.nodes["hasil_kerja"].of

    assert max(weights, key=lambda child: weights[child]) == "suara_masyarakat"


def test_only_the_supervisor_rates_in_bandung_and_samarinda():
    for id_ in (BANDUNG, SAMARINDA):
        assert list(library().get(id_).policy.panels["perilaku"].raters) == ["atasan"]


@pytest.mark.parametrize("id_", CITIES)
def test_a_city_says_that_its_numbers_are_illustrative(id_: str):
    resolved = library().get(id_)
    references = resolved.policy.references
    city = f"contoh_{resolved.file.split('/')[1]}"

    assert references[city].status == "illustrative"
    for name, node in resolved.policy.nodes.items():
        assert node.ref == city or resolved.origins[f"/nodes/{name}"].file != resolved.file, name
    for name, indicator in resolved.policy.indicators.items():
        if resolved.origins[f"/indicators/{name}"].file == resolved.file:
            assert indicator.ref in (city, "permenpanrb_14_2017"), name


@pytest.mark.parametrize("id_", [*CITIES, SEMARANG])
def test_a_section_without_room_for_a_ref_names_it_in_a_comment(id_: str):
    resolved = library().get(id_)
    city = f"contoh_{resolved.file.split('/')[1]}"
    written = sections(own_text(resolved))

    for section in {"period", "panels", "classify"} & written.keys():
        assert re.search(rf"#.*\b{city}\b", written[section]), section


@pytest.mark.parametrize("id_", [*NATIONAL, *CITIES, HIGH_OFFICIALS, SEMARANG, *PAYING])
def test_every_illustrative_reference_is_named_where_its_number_stands(id_: str):
    resolved = library().get(id_)
    written = sections(own_text(resolved))
    declared = written.pop("references", "")
    for key, reference in resolved.policy.references.items():
        if reference.status == "illustrative" and f"  {key}:" in declared:
            assert re.search(rf"\b{key}\b", "".join(written.values())), key


@pytest.mark.parametrize("id_", [*NATIONAL, *CITIES, SEMARANG])
def test_no_group_that_must_stay_unknown_is_small(id_: str):
    for panel in library().get(id_).policy.panels.values():
        for group, rule in panel.raters.items():
            if group in FLOORS:
                assert rule.anonymous
                assert rule.min >= FLOORS[group]


@pytest.mark.parametrize("id_", [*CITIES, SEMARANG])
def test_a_city_keeps_the_matrix_and_the_objection_of_the_law(id_: str):
    law = library().get("id.nasional.permenpanrb-6-2022").policy
    policy = library().get(id_).policy

    assert policy.classify["predikat"] == law.classify["predikat"]
    assert policy.workflow is not None
    assert law.workflow is not None
    assert policy.workflow.objection == law.workflow.objection
    assert (policy.workflow.objection.within, policy.workflow.objection.decide_within) == (
        "14 working_days",
        "7 working_days",
    )
    assert policy.score == "hasil_kerja"


@pytest.mark.parametrize("id_", PAYING)
def test_what_pays_tests_a_blocked_case_and_every_word_of_its_tables(id_: str):
    policy = library().get(id_).policy
    given = {(fact, word) for test in policy.tests for fact, word in test.facts.items()}

    assert any(test.expect.status == "blocked" for test in policy.tests)
    if id_ != "id.nasional.angka-kredit.akumulasi":
        tables = [one.measure for one in policy.indicators.values() if isinstance(one.measure, Table)]
        assert {(table.fact, word) for table in tables for word in table.values} <= given


@pytest.mark.parametrize("id_", CITIES)
def test_people_plan_results_of_their_own_in_each_city(id_: str):
    book = rulebook(plan(id_), library().get(id_).policy)
    (source,) = book.items.keys() - {COMPETENCIES}
    rule = book.items[source]
    count = max(2, rule.min_items)
    weights = [100 - 10 * (count - 1), *[10] * (count - 1)]
    results = [
        PlannedResult(
            f"hasil-{n}",
            f"Hasil {n}",
            [Target(f"t-{n}", "jumlah", "dokumen", Decimal(12), Decimal(weight) if rule.declared_weights else None)],
            source=source,
        )
        for n, weight in enumerate(weights)
    ]

    check_plan(results, book)


def test_a_high_official_of_surakarta_plans_by_perspective_and_always_for_the_budget():
    book = rulebook(plan(HIGH_OFFICIALS), library().get(HIGH_OFFICIALS).policy)
    high, served = PositionClass.SENIOR_EXECUTIVE, Perspective.SERVICE_RECIPIENT

    check_perspectives([served, Perspective.BUDGET], high, book)
    with pytest.raises(Invalid, match="none is of BUDGET; plan at least one result of each"):
        check_perspectives([served, served], high, book)
    with pytest.raises(Invalid, match=r"/results/1/perspective: policy .* give one of SERVICE_RECIPIENT, "):
        check_perspectives([Perspective.BUDGET, None], high, book)
    check_perspectives([None], PositionClass.ADMINISTRATOR, book)


@pytest.mark.parametrize(
    ("id_", "cycle", "annual"),
    [
        (SURABAYA, "quarter", True),
        (BANDUNG, "semester", True),
        (GAJAHMUNGKUR, "year", False),
        (SAMARINDA, "year", False),
        (SURAKARTA, "quarter", True),
    ],
)
def test_a_city_evaluates_by_the_periods_that_it_says_and_makes_the_year_of_them(id_: str, cycle: str, annual: bool):
    book = rulebook(plan(id_), library().get(id_).policy)

    assert (book.cycle, book.annual) == (cycle, annual)


def test_the_five_agencies_are_there():
    assert tuple(sorted(library().agencies)) == AGENCIES


@pytest.mark.parametrize("id_", AGENCIES)
def test_the_agency_is_a_demonstration_that_reports_as_its_text_says(id_: str):
    agency = library().agencies[id_]
    daily = id_ == "samarinda"

    assert agency.stage == "demonstration"
    assert agency.kind == ("district" if id_ == "gajahmungkur" else "city")
    assert agency.time_zone == ("Asia/Makassar" if id_ == "samarinda" else "Asia/Jakarta")
    assert (agency.reporting.cadence, agency.reporting.daily) == (("daily", True) if daily else ("monthly", False))
    assert 4 <= len(agency.units) <= 8
    assert any(unit.activated == date(2025, 1, 1) for unit in agency.units.values())


@pytest.mark.parametrize("id_", AGENCIES)
def test_the_agency_keeps_the_holidays_of_both_years(id_: str):
    agency = library().agencies[id_]

    assert agency.holidays == library().agencies["surabaya"].holidays
    assert [*agency.holidays] == sorted(agency.holidays)
    assert not is_working_day(agency, date(2025, 8, 18))
    # 261 weekdays each; 13 of 17 holidays fall on one, and 11 and 8 days of joint leave
    assert working_days(agency, date(2025, 1, 1), date(2025, 12, 31)) == 261 - 13 - 11
    assert working_days(agency, date(2026, 1, 1), date(2026, 12, 31)) == 261 - 13 - 8


def test_only_some_offices_of_samarinda_take_part_yet():
    days = [unit.activated for unit in library().agencies["samarinda"].units.values()]

    assert None in days
    assert any(day is not None and day > date(2025, 1, 1) for day in days)


@pytest.mark.parametrize(
    ("file", "written", "instead", "where"),
    [
        pytest.param(
            "surabaya/kota-surabaya",
            "atasan: {weight: 70}",
            "atasan: {weight: 40}",
            "/panels/perilaku/raters/atasan/weight",
            id="the appraiser in the minority",
        ),
        pytest.param(
            "surabaya/kota-surabaya",
            "\nnodes:\n",
            "\nremove: [/nodes/perilaku/of/akuntabel]\n\nnodes:\n",
            "/indicators/akuntabel",
            id="a value of the seven left out",
        ),
        pytest.param(
            "surabaya/kota-surabaya",
            "\nnodes:\n",
            "\nnodes:\n  perilaku: {combine: max}\n",
            "/nodes/perilaku/combine",
            id="the best value alone",
        ),
        pytest.param(
            "bandung/kota-bandung",
            "  ref: contoh_bandung                # the city",
            "  # the city",
            "/period/cycle",
            id="halves of a year that are not marked as the city's own",
        ),
        pytest.param(
            "nasional/permenpanrb-6-2022-pedoman",
            "\nindicators:\n",
            "\nperiod: {cycle: semester}\n\nindicators:\n",
            "/period/cycle",
            id="halves of a year under the plain national rule",
        ),
        pytest.param(
            "nasional/permenpanrb-6-2022-harian",
            "\nindicators:\n  rencana_hasil_kerja:\n",
            "\nindicators:\n  rencana_hasil_kerja:\n"
            "    measure: {method: items, source: skp, item: ratio, weights: declared}\n",
            "/indicators/rencana_hasil_kerja/measure",
            id="weights of results over the plain national rule",
        ),
        pytest.param(
            "nasional/permenpanrb-6-2022-harian",
            "\nindicators:\n",
            "\nnodes:\n  perilaku: {combine: mean}\n\nindicators:\n",
            "/nodes/perilaku",
            id="a mean of the values over the plain national rule",
        ),
        pytest.param(
            "bandung/kota-bandung",
            "\nworkflow:\n",
            "\nworkflow:\n  objection: {within: 5 working_days}\n",
            "/workflow/objection",
            id="less time to object",
        ),
        pytest.param(
            "nasional/permenpanrb-6-2022-harian",
            "\nindicators:\n",
            "\nclassify:\n  predikat: {table: {di_atas: {di_bawah: baik}}}\n\nindicators:\n",
            "/classify/predikat",
            id="another cell of the quadrant",
        ),
        pytest.param(
            "bandung/kota-bandung",
            "rencana_hasil_kerja: 50",
            "rencana_hasil_kerja: 55",
            "/nodes/hasil_kerja/of",
            id="weights of 105",
        ),
        pytest.param(
            "gajahmungkur/kecamatan-gajahmungkur",
            "nodes:\n",
            "remove: [/modifiers/hukuman_disiplin_berat]\n\nnodes:\n",
            "/modifiers/hukuman_disiplin_berat",
            id="a severe sanction without effect",
        ),
        pytest.param(
            "nasional/pp-30-2019",
            "of: {skp: 70, perilaku: 30}",
            "of: {skp: 60, perilaku: 40}",
            "/nodes/nilai_kinerja/of",
            id="60/40 without peers",
        ),
        pytest.param(
            "nasional/pp-30-2019-360",
            "of: {skp: 60, perilaku: 40}",
            "of: {skp: 70, perilaku: 30}",
            "/nodes/nilai_kinerja/of",
            id="70/30 with peers",
        ),
        pytest.param(
            "nasional/permenpanrb-6-2022",
            "sesuai: {di_atas: baik, sesuai",
            "sesuai: {sesuai",
            "/classify/predikat/table/sesuai",
            id="a matrix with a hole",
        ),
    ],
)
def test_what_the_law_or_a_parent_forbids_is_refused(file: str, written: str, instead: str, where: str):
    name = f"policies/{file}.yaml"
    text = texts()[name]
    assert text.count(written) == 1

    _, found = Library.read({**texts(), name: text.replace(written, instead)})

    assert where in [one.path for one in found if one.severity == "error"]


@pytest.mark.parametrize("id_", CITIES)
def test_a_city_takes_daily_progress_in_a_later_version_without_moving_a_digit(id_: str):
    resolved = library().get(id_)
    name, version = resolved.file, resolved.policy.version
    later = texts()[name].replace(f"\nversion: {version}\n", f"\nversion: {version + 1}\n")
    later += "\nreporting: {cadence: daily, requires: [duration, result]}\n"

    library_, found = Library.read({**texts(), "later.yaml": later})
    before, after = (ready(library_.get(id_, number)) for number in (version, version + 1))

    assert [str(one) for one in found] == []
    assert (before.ref.hash == after.ref.hash, before.ref.calc_hash == after.ref.calc_hash) == (False, True)
    assert (before.rules.reporting.daily, after.rules.reporting.daily) == (False, True)
    assert after.rules.reporting.requires == {"duration", "result"}


@pytest.mark.parametrize("id_", CITIES)
def test_a_city_asks_more_of_a_plan_in_a_later_version_without_moving_a_digit(id_: str):
    """What a plan says beside results (PermenPANRB 6/2022 ps 7(3)), and the perspectives of high officials (p. 29)."""
    resolved = library().get(id_)
    name, version = resolved.file, resolved.policy.version
    later = texts()[name].replace(f"\nversion: {version}\n", f"\nversion: {version + 1}\n")
    asked = (
        "requires: [resources, accountability, consequences], "
        "perspectives: {of: [SENIOR_EXECUTIVE], required: [BUDGET, BUSINESS_PROCESS]}"
    )
    plan = re.search(r"\n  plan: \{(.*)\}\n", later)
    if plan is not None:
        later = later.replace(plan[0], f"\n  plan: {{{plan[1]}, {asked}}}\n")
    elif "\nworkflow:\n" in later:
        later = later.replace("\nworkflow:\n", f"\nworkflow:\n  plan: {{{asked}}}\n")
    else:
        later += f"\nworkflow:\n  plan: {{{asked}}}\n"

    library_, found = Library.read({**texts(), "later.yaml": later})
    before, after = (ready(library_.get(id_, number)) for number in (version, version + 1))

    assert [str(one) for one in found] == []
    assert (before.ref.hash == after.ref.hash, before.ref.calc_hash == after.ref.calc_hash) == (False, True)
    assert (before.rules.plan.requires, before.rules.plan.perspectives) == (frozenset(), None)
    assert after.rules.plan.requires == {"resources", "accountability", "consequences"}
    assert after.rules.plan.perspectives == PerspectiveRule(
        frozenset({PositionClass.SENIOR_EXECUTIVE}), frozenset({Perspective.BUDGET, Perspective.BUSINESS_PROCESS})
    )
