"""Images and facts of the SBOM: what a registry serves is compared with the record; what is demanded is there."""

from __future__ import annotations

import json
from hashlib import sha256

from packaging.version import Version

from release.adapters.image_registry import image_at, logins_in, parts_of
from release.artifacts.image_records import record_digest
from release.current_release import of_version
from release.gates.demands import IMAGES
from release.verification.claims import Claim, subject_of
from release.verification.demands import judged
from release.verification.image_claims import claims
from tests.forgeries.forging import MALLORY, tag_object
from tests.support.lines import configured, final, here
from tests.support.registry import registry
from tests.support.world import World

MANIFEST = json.dumps({"schemaVersion": 2, "config": {"digest": f"sha256:{'1' * 64}"}}).encode()
DIGEST = f"sha256:{sha256(MANIFEST).hexdigest()}"
ROLES = '\n[[roles]]\nname = "rm"\nmembers = ["ada@example.org"]\n'


def found(world: World) -> list[tuple[str, str]]:
    subject = subject_of(of_version(here(world, write=False), Version("0.1.0")))
    made: list[Claim] = judged(subject, claims(subject))
    return [(each.standing.value, each.fact.splitlines()[0]) for each in made if each.what.startswith("image")]


def test_an_image_that_release_toml_demands_is_the_one_that_was_recorded(repository: World) -> None:
    """One world: the record, then what the registry serves, is changed."""
    with registry() as there:
        image = f"{there.place}/team/acme"
        configured(repository, f'{ROLES}\n[demands]\nimages = ["{image}"]\n')
        commit = final(repository, "0.1.0")
        ctx = of_version(here(repository), Version("0.1.0"))
        assert IMAGES.ask(ctx).met
        assert found(repository) == [("wrong", "no digest of it is recorded")]

        there.manifests["team/acme:0.1.0"] = MANIFEST
        refused = IMAGES.ask(ctx)
        assert (refused.met, refused.run) == (False, "inv release patch      (or remove that image from the registry)")
        record_digest(ctx, commit, f"{image}:0.1.0", DIGEST)
        recorded = "as recorded by Ada Lovelace <ada@example.org>"
        assert found(repository) == [("proven", f"{DIGEST}, {recorded}")]

        there.manifests["team/acme:0.1.0"] = MANIFEST + b" "
        other = f"sha256:{sha256(MANIFEST + b' ').hexdigest()}"
        by_ada = f"Ada Lovelace <ada@example.org> recorded {DIGEST}"
        assert found(repository) == [("wrong", f"the registry serves {other}, {by_ada}")]

        [ref] = [name for name in repository.remote_refs() if "/images/" in name and not name.endswith("^{}")]
        name, text = ref.removeprefix("refs/keelway/"), f"Image\n\nImage: {image}:0.1.0\nDigest: {other}"
        tag_object(repository, ref, name, commit, text, MALLORY)
        why = "the record of its digest does not count: mallory@example.org holds no role"
        assert found(repository) == [("wrong", why)]
    assert found(repository) == [("wrong", why)]


def test_an_image_is_asked_for_where_its_reference_says() -> None:
    assert parts_of("acme") == ("docker.io", "library/acme", "latest")
    assert parts_of("team/acme:1.2") == ("docker.io", "team/acme", "1.2")
    assert parts_of("127.0.0.1:5000/team/acme") == ("127.0.0.1:5000", "team/acme", "latest")
    with registry() as there:
        assert image_at(f"{there.place}/team/acme:0.1.0", {}) is None
        there.manifests["team/acme:0.1.0"] = MANIFEST
        image = image_at(f"{there.place}/team/acme:0.1.0", {})
    assert image is not None
    assert (image.digest, image.is_image("1" * 64), image.is_image("2" * 64)) == (DIGEST, True, False)


def test_a_login_that_an_engine_keeps_is_known_by_its_host(repository: World) -> None:
    repository.environment()
    path = repository.home / ".docker" / "config.json"
    path.parent.mkdir()
    rows = {"https://index.docker.io/v1/": {"auth": "YTpi"}, "ghcr.io": {"auth": "YzpkZQ=="}, "helped.org": {}}
    path.write_text(json.dumps({"auths": rows}), encoding="utf-8")

    assert logins_in({}, repository.home) == {"docker.io": "YTpi", "ghcr.io": "YzpkZQ=="}
