"""Pages of policies that have every construct between them, word by word and in both languages.

pages/anak.yaml, over pages/induk.yaml, has each construct once; pages/tunjangan.yaml has hardly anything. The golden
pages beside them are changed on purpose only: read what became of the sentences.
"""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from neraca.policy import model
from neraca.policy.docs import descriptions
from neraca.policy.docs.page import Page, page
from neraca.policy.docs.render import html, html_index, markdown, markdown_index
from neraca.policy.library import Library
from neraca.policy.localised_text import LocalisedText

PAGES = Path(__file__).parent / "pages"
FILES = {file.name: file.read_text() for file in sorted(PAGES.glob("*.yaml"))}


def made(name: str, *edits: tuple[str, str]) -> Page:
    texts = dict(FILES)
    for old, new in edits:
        assert old in texts[name]
        texts[name] = texts[name].replace(old, new, 1)
    return page(Library.published(texts).by_file(name))


@pytest.mark.parametrize("golden", sorted(file.name for file in PAGES.iterdir() if file.suffix in (".md", ".html")))
def test_a_page_says_all_of_it_word_by_word(golden: str) -> None:
    name, _, form = golden.partition(".")
    write = {"md": markdown, "html": html}[form]

    assert write(made(f"{name}.yaml")) == (PAGES / golden).read_text()


def test_an_index_names_each_page_in_both_languages() -> None:
    pages = [made(name) for name in FILES]

    assert markdown_index(pages).split("\n") == [
        "# Kebijakan / Policies",
        "",
        "|  | judul | title |",
        "| --- | --- | --- |",
        r"| [anak@1](anak@1.md) | Kebijakan \<lengkap\> & \*tebal\* | A policy with everything |",
        "| [induk@2](induk@2.md) | A parent | A parent |",
        "| [tunjangan@1](tunjangan@1.md) | tunjangan | tunjangan |",
        "",
    ]
    assert html_index(pages).partition("<main>")[2].split("\n") == [
        "",
        "<h1>Kebijakan / Policies</h1>",
        "<ul>",
        '<li><a href="anak@1.html">anak@1</a>: Kebijakan &lt;lengkap&gt; &amp; *tebal* '
        '<span lang="en">A policy with everything</span></li>',
        '<li><a href="induk@2.html">induk@2</a>: A parent <span lang="en">A parent</span></li>',
        '<li><a href="tunjangan@1.html">tunjangan@1</a>: tunjangan <span lang="en">tunjangan</span></li>',
        "</ul>",
        "</main>",
        "</body>",
        "</html>",
        "",
    ]
    assert "<title>Kebijakan / Policies</title>" in html_index(pages)


GENERAL = "Dihitung sampai 6 desimal, dicetak dan dinilai pada 0 desimal, dibulatkan"


@pytest.mark.parametrize(
    ("old", "new", "id_", "en"),
    [
        (
            "rounding: floor",
            "rounding: half_up",
            f"{GENERAL} setengah ke atas (menjauhi nol).",
            "Computed to 6 decimals, printed and judged at 0, rounded half up (away from zero).",
        ),
        (
            "rounding: floor",
            "rounding: ceil",
            f"{GENERAL} ke atas.",
            "Computed to 6 decimals, printed and judged at 0, rounded up.",
        ),
        (
            "cycle: month",
            "cycle: semester",
            "Satu penilaian mencakup setengah tahun, mulai 01-01; yang menilai adalah kebijakan yang berlaku pada hari "
            "terakhir periode.",
            "One appraisal covers half a year, starting on 01-01; the policy in force on the last day of the period "
            "judges it.",
        ),
        (
            "cycle: month",
            "cycle: quarter",
            "Satu penilaian mencakup tiga bulan, mulai 01-01; yang menilai adalah kebijakan yang berlaku pada hari "
            "terakhir periode.",
            "One appraisal covers three months, starting on 01-01; the policy in force on the last day of the period "
            "judges it.",
        ),
        (
            "purpose: allowance",
            "purpose: credit",
            "Kebijakan ini menetapkan angka kredit.",
            "This policy sets credit points.",
        ),
    ],
)
def test_each_word_of_a_closed_set_has_its_sentence(old: str, new: str, id_: str, en: str) -> None:
    said = [rule.said for rule in made("tunjangan.yaml", (old, new)).sections[0].rules]

    assert LocalisedText(id_, en) in said


