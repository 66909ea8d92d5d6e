"""The layers of release/ as its imports show them, and the picture of them in the docs."""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[2] / "template" / "release"
LAYERS = [
    {"base"},
    {"values"},
    {"config"},
    {"adapters"},
    {"adapters.git"},
    {"adapters.forge"},
    {"adapters.index"},
    {"adapters.workers"},
    {"adapters.tools"},
    {"context"},
    {"context_loader"},
    {"engine"},
    {"approvals"},
    {"repository"},
    {"artifacts"},
    {"versioning"},
    {"template"},
    {"branches"},
    {"planning"},
    {"monitoring"},
    {"insight"},
    {"assistant"},
    {"measuring"},
    {"gates"},
    {"steps"},
    {"verification"},
    {"current_release"},
    {"gate_order"},
    {"pipeline"},
    {"insight.release_branches"},
    {"confirmation"},
    {"preloading"},
    {"channels"},
    {"pages"},
    {"commands"},
    {
        "commands.planning",
        "commands.after_release",
        "commands.measuring",
        "commands.getting_started",
        "commands.packing",
    },
    {"ci_matrix"},
    {"tasks"},
    {"__main__"},
    {"sessions"},
]
FILES = sorted(ROOT.rglob("*.py"))


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def layer_of(module: str) -> int:
    """Return the number of the layer whose name is the longest beginning of a module's."""
    known = {name: number for number, names in enumerate(LAYERS) for name in names}
    parts = module.split(".")
    found = next(name for end in range(len(parts), 0, -1) if (name := ".".join(parts[:end])) in known)
    return known[found]


@functools.cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@functools.cache
def imported(path: Path) -> tuple[str, ...]:
    """Return the modules that a file imports, at its top or inside a function, with their full names."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative imports hide where a name comes from"
            module = str(node.module)
            below = [
                alias.name
                for alias in node.names
                if (ROOT.parent / module.replace(".", "/") / f"{alias.name}.py").exists()
            ]
            yield from ([f"{module}.{name}" for name in below] or [module])


def ours(path: Path) -> Iterator[str]:
    """Yield the modules of release/ that a file imports, without "release."."""
    yield from (name.removeprefix("release.") for name in imported(path) if name.startswith("release."))


def folder_of(module: str) -> str:
    """Return the room of a module: its folder at the top of release/, or the module itself where it has none."""
    return module.partition(".")[0]


def picture() -> str:
    """Return an SVG of the rooms from top to bottom, each with what it is for and the rooms that it imports."""
    uses: dict[str, set[str]] = {}
    for path in FILES:
        room = folder_of(name_of(path))
        uses.setdefault(room, set()).update(folder_of(other) for other in ours(path) if folder_of(other) != room)
    rooms = sorted(uses.keys() - {"__init__", "noxfile"}, key=_order, reverse=True)
    width, height, top = 1180, 44, 60
    rows = []
    for number, room in enumerate(rooms):
        y = top + number * (height + 8)
        below = ", ".join(sorted(uses[room], key=_order, reverse=True)) or "nothing of release/"
        rows.append(
            f'<rect x="10" y="{y}" width="{width - 20}" height="{height}" rx="6" fill="none" stroke="currentColor"/>'
            f'<text x="22" y="{y + 18}" font-weight="bold">{escape(room)}</text>'
            f'<text x="190" y="{y + 18}">{escape(_purpose(room))}</text>'
            f'<text x="190" y="{y + 36}" opacity="0.7">imports {escape(below)}</text>'
        )
    title = "The rooms of release/: each imports only from those below it"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top + len(rooms) * (height + 8)}" role="img" '
        f'font-family="sans-serif" font-size="13" fill="currentColor"><title>{title}</title>'
        f'<text x="10" y="32" font-size="18" font-weight="bold">{title}</text>{"".join(rows)}</svg>\n'
    )


def _order(room: str) -> tuple[int, str]:
    return max(number for number, names in enumerate(LAYERS) if any(folder_of(name) == room for name in names)), room


def _purpose(room: str) -> str:
    """Return the first sentence of what a room says of itself."""
    path = ROOT / room / "__init__.py" if (ROOT / room).is_dir() else ROOT / f"{room}.py"
    return (ast.get_docstring(tree_of(path)) or "").partition("\n")[0]


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(picture(), encoding="utf-8")
