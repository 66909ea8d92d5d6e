"""What a project demands that each of its releases proves; what is demanded and not proven stops a release."""

from __future__ import annotations

from dataclasses import dataclass

from release.config.toml_schema import key


@dataclass(frozen=True)
class DemandsConfig:
    """What every release has to prove, before its tag and for `inv verify`."""

    signed_tags: bool | None = key(
        None, "The tag is signed by a key of the address that it bears; not given: where signers names a file."
    )
    signed_commits: bool = key(False, "Require a signed release commit; the key must belong to the address in it.")
    attestations: bool = key(False, "Every index serves attestations (PEP 740) of the project's own workflow.")
    images: tuple[str, ...] = key(
        (), 'The repositories of container images in which each release has one, with its digest recorded: "host/acme".'
    )
    sbom_licences: bool = key(False, "The tag, and so the SBOM, records a licence (SPDX) of every component.")
    sbom_suppliers: bool = key(False, "The tag, and so the SBOM, records a supplier of every component.")
    assets: bool = key(
        False, "The tag records every further file of the forge release (assets), such as executables, with its hash."
    )

    @property
    def describes(self) -> bool:
        """Whether the tag records licences and suppliers."""
        return self.sbom_licences or self.sbom_suppliers