def test_until_when_a_year_is_evaluated_and_what_the_superior_has_then_is_said() -> None:
    window = ("nilai: {may_change", 'nilai: {until: "01-31", superior_within: 14 working_days, may_change')
    said = [rule.said for section in made("anak.yaml", window).sections for rule in section.rules]
    (step,) = [one for one in said if one.en.startswith("Done by `atasan`")]

    assert step.id.startswith(
        "Dikerjakan `atasan` dalam 14 hari kalender. Bila yang dievaluasi setahun: sampai 31 Januari tahun berikutnya. "
        "Bila terlewat, atasannya yang mengerjakan, dalam 14 hari kerja sesudahnya. Orangnya bukan"
    )
    assert step.en.startswith(
        "Done by `atasan` within 14 calendar days. Where a year is evaluated: until 31 January of the year after. "
        "Once that has passed it is for the superior, within 14 working days. It is not"
    )


def test_how_long_before_a_last_day_one_is_reminded_is_said_where_the_policy_says_it() -> None:
    (rule,) = [
        rule
        for section in made("anak.yaml", ("workflow:", "workflow:\n  reminders: 3 working_days")).sections
        for rule in section.rules
        if rule.said.en.startswith("Whoever has to act")
    ]

    assert rule.said == LocalisedText(
        "Siapa pun yang harus bertindak diingatkan 3 hari kerja sebelum hari terakhir.",
        "Whoever has to act is reminded 3 working days before the last day.",
    )


@pytest.mark.parametrize(
    ("rhythm", "indonesian", "english"),
    [("period", "tiap periode", "each period"), ("weekly", "tiap minggu", "each week")],
)
def test_how_often_the_appraiser_gives_feedback_is_said_where_the_policy_says_it(
    rhythm: str, indonesian: str, english: str
) -> None:
    changed = ("workflow:", f"workflow:\n  feedback: {{by_appraiser: {rhythm}}}")
    (rule,) = [
        rule
        for section in made("anak.yaml", changed).sections
        for rule in section.rules
        if rule.said.en.startswith("The appraiser gives feedback")
    ]

    assert rule.said == LocalisedText(
        f"Pejabat penilai memberi umpan balik paling sedikit sekali {indonesian}; "
        "tidak ada angka yang bergantung padanya.",
        f"The appraiser gives feedback at least once {english}; no number rests on it.",
    )


def test_how_the_year_comes_about_is_said() -> None:
    annual = ("policy_date: period_end}", "policy_date: period_end, annual: {combine: time_weighted}}")
    (said,) = [
        rule.said for rule in made("tunjangan.yaml", annual).sections[0].rules if rule.said.en.startswith("One appr")
    ]

    assert said.id.endswith(
        "periode. Hasil tahunan terjadi dari hasil akhir periode-periodenya, masing-masing berbobot jumlah bulannya; "
        "kebijakan yang menilai periode terakhir menetapkan predikatnya."
    )
    assert said.en.endswith(
        "judges it. The year comes about from the final results of its periods, each weighed by its months; the policy "
        "that judged the last of them gives the predicate."
    )


