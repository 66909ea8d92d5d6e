"""A rehearsal releases for real, in throw-away places, and touches nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from release.commands.approve import approve
from tests.support.lines import here
from tests.support.making import clone_of, ready
from tests.support.serving import Answer, serving
from tests.support.traces import bytes_below
from tests.support.world import Ran, World, make_world

MARK = "rehearsal: "  # before each line


def rehearsed(world: World, *words: str, code: int) -> Ran:
    """Run a rehearsal, which must leave every place as it was, and return how it ended."""
    temporary = world.project.parent / "temporary"
    temporary.mkdir(exist_ok=True)
    world.git("status")  # it refreshes git's index, as any look of the owner does
    places = (world.project, world.remote, world.home, temporary)
    before = [bytes_below(place) for place in places]
    ran = world.inv("rehearse", *words, TWINE_USERNAME="", TWINE_PASSWORD="", TMPDIR=str(temporary))
    assert ran.code == code, ran.text
    assert [bytes_below(place) for place in places] == before
    rows = ran.out.splitlines()
    assert [row for row in rows if row and not row.startswith(MARK)] == []
    return replace(ran, out="".join(f"{row.removeprefix(MARK)}\n" for row in rows))


def test_a_rehearsal_makes_the_release_and_touches_nothing(tmp_path: Path, rendered: Path) -> None:
    """No credentials, and nobody answers at the address of the index."""
    with serving(lambda _: Answer(503)) as address:
        pass
    world = ready(make_world(tmp_path, rendered, address))

    ran = rehearsed(world, "minor", code=0)

    after = ran.out[ran.out.index("this release would have succeeded") :].splitlines()
    assert after[0] == "this release would have succeeded: acme 0.1.0"
    files = [re.fullmatch(r"  [0-9a-f]{64}  (acme-0\.1\.0\S+)", row) for row in after[1:3]]
    assert [row and row[1] for row in files] == ["acme-0.1.0-py3-none-any.whl", "acme-0.1.0.tar.gz"]
    assert after[4].startswith("## 0.1.0 (")
    assert [row for row in after[5:] if row] == [
        "### Features",
        "- Something new",
        "the project, its remote and its indexes were not changed",
    ]
    assert "done    upload to local" in ran.out
    assert "install from index" in ran.out


def test_a_rehearsal_needs_no_remote(repository: World) -> None:
    ready(repository)
    repository.git("remote", "set-url", "origin", repository.project.parent / "away.git")

    ran = rehearsed(repository, "minor", code=0)

    assert "  warn    approvals and waivers               they are not part of the rehearsal\n" in ran.out
    assert "away.git' does not appear to be a git repository" in ran.out
    assert "\nthis release would have succeeded: acme 0.1.0\n" in ran.out


def test_an_approval_that_this_clone_has_not_heard_of_counts_in_a_rehearsal(repository: World) -> None:
    ready(repository)
    asked = '\n[[stages]]\nname = "production"\npeople = 1\n'
    repository.commit("approvals", **{"release.toml": (repository.project / "release.toml").read_text() + asked})
    repository.git("push", "--quiet", "origin", "main")
    approve(here(clone_of(repository)), "production")

    ran = rehearsed(repository, "minor", "--verbose", code=0)

    assert "  ok      approvals                           Ada Lovelace <ada@example.org>" in ran.out


def test_a_rehearsal_refuses_what_the_release_would_refuse(repository: World) -> None:
    ran = rehearsed(repository, "minor", code=1)

    assert ran.err.strip("\n") == (
        'cannot release: fragments\n  why: there is no fragment in changelog.d\n  run: inv note fix "what changed"\n'
        'to get a warning instead, in release.toml: gates = [{ name = "fragments", severity = "warning" }]'
    )


def test_a_rehearsal_meets_the_hooks_of_the_clone(repository: World) -> None:
    ready(repository)
    hook = repository.project / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho no commits today >&2\nexit 1\n")
    hook.chmod(0o755)

    ran = rehearsed(repository, "minor", code=1)

    assert "no commits today" in ran.err


def test_a_rehearsal_meets_the_settings_of_the_clone(repository: World) -> None:
    ready(repository)
    for name, value in (("gpg.format", "ssh"), ("commit.gpgSign", "true"), ("user.signingKey", "/nowhere/key.pub")):
        repository.git("config", name, value)

    assert "/nowhere/key.pub" in rehearsed(repository, "minor", code=1).err


def test_a_rehearsal_finds_a_package_that_does_not_run(world: World) -> None:
    """The release would have stopped at the same place, after its commit."""
    world.commit("break it", **{"src/acme/__init__.py": "raise RuntimeError('broken')\n"})
    ready(world)

    ran = rehearsed(world, "minor", code=1)

    assert "RuntimeError: broken" in ran.err
    assert world.files() == {}


def test_a_rehearsal_says_what_takes_no_part_in_it(repository: World) -> None:
    ready(repository)
    repository.write("new.txt", "new\n")

    ran = rehearsed(repository, "minor", code=0)

    assert ran.out.splitlines()[0] == (
        "  warn    working tree                        uncommitted changes are not part of the rehearsal"
    )


def test_a_rehearsal_needs_a_branch(repository: World) -> None:
    repository.git("switch", "--quiet", "--detach")

    assert rehearsed(repository, "minor", code=1).err.strip("\n") == (
        "cannot rehearse\n  why: HEAD is detached\n  run: git switch main"
    )


def test_a_candidate_can_be_rehearsed(repository: World) -> None:
    ran = rehearsed(repository, "minor", "--pre", "rc", code=0)

    assert "this release would have succeeded: acme 0.1.0rc1" in ran.out
