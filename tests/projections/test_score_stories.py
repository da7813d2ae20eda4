"""What each event leaves in the rows of scores, told in whole: events in memory, and what changed beside each.

`score_stories.txt` has every story: the event, then each row that it touched, by field. It was read against the rules;
whoever changes it reads what changed. `make goldens` writes it anew.
"""

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import msgspec
import pytest

from neraca.domain import rater_privacy, streams
from neraca.domain.achievement import AchievementPublished, AchievementRevised
from neraca.domain.appraisal import events as happened
from neraca.domain.attendance import AttendanceCorrected, AttendanceRecorded
from neraca.domain.case import Case
from neraca.domain.command_rules import PolicyRef
from neraca.domain.facts import Facts
from neraca.domain.policy_register import (
    PolicyPublished,
    PolicyScheduled,
    PolicyScheduleWithdrawn,
    PolicySuperseded,
)
from neraca.domain.policy_register.events import RestoredSpan
from neraca.domain.registry import Event
from neraca.domain.roster import EmployeeSanctioned, SanctionLifted, SanctionRevised
from neraca.domain.survey import SurveyClosed
from neraca.domain.vocabulary import ObjectionOutcome, PositionClass, Relation, Severity
from neraca.policy.library import Library
from neraca.policy.published import compile_published
from neraca.policy.source.hashes import calc_hash, policy_hash
from neraca.projecting.projection import Entry, Missed, Table
from projections.scores import PROJECTION, scoring, withheld
from projections.scores.fold import TAGS, Fold, keys
from projections.scores.reach import all_facts
from projections.scores.rows import APPRAISAL

HERE = Path(__file__).parent
TOLD = HERE / "score_stories.txt"
GOLDEN = HERE.parent / "golden" / "events"
TEXT = (HERE.parent / "fixture_agency" / "kota-uji.yaml").read_text()
BEGUN = datetime(2025, 3, 3, tzinfo=UTC)
HEAVIER = {"of: {hasil: 60, sikap: 30": "of: {hasil: 30, sikap: 60"}
PRORATED = {"period: {cycle: quarter,": "period: {cycle: quarter, segments: {combine: time_weighted, unit: month},"}
ASSURERS = {"rekan: {weight: 40, min: 3, max: 3,": "penjamin_mutu: {weight: 40, min: 3,"}
AT_START = {"policy_date: period_end": "policy_date: period_start"}
UNIT_FACTS = (AchievementPublished, AchievementRevised, SurveyClosed)


class Rule:
    """A text of the policy of the fixture agency with some words changed, under a version."""

    def __init__(self, version: int, *changes: dict[str, str]) -> None:
        text = TEXT.replace("\nversion: 1\n", f"\nversion: {version}\n")
        for old, new in (pair for change in changes for pair in change.items()):
            assert old in text
            text = text.replace(old, new)
        self.texts = {"kota-uji.yaml": text}
        resolved = Library.published(self.texts).by_file("kota-uji.yaml")
        self.ref = PolicyRef("kota-uji", version, policy_hash(resolved), calc_hash(resolved))

    def published(self, **also: Any) -> PolicyPublished:
        return PolicyPublished(policy=self.ref, file="kota-uji.yaml", texts=self.texts, reason="uji", **also)

    def scheduled(self, since: date, until: date | None = None, **also: Any) -> PolicyScheduled:
        return PolicyScheduled(policy=self.ref, since=since, until=until, **also)

    def withdrawn(self, since: date, **also: Any) -> PolicyScheduleWithdrawn:
        return PolicyScheduleWithdrawn(policy=self.ref, since=since, reason="keliru", **also)


ONE, TWO, AT_FIRST_DAY = Rule(1), Rule(2, HEAVIER), Rule(3, HEAVIER, AT_START)
PARTS = Rule(4, PRORATED), Rule(5, PRORATED, HEAVIER)
ASSURED = Rule(6, ASSURERS)
GAP = Rule(7, {"cukup: {from: 60}, kurang: {from: min}": "kurang: {from: 60}"})
ALL = ONE, TWO, AT_FIRST_DAY, *PARTS, ASSURED, GAP
RULES = {rule.ref.hash: f"hash of version {rule.ref.version}" for rule in ALL}
CALCS = {rule.ref.calc_hash: f"calc of version {rule.ref.version}" for rule in ALL}
JANUARY = date(2025, 1, 1)
REGISTER = streams.policy_register("uji")
PERIODS = {"2025-Q1": (JANUARY, date(2025, 3, 31)), "2025-Q2": (date(2025, 4, 1), date(2025, 6, 30))}


class Lost(AssertionError):
    """A row was changed and not put: what is stored is not what the fold has in hand."""


class Memory:
    """A workspace that stores, when asked to `settle`, what was put since; and can forget all that is in hand."""

    agency = "uji"

    def __init__(self) -> None:
        self.held: dict[tuple[Any, ...], Any] = {}
        self.stored: dict[tuple[Any, ...], tuple[type[Any], bytes]] = {}
        self.touched: dict[tuple[Any, ...], Any] = {}
        self.appended: list[Any] = []
        self.asked: list[tuple[str, list[tuple[Any, ...]]]] = []
        self.read: set[tuple[Any, ...]] = set()

    def get(self, table: Table[Any], *key: Any) -> Any:
        assert not table.append
        at = (table.name, *key)
        self.read.add(at)
        if at not in self.held and at in self.stored:  # None is held of what was dropped
            kind, written = self.stored[at]
            self.held[at] = msgspec.json.decode(written, type=kind)
        return self.held.get(at)

    def put(self, table: Table[Any], row: Any) -> None:
        assert row.agency == self.agency
        if table.append:
            self.appended.append(row)
            return
        at = (table.name, *(getattr(row, name) for name in table.key))
        self.held[at] = self.touched[at] = row

    def drop(self, table: Table[Any], *key: Any) -> None:
        self.held[(table.name, *key)] = self.touched[(table.name, *key)] = None

    def changed(self, table: Table[Any]) -> Iterable[Any]:
        return [row for at, row in self.touched.items() if at[0] == table.name and row is not None]

    def prefetch(self, table: Table[Any], keys: Iterable[tuple[Any, ...]]) -> None:
        self.asked.append((table.name, list(keys)))

    def settle(self) -> None:
        for at, row in self.touched.items():
            if row is None:
                self.stored.pop(at, None)
            else:
                self.stored[at] = type(row), msgspec.json.encode(row, order="sorted")
        self.touched = {}
        for at, row in self.held.items():
            if row is not None and msgspec.json.encode(row, order="sorted") != self.stored[at][1]:
                raise Lost(at)

    def rows(self) -> dict[tuple[Any, ...], dict[str, Any]]:
        return {at: flat(msgspec.json.decode(written)) for at, (_, written) in self.stored.items()}

    def changes(self, after: int = 0) -> list[dict[str, Any]]:
        return [flat(msgspec.json.decode(msgspec.json.encode(row))) for row in self.appended[after:]]


