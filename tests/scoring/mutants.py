"""Small wrongs put into the code that makes scores, one at a time, in Python and in the SQL it writes."""

import ast
import copy
import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

# Whose lines are made wrong, and what has to be imported anew with it.
MUTATED = [
    "scoring.definition.parts",
    "scoring.definition.arithmetic",
    "scoring.statement.acts",
    "scoring.statement.compiler",
]
# What a statement does not use: texts for people, and the other two algebras.
ASIDE = {
    "label", "most", "hands_over", "is_lowest", "cell", "compile_units", "is_absence", "counts",
}  # fmt: skip
NUMBERS = "Numbers"
# Lines where a wrong changes nothing that anybody could see: digits to spare, a column too many.
HARMLESS = ("prec=50", "self.detail", "OFFSET 0", "add(out)")
# Wrongs that mean the same, by a text of their line, with the reason.
EQUIVALENT = {
    ("range(21)", "21 becomes 22"): "less than half of a millionth is left long before",
    ("/ 100, 2000)", "2000 becomes 2001"): "less than half of a millionth is left long before",
    ("{micro} < 0", " <  becomes  <= "): "nothing is rounded to nothing from either side",
    (
        ".occurred_at <= {self.clock.now}",
        "<= becomes <",
    ): "only an event of the statement's own microsecond tells",
    ("get(match.kind, -1)", "1 becomes 2"): "no kind has either number",
}
RENEWED = ("scoring.definition", "scoring.statement")
COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Pow: ast.Mult,
    ast.Mod: ast.Add, ast.Div: ast.Mult,
}  # fmt: skip
SQL = [
    (">=", ">"), ("<=", "<"), (" > ", " >= "), (" < ", " <= "), ("least(", "greatest("),
    ("greatest(", "least("), (" AND ", " OR "), (" OR ", " AND "), ("sum", "max"), ("max(", "min("),
    (" + 1", " + 2"), (" - ", " + "), (" * ", " + "), ("LEFT JOIN", "JOIN"), (" IS NULL", " IS NOT NULL"),
    ("count(DISTINCT m.n)", "count(*)"), ("lower(", "upper("), ("'%'", "''"), ("THEN -", "THEN "),
    ("PRECEDING AND 1 PRECEDING", "PRECEDING AND CURRENT ROW"), (" = ", " <> "), ("ANY(", "ALL("),
]  # fmt: skip


Wrong = Callable[[Any], None]


@dataclass(frozen=True)
class Mutant:
    """`code` is the module made wrong at `line`; `change` says how."""

    module: str
    line: int
    change: str
    code: ast.Module


def mutants() -> Iterator[Mutant]:
    for name in MUTATED:
        spec = find_spec(name)
        assert spec is not None and spec.origin is not None
        source = Path(spec.origin).read_text()
        tree = ast.parse(source)
        lines = source.splitlines()
        for number, (node, line) in enumerate(_places(tree)):
            if any(text in lines[line - 1] for text in HARMLESS):
                continue
            for change, apply in _wrongs(node):
                if any(text in lines[line - 1] and change == same for text, same in EQUIVALENT):
                    continue
                wrong = copy.deepcopy(tree)
                target = list(_places(wrong))[number][0]
                apply(target)
                yield Mutant(name, line, change, ast.fix_missing_locations(wrong))


def _places(tree: ast.Module) -> Iterator[tuple[ast.AST, int]]:
    """Nodes inside functions, docstrings aside, with the line they stand on."""
    tree = ast.Module(
        [n for n in tree.body if getattr(n, "name", "") not in (NUMBERS, "_cut", "Algebra")], []
    )
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef) or function.name in ASIDE:
            continue
        documented = ast.get_docstring(function) is not None
        for statement in function.body[1 if documented else 0 :]:
            for node in ast.walk(statement):
                yield node, getattr(node, "lineno", function.lineno)


def _wrongs(node: ast.AST) -> Iterator[tuple[str, Wrong]]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARED:
        other = COMPARED[type(node.ops[0])]
        yield (
            f"{type(node.ops[0]).__name__} becomes {other.__name__}",
            _set("ops", [other(), *node.ops[1:]]),
        )
    elif isinstance(node, ast.BinOp) and type(node.op) in COUNTED:
        operator = COUNTED[type(node.op)]
        yield f"{type(node.op).__name__} becomes {operator.__name__}", _set("op", operator())
    elif isinstance(node, ast.BoolOp):
        swapped = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield "and and or are swapped", _set("op", swapped)
    elif isinstance(node, ast.IfExp):
        yield "both branches are swapped", _branches
    elif isinstance(node, ast.Constant):
        yield from _constants(node)


def _constants(node: ast.Constant) -> Iterator[tuple[str, Wrong]]:
    if isinstance(node.value, int) and not isinstance(node.value, bool):
        yield f"{node.value} becomes {node.value + 1}", _set("value", node.value + 1)
    if isinstance(node.value, str):
        for right, wrong in SQL:
            if right in node.value:
                yield f"{right} becomes {wrong}", _set("value", node.value.replace(right, wrong, 1))


def _set(name: str, value: object) -> Wrong:
    return lambda node: setattr(node, name, value)


def _branches(node: ast.IfExp) -> None:
    node.body, node.orelse = node.orelse, node.body


@contextmanager
def instead(mutant: Mutant) -> Iterator[tuple[ModuleType, ModuleType]]:
    """The parser and the compiler as they are with this wrong in them; afterwards all is as before."""
    kept = {name: module for name, module in sys.modules.items() if name.startswith(RENEWED)}
    for name in kept:
        del sys.modules[name]
    finder = _Finder(mutant)
    sys.meta_path.insert(0, finder)
    try:
        yield (
            importlib.import_module("scoring.definition.parsing"),
            importlib.import_module("scoring.statement.compiler"),
        )
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.startswith(RENEWED)]:
            del sys.modules[name]
        sys.modules.update(kept)


class _Finder:
    """Gives the mutated module its wrong code."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, path: object, target: object = None) -> object:
        if name != self.mutant.module:
            return None
        sys.meta_path.remove(self)
        try:
            spec = find_spec(name)
        finally:
            sys.meta_path.insert(0, self)
        assert spec is not None and spec.loader is not None
        code = compile(self.mutant.code, str(spec.origin), "exec")
        spec.loader.exec_module = lambda module: exec(code, module.__dict__)  # type: ignore[method-assign]
        return spec
