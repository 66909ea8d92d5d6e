"""Attestations of an index (PEP 740), verified by pypi-attestations where it is installed, without the network."""

from __future__ import annotations

from importlib.util import find_spec

from release.base.errors import ReleaseError


class Doubt(ReleaseError):
    """Nothing can be said: the attestation is of a kind that cannot be judged here."""

    def __init__(self, why: str) -> None:
        super().__init__("an attestation cannot be judged", why=why)


class Untrue(ReleaseError):
    """The attestation does not verify for these bytes."""

    def __init__(self, why: str) -> None:
        super().__init__("the attestation is wrong", why=why)


def installed() -> bool:
    """Return whether attestations can be verified here."""
    return find_spec("pypi_attestations") is not None


def verified(provenance: bytes, name: str, sha256: str) -> set[tuple[str, str, str]]:
    """Return who published a file: {(GitHub or GitLab, owner and name, workflow)}, by a provenance object (PEP 740).

    Raises Untrue for one that does not verify for these bytes, Doubt where the certificates that are known here (those
    that came with sigstore) do not reach.
    """
    from pydantic import ValidationError
    from pypi_attestations import AttestationError, Distribution, Provenance
    from sigstore.errors import Error, TUFError

    try:
        found = Provenance.model_validate_json(provenance)
    except ValidationError as error:
        raise Untrue(f"it is no provenance object: {error.error_count()} errors") from error
    publishers: set[tuple[str, str, str]] = set()
    for bundle in found.attestation_bundles:
        publisher = bundle.publisher
        project = getattr(publisher, "repository", "")
        workflow = getattr(publisher, "workflow", "") or getattr(publisher, "workflow_filepath", "")
        if not project:
            raise Doubt(f"its publisher is {publisher.kind}")
        for attestation in bundle.attestations:
            try:
                attestation.verify(publisher, Distribution(name=name, digest=sha256), offline=True)
            except AttestationError as error:
                raise Untrue(str(error)) from error
            except (TUFError, Error) as error:
                raise Doubt(str(error)) from error
        if bundle.attestations:  # a publisher without one is only named
            publishers.add((publisher.kind, project, workflow))
    if not publishers:
        raise Doubt("it holds no attestation")
    return publishers
