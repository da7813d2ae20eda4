"""The mutations of a module: each a small change of one expression or statement, such as a programmer might get wrong.

`mutations(source)` takes a module's text and gives every mutation of it, in order; nothing is written anywhere. What no
test could or should notice is not made: docstrings, annotations, type aliases, `__all__`, `__slots__`, log texts,
asserts, `assert_never`, `frozen=` and `eq=` of a class.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
TWINS = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list", "reversed": "list"}
UNCALLED = frozenset({"assert_never", "cast", "TypeVar", "NewType", "ParamSpec", "field_names"})
UNMEASURED = frozenset({"pause", "sleep", "lru_cache", "LRUCache"})
"""How long is waited between two looks, and how much is kept for speed, is for no test to notice."""
LOGGERS = frozenset({"log", "logger", "logging", "_log", "LOG"})
UNSEEN_KEYWORDS = frozenset({"frozen", "eq", "kw_only", "slots", "gc", "weakref", "cache_hash", "strict"})
"""`strict` of zip is an assert: it is never false."""
UNSEEN_NAMES = frozenset({"__all__", "__slots__"})
UNSEEN_KEYWORDS_OF = {"Projection": frozenset({"version", "keys"})}
"""Of a read model, any number will do that changes when the fold does, and what its keys name is only read at once."""

Place = tuple[str | int, ...]
"""The way from the module's tree to a node: attribute, index, attribute, ..."""


@dataclass(frozen=True)
class Mutation:
    """One change. `function` is the dotted name of what it stands in, "" at the module's own level; `line` and
    `end_line` are where the changed node stands, `statement` where the statement around it begins.

    `again` counts mutations that read the same, so that a key names one of them.
    """

    function: str
    inside: bool
    line: int
    end_line: int
    statement: int
    text: str
    change: str
    again: int
    apply: Callable[[ast.Module], None] = field(compare=False, repr=False)

    @property
    def key(self) -> tuple[str, str, str, int]:
        return (self.function, self.text, self.change, self.again)


def mutated(tree: ast.Module, mutation: Mutation) -> ast.Module:
    """A copy of the tree with the mutation in it."""
    changed = copy.deepcopy(tree)
    mutation.apply(changed)
    return ast.fix_missing_locations(changed)


def mutations(source: str) -> list[Mutation]:
    tree = ast.parse(source)
    lines = source.splitlines()
    seen: dict[tuple[str, str, str], int] = {}
    made: list[Mutation] = []
    for spot in _spots(tree):
        for new, change in _variants(spot):
            text = lines[spot.node.lineno - 1].strip()
            same = (spot.function, text, change)
            seen[same] = seen.get(same, 0) + 1
            made.append(
                Mutation(
                    function=spot.function,
                    inside=spot.inside,
                    line=spot.node.lineno,
                    end_line=spot.node.end_lineno or spot.node.lineno,
                    statement=spot.statement,
                    text=text,
                    change=change,
                    again=seen[same],
                    apply=_replacing(spot.place, new),
                )
            )
    return made


@dataclass(frozen=True)
class Spot:
    """A node that may be changed, and what stands around it."""

    node: ast.expr | ast.stmt
    place: Place
    function: str
    inside: bool
    statement: int
    returns: ast.expr | None
    parent: ast.AST


def _replacing(place: Place, new: ast.AST) -> Callable[[ast.Module], None]:
    def apply(tree: ast.Module) -> None:
        holder: object = tree
        for step in place[:-1]:
            holder = holder[step] if isinstance(step, int) else getattr(holder, step)  # type: ignore[index]
        last = place[-1]
        if isinstance(last, int):
            holder[last] = copy.deepcopy(new)  # type: ignore[index]
        else:
            setattr(holder, last, copy.deepcopy(new))

    return apply


