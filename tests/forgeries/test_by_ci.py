"""What a contributor who may push branches and tags lets the workflow publish: nothing that the rules keep back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from release.base.errors import ReleaseError
from release.commands.publish_from_ci import publish_tagged
from release.current_release import newest
from release.engine.gate import GatesRefused
from release.engine.step import Seen, State
from release.pipeline import judged
from release.steps.tag import TAG
from tests.forgeries.forging import MALLORY, contributor, tag_object
from tests.support.by_ci import by_ci, taken
from tests.support.lines import QA_APPROVES, agreed, configured, here, released
from tests.support.making import set_version, told
from tests.support.signing import SIGNERS, signs_with
from tests.support.world import World

GRACE = ("Grace Hopper", "grace@example.org")
HASHES = f"{'0' * 64}  acme-{{0}}-py3-none-any.whl\n{'1' * 64}  acme-{{0}}.tar.gz\n"
UPLOADS = "this job builds nothing"  # where a job comes to once nothing keeps it back any more


@pytest.fixture
def ruled(world: World) -> World:
    """A project that CI publishes, with a final release, and rules that it was made under."""
    by_ci(world.project)
    configured(world, QA_APPROVES)
    world.commit("rules")
    world.git("push", "--quiet", "origin", "main")
    released(world)
    world.note()
    world.git("push", "--quiet", "origin", "main")
    return world


@contextmanager
def forging(world: World, name: str) -> Iterator[World]:
    """Give a contributor's clone; what it pushes is gone afterwards."""
    before = world.remote_refs()
    yield contributor(world, name)
    for ref, sha in world.remote_refs().items():
        if ref != "HEAD" and not ref.endswith("^{}") and before.get(ref) != sha:
            words = (ref, before[ref]) if ref in before else ("-d", ref)
            world.git("update-ref", *words, cwd=world.remote)


def job(world: World, tag: str) -> str:
    """Return why the job that has the identity does not upload what a tag names; empty where it does."""
    there = replace(world, project=world.clone(f"job-{len(list(world.project.parent.iterdir()))}"))
    there.git("checkout", "--quiet", "--detach", f"refs/tags/{tag}")
    with pytest.raises((ReleaseError, GatesRefused)) as refused:
        publish_tagged(taken(there), agreed, only="upload")
    return str(refused.value)


def tag_of_newest(world: World) -> Seen:
    """Return what the command that continues the newest release says of its tag."""
    found = newest(here(world, write=False))
    assert found is not None
    return TAG.observe(judged(found))


def approve(world: World) -> None:
    """Let Grace approve what main is at."""
    world.git("push", "--quiet", "origin", "HEAD:main")
    head = world.git("rev-parse", "HEAD")
    name = f"approvals/production/qa/{head[:12]}/grace-example.org"
    tag_object(world, f"refs/keelway/{name}", name, head, "Approve production\n\nStage: production\nRole: qa", GRACE)


def begins(world: World, version: str, more: str = "") -> str:
    set_version(world, version)
    told(world, version)
    return world.commit(f"Release acme {version}\n\nRelease: {version}{more}")


def tags(world: World, version: str, *how: str) -> str:
    world.git(
        "tag", *(how or ("--annotate",)), "--message", f"acme {version}\n\n{HASHES.format(version)}", f"v{version}"
    )
    return f"v{version}"


def _on_main(world: World) -> str:
    begins(world, "0.2.0")
    world.git("push", "--quiet", "origin", "HEAD:main", tags(world, "0.2.0"))
    return "v0.2.0"


def _post_release(world: World) -> str:
    begins(world, "0.1.0.post1")
    world.git("push", "--quiet", "origin", "HEAD:main", tags(world, "0.1.0.post1"))
    return "v0.1.0.post1"


def _branch_of_a_hotfix_at_the_commit_of_main(world: World) -> str:
    begins(world, "0.2.0", "\nHotfix: security")
    world.git("push", "--quiet", "origin", "HEAD:main", "HEAD:refs/heads/hotfix/0.2.0", tags(world, "0.2.0"))
    return "v0.2.0"


def _branch_of_a_hotfix_of_no_final(world: World) -> str:
    begins(world, "0.2.0", "\nHotfix: security")
    world.git("push", "--quiet", "origin", "HEAD:refs/heads/hotfix/0.2.0", tags(world, "0.2.0"))
    return "v0.2.0"


def _history_of_its_own(world: World) -> str:
    text = (world.project / "release.toml").read_text(encoding="utf-8").replace(QA_APPROVES, "")
    world.commit("rules", **{"release.toml": text})
    root = world.git("commit-tree", "-m", "root", "HEAD^{tree}")
    world.git("switch", "--quiet", "--detach", root)
    begins(world, "0.2.0")
    world.git("push", "--quiet", "origin", "HEAD:refs/heads/release/0.2", tags(world, "0.2.0"))
    return "v0.2.0"


