"""What an evaluation answers: blocked sheets, the trace of every step, readers of inputs, and the rulebook."""

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from neraca.domain.case import MICRO
from neraca.domain.command_rules import ItemRule, RatingRule, TimeLimit
from neraca.policy.compiled.compilation import CompiledPolicy, compile_resolved, compile_steps
from neraca.policy.compiled.methods import Rated
from neraca.policy.compiled.result import Explanation, Input, Step
from neraca.policy.compiled.rulebook import rulebook, span
from neraca.policy.engine.evaluation import Scoring, evaluate, explain
from neraca.policy.library import Library
from neraca.policy.model import Expectation
from neraca.policy.source.inheritance import Resolved
from neraca.policy.testing import runner
from neraca.policy.testing.cases import of_test, read

SAMPLES = {path.name: path.read_text() for path in sorted((Path(__file__).parent / "samples").glob("*.yaml"))}
NATIONAL, SURABAYA, BANDUNG = "a-nasional-permenpanrb-6-2022.yaml", "c-kota-surabaya.yaml", "d-kota-bandung.yaml"
CLINIC, SURAKARTA = "e-gajahmungkur.yaml", "g-kota-surakarta.yaml"


@cache
def samples() -> Library:
    return Library.read(SAMPLES)[0]


def resolved(file: str) -> Resolved:
    return samples().by_file(file)


def plan_of(file: str) -> CompiledPolicy:
    return compile_resolved(resolved(file))


def explained(file: str, test: int = 0) -> Explanation:
    one = resolved(file)
    return explain(compile_resolved(one), of_test(one.policy.tests[test]))


def steps(explanation: Explanation, kind: str, path: str) -> list[Step]:
    return [step for step in explanation.steps if (step.kind, step.path) == (kind, path)]


def test_the_line_of_an_evaluation() -> None:
    assert json.loads(json.dumps(explained(BANDUNG).sheet.to_builtins())) == {
        "status": "final",
        "score": None,
        "predicate": "baik",
        "levels": {"hasil_kerja": "sesuai", "perilaku": "sesuai", "predikat": "baik"},
        "nodes": {
            "rencana_hasil_kerja": "96.00",
            **dict.fromkeys(
                (
                    "berorientasi_pelayanan",
                    "akuntabel",
                    "kompeten",
                    "harmonis",
                    "loyal",
                    "adaptif",
                    "kolaboratif",
                    "perilaku",
                ),
                "2.00",
            ),
            "kontribusi_tim": "94.00",
            "dampak_organisasi": "96.40",
            "inovasi": "100.00",
            "hasil_kerja": "96.08",
        },
        "reason": None,
    }


def test_a_blocked_sheet_says_why_and_shows_what_could_be_computed() -> None:
    sheet = explained(BANDUNG, 2).sheet

    assert (sheet.status, sheet.score, sheet.predicate, sheet.path) == (
        "blocked",
        None,
        None,
        "indicators/dampak_organisasi",
    )
    assert sheet.reason == (
        "indicators/dampak_organisasi is missing and nodes/hasil_kerja can't do without it"
        " (it reads facts/capaian_iku_perangkat_daerah)"
    )
    assert (sheet.nodes["kontribusi_tim"], sheet.nodes["dampak_organisasi"], sheet.nodes["hasil_kerja"]) == (
        100 * MICRO,
        None,
        None,
    )
    assert sheet.levels == {"perilaku": "di_atas"}


def test_a_missing_supervisor_blocks_by_path() -> None:
    sheet = evaluate(plan_of(NATIONAL), read('{"items": {"skp": [{"level": "sesuai"}]}}'))

    assert sheet.reason == ("indicators/berorientasi_pelayanan: 0 of at least 1 ratings from atasan (ratings/*/atasan)")


def test_an_indicator_that_is_named_is_not_served_by_the_star() -> None:
    case = '{"ratings": {"*": {"atasan": [3]}, "loyal": {}}, "items": {"skp": [{"level": "sesuai"}]}}'

    assert evaluate(plan_of(NATIONAL), read(case)).path == "indicators/loyal"


