"""The house: who may import whom, what a room may know, and how large a part may be."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# From the ground up. Two on one floor know nothing of each other.
FLOORS = [
    {"accounts"},
    {"leads"},
    {"scoring", "handoff"},
    {"qualification"},
    {"insights"},
    {"leadhub"},
]
APPS = [app for floor in FLOORS for app in sorted(floor)]
DOORS = {"views", "api", "urls", "api_urls", "tasks", "admin", "management"}
# The roof's pages and processes.
DOORS_OF_THE_ROOF = {"home", "trouble", "health", "styleguide", "wsgi"}
LINES_OF_A_FILE = 300
LINES_OF_A_FUNCTION = 50


def below(app: str) -> set[str]:
    """The apps that `app` may import."""
    height = next(number for number, floor in enumerate(FLOORS) if app in floor)
    return set().union(*FLOORS[:height])


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def is_door(module: str) -> bool:
    parts = module.split(".")
    return bool(DOORS & set(parts)) or (
        parts[0] == "leadhub" and bool(DOORS_OF_THE_ROOF & set(parts[1:2]))
    )


FILES = {
    name_of(path): path
    for app in APPS
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts
}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in FILES.items()}


def imported(node: ast.AST) -> Iterator[str]:
    """The modules of ours that an import statement names."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.module:
        inside = [f"{node.module}.{alias.name}" for alias in node.names]
        # `from leads import capture` uses leads.capture, and leads only for a name of its own.
        names = inside if all(name in FILES for name in inside) else [node.module, *inside]
    else:
        return
    yield from (name for name in names if name in FILES)


USES = {
    name: {used for node in ast.walk(tree) for used in imported(node)}
    for name, tree in TREES.items()
}
PAIRS = [(name, used) for name, uses in USES.items() for used in sorted(uses)]


def test_imports_go_down_only() -> None:
    strays = [
        f"{name} -> {used}"
        for name, used in PAIRS
        if (app := name.split(".")[0]) != (other := used.split(".")[0]) and other not in below(app)
    ]
    assert strays == []


def test_there_are_no_circles() -> None:
    TopologicalSorter(USES).prepare()  # raises CycleError and names the circle


def test_rooms_import_no_doors() -> None:
    strays = [f"{a} -> {b}" for a, b in PAIRS if is_door(b) and not is_door(a)]
    assert strays == []


def test_imports_are_absolute() -> None:
    strays = [
        f"{name}:{node.lineno}"
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert strays == []


def test_no_import_hides_in_a_function() -> None:
    strays = [
        f"{name}:{node.lineno}"
        for name, tree in TREES.items()
        for function in functions(tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert strays == []


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


OWN = [*FILES.values(), *sorted((ROOT / "tests").rglob("*.py")), ROOT / "dev.py"]


def test_files_are_short() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in OWN
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) >= LINES_OF_A_FILE
    }
    assert long == {}


def test_functions_are_short() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{function.name}": lines
        for path in OWN
        for function in functions(ast.parse(path.read_text(encoding="utf-8")))
        if (lines := (function.end_lineno or 0) - function.lineno + 1) >= LINES_OF_A_FUNCTION
    }
    assert long == {}


@pytest.mark.parametrize(("app", "may"), [("accounts", set()), ("handoff", {"accounts", "leads"})])
def test_a_floor_knows_what_lies_below(app: str, may: set[str]) -> None:
    assert below(app) == may


def test_a_door_is_known_by_its_name() -> None:
    assert is_door("leads.views.hosted")
    assert is_door("leadhub.home")
    assert not is_door("leads.capture")
