"""What was there before a project was adopted is shown and does not block; what came later does."""

from __future__ import annotations

from pathlib import Path

import pytest

from release.engine.gate import Severity, Standing, standing_of
from release.gates.built_files import CONTENTS, STRAY
from release.gates.security import SECRETS, WORKFLOWS
from release.gates.working_tree import MARKERS
from release.repository.adoption import before_adoption
from tests.support.making import place_distributions, release_commit, releasing
from tests.support.world import World

WORKFLOW = ".github/workflows/ci.yml"
UNSAFE = """\
on: pull_request_target
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: echo ${{ github.event.pull_request.title }}
"""
MARKER = "<<<<<<< ours\n1\n=======\n2\n>>>>>>> theirs\n"


def adopted(world: World, **files: str) -> World:
    """Give a project a history in which `files` came before release.toml."""
    settings = (world.project / "release.toml").read_text()
    world.git("checkout", "--quiet", "--orphan", "before")
    (world.project / "release.toml").unlink()
    world.commit("before", **files)
    world.commit("adopt", **{"release.toml": settings})
    world.git("branch", "--force", "main", "HEAD")
    world.git("switch", "--quiet", "main")
    return world


def test_before_the_adoption_is_the_parent_of_the_oldest_release_toml(repository: World) -> None:
    assert before_adoption(releasing(repository).git) is None  # it began with one

    world = adopted(repository)
    before = world.git("rev-parse", "HEAD^")
    settings = (world.project / "release.toml").read_text()
    (world.project / "release.toml").unlink()
    world.commit("gone")
    world.commit("again", **{"release.toml": settings})

    assert before_adoption(releasing(world).git) == before


def test_workflows_that_were_there_warn_and_new_ones_block(repository: World) -> None:
    world = adopted(repository, **{WORKFLOW: UNSAFE})

    verdict = WORKFLOWS.ask(releasing(world))
    assert standing_of(WORKFLOWS, verdict) is Standing.WARNS
    assert "older than the adoption of the release process, nothing new:\n" in verdict.fact

    world.commit("a comment and a newer version", **{WORKFLOW: "# tests\n" + UNSAFE.replace("@v4", "@v5")})
    assert standing_of(WORKFLOWS, WORKFLOWS.ask(releasing(world))) is Standing.WARNS

    world.commit("more", **{".github/workflows/more.yml": UNSAFE})
    verdict = WORKFLOWS.ask(releasing(world))
    assert standing_of(WORKFLOWS, verdict) is Standing.NOT_MET
    assert "more.yml" in verdict.fact and "ci.yml" not in verdict.fact
    assert verdict.run == "$EDITOR .github/workflows/more.yml"


def test_a_project_that_began_with_its_workflows_has_nothing_known(repository: World) -> None:
    repository.commit("ci", **{WORKFLOW: UNSAFE})

    assert standing_of(WORKFLOWS, WORKFLOWS.ask(releasing(repository))) is Standing.NOT_MET


def test_markers_that_were_there_warn_and_new_ones_block(repository: World) -> None:
    world = adopted(repository, **{"tests/data/conflict.txt": MARKER, "tests/data/a.rej": "@@\n"})

    verdict = MARKERS.ask(releasing(world))
    assert verdict.severity is Severity.WARNING
    assert verdict.fact.endswith("\nall older than the adoption of the release process")

    world.commit("merge", **{"README.md": MARKER})
    verdict = MARKERS.ask(releasing(world))
    assert standing_of(MARKERS, verdict) is Standing.NOT_MET
    assert verdict.fact == "conflict markers of a merge or an update: README.md:1, README.md:5"


def test_a_key_that_was_there_warns_wherever_it_is_moved(repository: World, private_key: str) -> None:
    world = adopted(repository, **{"tests/data/key.pem": private_key})
    assert standing_of(SECRETS, SECRETS.ask(releasing(world))) is Standing.WARNS

    world.git("mv", "tests/data/key.pem", "tests/key.pem")
    world.commit("moved", **{"tests/note.txt": "x\n"})
    assert standing_of(SECRETS, SECRETS.ask(releasing(world))) is Standing.WARNS


@pytest.fixture
def private_key(tmp_path: Path) -> str:
    import subprocess

    path = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "", "-f", path], check=True)
    return path.read_text()


def test_what_was_packed_before_warns_and_what_is_new_blocks(repository: World) -> None:
    """hatchling packs tests/ of the root where it is told to; a .pem in the package is packed as well."""
    world = adopted(repository, **{"src/acme/test.pem": "not a key\n", "src/acme/old.rej": "@@\n"})
    release_commit(world)
    place_distributions(world, built(world))

    verdict = STRAY.ask(releasing(world))
    assert standing_of(STRAY, verdict) is Standing.WARNS, verdict.fact
    assert CONTENTS.ask(releasing(world)).met is True

    (world.project / "src/acme/new.rej").write_text("@@\n")
    world.commit("new", **{"src/acme/new.rej": "@@\n"})
    release_commit(world)
    place_distributions(world, built(world))
    verdict = STRAY.ask(releasing(world))
    assert standing_of(STRAY, verdict) is Standing.NOT_MET
    assert "new.rej" in verdict.fact and "old.rej" not in verdict.fact


def built(world: World) -> list[Path]:
    """Build the distributions of what is committed."""
    ctx = releasing(world)
    out = world.project.parent / f"out-{world.git('rev-parse', '--short', 'HEAD')}"
    with ctx.git.checkout("HEAD") as path:
        ctx.tools.build(path, out, epoch=1)
    return sorted(file for file in out.iterdir() if not file.name.startswith("."))