def _spots(tree: ast.Module) -> Iterator[Spot]:
    def walk(
        node: ast.AST,
        fields: tuple[str, ...],
        place: Place,
        names: tuple[str, ...],
        inside: bool,
        statement: int,
        returns: ast.expr | None,
    ) -> Iterator[Spot]:
        for name in fields:
            for step, child in _children(name, getattr(node, name, None)):
                if not isinstance(child, ast.AST) or _unseen(node, name, child):
                    continue
                path = (*place, *step)
                at = child.lineno if isinstance(child, ast.stmt) else statement
                if isinstance(child, ast.expr | ast.stmt):
                    yield Spot(child, path, ".".join(names), inside, at, returns, node)
                if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                    # Each call runs the body; defaults and decorators run once, where the function is made.
                    inner = (*names, child.name)
                    yield from walk(child, ("args", "decorator_list"), path, inner, inside, at, returns)
                    yield from walk(child, ("body",), path, inner, True, at, child.returns)
                elif isinstance(child, ast.ClassDef):
                    yield from walk(child, child._fields, path, (*names, child.name), inside, at, returns)
                elif isinstance(child, ast.Lambda):
                    yield from walk(child, ("args",), path, names, inside, at, returns)
                    yield from walk(child, ("body",), path, names, True, at, None)
                else:
                    yield from walk(child, child._fields, path, names, inside, at, returns)

    yield from walk(tree, ("body",), (), (), False, 1, None)


def _children(name: str, value: object) -> Iterator[tuple[Place, object]]:
    if isinstance(value, list):
        for i, one in enumerate(value):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            yield (name, i), one
    else:
        yield (name,), value


def _called(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name):
            return node.func.id
        if isinstance(node.func, ast.Attribute):
            return node.func.attr
    return ""


def _unseen(node: ast.AST, field_name: str, child: ast.AST) -> bool:
    """Whether nothing that is run depends on this child, or nothing that a test should read."""
    if field_name in ("annotation", "returns", "ctx", "op", "ops", "type_params"):
        return True
    if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
        return True
    if isinstance(child, ast.Assert | ast.Import | ast.ImportFrom | ast.Pass | ast.Global | ast.Nonlocal):
        return True
    if isinstance(child, ast.AnnAssign) and ast.unparse(child.annotation).endswith("TypeAlias"):
        return True
    if isinstance(child, ast.Assign | ast.AnnAssign):
        targets = child.targets if isinstance(child, ast.Assign) else [child.target]
        if any(isinstance(one, ast.Name) and one.id in UNSEEN_NAMES for one in targets):
            return True
        if isinstance(child.value, ast.Subscript) and ast.unparse(child.value.value) == "Literal":
            return True
        if _called(child.value) in ("TypeVar", "NewType", "ParamSpec") if child.value is not None else False:
            return True
    if isinstance(child, ast.If) and ast.unparse(child.test) in ("TYPE_CHECKING", "__name__ == '__main__'"):
        return True
    if isinstance(node, ast.Call) and _called(node) in UNMEASURED and field_name in ("args", "keywords"):
        return True
    if isinstance(child, ast.Expr | ast.Return) and child.value is not None and _called(child.value) == "assert_never":
        return True
    if isinstance(child, ast.ClassDef) and any(ast.unparse(base).startswith("Protocol") for base in child.bases):
        return True
    if isinstance(child, ast.FunctionDef) and any(ast.unparse(one) == "overload" for one in child.decorator_list):
        return True
    if isinstance(node, ast.Call) and _called(node) == "cast" and field_name == "args" and child is node.args[0]:
        return True
    if isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute):
        whose = child.func.value
        if isinstance(whose, ast.Name) and whose.id in LOGGERS:
            return True
    return isinstance(child, ast.keyword) and _unseen_keyword(node, child)


def _unseen_keyword(node: ast.AST, keyword: ast.keyword) -> bool:
    return keyword.arg in UNSEEN_KEYWORDS or keyword.arg in UNSEEN_KEYWORDS_OF.get(_called(node), ())


def _variants(spot: Spot) -> Iterator[tuple[ast.AST, str]]:
    """What may stand in the place of a node, with the words for it."""
    node = spot.node
    seen = {ast.dump(node)}
    for new in _other(spot):
        if (made := ast.dump(new)) not in seen:
            seen.add(made)
            yield new, f"{_said(node)} -> {_said(new)}"


def _said(node: ast.AST) -> str:
    if isinstance(node, ast.Pass):
        return "nothing"
    if isinstance(node, ast.Constant):
        return repr(node.value)
    if isinstance(node, ast.If | ast.While):
        return f"{type(node).__name__.lower()} {ast.unparse(node.test)}"
    try:
        said = ast.unparse(node)
    except (AttributeError, ValueError, TypeError):
        said = type(node).__name__
    first, *rest = said.splitlines() or [""]
    return f"{first} ..." if rest else first


