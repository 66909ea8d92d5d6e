"""nox -s docs-check: docstrings, examples and links of the documentation, beside the wheel of the working tree."""

from __future__ import annotations

from pathlib import Path

from release.artifacts.distribution_files import packages
from release.artifacts.entry_point import pack
from release.artifacts.install_check import Unfit
from release.base.errors import ReleaseError
from release.base.first_few import rows_of
from release.base.temporary_folders import temporary_folder
from release.context import Context
from release.measuring.docstring_coverage import coverage_in, shortfall
from release.measuring.examples import installed, run_examples, site_packages, texts_of
from release.measuring.links import check_links

_ALL = 100.0  # percent that are expected where neither release.toml nor a release says otherwise


def check_documentation(ctx: Context) -> None:
    """Print how docstrings, examples and links stand; raise ReleaseError where one of them is wrong."""
    wrong: dict[str, str] = {}
    with temporary_folder() as folder:
        wheel = pack(ctx, Path(folder))
        with installed(ctx, wheel) as fresh:
            found = coverage_in(ctx, site_packages(fresh), packages(wheel))
            wrong["docstrings"] = shortfall(ctx, found, _ALL)
            ctx.report.line("no" if wrong["docstrings"] else "ok", "docstrings", wrong["docstrings"] or str(found))
            try:
                ctx.report.line("ok", "examples", run_examples(fresh, wheel))
            except Unfit as unfit:
                wrong["examples"] = f"{unfit.what}\n{unfit.why}"
                ctx.report.line("no", "examples", wrong["examples"])
    count, bad = check_links(ctx.root, texts_of(ctx.root))
    dead, unknown = ([each for each in bad if each.known is known] for known in (True, False))
    wrong["links"] = rows_of(dead) if dead else ""
    ctx.report.line("no" if dead else "ok", "links", wrong["links"] or f"{count} links work")
    for each in unknown:
        ctx.report.line("unknown", "links", str(each))
    named = [name for name, fact in wrong.items() if fact]
    if named:
        run = "$EDITOR README.md      (or the page or module that is named)"
        raise ReleaseError(f"the documentation is wrong: {', '.join(named)}", why=wrong[named[0]], run=run)
