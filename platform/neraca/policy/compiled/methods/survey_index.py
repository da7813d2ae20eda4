"""`survey_index`: the satisfaction index (IKM) of PermenPANRB 14/2017, a mean per element times a factor."""

from msgspec import Struct

from neraca.domain.case import MICRO, Case, Micro, SurveyElement
from neraca.policy.compiled.methods.scope import Scope
from neraca.policy.compiled.result import Input, Trace, Value
from neraca.policy.compiled.step import Source
from neraca.policy.model import SurveyIndex
from neraca.policy.numbers import Divide, micro, text


class SurveyStep(Struct, frozen=True):
    path: str
    survey: str
    elements: tuple[str, ...]
    factor: Micro
    least: int
    divide: Divide
    source: Source

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


def compile_survey_index(measure: SurveyIndex, scope: Scope) -> SurveyStep:
    least = max(measure.min_respondents, 1)
    elements = tuple(measure.elements)
    return SurveyStep(scope.path, measure.survey, elements, micro(measure.factor), least, scope.divide, scope.source)
