"""The files of a commit in a temporary folder: looked at by tools, without a trace in the clone."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from release.context import Context


@contextmanager
def exported(ctx: Context, commit: str) -> Iterator[Path]:
    """Give a folder with the files of `commit` as `git archive` writes them; it is gone afterwards."""
    with TemporaryDirectory(prefix="release-") as place:
        archive, folder = Path(place).resolve() / "files.tar", Path(place).resolve() / "files"
        ctx.git.read("archive", "--format=tar", f"--output={archive}", commit)
        folder.mkdir()
        with tarfile.open(archive) as files:
            files.extractall(folder, filter="data")
        archive.unlink()
        yield folder
