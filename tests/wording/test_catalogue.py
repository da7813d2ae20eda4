"""Every refusal has its sentence in Indonesian, with what the English one says filled in and nothing left over."""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from neraca.api import problems
from neraca.domain import errors
from neraca.wording import catalogue, translated

HERE = Path(__file__).parent
REFUSED = HERE.parent / "domain" / "refusals.txt"
"""Every refusal that the tests of the domain meet, to the word."""

SAID = HERE / "sentences.txt"
"""One example of each template that no line of refusals.txt is of: what the door and the service say."""


def sentences() -> tuple[catalogue.Template, ...]:
    """Asked for where a test needs them: every worker collects this file, and to compile them takes long."""
    return catalogue.templates(*catalogue.SENTENCES)


def phrases() -> tuple[catalogue.Template, ...]:
    return catalogue.templates(*catalogue.PHRASES)


_LINE = re.compile(r"\w+ \S+ (?P<words>'.*'|\".*\")")
_FIELD = re.compile(r"^/\S*: ")


def whole(text: str) -> list[catalogue.Match]:
    return [match for match in catalogue.matches(text, sentences()) if match.said.whole]


def refused() -> Iterator[str]:
    for line in REFUSED.read_text().splitlines():
        found = _LINE.fullmatch(line)
        assert found is not None, line
        yield _FIELD.sub("", ast.literal_eval(found["words"]))


def said() -> Iterator[str]:
    for line in SAID.read_text().splitlines():
        named, _, sentence = line.partition(": ")
        yield sentence if re.fullmatch(r"[A-Za-z-]+(\.[A-Za-z]+)?", named) and not whole(line) else line


def used(text: str, among: tuple[catalogue.Template, ...] | None = None) -> Iterator[catalogue.Template]:
    """The templates that the translation of a text takes up, those of its phrases included."""
    among = sentences() if among is None else among
    found = catalogue.matches(text, among)
    if (not found or not found[0].said.whole) and "; " in text:
        for one in text.split("; "):
            yield from used(one, among)
    if not found:
        return
    template = found[0].template
    yield template
    values = template.pattern.fullmatch(text)
    assert values is not None
    for name, kind in template.slots.items():
        if kind == "~":
            yield from used(values[name], (*phrases(), *sentences()))


@cache
def examples() -> tuple[str, ...]:
    return *refused(), *said()


def test_every_refusal_is_of_exactly_one_template() -> None:
    found = {line: [match.template.english for match in whole(line)] for line in examples()}

    assert {line: names for line, names in found.items() if len(names) != 1} == {}


def test_every_template_is_met() -> None:
    met = {template.english for line in examples() for template in used(line)}

    assert [one.english for one in (*sentences(), *phrases()) if one.english not in met] == []


def _static(node: ast.expr) -> str | None:
    """A literal, with a mark in the place of each value that is filled in."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if not isinstance(node, ast.JoinedStr):
        return None
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "§" for part in node.values)


def _raised(tree: ast.AST, kinds: set[str]) -> Iterator[str]:
    """The first line of every sentence that is written where something of these kinds is made."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in kinds:
            for one in map(_static, node.args):
                if one is not None and " " in one:
                    yield one.partition("\n")[0]


_NAMED = re.compile(r"^\S+: ")
PLATFORM = HERE.parents[1] / "platform" / "neraca"
ELSEWHERE = ("api", "cli", "service", "store", "web", "composition.py", "serving.py", "dependencies.py", "settings.py")
"""Where something is refused that no test of the domain meets."""

KINDS = {one.__name__ for one in (errors.Refusal, *errors.Refusal.__subclasses__())}
KINDS |= {one.__name__ for sub in errors.Refusal.__subclasses__() for one in sub.__subclasses__()}
KINDS |= {
    "Problem",
    "ScimRefusal",
    "client_error",
    "UsageError",
    "ClickException",
    "FileFault",
    "CellRefused",
    "Misread",
    "Failure",
    "Unreadable",
}