def test_the_trace_of_a_rated_indicator() -> None:
    trace = explained(CLINIC)
    origin, ref, title = "e-gajahmungkur.yaml:25:7", "permenpanrb_6_2022", trace.steps[0].ref_title
    assert title == "PermenPANRB 6/2022 tentang Pengelolaan Kinerja Pegawai ASN"

    assert steps(trace, "group", "indicators/loyal/warga") == [
        Step(
            kind="group",
            path="indicators/loyal/warga",
            formula="mean, mapped from kepuasan_4 to ekspektasi",
            inputs=(Input("n", "10", "ratings/*/warga"),),
            value="2.666667",
            origin=origin,
            ref=ref,
            ref_title=title,
        )
    ]
    assert steps(trace, "panel", "indicators/loyal") == [
        Step(
            kind="panel",
            path="indicators/loyal",
            formula="weighted mean of groups",
            inputs=(
                Input("atasan", "3", "ratings/*/atasan", "50"),
                Input("rekan", "2.666667", "ratings/*/rekan", "20"),
                Input("bawahan", "2", "ratings/*/bawahan", "10"),
                Input("warga", "2.666667", "ratings/*/warga", "20"),
            ),
            value="2.766667",
            origin="e-gajahmungkur.yaml:20:3",
            ref=ref,
            ref_title=title,
        )
    ]


def test_the_trace_has_caps_nodes_bands_the_matrix_and_modifiers() -> None:
    trace = explained(CLINIC)

    (cap,) = steps(trace, "cap", "indicators/produktivitas")
    (node,) = steps(trace, "node", "nodes/hasil_kerja")
    (band,) = steps(trace, "band", "classify/hasil_kerja")
    (matrix,) = steps(trace, "matrix", "classify/predikat")
    (modifier,) = steps(trace, "modifier", "modifiers/hukuman_disiplin_berat")

    assert (cap.before, cap.value, cap.origin) == ("115", "115", "e-gajahmungkur.yaml:30:3")
    assert node.inputs == (
        Input("produktivitas", "115", None, "40"),
        Input("mutu_layanan", "81.527778", None, "35"),
        Input("kontribusi_program", "100", None, "25"),
    )
    assert (node.formula, node.value) == ("weighted_mean", "99.534722")
    assert (band.inputs[0], band.value) == (Input("hasil_kerja", "99.53"), "sesuai")
    assert (matrix.inputs, matrix.value) == ((Input("hasil_kerja", "sesuai"), Input("perilaku", "di_atas")), "baik")
    assert (modifier.note, modifier.before, modifier.value) == ("does not apply", "baik", "baik")


def test_the_weight_that_moved_is_in_the_trace() -> None:
    (panel,) = steps(explained("b2-instansi-pp-30-2019-360.yaml", 1), "panel", "indicators/komitmen")

    assert panel.inputs == (
        Input("atasan", "100", "ratings/*/atasan", "80", "declared weight 60"),
        Input("rekan", "85", "ratings/*/rekan", "20"),
        Input("bawahan", None, "ratings/*/bawahan", "0", "declared weight 20"),
    )


def peers(*ratings: int) -> dict[str, Any]:
    items = [{"target": 1, "actual": 1, "weight": 50}] * 2
    return {"ratings": {"*": {"atasan": [2], "rekan": list(ratings)}}, "items": {"skp": items}}


def test_no_anonymous_group_is_shown_below_three_raters() -> None:
    plan = plan_of(SURABAYA)

    for ratings in ([3, 1], [1]):
        trace = explain(plan, read(json.dumps(peers(*ratings))))
        (group,) = steps(trace, "group", "indicators/loyal/rekan")
        (panel,) = steps(trace, "panel", "indicators/loyal")
        assert (group.value, group.inputs) == (None, (Input("n", str(len(ratings)), "ratings/*/rekan"),))
        assert [one.value for one in panel.inputs] == ["2", None]


def test_a_trace_never_holds_the_rating_of_one_of_many() -> None:
    trace = explain(plan_of(SURABAYA), read(json.dumps(peers(1, 2, 3, 3))))
    (group,) = steps(trace, "group", "indicators/loyal/rekan")

    assert group.inputs == (Input("n", "4", "ratings/*/rekan"),)
    assert (group.formula, group.value) == ("mean without the 1 lowest and 1 highest", "2.5")


def test_who_reads_what() -> None:
    plan = plan_of(CLINIC)

    assert plan.readers["facts/kegiatan_program"] == ("kontribusi_program",)
    assert plan.readers["surveys/skm_pasien"] == ("mutu_layanan",)
    assert plan.readers["ratings/loyal"] == ("loyal",)
    assert len(plan.readers["ratings/*"]) == 7
    assert plan.judges == {"facts/hukuman_disiplin": ("modifiers/hukuman_disiplin_berat",)}
    assert plan_of(SURABAYA).readers["items/skp"] == ("rencana_hasil_kerja",)
    assert plan_of("b-nasional-pp-30-2019.yaml").judges["facts/ide_baru_bermanfaat"] == ("classify/predikat",)


