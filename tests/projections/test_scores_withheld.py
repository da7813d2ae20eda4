"""What the fold of scores makes of an event that is set aside, row by row: rows in memory, no database."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from neraca.domain import streams
from neraca.domain.achievement import AchievementPublished
from neraca.domain.appraisal.events import Cancelled, Finalised, Opened, PlanSubmitted
from neraca.domain.attendance import AttendanceCorrected
from neraca.domain.command_rules import PolicyRef
from neraca.domain.policy_register import PolicyPublished, PolicyScheduled, PolicyScheduleWithdrawn
from neraca.domain.programme.events import PeriodConcluded, Stretch
from neraca.domain.registry import Event
from neraca.domain.roster import EmployeeRetired, SanctionLifted
from neraca.policy.library import Library
from neraca.policy.source.hashes import calc_hash, policy_hash
from neraca.projecting.projection import Entry, Missed, Table
from projections.scores import withheld
from projections.scores.fold import TO_COME, Fold
from projections.scores.rows import (
    APPRAISAL,
    CHANGE,
    POLICY_REGISTER,
    SUBJECT,
    SUMMARY,
    UNIT_PERIOD,
    Appraisal,
    Superseded,
)

AT = datetime(2025, 3, 3, tzinfo=UTC)
WITHHELD = "the score is withheld: an event it rests on is set aside; `neraca doctor` says which and why"
TEXT = (Path(__file__).parents[1] / "fixture_agency" / "kota-uji.yaml").read_text()
TEXTS = [{"kota-uji.yaml": TEXT.replace("\nversion: 1\n", f"\nversion: {version}\n")} for version in (1, 2)]


def ref(texts: dict[str, str]) -> PolicyRef:
    resolved = Library.read(texts)[0].by_file("kota-uji.yaml")
    return PolicyRef(resolved.policy.id, resolved.policy.version, policy_hash(resolved), calc_hash(resolved))


ONE, TWO = map(ref, TEXTS)
BUDI, ANI, TONO = (streams.appraisal("uji", nip, "2025-Q1") for nip in ("budi", "ani", "tono"))
PEOPLE = {"budi": (BUDI, "dinkes"), "ani": (ANI, "dinkes"), "tono": (TONO, "disdik")}


class Memory:
    """A workspace of rows in a dictionary."""

    agency = "uji"

    def __init__(self) -> None:
        self.rows: dict[tuple[Any, ...], Any] = {}
        self.appended: list[Any] = []

    def get(self, table: Table[Any], *key: Any) -> Any:
        return self.rows.get((table.name, *key))

    def put(self, table: Table[Any], row: Any) -> None:
        if table.append:
            self.appended.append(row)
        else:
            self.rows[(table.name, *(getattr(row, name) for name in table.key))] = row

    def drop(self, table: Table[Any], *key: Any) -> None:
        self.rows.pop((table.name, *key), None)

    def changed(self, table: Table[Any]) -> Iterable[Any]:
        return [row for key, row in self.rows.items() if key[0] == table.name]

    def prefetch(self, table: Table[Any], keys: Iterable[tuple[Any, ...]]) -> None:
        pass


class Story:
    """Three people of two units, under a policy; `happens` and `misses` are the log's."""

    def __init__(self) -> None:
        self.fold, self.rows, self.position = Fold(), Memory(), 0
        register = streams.policy_register("uji")
        self.happens(register, PolicyPublished(policy=ONE, file="kota-uji.yaml", texts=TEXTS[0], reason="uji"))
        self.happens(register, PolicyScheduled(policy=ONE, since=date(2025, 1, 1)))
        for nip in PEOPLE:
            self.opens(nip)

    def opens(self, nip: str) -> None:
        stream, unit = PEOPLE[nip]
        opened = Opened(
            employee=nip,
            period="2025-Q1",
            starts=date(2025, 1, 1),
            ends=date(2025, 3, 31),
            unit=unit,
            appraiser="sri",
            reviewer=None,
        )
        self.happens(stream, opened)

    def finalises(self, nip: str) -> None:
        final = Finalised(
            on=date(2025, 4, 8),
            predicate="baik",
            policy=ONE,
            position=4,
            facts_digest="d",
            engine="e",
            score=Decimal(90),
            nodes={},
        )
        self.happens(PEOPLE[nip][0], final)

    def happens(self, stream: UUID, body: Event) -> int:
        self.position += 1
        tag = str(type(body).__struct_config__.tag)
        self.fold.apply(
            self.rows, Entry("uji", self.position, stream, 1, tag, AT, AT, "x", None, "c", None, None, body)
        )
        self.fold.complete(self.rows)
        return self.position

    def misses(self, stream: UUID, body: Event | None, tag: str = "") -> int:
        self.position += 1
        tag = str(type(body).__struct_config__.tag) if body is not None else tag
        withheld.missed(self.rows, Missed("uji", self.position, stream, tag, AT, AT, "", None, body))
        return self.position

    def row(self, nip: str) -> Appraisal:
        return self.rows.get(APPRAISAL, PEOPLE[nip][0])

    def withheld(self) -> dict[str, int | None]:
        """Those of the three whose score is withheld, with the event their row lacks."""
        found: dict[str, int | None] = {}
        for nip in PEOPLE:
            row = self.row(nip)
            if row.reason == WITHHELD:
                assert (row.status, row.score, row.predicate, row.levels, row.nodes) == ("blocked", None, None, {}, {})
                found[nip] = row.lacks
        return found