def test_what_is_refused_outside_of_the_domain_has_its_pair() -> None:
    """By the words that stand in the code: whoever writes a refusal there, and no pair of it, learns it here."""
    slot = re.compile(r"'?\{[a-z_]+[*~&]?\}'?")
    loose = [re.compile(".*".join(map(re.escape, slot.split(one.english))), re.DOTALL) for one in sentences()]
    files = [
        file for one in ELSEWHERE for file in (PLATFORM.glob(one) if "." in one else (PLATFORM / one).rglob("*.py"))
    ]
    found = {line: file.name for file in files for line in _raised(ast.parse(file.read_text()), KINDS)}
    said = {line: name for line, name in found.items() if re.search(r"[a-z]{3}", _NAMED.sub("", line).replace("§", ""))}

    assert len(said) > 60
    assert {
        line: name
        for line, name in said.items()
        if not any(one.fullmatch(part) for part in (line, _NAMED.sub("", line)) for one in loose)
    } == {}


def test_both_sentences_of_a_pair_have_the_same_placeholders() -> None:
    unlike = [
        one.english
        for one in (*sentences(), *phrases())
        if {*one.slots} != {slot[1] for slot in catalogue.SLOT.finditer(one.indonesian)}
        or len(one.slots) != len(catalogue.SLOT.findall(one.english))
    ]

    assert unlike == []


@pytest.mark.parametrize("templates", [sentences, phrases])
def test_no_sentence_is_there_twice(templates: Callable[[], tuple[catalogue.Template, ...]]) -> None:
    times = Counter(one.english for one in templates())

    assert [english for english, number in times.items() if number > 1] == []


def test_what_was_filled_in_is_all_there_in_indonesian() -> None:
    lost = []
    for line in examples():
        there = translated(line).text
        # Numbers, days, periods, decrees and hashes: whatever has a digit is carried over as it is.
        values = [word.strip(".,;:?()'") for word in line.split() if any(letter.isdigit() for letter in word)]
        lost += [(value, there) for value in values if value not in there]

    assert lost == []


def test_titles_of_problems_are_in_indonesian() -> None:
    titles = [title for _, title in problems.KINDS.values()]

    assert all(translated(title).whole and translated(title).text != title for title in titles)


@pytest.mark.parametrize(
    ("english", "indonesian"),
    [
        (
            "/period: the plan for 2025 was to be fixed by 2025-01-31, and policy kota-uji takes none later",
            "/period: rencana untuk 2025 harus ditetapkan paling lambat 2025-01-31,"
            " dan kebijakan kota-uji tidak menerimanya setelah itu",
        ),
        (
            "the window for objections closed on 2026-01-28: 14 working days from 2026-01-07",
            "masa pengajuan keberatan ditutup pada 2026-01-28: 14 hari kerja sejak 2026-01-07",
        ),
        (
            "only the appraiser sri may approve the plan; you are agus, who may after 2026-01-21",
            "hanya pejabat penilai sri yang boleh menyetujui rencana; Anda adalah agus, yang boleh setelah 2026-01-21",
        ),
        (
            "rate needs the role employee or official; wati has none",
            "rate memerlukan peran employee atau official; wati memiliki tidak satu pun",
        ),
        (
            "the cohort is not as it was opened: n0, n1 and 2 others came; open it again",
            "kelompok tidak lagi seperti ketika dibuka: n0, n1 dan 2 lainnya masuk; buka lagi",
        ),
    ],
)
def test_a_refusal_in_plain_indonesian(english: str, indonesian: str) -> None:
    assert translated(english) == (indonesian, True)


def test_what_no_template_has_stays_as_it_is_and_says_so() -> None:
    assert translated("the sky is blue") == ("the sky is blue", False)
    assert translated("/a: the sky is blue") == ("/a: the sky is blue", False)
    assert translated("there is no result: some policy's own words") == (
        "belum ada hasil: some policy's own words",
        False,
    )


def test_lines_of_a_policy_that_follow_stay_as_they_are() -> None:
    said = translated("/texts: tests of the policy fail:\n«satu»: 3 is not 4")

    assert said == ("/texts: uji kebijakan tidak lulus:\n«satu»: 3 is not 4", False)


def test_what_somebody_wrote_into_a_refusal_is_carried_over_unchanged() -> None:
    name = "the plan is approved already; {near} and or others"

    said = translated(f"the plan has no result '{name}'; there are none")

    assert said == (f"rencana tidak memuat hasil kerja '{name}'; tidak ada satu pun", True)


@pytest.mark.parametrize(
    "text",
    [
        "there is no result: " + "there is no result: " * 90 + "x",
        "only " + "the employee or " * 120 + "the reviewer of this appraisal may send rate; you are sri",
        "a: " * 600,
        "; " * 900,
        "x" * 100_000,
    ],
)
def test_no_text_is_too_deep_or_too_long(text: str) -> None:
    assert len(translated(text).text) > 0