def test_an_input_moves_what_reads_it_and_the_nodes_above_and_nothing_else() -> None:
    plan = plan_of(CLINIC)

    moved = {
        path: [plan.names[at] for at in plan.affected[path]] for path in ("facts/kegiatan_program", "ratings/loyal")
    }

    assert moved == {
        "facts/kegiatan_program": ["kontribusi_program", "hasil_kerja"],
        "ratings/loyal": ["loyal", "perilaku"],
    }


def test_a_reference_is_named_with_its_article_where_it_has_one() -> None:
    def titles(article: str | None) -> set[str | None]:
        one = resolved(CLINIC)
        references = {
            name: replace(reference, title="Perwal 1", article=article)
            for name, reference in one.policy.references.items()
        }
        plan = compile_resolved(replace(one, policy=replace(one.policy, references=references)))
        return {step.ref_title for step in explain(plan, of_test(one.policy.tests[0])).steps if step.ref is not None}

    assert titles("Pasal 4") == {"Perwal 1, Pasal 4"}
    assert titles(None) == {"Perwal 1"}


def test_a_warm_score_follows_what_is_touched_and_nothing_else() -> None:
    one = resolved(CLINIC)
    plan, case = compile_resolved(one), of_test(one.policy.tests[0])
    scoring = Scoring(plan, case)
    first = scoring.result()

    case.facts["kegiatan_program"] = 12 * MICRO
    assert not scoring.touch(["facts/tidak_dibaca"])
    assert scoring.result() is first

    assert scoring.touch(["facts/kegiatan_program"])
    assert scoring.result() == evaluate(plan, case) != first

    case.facts["hukuman_disiplin"] = "berat"
    assert scoring.touch(["facts/hukuman_disiplin"])
    assert scoring.result().predicate == "kurang"


def tried(file: str, expect: Expectation, **changed: Any) -> tuple[str, ...]:
    one = resolved(file)
    return runner.tried(compile_resolved(one), replace(one.policy.tests[0], expect=expect, **changed)).differences


def test_a_policy_test_that_fails_says_where() -> None:
    wrong = Expectation(
        status="blocked",
        predicate="kurang",
        score=Decimal(90),
        nodes={"hasil_kerja": Decimal("96.09"), "loyal": None, "hasil": Decimal(1), "inovasi": Decimal("0.0000001")},
        levels={"hasil_kerja": "di_atas", "loyal": "sesuai"},
    )

    assert tried(BANDUNG, wrong) == (
        "status: expected blocked, got final",
        "predicate: expected kurang, got baik",
        "score: expected 90, got missing",
        "nodes/hasil_kerja: expected 96.09, got 96.08",
        "nodes/loyal: expected missing, got 2.00",
        "nodes/hasil: no such node or indicator - did you mean 'hasil_kerja'?",
        "nodes/inovasi: expected 0.0000001, got 100.00",
        "levels/hasil_kerja: expected di_atas, got sesuai",
        "levels/loyal: expected sesuai, got none",
    )


def test_a_policy_test_that_is_blocked_says_why() -> None:
    (difference,) = tried(BANDUNG, Expectation(predicate="baik"), ratings={})

    assert difference.startswith("predicate: expected baik, got none (indicators/berorientasi_pelayanan: 0 of")


def test_a_policy_test_with_a_wrong_case_fails() -> None:
    off_scale, too_fine = {"*": {"atasan": [Decimal(4)]}}, {"*": {"atasan": [Decimal("1.0000001")]}}

    assert tried(BANDUNG, Expectation(), ratings=off_scale) == (
        "ratings/*/atasan/0: 4 is not on the scale ekspektasi (1 to 3 in steps of 1)",
    )
    assert "more than 6 decimals" in tried(BANDUNG, Expectation(), ratings=too_fine)[0]


def test_a_run_tells_of_each_test() -> None:
    outcomes = runner.run(resolved(BANDUNG))

    assert [(one.name, one.passed) for one in outcomes] == [
        ("lengkap", True),
        ("tidak punya tim", True),
        ("IKU belum terbit", True),
    ]


