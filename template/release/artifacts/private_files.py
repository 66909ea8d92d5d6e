"""Private copies of files: hashed in a folder that no other user can write to, and uploaded from there."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from release.artifacts.distributions import read_distribution, recorded
from release.base.errors import ReleaseError
from release.context import Context


def private_copies(ctx: Context, files: Iterable[Path], into: Path) -> list[Path]:
    """Copy `files` into the folder `into`, which is only ours, and return the copies.

    Raises ReleaseError for a distribution whose copy has another sha256 than the tag records: dist/ was changed.
    """
    hashes = {each.name: each.sha256 for each in recorded(ctx)}
    copies = []
    for file in files:
        copy = Path(shutil.copyfile(file, into / file.name))
        found = read_distribution(copy).sha256
        if (wanted := hashes.get(file.name, found)) != found:
            raise ReleaseError(
                f"cannot upload {file.name}",
                why=f"here it has sha256 {found[:8]}.., {ctx.release.tag} records {wanted[:8]}..",
                run=f"rm -r {file.parent.relative_to(ctx.root)}      (then the same command again: it is built anew)",
            )
        copies.append(copy)
    return copies
