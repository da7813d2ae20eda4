"""`survey_index`: the satisfaction index (IKM) of PermenPANRB 14/2017, a mean per element times a factor."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

from neraca.domain.case import MICRO, Case, Micro, SurveyElement
from neraca.domain.survey import HIGHEST, LOWEST
from neraca.policy.blocks import Cap, PolicyParts
from neraca.policy.compiled.methods.method import Declaration, FactRead, Tunable
from neraca.policy.compiled.methods.scope import Scope
from neraca.policy.compiled.methods.synthetic_inputs import Person
from neraca.policy.compiled.result import Input, Trace, Value
from neraca.policy.compiled.step import Source
from neraca.policy.findings import plain
from neraca.policy.interval import Interval
from neraca.policy.localised_text import LocalisedText, listed
from neraca.policy.numbers import Divide, micro, text


class SurveyStep(Struct, frozen=True):
    path: str
    survey: str
    elements: tuple[str, ...]
    factor: Micro
    least: int
    divide: Divide
    source: Source
    count_unverified: bool = False

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"surveys/{self.survey}",)

    def measure(self, case: Case, trace: Trace | None) -> Value:
        answers = case.surveys.get(self.survey, {})
        value = self.judged(answers)
        if trace is not None:
            inputs = tuple(self.shown(name, answers.get(name)) for name in self.elements)
            formula = f"survey index: mean of element means x {text(self.factor)}"
            trace.append(self.source.valued("measure", self.path, formula, inputs, value))
        return value

    def judged(self, answers: dict[str, SurveyElement]) -> Micro | None:
        total = 0
        for name in self.elements:
            element = answers.get(name)
            if element is None or element.n < self.least:
                return None
            total += self.divide(element.sum, element.n)
        return self.divide(total * self.factor, len(self.elements) * MICRO)

    def shown(self, name: str, element: SurveyElement | None) -> Input:
        given = f"surveys/{self.survey}"
        if element is None:
            return Input(name, None, given, note="missing")
        if element.n < self.least:
            return Input(name, None, given, note=f"{element.n} of at least {self.least} respondents")
        return Input(name, text(self.divide(element.sum, element.n)), given, note=f"{element.n} respondents")


class SurveyIndex(Declaration, frozen=True, tag="survey_index"):
    """The satisfaction index (IKM) of PermenPANRB 14/2017: mean of each element, summed, x factor / elements.

    survey: the survey's name
    elements: its questions, such as u1 to u9
    factor: 25 brings answers of 1 to 4 to 25 to 100
    min_respondents: with fewer answers to any element the index is missing
    count_unverified: whether answers over a survey's open link, which anybody may give, count beside those by tokens
    """

    survey: str
    elements: list[str]
    factor: Decimal
    min_respondents: Annotated[int, Meta(ge=1)] = 1
    count_unverified: bool = False

    def compile(self, scope: Scope) -> SurveyStep:
        least, elements = max(self.min_respondents, 1), tuple(self.elements)
        factor, apart = micro(self.factor), self.count_unverified
        return SurveyStep(scope.path, self.survey, elements, factor, least, scope.divide, scope.source, apart)

    def facts(self) -> Iterator[FactRead]:
        yield from ()

    def interval(self, parts: PolicyParts) -> Interval:
        factor = max(micro(self.factor), 0)
        return Interval(factor * int(LOWEST), factor * int(HIGHEST))

    def sentence(self, parts: PolicyParts) -> LocalisedText:
        elements = listed(f"`{name}`" for name in self.elements)
        open_to_all = (
            (" Jawaban lewat tautan terbuka ikut dihitung.", " Answers over an open link count too.")
            if self.count_unverified
            else ("", "")
        )
        return LocalisedText(
            f"Indeks survei `{self.survey}`: rata-rata tiap unsur ({elements}) dijumlahkan, dikali "
            f"{plain(self.factor)}, dibagi {len(self.elements)} unsur; kosong bila ada unsur dengan kurang dari "
            f"{self.min_respondents} jawaban.{open_to_all[0]}",
            f"Index of the survey `{self.survey}`: the mean of each element ({elements}), summed, times "
            f"{plain(self.factor)}, divided by {len(self.elements)} elements; missing where an element has fewer "
            f"than {self.min_respondents} answers.{open_to_all[1]}",
        )

    def invent(self, person: Person, indicator: str, cap: Cap) -> None:
        answers = person.surveys.setdefault(self.survey, {})
        few = -1 if not person.complete and person.number % 2 else 0
        for element in self.elements:
            n = self.min_respondents + few
            low, high = int(LOWEST) * MICRO, int(HIGHEST) * MICRO
            mean = low + (high - low) * person.pick([MICRO * x for x in (7, 9, 6, 10, 8, 5, 3)]) // (10 * MICRO)
            answers.setdefault(element, SurveyElement(mean * n, n))

    def tunables(self) -> Iterator[Tunable]:
        yield Tunable(("factor",), self.factor)
        yield Tunable(("min_respondents",), Decimal(self.min_respondents))
