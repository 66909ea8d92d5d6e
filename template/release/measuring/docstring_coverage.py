"""How much of the public API has a docstring: in this release, and in the last one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from release.adapters.tools.docstrings import count_docstrings
from release.base.first_few import rows_of
from release.context import Context
from release.repository.exported_tree import exported

_APART = ("tests", "test", "docs", "release", "benchmarks", "examples")  # what is no package of the project


@dataclass(frozen=True)
class Coverage:
    """The public objects with a docstring, and the paths of those without ("acme.slug.slugify")."""

    documented: int
    missing: tuple[str, ...]

    @property
    def percent(self) -> float:
        """Percent of the public objects that have a docstring; 100 where there are none."""
        total = self.documented + len(self.missing)
        return 100 * self.documented / total if total else 100.0

    def __str__(self) -> str:
        return f"{self.percent:.1f} % of {self.documented + len(self.missing)} public objects have a docstring"


def coverage_in(ctx: Context, folder: Path, packages: Collection[str] = ()) -> Coverage:
    """Return the coverage of packages in a folder: of those named, else of the project's in a checkout."""
    place = folder / "src" if not packages and (folder / "src").is_dir() else folder
    names = sorted(packages) or sorted(
        path.parent.name for path in place.glob("*/__init__.py") if path.parent.name not in _APART
    )
    documented, missing = count_docstrings(place, names, ctx.environment)
    return Coverage(documented, tuple(missing))


def coverage_before(ctx: Context) -> tuple[str, Coverage] | None:
    """Return the version of the last final release and its coverage; None where there is none."""
    finals = [each for each in map(ctx.config.version_of, ctx.git.tags()) if each and not each.is_prerelease]
    below = [each for each in finals if ctx.in_hand is None or each < ctx.in_hand.version]
    if not below:
        return None
    before = max(below)
    with exported(ctx.git, f"refs/tags/{ctx.tag_of(before)}") as old:
        return str(before), coverage_in(ctx, old)


def shortfall(ctx: Context, found: Coverage, otherwise: float = 0.0) -> str:
    """Return why a coverage is too low by [documentation], else by the last release, else `otherwise`; empty if not."""
    rules = ctx.config.documentation
    before = coverage_before(ctx) if rules.keep or not rules.minimum else None
    limits = [(rules.minimum, "release.toml asks for {:g} %")] if rules.minimum else []
    limits += [(before[1].percent, f"{before[0]} had {{:.1f}} %")] if before else []
    limits += [(otherwise, "{:g} % is expected where there is no release")] if not limits else []
    text = next((text.format(limit) for limit, text in limits if found.percent < limit - 1e-9), "")
    return f"{found}; {text}\n{rows_of(found.missing)}" if text else ""