def test_a_year_that_is_judged_anew_is_said() -> None:
    judged = ("policy_date: period_end}", "policy_date: period_end, annual: {combine: judged}}")
    (said,) = [
        rule.said for rule in made("tunjangan.yaml", judged).sections[0].rules if rule.said.en.startswith("One appr")
    ]

    assert said.id.endswith(
        "periode. Penilaian tahunan dilakukan tersendiri atas seluruh tahun dengan aturan yang sama, dengan hasil "
        "periode-periodenya di sampingnya; tidak ada yang dihitung dari hasil itu."
    )
    assert said.en.endswith(
        "judges it. The year is appraised anew as a whole by the same rules, with the results of its periods beside "
        "it; nothing is computed from those."
    )


@pytest.mark.parametrize(
    ("level", "id_", "en"),
    [
        ("national", "nasional", "nation"),
        ("province", "provinsi", "province"),
        ("agency", "instansi", "agency"),
        ("city", "kota", "city"),
        ("district", "kecamatan", "district"),
        ("unit", "unit kerja", "unit"),
        ("planet", "planet", "planet"),
    ],
)
def test_a_level_is_said_in_both_languages(level: str, id_: str, en: str) -> None:
    assert made("tunjangan.yaml", ("galaksi", level)).chain == ((LocalisedText(id_, en), "tunjangan.yaml"),)


def test_a_file_without_a_scope_speaks_for_whom_its_parent_does() -> None:
    of_no_scope = made("anak.yaml", ('scope: {level: district, code: "11|22"}\n', ""))

    nation = LocalisedText("nasional", "nation")
    assert of_no_scope.chain == ((nation, "induk.yaml"), (nation, "anak.yaml"))


@pytest.mark.parametrize(
    ("mode", "id_", "en"),
    [
        ("off", "tidak diperiksa", "is not checked"),
        (
            "enforce",
            "diperiksa, dan kohort tidak dapat ditutup selama dilanggar",
            "is checked, and a cohort cannot be closed beyond it",
        ),
    ],
)
def test_how_the_spread_is_held_is_said(mode: str, id_: str, en: str) -> None:
    (spread,) = (
        section
        for section in made("anak.yaml", ("mode: advisory", f'mode: "{mode}"')).sections
        if section.title.en == "Spread of predicates"
    )

    assert spread.rules[0].said == LocalisedText(
        f"Sebaran predikat tiap `unit` {id_}. Pola dipilih menurut `kinerja_unit`; kurang dari 5 orang tidak "
        "diperiksa.",
        f"The spread of predicates in each `unit` {en}. Which pattern holds goes by `kinerja_unit`; fewer than 5 "
        "people are not checked.",
    )


@pytest.mark.parametrize(
    ("edits", "warnings"),
    [
        ((), ["Some references of this policy are ILLUSTRATIVE or UNVERIFIED.", "2 of the 4 rules name none"]),
        ((("status: unverified", "status: secondary"),), ["2 of the 4 rules name none"]),
        (
            (("dasar}, ref: hukum", "dasar}, ref: belum"),),
            ["1 of the 4 rules on this page rest on references that are ILLUSTRATIVE or UNVERIFIED.", "2 of the 4"],
        ),
        (
            (
                ("dasar}, ref: hukum", "dasar}, ref: belum"),
                ("product, ref: hukum", "product"),
                ("status: unverified", "status: illustrative"),
            ),
            ["1 of the 4 rules on this page rest on references that are ILLUSTRATIVE or UNVERIFIED.", "3 of the 4"],
        ),
    ],
)
def test_what_a_page_warns_of(edits: tuple[tuple[str, str], ...], warnings: list[str]) -> None:
    told = [
        warning.en.replace("name no legal reference", "name none") for warning in made("tunjangan.yaml", *edits).warning
    ]

    assert [one[: len(wanted)] for one, wanted in zip(told, warnings, strict=True)] == warnings


def test_a_rule_for_what_is_missing_that_nobody_knows_is_no_sentence() -> None:
    group = model.RaterGroup(weight=Decimal(100), missing="terserah")

    with pytest.raises(ValueError, match=r"^no rule for what is missing is called terserah$"):
        descriptions.panel(model.Panel(raters={"atasan": group}))


