"""The order of a release: which steps, after which gates, and why each stands where it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from release.adapters.index import Index
from release.config import Config
from release.gates import distributions, index, notes, published, repository, version
from release.model import Release
from release.step import Gate, Step
from release.steps.build import BUILD
from release.steps.commit import COMMIT
from release.steps.reopen import REOPEN
from release.steps.tag import TAG
from release.steps.upload import upload_to

PREFLIGHT: tuple[Gate, ...] = (
    repository.CLEAN,  # the release commit moves the branch, and what is not committed would not be in it
    repository.FINISHED,  # a merge that is open would end up in the release commit
    repository.LINE,  # a release from a topic branch would never reach the others
    repository.IN_SYNC,  # a push that will be refused is better refused now
    repository.IDENTITY,  # commit and tag need a name
    repository.TAG_FREE,
    version.HIGHER,
    notes.CHANGELOG,
    index.VERSION_FREE,  # also shows that every index answers before anything changes
)
FINAL_NOTES = (notes.FRAGMENTS,)  # a candidate may have none; a final tells its users what changed
DISTRIBUTIONS = (distributions.NAMES, distributions.METADATA, distributions.CONTENTS, distributions.INSTALLS)
PUBLISHED = (published.BYTES, published.INSTALLABLE)


def pipeline(release: Release, indexes: Sequence[Index], config: Config) -> tuple[Step, ...]:
    """Return the steps of `release` in their order."""
    final = release.final
    return (
        # First, and only here: later steps need a commit to stand on, and this one is still private.
        replace(COMMIT, gates=PREFLIGHT + (FINAL_NOTES if final else ())),
        # Before the tag: the tag records the hashes of what was built. Without an index there is nobody to build for.
        *([BUILD] if indexes else []),
        # After the checks: from here on others see it. Branch and tag at once, so that two people cannot both win.
        replace(TAG, gates=DISTRIBUTIONS if indexes and config.check else ()),
        # The one-way door: an uploaded file name is spent for ever.
        *(upload_to(each) for each in indexes),
        # Last, and after the proof: a line that is open again says that its release is complete.
        *([replace(REOPEN, gates=PUBLISHED if indexes and config.verify else ())] if final and config.reopen else []),
    )


def closing(release: Release, config: Config) -> tuple[Gate, ...]:
    """Return the gates asked after the last step, where no step follows that could carry them."""
    return PUBLISHED if config.verify and not (release.final and config.reopen) else ()
