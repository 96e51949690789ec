import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "finsam_eval"


def drawn() -> list[str]:
    """The lines of the drawing, from the one that imports nothing down to the commands."""
    block = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").split("## The package")[1].split("```")[1]
    return re.findall(r"^  (\w+) ", block, flags=re.MULTILINE)


def line_of(module: str) -> str:
    return module.split(".")[1]


def modules() -> dict[str, Path]:
    """Every module under a line of the drawing, by dotted name; a subpackage's __init__ keeps that last part."""
    paths = [path for path in sorted(PACKAGE.rglob("*.py")) if path.parent != PACKAGE or path.stem[0] != "_"]
    return {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in paths}


def imported(module: str, known: dict[str, Path]) -> set[str]:
    """The modules of this package that `module` imports anywhere in its text."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(known[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".")[: -node.level] if node.level else []
            start = ".".join([*above, *([node.module] if node.module else [])])
            parts = {f"{start}.{alias.name}" for alias in node.names}
            names |= {part if is_module(part, known) else start for part in parts}
    return {name if name in known else f"{name}.__init__" for name in names if is_module(name, known)}


def is_module(name: str, known: dict[str, Path]) -> bool:
    return name in known or f"{name}.__init__" in known


def test_the_drawing_names_every_module_once_and_nothing_else() -> None:
    assert sorted(drawn()) == sorted({line_of(name) for name in modules()})


def test_a_module_imports_only_from_lines_above_its_own() -> None:
    known, place = modules(), {name: position for position, name in enumerate(drawn())}
    upwards = [
        f"{module} imports {other}"
        for module in known
        for other in imported(module, known)
        if line_of(other) != line_of(module) and place[line_of(other)] > place[line_of(module)]
    ]
    assert upwards == []


def test_no_two_modules_import_each_other_even_by_way_of_others() -> None:
    known = modules()
    order = list(TopologicalSorter({module: imported(module, known) for module in known}).static_order())
    assert sorted(order) == sorted(known)