def test_a_modifier_that_replaces_says_by_what() -> None:
    other = model.Replacement(by="perilaku", predicates={"atas": "kurang", "bawah": "sangat_kurang"})
    modifier = model.Modifier(when=model.Condition(fact="putus"), then=model.Then(replace=other))

    assert descriptions.modifier(modifier) == LocalisedText(
        "Bila fakta `putus` benar, predikat mengikuti `perilaku` saja: `kurang` (atas), `sangat_kurang` (bawah); "
        "yang lain boleh kosong.",
        "If the fact `putus` is true, the predicate follows `perilaku` alone: `kurang` (atas), `sangat_kurang` "
        "(bawah); all else may be missing.",
    )


def test_the_first_there_is_says_in_which_turn_they_are_asked() -> None:
    text = FILES["induk.yaml"].replace("of: {hasil: 100}", "combine: first, of: {hasil: 2, lain: 1}")
    text = text.replace(
        "nodes:\n", "  lain: {label: {id: Lain, en: Other}, unit: x, measure: {method: index, fact: lain}}\nnodes:\n", 1
    )
    policy = Library.published({"induk.yaml": text}).by_file("induk.yaml")

    assert descriptions.node(policy.policy, "akhir") == LocalisedText(
        "Yang pertama ada dari Lain (`lain`), Hasil (`hasil`); sesudahnya tidak dilihat.",
        "The first there is of Other (`lain`), Result (`hasil`); what comes after is not asked.",
    )


def test_a_majority_says_what_prevails() -> None:
    by_index = "{method: index, fact: hasil}"
    policy = Library.published(
        {
            "induk.yaml": FILES["induk.yaml"]
            .replace(by_index, "{method: majority, source: skp, scale: tingkat}")
            .replace("of: {hasil: 100}", "combine: majority, of: {hasil: 1}")
        }
    ).by_file("induk.yaml")

    assert descriptions.node(policy.policy, "akhir") == LocalisedText(
        "Tingkat yang dimiliki lebih dari separuh dari Hasil (`hasil`); bila tidak ada, yang di tengah. Tidak "
        "pernah yang tertinggi selama ada yang terendah.",
        "The level that more than half of Result (`hasil`) have; where there is none, the one between. Never the "
        "highest while one is at the lowest.",
    )


@pytest.mark.parametrize(
    ("least", "most", "id_", "en"),
    [
        (1, None, "paling sedikit 1 penilai", "at least 1 rater"),
        (2, None, "paling sedikit 2 penilai", "at least 2 raters"),
        (1, 1, "1 penilai", "1 rater"),
        (2, 2, "2 penilai", "2 raters"),
        (1, 3, "1-3 penilai", "1-3 raters"),
    ],
)
def test_how_many_rate_is_said_as_it_is_meant(least: int, most: int | None, id_: str, en: str) -> None:
    group = model.RaterGroup(weight=Decimal(100), min=least, max=most, missing="block")

    assert descriptions.panel(model.Panel(raters={"atasan": group})) == LocalisedText(
        "Tiap kelompok penilai diwakili rata-rata nilainya. "
        f"`atasan` berbobot 100% ({id_}). Bila kosong, penilaian terhenti.",
        "Each group of raters counts by the mean of what it gave. "
        f"`atasan` weighs 100% ({en}). If it is missing, the appraisal stops.",
    )


def test_a_word_is_said_as_it_is_written_and_a_number_as_short_as_it_goes() -> None:
    lock = model.Lock(path="/a", rule="one_of", values=["1.50", Decimal("1.50"), True])

    assert descriptions.lock(lock).en == "`/a` must be one of `1.50`, `1.5`, `true`."


