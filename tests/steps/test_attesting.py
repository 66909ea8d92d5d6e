"""Attestations (PEP 740): a job of CI signs what it uploads, where the index takes that, and never goes on without.

Sigstore is out of reach here: what it signs is not tried, only what is done with it and with its refusal.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from release.base.errors import ReleaseError
from release.config.index_credentials import Account
from release.context import Context
from release.steps.upload import upload_to
from tests.support.making import releasing, tagged
from tests.support.secrets import PASSWORD, USER
from tests.support.serving import Answer, Request, serving
from tests.support.world import World

# A token that says nothing: the signer finds out before it asks anybody.
NOBODY = {"CI": "true", "GITLAB_CI": "true", "SIGSTORE_ID_TOKEN": "t-nobody"}


@pytest.mark.parametrize(
    ("table", "takes"),
    [
        ("", True),
        ('[[index]]\nname = "testpypi"', True),
        ('[[index]]\nattestations = "no"', False),
        ('[[index]]\nname = "house"\nupload = "https://house.example.org/"', False),
        ('[[index]]\nname = "house"\nupload = "https://house.example.org/"\nattestations = "yes"', True),
    ],
)
def test_the_known_indexes_take_attestations_and_others_by_configuration(
    repository: World, table: str, takes: bool
) -> None:
    repository.write("release.toml", f"{table}\n")

    assert [index.takes_attestations for index in releasing(repository).indexes] == [takes]


def attesting(world: World, distributions: list[Path], **more: str) -> Context:
    """Return the context of a job whose index takes attestations."""
    path = world.project / "release.toml"
    text = path.read_text(encoding="utf-8").replace('name = "local"', 'name = "local"\nattestations = "yes"')
    path.write_text(text, encoding="utf-8")
    tagged(world, distributions)
    return releasing(world, **more)


def test_nothing_is_uploaded_that_could_not_be_signed(world: World, distributions: list[Path]) -> None:
    ctx = attesting(world, distributions, **NOBODY)

    with pytest.raises(ReleaseError) as refused:
        upload_to(ctx.indexes[0]).do(ctx)

    assert "Failed to detect identity" in refused.value.why
    assert refused.value.run == 'nox -s release      (or without: attestations = "no" at this index in release.toml)'
    assert world.files() == {}


def test_a_laptop_signs_nothing(world: World, distributions: list[Path]) -> None:
    ctx = attesting(world, distributions, GITLAB_CI="true", SIGSTORE_ID_TOKEN="t-nobody")

    upload_to(ctx.indexes[0]).do(ctx)

    assert len(world.files()) == 2


def test_an_attestation_goes_with_the_file_that_it_is_of(
    tmp_path: Path, repository: World, distributions: list[Path]
) -> None:
    files = [Path(shutil.copy(file, tmp_path)) for file in distributions]
    signed = [Path(f"{file}.publish.attestation") for file in files]
    for file, attestation in zip(files, signed, strict=True):
        attestation.write_text(json.dumps({"version": 1, "of": file.name}), encoding="utf-8")
    seen: list[Request] = []

    def answer(request: Request) -> Answer:
        seen.append(request)
        return Answer(200)

    with serving(answer) as address:
        account = Account(USER, PASSWORD)
        releasing(repository).tools.upload([*files, *signed], ("--repository-url", address), account)

    sent = {request.body.partition(b'name="attestations"')[2][:120] for request in seen if request.method == "POST"}
    assert len(sent) == 2
    for file in files:
        assert any(f'"of": "{file.name}"'.encode() in each for each in sent), sent
