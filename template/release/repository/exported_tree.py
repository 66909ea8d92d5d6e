"""The files of a commit in a temporary folder: looked at by tools, without a trace in the clone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from release.adapters.git.git_repository import Git
from release.base.temporary_folders import temporary_folder

# What a clone is set to says neither which files there are nor how their lines end.
_AS_COMMITTED = ("-c", "core.autocrlf=false", "-c", "core.splitIndex=false", "-c", "core.symlinks=true")


@contextmanager
def exported(git: Git, commit: str) -> Iterator[Path]:
    """Give a folder with all files that the project has in `commit`, as a checkout has them; it is gone afterwards.

    Not as `git archive` writes them: `export-ignore` in .gitattributes would hide a file, `export-subst` change one.
    """
    with temporary_folder() as place:
        folder = Path(place).resolve() / "files"
        folder.mkdir()
        index = {"GIT_INDEX_FILE": str(folder.parent / "index")}
        git.ask(*_AS_COMMITTED, "read-tree", "--no-sparse-checkout", commit, env=index).require()
        git.ask(*_AS_COMMITTED, "checkout-index", "--all", f"--prefix={folder}/", env=index).require()
        _keep_inside(folder)
        project = folder / git.inside
        project.mkdir(parents=True, exist_ok=True)  # where an older commit has not this one of several projects yet
        yield project


def _keep_inside(folder: Path) -> None:
    """Put in the place of each link that leads out of `folder` a file that says where to, as git keeps a link."""
    for path in folder.rglob("*"):
        if path.is_symlink() and not path.resolve().is_relative_to(folder):
            target = path.readlink()
            path.unlink()
            path.write_text(str(target), encoding="utf-8", errors="surrogateescape")