def _other(spot: Spot) -> Iterator[ast.AST]:
    node = spot.node
    match node:
        case ast.Constant():
            yield from _constants(spot, node)
        case ast.Compare():
            for i, old in enumerate(node.ops):
                for new in COMPARISONS[type(old)]:
                    yield ast.Compare(node.left, [*node.ops[:i], new(), *node.ops[i + 1 :]], node.comparators)
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
            for i in range(len(node.values)):
                left = [*node.values[:i], *node.values[i + 1 :]]
                yield left[0] if len(left) == 1 else ast.BoolOp(node.op, left)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            if not isinstance(node.operand, ast.Constant):
                yield node.operand
        case ast.BinOp() if type(node.op) in ARITHMETIC:
            if not _text(node):
                yield ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right)
        case ast.AugAssign():
            yield ast.Pass()
            if type(node.op) in ARITHMETIC and not _text(node.value):
                yield ast.AugAssign(node.target, ARITHMETIC[type(node.op)](), node.value)
        case ast.IfExp():
            yield node.body
            yield node.orelse
        case ast.If():
            yield ast.If(ast.Constant(value=False), node.body, node.orelse)
            yield ast.If(ast.Constant(value=True), node.body, node.orelse)
        case ast.Call():
            yield from _calls(node)
        case ast.Return():
            yield from _returns(spot, node)
        case ast.Expr():
            if not isinstance(node.value, ast.Yield | ast.YieldFrom | ast.Await):
                yield ast.Pass()
        case ast.Raise():
            yield ast.Pass()
        case ast.Continue():
            yield ast.Break()
            yield ast.Pass()
        case ast.Break():
            yield ast.Continue()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()
        case ast.Delete():
            yield ast.Pass()
        case ast.Subscript(slice=ast.Slice() as cut):
            if cut.lower is not None:
                yield ast.Subscript(node.value, ast.Slice(None, cut.upper, cut.step), node.ctx)
            if cut.upper is not None:
                yield ast.Subscript(node.value, ast.Slice(cut.lower, None, cut.step), node.ctx)
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            for i, part in enumerate(node.generators):
                for j in range(len(part.ifs)):
                    fewer = ast.comprehension(
                        part.target, part.iter, [*part.ifs[:j], *part.ifs[j + 1 :]], part.is_async
                    )
                    changed = copy.copy(node)
                    changed.generators = [*node.generators[:i], fewer, *node.generators[i + 1 :]]
                    yield changed
        case ast.ClassDef():
            for i, keyword in enumerate(node.keywords):
                if keyword.arg not in UNSEEN_KEYWORDS and keyword.arg != "metaclass":
                    changed = copy.copy(node)
                    changed.keywords = [*node.keywords[:i], *node.keywords[i + 1 :]]
                    yield changed
        case _:
            return


def _text(node: ast.expr) -> bool:
    """Whether it joins text: subtracting that is a TypeError, which tells nothing of the tests."""
    if isinstance(node, ast.BinOp):
        return _text(node.left) or _text(node.right)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes))


def _constants(spot: Spot, node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(spot.parent, ast.FormattedValue):
        return
    if isinstance(value, bool):
        yield ast.Constant(value=not value)
    elif isinstance(value, int):
        yield ast.Constant(value=value + 1)
        yield ast.Constant(value=value - 1)
    elif isinstance(value, str | bytes) and value:
        yield ast.Constant(value=value[:0])


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    if isinstance(node.func, ast.Name) and (twin := TWINS.get(node.func.id)):
        keywords = [] if twin == "list" else node.keywords
        yield ast.Call(ast.Name(twin, ast.Load()), node.args, keywords)
    if _called(node) in UNCALLED:
        return
    for i, keyword in enumerate(node.keywords):
        if keyword.arg is not None and not _unseen_keyword(node, keyword):
            yield ast.Call(node.func, node.args, [*node.keywords[:i], *node.keywords[i + 1 :]])


def _returns(spot: Spot, node: ast.Return) -> Iterator[ast.AST]:
    if node.value is None or spot.returns is None:
        return
    said = ast.unparse(spot.returns)
    if said == "bool":
        yield ast.Return(ast.Constant(value=True))
        yield ast.Return(ast.Constant(value=False))
    elif said.endswith("| None") or said in ("Value", "Fact | None"):
        yield ast.Return(ast.Constant(value=None))