def test_the_rulebook_has_the_limits_the_score_is_computed_by() -> None:
    one = resolved(CLINIC)
    book = rulebook(compile_resolved(one), one.policy)

    assert book.policy.id == "id.jateng.kota-semarang.gajahmungkur"
    assert (len(book.policy.hash), len(book.policy.calc_hash)) == (64, 64)
    assert book.ratings["loyal"] == {
        "atasan": RatingRule(MICRO, 3 * MICRO, MICRO, floor=1, most=1, anonymous=False),
        "rekan": RatingRule(MICRO, 3 * MICRO, MICRO, floor=3, most=6, anonymous=True, quorum=3),
        "bawahan": RatingRule(MICRO, 3 * MICRO, MICRO, floor=3, most=6, anonymous=True, quorum=3),
        "warga": RatingRule(MICRO, 4 * MICRO, MICRO, floor=10, most=None, anonymous=True, quorum=10),
    }
    assert book.facts == {"pasien_dilayani", "target_pasien", "kegiatan_program", "hukuman_disiplin"}
    assert book.surveys == {"skm_pasien": tuple(f"u{i}" for i in range(1, 10))}
    assert book.ranks == {"sangat_baik": 5, "baik": 4, "butuh_perbaikan": 3, "kurang": 2, "sangat_kurang": 1}
    assert book.objection is not None
    assert (book.objection.to, book.objection.within) == ("atasan_pejabat_penilai", TimeLimit(14, working=False))


def test_the_rulebook_knows_the_items_of_a_plan() -> None:
    national, surabaya = (rulebook(plan_of(file), resolved(file).policy) for file in (NATIONAL, SURABAYA))

    assert national.items == {"skp": ItemRule("level", ("di_bawah", "sesuai", "di_atas"), False, 1)}
    assert surabaya.items == {"skp": ItemRule("ratio", (), True, 2)}


@pytest.mark.parametrize(
    ("written", "meant"), [("P14D", TimeLimit(14, working=False)), ("14 working_days", TimeLimit(14, working=True))]
)
def test_a_span_is_in_calendar_or_working_days(written: str, meant: TimeLimit) -> None:
    assert span(written) == meant


@pytest.mark.parametrize("file", [CLINIC, SURABAYA, "b-nasional-pp-30-2019.yaml", "b2-instansi-pp-30-2019-360.yaml"])
def test_every_step_leads_to_the_line_that_says_it(file: str) -> None:
    """The line of a step begins with its own name: of the indicator, node, panel, rater group, classifier, modifier."""
    one = resolved(file)
    texts = {name: text.splitlines() for name, text in SAMPLES.items()}

    for test in one.policy.tests:
        for step in explain(compile_resolved(one), of_test(test)).steps:
            assert step.origin is not None
            place, line, column = step.origin.rsplit(":", 2)
            said = texts[place][int(line) - 1][int(column) - 1 :].split(":")[0]
            name = step.path.split("/")[-1]
            panel = one.policy.indicators[name].measure if step.kind == "panel" else None
            assert said == (panel.panel if isinstance(panel, Rated) else name), step


def test_a_step_rests_on_the_law_it_names_and_no_other() -> None:
    one = resolved(CLINIC)
    trace = explain(compile_resolved(one), of_test(one.policy.tests[0]))
    refs = {step.path: step.ref for step in trace.steps}

    for name, indicator in one.policy.indicators.items():
        assert refs[f"indicators/{name}"] == indicator.ref
    for name, node in one.policy.nodes.items():
        assert refs[f"nodes/{name}"] == node.ref
    for name, modifier in one.policy.modifiers.items():
        assert refs[f"modifiers/{name}"] == modifier.ref
    assert {refs[f"classify/{name}"] for name in one.policy.classify} == {None}
    titles = {step.ref: step.ref_title for step in trace.steps}
    assert titles[None] is None


def test_the_steps_of_a_policy_are_compiled_once_for_each_place_it_was_read_from() -> None:
    one = resolved(CLINIC)
    policy, origins = one.policy, one.origins
    elsewhere = {path: replace(origin, file="lain.yaml") for path, origin in origins.items()}

    assert compile_steps(policy, origins) is compile_steps(policy, origins)
    assert compile_steps(policy, elsewhere) is compile_steps(policy, elsewhere)
    files = {
        step.source.origin.split(":")[0]
        for steps in compile_steps(policy, elsewhere)
        for step in steps
        if step.source.origin is not None
    }
    assert files == {"lain.yaml"}
    assert compile_steps(replace(policy, version=99), origins) is not compile_steps(policy, origins)


def test_what_a_step_does_not_have_is_not_written_down() -> None:
    bare = Step("node", "nodes/x", "sum", (Input("a"), Input("b", "1", "facts/b", "2", "c")), None)

    assert json.loads(msgspec.json.encode(bare)) == {
        "kind": "node",
        "path": "nodes/x",
        "formula": "sum",
        "inputs": [{"name": "a"}, {"name": "b", "value": "1", "source": "facts/b", "weight": "2", "note": "c"}],
        "value": None,
    }
