"""Private copies: what is uploaded is what was hashed."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from release.artifacts.distributions import private_copies
from release.base.errors import ReleaseError
from tests.support.making import place_distributions, record, release_commit, releasing, tag
from tests.support.world import World


def test_a_distribution_that_is_not_the_recorded_one_is_refused(
    repository: World, distributions: list[Path], tmp_path: Path
) -> None:
    release_commit(repository)
    folder = place_distributions(repository, distributions)
    tag(repository, distributions)
    (folder / distributions[0].name).write_bytes(b"another wheel")
    ours, theirs = record(distributions[:1]).split()[2], record([folder / distributions[0].name]).split()[2]

    with pytest.raises(ReleaseError) as refused:
        private_copies(releasing(repository), sorted(folder.iterdir()), tmp_path)

    assert refused.value.what == f"cannot upload {distributions[0].name}"
    assert refused.value.why == f"here it has sha256 {theirs[:8]}.., v0.1.0 records {ours[:8]}.."
    place = folder.relative_to(repository.project)
    assert refused.value.run == f"rm -r {place}      (then the same command again: it builds again)"


def test_what_a_link_in_dist_leads_to_is_copied_and_hashed(
    repository: World, distributions: list[Path], tmp_path: Path
) -> None:
    release_commit(repository)
    tag(repository, distributions)
    link = tmp_path / distributions[0].name
    link.symlink_to(distributions[0])
    into = tmp_path / "into"
    into.mkdir()

    (copy,) = private_copies(releasing(repository), [link], into)

    assert not copy.is_symlink()
    assert stat.S_ISREG(copy.lstat().st_mode)
    assert copy.read_bytes() == distributions[0].read_bytes()
