"""Verifying where a part cannot be asked, or does not say: that is not proven, and never proven."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from release.adapters.tools.packaging_tools import Tools
from release.base.errors import ReleaseError
from release.commands.verify import VerifyResult, as_json, verify
from release.verification import index_claims
from release.verification.claims import Proof, subject_of
from tests.commands.test_verify import a_record_of_other_bytes, checked, fact, standings
from tests.support.lines import here
from tests.support.making import releasing
from tests.support.serving import Answer, Request, serving
from tests.support.world import World


def checked_without_index(released: World) -> VerifyResult:
    """Verify the release while its index answers nothing but 500."""
    path = released.project / "release.toml"
    with serving(lambda _: Answer(500)) as address:
        path.write_text(path.read_text().replace(released.index, address).replace("attempts = 5", "attempts = 1"))
        return checked(released)


def test_an_index_that_does_not_answer_proves_nothing(released: World, shelf: Path, files: list[Path]) -> None:
    findings = checked_without_index(released)

    assert standings(findings)["files on local"] == "not proven"
    assert "index answered 500" in fact(findings, "files on local")
    assert standings(findings)["built again"] == "proven"


def test_other_bytes_are_not_judged_where_no_index_gives_those_that_were_published(
    released: World, shelf: Path
) -> None:
    """A Python with another zlib packs otherwise, and only the files tell that from another content."""
    a_record_of_other_bytes(released, shelf)
    findings = checked_without_index(released)

    assert standings(findings)["built again"] == "not proven"
    assert "no index gave acme-0.1.0-py3-none-any.whl" in fact(findings, "built again")


def test_a_remote_that_does_not_answer_proves_nothing_of_the_tag(released: World) -> None:
    released.git("remote", "set-url", "origin", released.home / "gone")

    findings = checked(released)

    assert {what: standings(findings)[what] for what in ("tag", "commit", "files on local", "built again")} == {
        "tag": "not proven",
        "commit": "not proven",
        "files on local": "proven",
        "built again": "proven",
    }
    assert "cannot read the remote origin" in fact(findings, "tag")


def test_a_build_that_fails_here_proves_nothing(released: World, shelf: Path, files: list[Path]) -> None:
    ctx = here(released, write=False)
    hurried = replace(ctx, tools=Tools(ctx.root, released.environment(), 0.001))

    findings = verify(hurried, "0.1.0")

    assert standings(findings)["built again"] == "not proven"


def test_a_remote_without_the_tag_is_refused(world: World) -> None:
    with pytest.raises(ReleaseError) as refusal:
        checked(world, "9.9.9")

    assert str(refusal.value) == (
        "cannot verify acme 9.9.9\n  why: origin has no tag v9.9.9\n  run: git ls-remote --tags origin"
    )


def test_a_tag_without_annotation_proves_nothing(repository: World) -> None:
    """As from before the release process came."""
    repository.commit("0.1.0")
    repository.git("tag", "v0.1.0")
    repository.git("push", "--quiet", "origin", "main", "v0.1.0")

    findings = checked(repository)

    assert standings(findings) == {
        "tag": "not proven",
        "commit": "not proven",
        "signature of the tag": "not proven",
        "signature of the commit": "not proven",
    }


BUNDLE = {"publisher": {"kind": "GitHub", "repository": "octo/acme", "workflow": "release.yml"}, "attestations": []}
PROVENANCES = [
    ({}, "wrong", "it is no provenance object"),
    ({"version": 1, "attestation_bundles": []}, "not proven", "it holds no attestation"),
    ({"version": 1, "attestation_bundles": [BUNDLE]}, "not proven", "it holds no attestation"),
]


@pytest.mark.parametrize(("provenance", "standing", "why"), PROVENANCES)
def test_provenance_without_an_attestation_that_verifies_is_not_proof(
    provenance: dict[str, object], standing: str, why: str, released: World, files: list[Path]
) -> None:
    """One that verifies can only be made by a workflow; what was tried with real ones is told in docs/proof.md."""

    def answer(asked: Request) -> Answer:
        if asked.path.endswith(".provenance"):
            return Answer(body=json.dumps(provenance), content_type="application/json")
        base = f"http://{asked.headers['Host']}"
        rows = [
            {
                "filename": path.name,
                "url": f"{base}/{path.name}",
                "hashes": {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()},
                "provenance": f"{base}/{path.name}.provenance",
            }
            for path in files
        ]
        listing = {"meta": {"api-version": "1.3"}, "name": "acme", "versions": ["0.1.0"], "files": rows}
        return Answer(body=json.dumps(listing), content_type="application/vnd.pypi.simple.v1+json")

    path = released.project / "release.toml"
    with serving(answer) as address:
        path.write_text(path.read_text().replace(released.index, address))
        subject = subject_of(releasing(released))
        found = {each.what: each for each in index_claims.claims(subject, released.home / "fetched")}

    claim = found["attestations on local"]
    assert (claim.standing.value, why in claim.fact) == (standing, True), claim


def test_json_holds_every_claim(released: World, shelf: Path, files: list[Path]) -> None:
    findings = checked(released)

    told = json.loads(as_json(findings))

    assert [each["what"] for each in told["claims"]] == [each.what for each in findings.claims]
    assert {each["standing"] for each in told["claims"]} <= {each.value for each in Proof}
