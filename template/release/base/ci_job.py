"""The CI job that a command runs in, as its environment tells: what the forge vouches for there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from release.base.forge_kinds import FORGE_KINDS


@dataclass(frozen=True)
class CiJob:
    """Whether the forge gives this job tokens (OIDC) that say who it is.

    `trusted`: an index changes one for the right to upload (trusted publishing); `signing`: Sigstore changes one for a
    certificate, which attestations (PEP 740) are signed with.
    """

    trusted: bool
    signing: bool


def job_in(environment: Mapping[str, str]) -> CiJob | None:
    """Return the job that an environment is of, or None outside of CI.

    GitHub gives a job with `id-token: write` the address of its tokens; GitLab the tokens themselves, by `id_tokens`.
    Elsewhere a signer would open a browser and wait.
    """
    if environment.get("CI", "").lower() in ("", "0", "false"):
        return None
    tokens = [each.id_tokens for each in FORGE_KINDS.values() if environment.get(each.ci_variable)]
    trusted, signing = (any(environment.get(pair[at]) for pair in tokens) for at in (0, 1))
    return CiJob(trusted, signing)