@pytest.fixture
def story() -> Story:
    return Story()


def attendance(nip: str) -> AttendanceCorrected:
    return AttendanceCorrected(employee=nip, month="2025-01", required_days=21, late=7, reason="keliru")


ACHIEVED = AchievementPublished(unit="dinkes", period="2025-Q1", index=Decimal(90), predicate="baik", source="SK 9")


def test_before_anything_is_missed_nothing_is_withheld(story: Story) -> None:
    assert story.withheld() == {}
    assert [story.row(nip).lacks for nip in PEOPLE] == [None, None, None]
    assert story.row("budi").status == "blocked"
    assert story.row("budi").nodes


def test_what_a_programme_concludes_is_missed_by_whom_it_names(story: Story) -> None:
    stretch = Stretch(date(2025, 1, 1), date(2025, 3, 31), Decimal(1))
    concluded = PeriodConcluded(
        programme="mpp", period="2025-Q1", indicators=[], members={"budi": [stretch], "tono": []}
    )
    at = story.misses(streams.programme("uji", "mpp"), concluded)

    assert story.withheld() == {"budi": at, "tono": at}


def test_an_event_of_its_own_stream_cuts_the_appraisal_off_and_no_other(story: Story) -> None:
    at = story.misses(BUDI, PlanSubmitted())

    assert story.withheld() == {"budi": at}
    assert [story.row(nip).cut_off for nip in PEOPLE] == [True, False, False]
    story.misses(BUDI, None, "appraisal.plan-submitted")
    assert story.withheld() == {"budi": at}


def test_even_a_final_result_is_withheld_where_an_event_of_its_own_stream_is_missed(story: Story) -> None:
    story.finalises("budi")
    assert story.row("budi").status == "final"

    at = story.misses(BUDI, None, "appraisal.reopened")

    assert story.withheld() == {"budi": at}


@pytest.mark.parametrize(
    ("stream", "body", "tag"),
    [
        (streams.attendance("uji", "budi", 2025), attendance("budi"), ""),
        (
            streams.employee("uji", "budi"),
            SanctionLifted(decree="SK 1", by="SK 2", reason="banding"),
            "",
        ),
        (streams.employee("uji", "budi"), None, "employee.sanctioned"),
    ],
    ids=["attendance", "sanction", "unreadable"],
)
def test_what_is_known_of_a_person_is_lacking_in_their_appraisals(
    story: Story, stream: UUID, body: Event | None, tag: str
) -> None:
    at = story.misses(stream, body, tag)

    assert story.withheld() == {"budi": at}
    assert story.rows.get(SUBJECT, streams.employee("uji", "budi")).lacks == at
    story.misses(stream, body, tag)
    assert story.withheld() == {"budi": at}, "the first that is lacking is kept"
    assert story.rows.get(SUBJECT, streams.employee("uji", "budi")).lacks == at


def test_what_is_known_of_a_unit_is_lacking_in_its_appraisals_and_later_ones(story: Story) -> None:
    at = story.misses(streams.achievement("uji", "dinkes", "2025-Q1"), ACHIEVED)

    assert story.withheld() == {"budi": at, "ani": at}
    assert story.rows.get(UNIT_PERIOD, "dinkes", "2025-Q1").lacks == at
    story.misses(streams.achievement("uji", "dinkes", "2025-Q1"), ACHIEVED)
    assert story.withheld() == {"budi": at, "ani": at}
    assert story.rows.get(UNIT_PERIOD, "dinkes", "2025-Q1").lacks == at


@pytest.mark.parametrize(
    ("stream", "body", "tag"),
    [
        (streams.policy_register("uji"), PolicyScheduled(policy=ONE, since=date(2025, 1, 1)), ""),
        (streams.policy_register("uji"), None, "policy.scheduled"),
        (UUID(int=7), None, "survey.closed"),
    ],
    ids=["a rule", "an unreadable rule", "unreadable, nobody knows of whom"],
)
def test_what_may_be_about_anybody_is_lacking_everywhere(
    story: Story, stream: UUID, body: Event | None, tag: str
) -> None:
    story.finalises("ani")

    at = story.misses(stream, body, tag)

    assert story.withheld() == {"budi": at, "tono": at}
    assert (story.row("ani").status, story.row("ani").lacks) == ("final", at)
    assert story.rows.get(POLICY_REGISTER, "policy-book").lacks == at
    story.misses(stream, body, tag)
    assert story.withheld() == {"budi": at, "tono": at}
    assert story.rows.get(POLICY_REGISTER, "policy-book").lacks == at


def test_what_no_score_rests_on_is_missed_by_nobody(story: Story) -> None:
    story.misses(streams.employee("uji", "budi"), EmployeeRetired(on=date(2025, 3, 1)))

    assert story.withheld() == {}
    assert [story.row(nip).lacks for nip in PEOPLE] == [None, None, None]