def _another_form_of_tags(world: World) -> str:
    text = (world.project / "release.toml").read_text(encoding="utf-8").replace(QA_APPROVES, "")
    world.commit("rules", **{"release.toml": f'tag = "of-{{version}}"\n{text}'})
    begins(world, "0.2.0")
    world.git("tag", "--annotate", "--message", f"acme 0.2.0\n\n{HASHES.format('0.2.0')}", "of-0.2.0")
    world.git("push", "--quiet", "origin", "HEAD:main", "of-0.2.0")
    return "of-0.2.0"


FORMS: tuple[Callable[[World], str], ...] = (
    _on_main,
    _post_release,
    _branch_of_a_hotfix_at_the_commit_of_main,
    _branch_of_a_hotfix_of_no_final,
    _history_of_its_own,
    _another_form_of_tags,
)


def test_nothing_is_published_without_the_approval_of_its_stage(ruled: World) -> None:
    uploaded = []
    for form in FORMS:
        with forging(ruled, form.__name__) as there:
            why = job(ruled, form(there))
        kept = "the approval of" in why or "no release branch of origin has the commit" in why
        uploaded += [] if kept else [f"{form.__name__}: {why}"]
    assert uploaded == []

    with forging(ruled, "good") as there:
        approve(there)
        assert UPLOADS in job(ruled, _on_main(there))


def _unsigned(world: World) -> str:
    return tags(world, "0.2.0")


def _signed_by_another(world: World) -> str:
    signs_with(world, f"mallorys-{len(list(world.home.iterdir()))}", MALLORY[1], listed=False)
    return tags(world, "0.2.0", "--sign")


def _signed_by_another_in_her_name(world: World) -> str:
    world.git("config", "user.email", "ada@example.org")
    return _signed_by_another(world)


def _of_a_kind_that_nobody_can_check(world: World) -> str:
    block = "-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n"
    text = f"acme 0.2.0\n\n{HASHES.format('0.2.0')}{block}"
    world.git("push", "--quiet", "origin", "HEAD:main")
    made = tag_object(world, "refs/keelway/aside", "v0.2.0", world.git("rev-parse", "HEAD"), text, MALLORY)
    world.git("fetch", "--quiet", "origin", "refs/keelway/aside:refs/tags/v0.2.0")
    assert world.git("rev-parse", "refs/tags/v0.2.0") == made
    return "v0.2.0"


def _demand_removed(world: World) -> str:
    world.git("reset", "--quiet", "--hard", "HEAD^")
    text = (world.project / "release.toml").read_text(encoding="utf-8")
    world.commit("rules", **{"release.toml": f"{text}\n[demands]\nsigned_tags = false\n"})
    approve(world)
    begins(world, "0.2.0")
    return tags(world, "0.2.0")


def _key_added(world: World) -> str:
    world.git("reset", "--quiet", "--hard", "HEAD^")
    signs_with(world, "added", MALLORY[1], listed=False)
    public = (world.home / "added.pub").read_text(encoding="utf-8").strip()
    rows = (world.project / SIGNERS).read_text(encoding="utf-8")
    world.commit("keys", **{SIGNERS: f"{rows}{MALLORY[1]} {public}\n"})
    approve(world)
    begins(world, "0.2.0")
    return tags(world, "0.2.0", "--sign")


UNSIGNED: tuple[Callable[[World], str], ...] = (
    _unsigned,
    _signed_by_another,
    _signed_by_another_in_her_name,
    _of_a_kind_that_nobody_can_check,
    _demand_removed,
    _key_added,
)


def test_where_tags_have_to_be_signed_no_other_one_is_published(world: World) -> None:
    by_ci(world.project)
    configured(world, QA_APPROVES)
    signs_with(world, "adas", "ada@example.org")
    released(world)
    world.note()
    approve(world)
    uploaded = []
    for form in UNSIGNED:
        with forging(world, form.__name__) as there:
            there.environment()
            begins(there, "0.2.0")
            tag = form(there)
            there.git("push", "--quiet", "origin", "HEAD:main", tag)
            why = job(world, tag)
            world.git("fetch", "--quiet", "origin")
            fresh = replace(world, project=world.clone(f"fresh{form.__name__}"))
            seen = tag_of_newest(fresh)
        refused = "release.toml requires a signature"
        kept = refused in why and refused in seen.fact and seen.state is State.CONFLICT
        uploaded += [] if kept else [f"{form.__name__}: {why}\n{seen}"]
    assert uploaded == []

    with forging(world, "good") as there:
        begins(there, "0.2.0")
        for name, value in (("gpg.format", "ssh"), ("user.signingKey", str(world.home / "adas"))):
            there.git("config", name, value)
        there.git("config", "user.email", "ada@example.org")
        there.git("push", "--quiet", "origin", "HEAD:main", tags(there, "0.2.0", "--sign"))
        assert UPLOADS in job(world, "v0.2.0")


def test_a_release_from_before_signatures_were_demanded_still_counts(repository: World) -> None:
    released(repository)
    signs_with(repository, "adas", "ada@example.org")
    repository.commit("signers")

    assert tag_of_newest(repository).state is State.DONE