@pytest.mark.parametrize("name", FILES)
def test_a_page_reads_the_same_in_whatever_order_the_languages_of_a_label_stand(name: str) -> None:
    turned = {
        file: re.sub(r"\{id: ([^{},]+), en: ([^{},]+)\}", r"{en: \2, id: \1}", text) for file, text in FILES.items()
    }

    assert turned[name] != FILES[name]
    assert markdown(page(Library.published(turned).by_file(name))) == markdown(made(name))


BELOW = {"en": "Below", "id": "Di bawah"}


def test_the_levels_of_a_scale_are_called_as_in_the_language_of_the_page() -> None:
    # In either order, so that neither language is only the first there is.
    labels = {"di_atas": {"id": "Di atas", "en": "Above"}, "sesuai": {"id": "Sesuai"}, "bawah": BELOW}
    levels = {"di_atas": Decimal(120), "sesuai": Decimal("100.0"), "bawah": Decimal(50), "nol": Decimal(0)}

    assert descriptions.scale(
        model.Scale(min=Decimal(0), max=Decimal(120), step=Decimal("0.50"), levels=levels, labels=labels)
    ) == LocalisedText(
        "Nilai dari 0 sampai 120, dengan langkah 0.5. "
        "Tingkatnya: `di_atas` = 120 (Di atas), `sesuai` = 100 (Sesuai), `bawah` = 50 (Di bawah), `nol` = 0.",
        "Values from 0 to 120, in steps of 0.5. "
        "Its levels: `di_atas` = 120 (Above), `sesuai` = 100 (Sesuai), `bawah` = 50 (Below), `nol` = 0.",
    )


@pytest.mark.parametrize(
    ("asked", "id_", "en"),
    [
        ({"in_": ["berat", "1.50"]}, "salah satu dari `berat`, `1.50`", "is one of `berat`, `1.50`"),
        ({"at_least": Decimal("8.50")}, "paling sedikit 8.5", "is at least 8.5"),
        ({"equals": True}, "benar", "is true"),
        ({}, "benar", "is true"),
        ({"equals": False}, "tidak benar", "is false"),
        ({"equals": "berat"}, "sama dengan `berat`", "is `berat`"),
        ({"equals": "1.50"}, "sama dengan `1.50`", "is `1.50`"),
        ({"equals": Decimal("1.50")}, "sama dengan `1.5`", "is `1.5`"),
    ],
)
def test_a_condition_is_said_as_it_is_asked(asked: dict[str, Any], id_: str, en: str) -> None:
    said = descriptions.condition(model.Condition(fact="lama", **asked))

    assert said == LocalisedText(f"fakta `lama` {id_}", f"the fact `lama` {en}")


def test_who_is_assigned_to_rate_is_said_where_the_policy_assigns() -> None:
    added = (
        "workflow:\n  raters:\n    opens: P14D\n    within: 5 working_days\n    together: 30\n    mutual: false\n"
        "    appraiser_told: true\n    sealed: true\n    groups:\n      rekan: {from: unit, count: 3}\n"
    )
    (rule,) = [
        rule
        for section in made("anak.yaml", ("workflow:\n", added)).sections
        for rule in section.rules
        if rule.title.en == "Raters"
    ]

    assert rule.said == LocalisedText(
        "Penilai ditugaskan dan menilai sejak 14 hari kalender sebelum periode berakhir sampai 5 hari kerja "
        "sesudahnya. "
        "`rekan`: 3 yang diundi dari rekan di unit. Yang kurang dari 30 hari bersama pegawai tidak ditugaskan. "
        "Dua rekan tidak saling menilai. Sampai waktu itu lewat tidak seorang pun membaca penilaian mereka. "
        "Pejabat penilai tahu siapa yang ditugaskan.",
        "Raters are assigned, and rate from 14 calendar days before the period ends to 5 working days after. "
        "`rekan`: 3 drawn from colleagues of the unit. Whoever was with the employee on fewer than 30 days is not "
        "assigned. No two colleagues rate each other. Until that time is over nobody reads what they gave. "
        "Whoever appraises knows who is assigned.",
    )