@pytest.mark.parametrize("missing", ["person", "unit", "rule"])
def test_an_appraisal_opened_later_lacks_what_was_missed_before(missing: str) -> None:
    story = Story()
    for nip in PEOPLE:
        story.happens(PEOPLE[nip][0], Cancelled(reason="keliru"))
    where: dict[str, Callable[[], int]] = {
        "person": lambda: story.misses(streams.attendance("uji", "budi", 2025), attendance("budi")),
        "unit": lambda: story.misses(streams.achievement("uji", "dinkes", "2025-Q1"), ACHIEVED),
        "rule": lambda: story.misses(UUID(int=7), None, "survey.closed"),
    }
    at = where[missing]()

    for nip in PEOPLE:
        story.opens(nip)

    wanted = {"person": ["budi"], "unit": ["budi", "ani"], "rule": [*PEOPLE]}[missing]
    assert story.withheld() == dict.fromkeys(wanted, at)


def test_a_withheld_score_is_a_change_with_its_cause_and_counted_as_blocked(story: Story) -> None:
    story.finalises("budi")
    assert {(row.unit, row.outcome): row.people for row in story.rows.changed(SUMMARY)} == {
        ("dinkes", "baik"): 1,
        ("dinkes", "blocked"): 1,
        ("disdik", "blocked"): 1,
    }

    at = story.misses(BUDI, None, "appraisal.reopened")

    last = story.rows.appended[-1]
    assert (last.stream, last.position, last.tag, last.status) == (BUDI, at, "appraisal.reopened", "blocked")
    assert (last.reason, last.score, last.predicate, last.by) == (WITHHELD, None, None, "")
    assert {(row.unit, row.outcome): row.people for row in story.rows.changed(SUMMARY)} == {
        ("dinkes", "blocked"): 2,
        ("disdik", "blocked"): 1,
    }
    assert CHANGE.append


def test_a_final_score_says_which_other_rule_has_come_to_hold_and_stops_when_none_does(story: Story) -> None:
    story.finalises("budi")
    register = streams.policy_register("uji")
    story.happens(register, PolicyPublished(policy=TWO, file="kota-uji.yaml", texts=TEXTS[1], reason="uji"))
    assert story.row("budi").superseded_rule is None

    story.happens(register, PolicyScheduleWithdrawn(policy=ONE, since=date(2025, 1, 1), reason="keliru"))
    assert story.row("budi").superseded_rule is None, "no rule holds"
    assert story.row("ani").reason == "no policy is in force on 2025-03-31"
    at = story.happens(register, PolicyScheduled(policy=TWO, since=date(2025, 1, 1)))
    assert story.row("budi").superseded_rule == Superseded(TWO.hash, at)
    assert (story.row("budi").policy_hash, story.row("ani").policy_hash) == (ONE.hash, TWO.hash)

    story.happens(register, PolicyScheduleWithdrawn(policy=TWO, since=date(2025, 1, 1), reason="keliru"))
    assert story.row("budi").superseded_rule is None
    story.happens(register, PolicyScheduled(policy=ONE, since=date(2025, 1, 1)))
    assert story.row("budi").superseded_rule is None
    assert story.row("budi").status == "final"


def test_a_result_by_a_rule_that_was_never_published_stands_as_it_was_stored(story: Story) -> None:
    unknown = PolicyRef("dulu", 1, "f" * 64, "c")
    final = Finalised(
        on=date(2025, 4, 8),
        predicate="baik",
        policy=unknown,
        position=4,
        facts_digest="d",
        engine="e",
        score=Decimal(90),
        nodes={"hasil": Decimal("91.50"), "sikap": None},
    )
    before = story.row("budi").levels

    story.happens(BUDI, final)

    row = story.row("budi")
    assert (row.status, row.score, row.predicate, row.stage) == ("final", Decimal(90), "baik", "final")
    assert (row.policy_id, row.policy_version, row.policy_hash) == ("dulu", 1, "f" * 64)
    assert row.nodes == {"hasil": "91.50", "sikap": None}
    assert row.levels == before


def test_an_event_that_has_no_place_is_an_error_that_names_it(story: Story) -> None:
    retired = EmployeeRetired(on=date(2025, 3, 1))
    with pytest.raises(TypeError, match=r"^employee\.retired moves no score; handle it here, or take it out of TAGS$"):
        story.happens(streams.employee("uji", "budi"), retired)
    with pytest.raises(LookupError) as refusal:
        story.happens(UUID(int=9), PlanSubmitted())
    assert str(refusal.value) == (
        f"uji:{story.position} appraisal.plan-submitted: no appraisal was opened in {UUID(int=9)}"
    )


def test_a_row_judged_by_a_policy_that_is_not_there_is_an_error_that_names_it(story: Story) -> None:
    row = story.row("budi")
    row.policy_hash = "f" * 64
    row.nodes = TO_COME
    with pytest.raises(LookupError) as refusal:
        story.fold.complete(story.rows)
    assert str(refusal.value) == f"uji {BUDI}: judged by {'f' * 64}, which is not there"