DEEP = {"levels", "nodes", "facts", "facts.case", "facts.pending", "facts.raters", "facts.months", "facts.sources"} | {
    f"facts.case.{kind}" for kind in ("facts", "ratings", "items", "surveys")
}


def flat(value: dict[str, Any], path: str = "") -> dict[str, Any]:
    """Dotted path -> value. What a final result judged is told as it was, or that it is what the row has now."""
    found: dict[str, Any] = {}
    for name, inner in value.items():
        here = f"{path}{name}"
        if here == "holds_from":
            continue  # the workspace's own, told by its tests
        if here == "texts":
            found[here] = [*inner]
        elif here == "final" and inner is not None:
            judged = inner["facts"]
            of_then = judged and f"as they were ({sha256(json.dumps(judged, sort_keys=True).encode()).hexdigest()[:8]})"
            found[here] = inner | {"facts": "as they stand" if judged == value["facts"] else of_then}
        elif here in DEEP and inner and isinstance(inner, dict):
            found |= flat(inner, f"{here}.")
        else:
            found[here] = inner
    return found


def fold() -> Fold:
    """A new one, with no evaluations; compiled policies are the process's."""
    return Fold()


class Story:
    """Tells events to the fold. `pace` is how it lives: every event `warm` on the rows in hand; on rows that were
    stored and `read` again; the same by a `cold` fold that remembers nothing; or all of them in one `batch`.
    """

    def __init__(self, pace: str = "warm") -> None:
        self.pace = pace
        self.fold, self.rows, self.position = fold(), Memory(), 0
        self.log: list[tuple[int, UUID, Any]] = []
        self.entries: list[Entry] = []
        self.lines: list[str] = []
        self.names: dict[UUID, str] = {REGISTER: "register"}
        self.before: dict[tuple[Any, ...], dict[str, Any]] = {}
        self.told = 0

    def happens(self, stream: UUID, *bodies: Event, **also: Any) -> None:
        for body in bodies:
            self.position += 1
            tag = str(type(body).__struct_config__.tag)
            at = BEGUN + timedelta(days=self.position)
            recorded = at + timedelta(minutes=1)
            told: dict[str, Any] = {"on_behalf_of": None, "causation": None, "effective": None, "by": "hr"} | also
            entry = Entry("uji", self.position, stream, 1, tag, recorded, at, correlation="c", body=body, **told)
            self.log.append((self.position, stream, body))
            self.entries.append(entry)
            self.fold.apply(self.rows, entry)
            self.tell(f"{tag} in {self.names[stream]}")

    def misses(self, stream: UUID, body: Event | None, tag: str = "") -> None:
        self.position += 1
        tag = tag if body is None else str(type(body).__struct_config__.tag)
        at = BEGUN + timedelta(days=self.position)
        withheld.missed(
            self.rows,
            Missed("uji", self.position, stream, tag, at + timedelta(minutes=1), at, "mesin", date(2025, 2, 2), body),
        )
        self.tell(f"missed {tag} in {self.names[stream]}")

    def tell(self, title: str) -> None:
        if self.pace == "batch":
            return
        self.ends()
        if self.pace != "warm":
            self.rows.held = {}
            if self.pace == "cold":
                self.fold = fold()
            return
        self.lines.append(f"{self.position} {title}")
        after = self.rows.rows()
        for at in sorted(self.before.keys() | after.keys(), key=str):
            self.compare(" ".join([at[0], *(self.word(one) for one in at[1:])]), self.before.get(at), after.get(at))
        for change in self.rows.changes(self.told):
            self.compare("change", None, change)
        self.before, self.told = after, len(self.rows.appended)

    def compare(self, name: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> None:
        """A new row on one line, a changed one by field, but where, when and the how manyeth on one line."""
        if new is None:
            self.lines.append(f"  {name} -")
        elif old is None:
            self.lines.append(f"  {name} + {', '.join(f'{path}: {self.words(what)}' for path, what in new.items())}")
        elif old != new:
            moved = {path: what for path, what in new.items() if path not in old or old[path] != what}
            usual = [f"{path} {moved.pop(path)}" for path in ("version", "position", "recorded_at") if path in moved]
            self.lines.append(f"  {name}{': ' if usual else ''}{', '.join(usual)}")
            gone = [path for path in old if path not in new and not any(one.startswith(f"{path}.") for one in new)]
            self.lines += [f"    {path} -" for path in gone]
            self.lines += [f"    {path}: {self.words(what)}" for path, what in moved.items()]

    def begins(self) -> None:
        """What came before is told in another story."""
        self.lines = [f"(after {self.position} events as told elsewhere)"] if self.lines else []

    def word(self, key: Any) -> str:
        return self.names.get(key) or RULES.get(key) or str(key)

    def words(self, value: Any) -> str:
        said = json.dumps(value, ensure_ascii=False)
        for stream, name in self.names.items():
            said = said.replace(f'"{stream}"', name)
        for known, name in (RULES | CALCS).items():
            said = said.replace(f'"{known}"', f"<{name}>")
        return said

    def ends(self) -> None:
        self.fold.complete(self.rows)
        self.rows.settle()

    def stream(self, nip: str, period: str = "2025-Q1") -> UUID:
        stream = streams.appraisal("uji", nip, period)
        self.names[stream] = nip if period == "2025-Q1" else f"{nip} {period}"
        return stream

    def person(self, nip: str) -> UUID:
        stream = streams.employee("uji", nip)
        self.names[stream] = f"person {nip}"
        return stream

    def opens(self, nip: str, unit: str = "dinkes", period: str = "2025-Q1", **also: Any) -> None:
        self.person(nip)
        starts, ends = PERIODS[period]
        self.happens(
            self.stream(nip, period),
            happened.Opened(
                employee=nip,
                period=period,
                starts=starts,
                ends=ends,
                unit=unit,
                appraiser="sri",
                reviewer="agus",
                **also,
            ),
        )

    def rules(self, rule: Rule = ONE, since: date = JANUARY, **also: Any) -> None:
        self.happens(REGISTER, rule.published(), rule.scheduled(since, **also))

    def achieved(self, index: str, unit: str = "dinkes", predicate: str = "baik") -> None:
        stream = streams.achievement("uji", unit, "2025-Q1")
        self.names[stream] = f"achievement of {unit}"
        where: Any = {"unit": unit, "period": "2025-Q1", "index": Decimal(index), "predicate": predicate}
        known = any(of == stream for _, of, _ in self.log)
        event = AchievementRevised(**where, reason="reviu") if known else AchievementPublished(**where, source="LKjIP")
        self.happens(stream, event)

    def surveyed(self, mood: int, unit: str = "dinkes", survey: str = "skm") -> None:
        stream = streams.survey("uji", unit, "2025-Q1", survey)
        self.names[stream] = f"survey {survey} of {unit}"
        elements = ("u1", "u2", "u3")
        self.happens(
            stream,
            SurveyClosed(
                unit=unit,
                period="2025-Q1",
                survey=survey,
                sums={name: Decimal(10 * mood) for name in elements},
                counts=dict.fromkeys(elements, 10),
            ),
        )

    def attends(self, nip: str, month: str, absent: int, corrected: bool = False, **also: Any) -> None:
        stream = streams.attendance("uji", nip, 2025)
        self.names[stream] = f"attendance of {nip}"
        where: Any = {"employee": nip, "month": month, "required_days": 20, "absent_days": absent}
        event = AttendanceCorrected(**where, reason="izin") if corrected else AttendanceRecorded(**where)
        self.happens(stream, event, **also)

    def rates(self, nip: str, rater: str, score: int | str, relation: Relation = Relation.PEER) -> None:
        scores = {"layanan": Decimal(score), "disiplin": Decimal(score)}
        self.happens(self.stream(nip), happened.Rated(rater=rater, relation=relation, scores=scores), by=rater)

    def plans(self, nip: str) -> None:
        stream = self.stream(nip)
        self.happens(stream, happened.PlanDrafted(results=RESULTS), by=nip)
        self.happens(stream, happened.PlanApproved(), by="sri")

    def reports(self, nip: str, report: str, actual: int, target: str = "berkas") -> None:
        stream = self.stream(nip)
        progress = happened.ProgressReported(
            report=report,
            result="layanan" if target == "berkas" else "tim",
            target=target,
            until=date(2025, 3, 1),
            actual=Decimal(actual),
        )
        self.happens(stream, progress, by=nip)
        self.happens(stream, happened.ReportAccepted(report=report), by="sri")

    def scored(self, nip: str) -> None:
        """90 for the results and 80 for the attitude: (60 x 90 + 30 x 80) / 90 = 86.67, baik."""
        self.plans(nip)
        self.reports(nip, "l1", 90)
        self.rates(nip, "sri", 80, Relation.SUPERVISOR)

    def gathered(self, nip: str) -> Facts:
        """All facts of the log of somebody who stays in the unit, hidden ratings and all."""
        own = self.stream(nip)
        opened = next(body for _, of, body in reversed(self.log) if of == own and isinstance(body, happened.Opened))
        facts = Facts(starts=opened.starts, ends=opened.ends)
        for position, stream, body in self.log:
            of_unit = type(body) in UNIT_FACTS and body.unit == opened.unit
            of_person = stream in (self.person(nip), streams.attendance("uji", nip, 2025))
            if stream == own and body is opened:
                facts = Facts(starts=opened.starts, ends=opened.ends, case=facts.case, sources=facts.sources)
            if stream == own or of_unit or of_person:
                facts.apply(body, position)
        return facts

    def finalises(
        self,
        nip: str,
        score: str,
        predicate: str,
        rule: Rule = ONE,
        nodes: dict[str, str | None] | None = None,
        **also: Any,
    ) -> None:
        """By the facts as they are; `also` may have a digest of others, and what a finalisation of today has more."""
        told: Any = {"facts_digest": self.gathered(nip).digest(("skm",))} | also
        self.happens(
            self.stream(nip),
            happened.Finalised(
                on=date(2025, 4, 8),
                predicate=predicate,
                policy=rule.ref,
                position=self.position,
                engine="1",
                score=Decimal(score),
                nodes={name: None if one is None else Decimal(one) for name, one in (nodes or {}).items()},
                **told,
            ),
            by="sri",
        )

    def closes(self, nip: str, score: str, predicate: str, rule: Rule = ONE, **also: Any) -> None:
        """A finalisation of today, which closes the anonymous groups, and counts those that reach their floor."""
        every = self.gathered(nip)
        rules = compile_published("kota-uji.yaml", rule.texts, rule.ref.hash).rules.ratings
        sealed = {
            "sealed_digest": rater_privacy.sealed_digest(rater_privacy.counted(every, rules), "00"),
            "salt": "00",
            "closed": rater_privacy.closed_groups(every, rules),
        }
        self.finalises(nip, score, predicate, rule, **(sealed | also))


RESULTS = [
    happened.PlannedResult(
        "layanan", "Layanan", [happened.Target("berkas", "Berkas", "berkas", Decimal(100), Decimal(100))]
    ),
    happened.PlannedResult(
        "tim",
        "Tim",
        [happened.Target("acara", "A", "acara", Decimal(20), feeds=happened.Feeds("realisasi_tim", "target_tim"))],
    ),
]
STORIES: dict[str, Callable[[Story], None]] = {}


def story(tell: Callable[[Story], None]) -> Callable[[Story], None]:
    STORIES[tell.__name__.replace("_", " ")] = tell
    return tell


@story
def from_opening_to_an_objection_that_is_upheld(told: Story) -> None:
    told.rules()
    told.opens("budi", position_class=PositionClass.FUNCTIONAL)
    budi = told.stream("budi")
    told.happens(budi, happened.PlanDrafted(results=RESULTS[:1]), happened.PlanSubmitted(), by="budi")
    told.happens(budi, happened.PlanReturned(feedback="lengkapi"), by="sri")
    told.happens(budi, happened.PlanDrafted(results=RESULTS), happened.PlanSubmitted(), by="budi")
    told.happens(budi, happened.PlanApproved(), by="sri")
    activity = happened.ActivityReported(report="a1", day=date(2025, 3, 4), activity="loket")
    told.happens(budi, activity, by="budi")
    told.happens(budi, happened.ReportAccepted(report="a1"), by="sri")
    told.happens(budi, happened.ActivityReported(report="a2", day=date(2025, 3, 4), activity="lagi"), by="budi")
    told.happens(budi, happened.ReportReturned(report="a2", feedback="sudah ada"), by="sri")
    told.reports("budi", "l1", 90)
    told.rates("budi", "sri", 80, Relation.SUPERVISOR)
    told.happens(
        budi, happened.RatingRevised(rater="sri", scores={"layanan": Decimal("90.5")}, reason="bukti baru"), by="sri"
    )
    told.happens(budi, happened.TargetRevised(result="layanan", target="berkas", reason="x", value=Decimal(120)))
    told.happens(budi, happened.FactEstablished(fact="realisasi_tim", basis="SK", number=Decimal(20)), by="official")
    told.happens(
        budi,
        happened.CompetenciesAssessed(
            competencies=[happened.Competency(name="x", required=Decimal(3), reached=Decimal(3))], basis="SK"
        ),
    )
    told.happens(budi, happened.LevelJudged(result="layanan", level="sesuai"), by="sri")
    told.happens(budi, happened.FollowUpRecorded(kind="COACHING", note="x"), by="sri")  # type: ignore[arg-type]
    told.closes("budi", "72.50", "cukup", nodes={"hasil": "70.00", "kehadiran": None, "nilai": "72.50"})
    told.happens(budi, happened.DocumentReceived(on=date(2025, 4, 9)), by="budi")
    told.happens(budi, happened.ObjectionFiled(grounds="x", filed=date(2025, 4, 10)), by="budi")
    told.happens(budi, happened.ObjectionExplained(by="sri", explanation="x"), by="sri")
    decided = happened.ObjectionDecided(outcome=ObjectionOutcome.UPHELD, reason="x", decided=date(2025, 4, 11))
    told.happens(budi, decided, by="agus")


@story
def an_objection_that_is_granted_opens_the_result_again(told: Story) -> None:
    told.rules()
    told.opens("budi")
    told.scored("budi")
    told.begins()
    told.achieved("90")
    told.closes("budi", "86.67", "baik", nodes={"nilai": "86.67"})
    told.achieved("10")
    told.surveyed(3)
    told.attends("budi", "2025-01", 4)
    budi = told.stream("budi")
    told.happens(budi, happened.ObjectionFiled(grounds="x", filed=date(2025, 4, 10)), by="budi")
    told.achieved("50")
    told.happens(
        budi,
        happened.ObjectionDecided(outcome=ObjectionOutcome.AMENDED, reason="x", decided=date(2025, 4, 11)),
        happened.Reopened(reason="x"),
        by="agus",
    )
    told.achieved("100")
    told.rates("budi", "sri", 100, Relation.SUPERVISOR)
    told.closes("budi", "86.50", "baik")


@story
def what_is_known_of_a_person_before_and_after_the_opening(told: Story) -> None:
    told.rules()
    told.attends("budi", "2025-02", 1, effective=date(2025, 2, 28))
    decree: Any = {"employee": "budi"} if "employee" in EmployeeSanctioned.__struct_fields__ else {}
    told.happens(
        told.person("budi"), EmployeeSanctioned(severity=Severity.LIGHT, on=date(2025, 2, 3), decree="SK 1", **decree)
    )
    told.opens("budi")
    told.opens("budi", period="2025-Q2")
    told.opens("ani")
    told.scored("budi")
    told.attends("budi", "2025-01", 2)
    told.attends("budi", "2025-02", 0, corrected=True, effective=date(2025, 2, 28))
    told.attends("budi", "2025-04", 3)
    told.happens(
        told.person("budi"),
        SanctionRevised(decree="SK 1", severity=Severity.SEVERE, by="SK 2", reason="banding"),
        SanctionLifted(decree="SK 1", by="SK 3", reason="banding"),
        effective=date(2025, 3, 9),
    )


@story
def what_is_known_of_a_unit_moves_all_its_people_and_stays_behind_when_one_moves(told: Story) -> None:
    told.rules()
    told.achieved("100")
    told.achieved("60", "disdik")
    told.opens("budi")
    told.opens("ani")
    told.opens("eko", "disdik")
    told.scored("budi")
    told.scored("ani")
    told.begins()
    told.achieved("110", predicate="istimewa")
    told.surveyed(3)
    told.surveyed(4, "disdik")
    told.surveyed(1, "dinkes", "lain")
    where: Any = {"since": date(2025, 3, 1), "reason": "mutasi"}
    told.happens(told.stream("budi"), happened.Reassigned(unit="dinkes", appraiser="tono", **where))
    told.happens(told.stream("budi"), happened.Reassigned(unit="disdik", appraiser="tono", reviewer="sri", **where))
    told.happens(told.stream("ani"), happened.Reassigned(unit="dishub", appraiser="tono", **where))
    told.achieved("80")
    told.achieved("70", "disdik")
    told.happens(told.stream("budi"), happened.Reassigned(unit="dinkes", appraiser="sri", **where))


@story
def groups_that_close_before_there_is_a_result_count_from_then_on(told: Story) -> None:
    told.rules()
    told.opens("budi")
    told.scored("budi")
    told.begins()
    for rater, score in (("ani", 100), ("cici", 80), ("dedi", 60)):
        told.rates("budi", rater, score)
    closed = happened.RatingsClosed(on=date(2025, 4, 1), policy=ONE.ref, closed={"rekan": 3})
    told.happens(told.stream("budi"), closed)
    told.rates("budi", "sri", 90, Relation.SUPERVISOR)


@story
def hidden_ratings_wait_until_their_group_closes(told: Story) -> None:
    told.rules()
    told.opens("budi")
    told.scored("budi")
    told.begins()
    for rater, score in (("ani", 100), ("cici", 80), ("dedi", 60)):
        told.rates("budi", rater, score)
    budi = told.stream("budi")
    told.happens(budi, happened.RatingRevised(rater="dedi", scores={"layanan": Decimal(90)}, reason="x"), by="dedi")
    told.happens(budi, happened.RatingWithdrawn(rater="cici", reason="mundur"), by="cici")
    told.rates("budi", "cici", 80)
    told.attends("budi", "2025-01", 0)
    told.closes("budi", "88.60", "baik", nodes={"layanan": "84.00", "nilai": "88.60"})
    told.happens(
        budi,
        happened.ObjectionFiled(grounds="x", filed=date(2025, 4, 10)),
        happened.ObjectionDecided(outcome=ObjectionOutcome.AMENDED, reason="x", decided=date(2025, 4, 11)),
        happened.Reopened(reason="x"),
    )
    told.happens(budi, happened.RatingRevised(rater="sri", scores={"layanan": Decimal(70)}, reason="x"), by="sri")
    told.happens(budi, happened.RatingWithdrawn(rater="sri", reason="x"), by="sri")


@story
def a_group_that_was_promised_to_be_anonymous_halfway(told: Story) -> None:
    """Whoever rated before the promise is named, and those after are not: one group is both."""
    told.rules(ASSURED)
    told.opens("budi")
    told.scored("budi")
    told.begins()
    for rater, score, anonymous in (("ani", 100, False), ("cici", 90, True), ("dedi", 80, True), ("eko", 100, True)):
        scores = {"layanan": Decimal(score)}
        told.happens(
            told.stream("budi"),
            happened.Rated(rater=rater, relation=Relation.QUALITY_ASSURER, scores=scores, anonymous=anonymous),
        )
    told.closes("budi", "87.50", "baik", ASSURED)
    told.happens(
        told.stream("budi"),
        happened.ObjectionFiled(grounds="x", filed=date(2025, 4, 10)),
        happened.ObjectionDecided(outcome=ObjectionOutcome.AMENDED, reason="x", decided=date(2025, 4, 11)),
        happened.Reopened(reason="x"),
        happened.RatingRevised(rater="ani", scores={"layanan": Decimal(20)}, reason="x"),
    )


@story
def a_score_that_no_band_takes_is_blocked_by_its_band(told: Story) -> None:
    told.rules(GAP)
    told.opens("budi")
    told.scored("budi")
    told.begins()
    told.reports("budi", "l2", 10)
    told.reports("budi", "l3", 80)


@story
def what_blocks_a_score_is_told_anew_when_it_is_something_else(told: Story) -> None:
    told.rules()
    told.opens("budi")
    told.begins()
    told.rates("budi", "sri", 80, Relation.SUPERVISOR)


@story
def two_peers_never_show(told: Story) -> None:
    told.rules()
    told.opens("budi")
    told.scored("budi")
    told.begins()
    told.rates("budi", "ani", 100)
    told.rates("budi", "cici", 10)
    told.closes("budi", "86.67", "baik", nodes={"layanan": "80.00"})


@story
def a_finalisation_of_before_salts_that_counted_what_may_not_be_shown(told: Story) -> None:
    told.rules()
    told.opens("budi")
    told.scored("budi")
    told.begins()
    told.rates("budi", "ani", 10)
    told.finalises(
        "budi", "77.33", "cukup", nodes={"hasil": "90.00", "layanan": "52.00", "nilai": "77.33", "tim": None}
    )


@story
def a_finalisation_whose_facts_are_not_those_of_the_log(told: Story) -> None:
    told.rules()
    told.opens("budi")
    told.scored("budi")
    told.begins()
    told.finalises("budi", "77.33", "cukup", nodes={"layanan": "52.00", "hasil": "90.00"}, facts_digest="d" * 64)


@story
def a_finalisation_under_another_rule_than_its_groups_closed_with(told: Story) -> None:
    told.rules()
    told.opens("budi")
    told.scored("budi")
    told.begins()
    for rater, score in (("ani", 100), ("cici", 80), ("dedi", 60)):
        told.rates("budi", rater, score)
    told.closes("budi", "86.67", "baik")
    told.rules(TWO, date(2025, 2, 1))
    budi = told.stream("budi")
    reopened: tuple[Any, ...] = (
        happened.ObjectionFiled(grounds="x", filed=date(2025, 4, 10)),
        happened.ObjectionDecided(outcome=ObjectionOutcome.AMENDED, reason="x", decided=date(2025, 4, 11)),
        happened.Reopened(reason="x"),
    )
    told.happens(budi, *reopened)
    told.finalises("budi", "83.33", "cukup", TWO, sealed_digest="e" * 64, nodes={"layanan": "80.00", "hasil": "91.00"})
    told.happens(budi, *reopened)
    told.finalises(
        "budi",
        "83.33",
        "cukup",
        TWO,
        sealed_digest="e" * 64,
        closed_by=ONE.ref,
        nodes={"layanan": "80.00", "hasil": "91.00"},
    )


@story
def a_result_by_a_rule_nobody_published(told: Story) -> None:
    told.rules()
    told.opens("budi")
    told.scored("budi")
    told.begins()
    told.surveyed(3, survey="lain")
    told.finalises("budi", "90.00", "baik", AT_FIRST_DAY, nodes={"hasil": "91.50", "sikap": None})
    told.achieved("10")


@story
def cancelled_and_opened_again(told: Story) -> None:
    told.rules()
    told.opens("budi")
    told.opens("ani")
    told.scored("budi")
    told.begins()
    told.rates("budi", "ani", 100)
    told.attends("budi", "2025-01", 1)
    told.happens(told.stream("budi"), happened.Cancelled(reason="salah"))
    told.achieved("80")
    told.attends("budi", "2025-01", 2, corrected=True)
    told.opens("budi", "disdik", position_class=PositionClass.OPERATIONAL)
    told.rates("budi", "cici", 50)
    told.happens(told.stream("ani"), happened.Cancelled(reason="salah"))
    told.happens(told.stream("budi"), happened.Cancelled(reason="salah"))


@story
def a_period_joined_out_of_its_parts(told: Story) -> None:
    told.rules()
    told.opens("budi")
    told.scored("budi")
    told.begins()
    part = happened.JoinedPart(
        period="2025-01..02", months=2, position=3, predicate="baik", policy=ONE.ref, score=Decimal("90.00")
    )
    joined = happened.Joined(
        on=date(2025, 4, 8),
        parts=[part],
        predicate="istimewa",
        policy=TWO.ref,
        position=7,
        facts_digest="d" * 64,
        engine="1",
        score=Decimal("99.50"),
        nodes={"hasil": Decimal("99.00"), "sikap": None},
    )
    told.happens(told.stream("budi"), joined, by="sri")
    told.achieved("10")
    told.happens(told.stream("budi"), happened.ObjectionFiled(grounds="x", filed=date(2025, 4, 10)), by="budi")
    told.happens(
        told.stream("budi"),
        happened.ObjectionDecided(outcome=ObjectionOutcome.AMENDED, reason="x", decided=date(2025, 4, 11)),
        happened.Reopened(reason="x"),
    )


@story
def rules_come_and_go(told: Story) -> None:
    told.opens("budi", position_class=PositionClass.FUNCTIONAL)
    told.opens("eko", "disdik", position_class=PositionClass.OPERATIONAL)
    told.opens("ani")
    told.opens("budi", period="2025-Q2", position_class=PositionClass.FUNCTIONAL)
    told.happens(REGISTER, ONE.scheduled(JANUARY))
    told.rules(TWO, date(2024, 1, 1), until=date(2025, 3, 30))
    told.rules(TWO, date(2025, 4, 1))
    told.happens(REGISTER, TWO.withdrawn(date(2025, 4, 1)))
    told.happens(REGISTER, AT_FIRST_DAY.published(purpose="allowance"), AT_FIRST_DAY.scheduled(JANUARY))
    told.rules()
    told.scored("budi")
    told.scored("eko")
    told.finalises("eko", "86.67", "baik")
    told.happens(REGISTER, TWO.scheduled(date(2025, 2, 1), classes=(PositionClass.FUNCTIONAL,)))
    told.happens(
        REGISTER,
        PolicySuperseded(policy=ONE.ref, until=date(2025, 1, 31), reason="x", classes=(PositionClass.FUNCTIONAL,)),
        TWO.scheduled(date(2025, 2, 2), classes=(PositionClass.FUNCTIONAL,)),
    )
    told.happens(REGISTER, TWO.withdrawn(date(2025, 2, 1), classes=(PositionClass.FUNCTIONAL,)))
    told.happens(
        REGISTER,
        TWO.withdrawn(
            date(2025, 2, 2),
            classes=(PositionClass.FUNCTIONAL,),
            restored=(RestoredSpan(policy=ONE.ref, since=JANUARY, classes=(PositionClass.FUNCTIONAL,)),),
        ),
    )


@story
def a_final_score_is_flagged_while_another_rule_holds_for_its_period(told: Story) -> None:
    told.rules()
    told.opens("budi")
    told.opens("ani")
    told.scored("budi")
    told.begins()
    told.finalises("budi", "86.67", "baik")
    told.happens(told.stream("budi"), happened.ObjectionFiled(grounds="x", filed=date(2025, 4, 10)), by="budi")
    told.happens(REGISTER, TWO.published())
    told.happens(REGISTER, ONE.withdrawn(JANUARY))
    told.happens(REGISTER, TWO.scheduled(JANUARY))
    told.happens(REGISTER, TWO.scheduled(date(2026, 1, 1)))
    told.happens(REGISTER, TWO.withdrawn(JANUARY))
    told.happens(REGISTER, TWO.scheduled(JANUARY))
    told.happens(
        told.stream("budi"),
        happened.ObjectionDecided(outcome=ObjectionOutcome.AMENDED, reason="x", decided=date(2025, 4, 11)),
        happened.Reopened(reason="x"),
    )
    told.finalises("budi", "83.33", "cukup", TWO)
    told.happens(REGISTER, TWO.withdrawn(JANUARY))
    told.happens(REGISTER, ONE.scheduled(JANUARY))
    told.happens(
        told.stream("budi"),
        happened.Joined(
            on=date(2025, 4, 9), parts=[], predicate="baik", policy=ONE.ref, position=9, facts_digest="d", engine="1"
        ),
    )


@story
def a_rule_that_begins_within_the_period_cuts_it_only_where_both_join_parts(told: Story) -> None:
    first, second = PARTS
    told.rules(first)
    told.opens("budi")
    told.scored("budi")
    told.begins()
    told.happens(
        REGISTER,
        second.published(),
        PolicySuperseded(policy=first.ref, until=date(2025, 2, 28), reason="x"),
        second.scheduled(date(2025, 3, 1)),
    )
    told.happens(REGISTER, second.withdrawn(date(2025, 3, 1)))
    told.rules(AT_FIRST_DAY, date(2025, 3, 1))
    told.happens(REGISTER, second.scheduled(date(2024, 1, 1), date(2025, 1, 31)))


@story
def a_rule_that_is_back_but_whose_text_was_set_aside_judges_nothing_and_cuts_nothing(told: Story) -> None:
    first, second = PARTS
    told.rules(first)
    told.opens("budi")
    told.scored("budi")
    told.begins()
    told.happens(REGISTER, PolicySuperseded(policy=first.ref, until=date(2025, 2, 28), reason="x"))
    later = RestoredSpan(policy=second.ref, since=date(2025, 3, 1))
    told.happens(REGISTER, first.withdrawn(date(2026, 1, 1), restored=(later,)))


@story
def what_moves_while_no_rule_holds_counts_when_the_rule_is_back(told: Story) -> None:
    told.rules()
    told.opens("budi")
    told.scored("budi")
    told.begins()
    told.happens(REGISTER, ONE.withdrawn(JANUARY))
    told.achieved("10")
    told.happens(REGISTER, ONE.scheduled(JANUARY))


@story
def events_that_are_set_aside(told: Story) -> None:
    told.rules()
    told.opens("budi")
    told.opens("ani")
    told.opens("eko", "disdik")
    for nip in ("budi", "ani", "eko"):
        told.scored(nip)
    told.begins()
    told.finalises("ani", "86.67", "baik")
    budi, ani = told.stream("budi"), told.stream("ani")
    told.misses(told.person("budi"), None, "employee.sanctioned")
    told.attends("budi", "2025-01", 1)
    told.happens(budi, happened.FollowUpRecorded(kind="COACHING", note="x"))  # type: ignore[arg-type]
    told.rates("budi", "sri", 90, Relation.SUPERVISOR)
    told.opens("budi", period="2025-Q2")
    told.misses(budi, happened.PlanSubmitted())
    told.achieved("20")
    missed = AchievementRevised(unit="dinkes", period="2025-Q1", index=Decimal(3), predicate="baik", reason="x")
    told.misses(streams.achievement("uji", "dinkes", "2025-Q1"), missed)
    told.misses(ani, None, "appraisal.reopened")
    told.achieved("30")
    told.misses(REGISTER, None, "policy.scheduled")
    told.opens("cici", "dishub")
    told.rules(TWO, date(2025, 2, 1))
    told.happens(budi, happened.Cancelled(reason="x"))


@story
def an_appraisal_that_lacks_an_event_is_final_and_opened_again(told: Story) -> None:
    told.rules()
    told.opens("budi")
    told.scored("budi")
    told.begins()
    told.misses(told.person("budi"), None, "employee.sanctioned")
    told.finalises("budi", "86.67", "baik", nodes={"nilai": "86.67"})
    told.achieved("20")
    budi = told.stream("budi")
    told.happens(
        budi,
        happened.ObjectionFiled(grounds="x", filed=date(2025, 4, 10)),
        happened.ObjectionDecided(outcome=ObjectionOutcome.AMENDED, reason="x", decided=date(2025, 4, 11)),
        happened.Reopened(reason="x"),
    )


def sections(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split("# ")[1:]:
        title, _, body = part.partition("\n")
        yield title, body


def in_all() -> str:
    parts: list[str] = []
    for title, tell in STORIES.items():
        told = Story()
        tell(told)
        parts.append("\n".join([f"# {title}", *told.lines]))
    return "\n\n".join(parts) + "\n"


if os.environ.get("NERACA_WRITE_GOLDENS"):
    TOLD.write_text(in_all(), encoding="utf-8")
KNOWN = dict(sections(TOLD.read_text(encoding="utf-8"))) if TOLD.exists() else {}


def test_every_story_is_told_and_no_other() -> None:
    assert [*KNOWN] == [*STORIES]


@pytest.mark.parametrize("title", STORIES)
def test_each_event_leaves_the_rows_that_are_written_down(title: str) -> None:
    told = Story()
    STORIES[title](told)
    assert told.lines == KNOWN[title].rstrip("\n").split("\n")


@pytest.mark.parametrize("title", STORIES)
def test_rows_read_again_after_every_event_and_a_whole_batch_at_once_come_to_the_same(title: str) -> None:
    warm, *others = [Story(pace) for pace in ("warm", "read", "cold", "batch")]
    for told in (warm, *others):
        STORIES[title](told)
        told.ends()

    assert [told.rows.rows() for told in others] == [warm.rows.rows()] * 3
    assert [told.rows.changes() for told in others] == [warm.rows.changes()] * 3


def test_few_evaluations_kept_come_to_the_same_as_many(monkeypatch: pytest.MonkeyPatch) -> None:
    title = "what is known of a unit moves all its people and stays behind when one moves"
    many = Story("batch")
    monkeypatch.setattr(scoring, "_WARM", 1)
    few = Story("batch")
    for told in (many, few):
        STORIES[title](told)
        told.ends()

    assert few.rows.rows() == many.rows.rows()
    assert few.rows.changes() == many.rows.changes()


def test_the_evaluation_begun_first_is_the_first_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as are kept are kept, and one more takes the place of the oldest."""
    monkeypatch.setattr(scoring, "_WARM", 2)
    monkeypatch.setattr(scoring, "AppraisalEvaluation", lambda plan, case: SimpleNamespace(plan=plan, case=case))
    kept, case = scoring.EvaluationCache(), Case()
    plan: Any = SimpleNamespace(policy_hash="h")
    streams_begun = [UUID(int=n) for n in (1, 2, 3)]

    for stream in streams_begun[:2]:
        kept.begin(stream, case, plan)
    assert [kept.get(stream, case, "h") is not None for stream in streams_begun] == [True, True, False]
    kept.begin(streams_begun[2], case, plan)
    assert [kept.get(stream, case, "h") is not None for stream in streams_begun] == [False, True, True]


def test_a_result_keeps_the_facts_it_judged_beside_a_survey_that_its_policy_does_not_read() -> None:
    told = Story()
    told.rules()
    told.opens("budi")
    told.scored("budi")
    told.surveyed(3, survey="lain")
    told.finalises("budi", "86.67", "baik")
    final = told.rows.rows()["appraisal", told.stream("budi")]["final"]
    assert final["facts"] == "as they stand", "the digest of what it judged is the digest of what is there"


def test_gathering_the_hidden_ratings_leaves_none_in_the_row() -> None:
    told = Story()
    told.rules()
    told.opens("budi")
    told.scored("budi")
    told.rates("budi", "p1", 70)
    row = told.rows.get(APPRAISAL, told.stream("budi"))
    before = msgspec.json.encode(row.facts)
    every = all_facts(told.rows, row)
    assert "p1" in every.raters
    assert every.case.ratings["layanan"] == {"atasan": [80_000_000], "rekan": [70_000_000]}
    assert msgspec.json.encode(row.facts) == before


def test_the_people_of_a_unit_are_asked_for_at_once() -> None:
    told = Story()
    told.opens("budi")
    told.achieved("90")
    assert told.rows.asked == [], "one row is asked for as it is"
    told.opens("ani")
    told.achieved("80")
    assert told.rows.asked == [("appraisal", [(told.stream("budi"),), (told.stream("ani"),)])]


FORESEEN = {
    "appraisal subject person unit_period": "appraisal.opened",
    "appraisal": """
        appraisal.plan-drafted appraisal.plan-submitted appraisal.plan-returned appraisal.plan-approved
        appraisal.target-revised appraisal.progress-reported appraisal.activity-reported appraisal.report-accepted
        appraisal.report-returned appraisal.level-judged appraisal.competencies-assessed appraisal.fact-established
        appraisal.reassigned appraisal.joined appraisal.document-received appraisal.objection-filed
        appraisal.objection-explained appraisal.objection-decided appraisal.reopened appraisal.cancelled
        appraisal.follow-up-recorded
    """,
    "appraisal sealed": "appraisal.rated appraisal.rating-revised appraisal.rating-withdrawn appraisal.ratings-closed "
    "appraisal.finalised",
    "subject": """
        attendance.recorded attendance.corrected
        employee.sanctioned employee.sanction-revised employee.sanction-lifted
    """,
    "unit_period": "survey.closed achievement.published achievement.revised",
    "book": "policy.published policy.scheduled policy.superseded policy.schedule-withdrawn",
}


OF_OTHERS = {
    "employee.corrected": "subject",
    "employee.registered": "subject",
    "programme.period-concluded": "subject",
    "programme.period-corrected": "subject",
    "service-times.confirmed": "unit_period",
}
"""What no story tells of either, with the rows that it reads: of each member, and of the unit."""


def test_what_moves_nothing_of_a_person_leaves_their_appraisals_unwritten() -> None:
    told = Story("batch")
    told.opens("budi")
    told.ends()
    told.attends("budi", "2025-09", 1)
    assert {table for table, *_ in told.rows.touched} == {"subject"}


def test_a_batch_loads_the_rows_that_its_events_will_read() -> None:
    foreseen: dict[str, str] = {}
    for tell in STORIES.values():
        told = Story("batch")
        tell(told)
        for entry in told.entries:
            wanted = [(table.name, *key) for table, key in keys(entry)]
            foreseen[entry.tag] = " ".join(name for name, *_ in wanted)
            # Not all of these are read each time: of a named rater there is nothing sealed.
            perhaps = {("sealed", entry.stream), ("book", "policy-book")}
            assert set(wanted) <= told.rows.read | perhaps
    assert foreseen == {tag: tables for tables, tags in FORESEEN.items() for tag in tags.split()}
    for tag in TAGS - foreseen.keys():
        # What no story tells of is one more event of an appraisal, and reads its row alone; or is of these.
        told = Story("batch")
        told.opens("budi")
        told.happens(told.stream("budi"), msgspec.json.decode((GOLDEN / f"{tag}.json").read_bytes(), type=Event))
        told.ends()
        found = [(table.name, *key) for table, key in keys(told.entries[-1])]
        if tag in OF_OTHERS:
            assert [name for name, *_ in found] == [OF_OTHERS[tag]]
        else:
            assert found == [("appraisal", told.stream("budi"))]


def test_a_table_is_made_for_each_kind_of_row_with_its_key() -> None:
    made = {
        name: (columns, key.split(", "))
        for name, body, key in re.findall(
            r"create table (\w+) \(\n(.*?)  primary key \((.*?)\)\n\);", PROJECTION.ddl, re.DOTALL
        )
        for columns in [re.findall(r"^  (\w+) (?!.* generated )", body, re.MULTILINE)]
    }
    assert PROJECTION.schema == "read_scores"
    assert PROJECTION.tags is not None, "an event that moves no score is none of its own"
    assert PROJECTION.missed is not None, "what is set aside withholds the scores that would lack it"
    assert PROJECTION.complete is not None, "levels and nodes are told where a batch ends"
    assert made == {table.name: ([*table.row.__struct_fields__], ["agency", *table.key]) for table in PROJECTION.tables}
    assert {
        table.name: (table.append, table.private) for table in PROJECTION.tables if table.append or table.private
    } == {
        "appraisal_past": (True, False),
        "change": (True, False),
        "person": (False, True),
        "sealed": (False, True),
        "summary_past": (True, False),
    }
