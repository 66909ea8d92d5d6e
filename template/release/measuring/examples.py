"""The examples in README, documentation and docstrings, executed by sybil against the installed wheel."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from release.artifacts.distribution_files import packages
from release.artifacts.install_check import Trial, Unfit, trial
from release.context import Context
from release.measuring.passes import install_group

_TEXTS = ("README.md", "README.rst", "docs/**/*.md", "docs/**/*.rst")
_NONE = 5  # pytest's exit code where it found no test
_CONFTEST = """
from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers import markdown, rest
from sybil.sybil import SybilCollection

markdown_texts = Sybil([markdown.PythonCodeBlockParser(), markdown.SkipParser()], patterns=["*.md"])
rest_texts = Sybil([rest.DocTestParser(), rest.PythonCodeBlockParser(), rest.SkipParser()], patterns=["*.rst"])
docstrings = Sybil([rest.DocTestParser()], patterns=["*.py"], document_types={".py": PythonDocStringDocument})
pytest_collect_file = SybilCollection((markdown_texts, rest_texts, docstrings)).pytest()
"""


@contextmanager
def installed(ctx: Context, wheel: Path) -> Iterator[Trial]:
    """Give an environment with the wheel, of the newest Python of the project."""
    here = "{}.{}".format(*sys.version_info)
    with trial(ctx, here if here in ctx.pythons else ctx.pythons[-1]) as fresh:
        fresh.install(str(wheel))
        yield fresh


def site_packages(fresh: Trial) -> Path:
    """Return where an environment has its packages."""
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return Path(fresh.run("python", "-I", "-c", code).require().out.strip())


def run_examples(fresh: Trial, wheel: Path) -> str:
    """Execute every example; return how many there are, "7 passed in 0.05s". Raise Unfit where one is wrong."""
    install_group(fresh, "examples", "pytest", "sybil")
    folder = fresh.folder
    texts = texts_of(fresh.ctx.root)
    for path in texts:
        copy = folder / path.relative_to(fresh.ctx.root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    (folder / "conftest.py").write_text(_CONFTEST, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nnorecursedirs =\n", encoding="utf-8")
    words = [str(path.relative_to(fresh.ctx.root)) for path in texts]
    words += [str(site_packages(fresh) / name) for name in sorted(packages(wheel))]
    options = ("-q", "-p", "no:cacheprovider", "--collect-in-virtualenv", "--rootdir=.", "--confcutdir=.")
    ran = fresh.run("python", "-m", "pytest", *options, *words)
    if ran.code == _NONE:
        return "there are no examples"
    if ran.code != 0:
        raise Unfit("an example is wrong", ran, "nox -s docs-check")
    found = re.findall(r"\d+ passed[^=\n]*", ran.out)
    return found[-1].strip() if found else "they succeed"


def texts_of(root: Path) -> list[Path]:
    """Return README and the pages of the documentation, without what a build left there."""
    found = {path for pattern in _TEXTS for path in root.glob(pattern) if "_build" not in path.parts}
    return sorted(found)
