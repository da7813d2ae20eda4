"""Nothing is kept that no program reads: each SQL file is loaded by name, each function called by more than tests."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "platform" / "neraca", ROOT / "projections")
CODE = {file: file.read_text() for folder in FOLDERS for file in sorted(folder.rglob("*.py"))}
MIGRATION = re.compile(r"\d{4}-")

# Called by a library, by these names.
HOOKS = {
    "get_key": "psycopg asks a dumper of arrays which one it needs",
    "upgrade": "psycopg asks a dumper of arrays which one it needs",
    "enter_directive": "graphql-core walks a query",
    "enter_field": "graphql-core walks a query",
    "enter_argument": "graphql-core walks a query",
    "enter_enum_value": "graphql-core walks a query",
    "enter_object_field": "graphql-core walks a query",
    "enter_string_value": "graphql-core walks a query",
    "enter_int_value": "graphql-core walks a query",
    "enter_float_value": "graphql-core walks a query",
}


def _texts(module: ast.AST) -> set[str]:
    return {node.value for node in ast.walk(module) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_each_sql_file_is_loaded() -> None:
    named = {text for code in CODE.values() for text in _texts(ast.parse(code))}
    files = [file for folder in FOLDERS for file in sorted(folder.rglob("*.sql"))]
    texts = [file.read_text() for file in files]
    shared = {name for text in texts for name in re.findall(r"^ *-- part ([a-z-]+): ", text, re.MULTILINE)}
    # Migrations are found by their number, in order; all other files by the name that some code gives, and parts by
    # that in another file.
    unread = [
        str(file.relative_to(ROOT))
        for file in files
        if not MIGRATION.match(file.name)
        and not (file.parent.name == "parts" and file.stem in shared)
        and not {file.stem, file.name} & named
        and not any(text.endswith(f"/{file.stem}") for text in named)
    ]

    assert len(files) > 20
    assert unread == []


def test_each_function_and_class_has_another_use_than_tests() -> None:
    words: dict[str, int] = {}
    for code in CODE.values():
        for word in re.findall(r"\w+", code):
            words[word] = words.get(word, 0) + 1
    alone = [
        f"{node.name} in {file.relative_to(ROOT)}"
        for file, code in CODE.items()
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and words[node.name] == 1
        and node.name not in HOOKS
        and not node.decorator_list
        and not node.name.startswith("__")
    ]

    assert alone == []
