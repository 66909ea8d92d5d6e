"""Whatever stands in the way of a release is refused with what, why and run; nothing is changed by the refusal."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.making import (
    clone_of,
    place_distributions,
    pushed_by_another,
    ready,
    record,
    release_commit,
    short,
    tag,
    tagged,
)
from tests.support.serving import Answer, Request, serving
from tests.support.traces import traces
from tests.support.world import World, make_world

NAMES = (
    "a name reads NUMBER.TYPE.md or +WORDS.TYPE.md, "
    "with a type of breaking, feature, fix, deprecation, security, docs, misc"
)


def refusal(world: World, *words: str, **env: str) -> str:
    """Run a release that must be refused and change nothing; return what it printed as its error."""
    before = traces(world)
    ran = world.run(sys.executable, "-m", "invoke", "release", *(words or ("minor",)), "--yes", env=env)
    assert ran.code == 1, ran.text
    assert traces(world) == before
    return ran.err.strip("\n")


def without_run(message: str) -> str:
    """Return a message without its run line."""
    return message.rpartition("\n  run: ")[0]


def paste(world: World, message: str) -> None:
    """Run the run line of a message as a person pastes it: without the remark behind it; it must succeed."""
    line = message.rpartition("\n  run: ")[2].partition("      (")[0]
    for command in line.split(" && "):
        words = shlex.split(command)
        agreed = ["--yes"] if words[:2] in (["inv", "release"], ["inv", "abort"]) else []
        ran = world.run(sys.executable, "-m", "invoke", *words[1:], *agreed) if words[0] == "inv" else world.run(*words)
        assert ran.code == 0, f"$ {command}\n{ran.text}"


def test_what_is_not_committed_is_refused(repository: World) -> None:
    ready(repository)
    repository.write("README.md", "changed\n")
    repository.write("new file.txt", "new\n")

    assert refusal(repository) == (
        "cannot release: clean\n"
        "  why: not committed:\n"
        "        M README.md\n"
        "       ?? new file.txt\n"
        "  run: git stash --include-untracked"
    )


def test_a_merge_that_is_open_is_refused(repository: World) -> None:
    ready(repository)
    repository.git("switch", "--quiet", "--create", "topic")
    repository.commit("theirs", **{"README.md": "theirs\n"})
    repository.git("switch", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "--no-commit", "topic")
    repository.git("checkout", "--quiet", "HEAD", "--", "README.md")

    assert refusal(repository) == ("cannot release: finished\n  why: a merge is not finished\n  run: git merge --abort")


def test_a_branch_behind_its_remote_is_refused(repository: World) -> None:
    ready(repository)
    pushed_by_another(repository)
    repository.git("fetch", "--quiet")

    assert refusal(repository) == (
        "cannot release: in sync\n"
        f"  why: behind: main is {short(repository)} here and {short(repository, 'origin/main')} on origin\n"
        "  run: git pull --ff-only origin main"
    )


def test_a_branch_behind_its_remote_is_refused_when_the_clone_has_not_heard_of_it(repository: World) -> None:
    ready(repository)
    there = pushed_by_another(repository)

    assert refusal(repository) == (
        "cannot release: in sync\n"
        f"  why: origin has commits that are not here: main is {short(repository)} here and {there[:7]} on origin\n"
        "  run: git pull --rebase origin main"
    )
    repository.git("pull", "--rebase", "origin", "main")
    repository.released("minor")


def test_a_branch_that_diverged_is_refused(repository: World) -> None:
    ready(repository)
    there = pushed_by_another(repository)
    repository.git("fetch", "--quiet")
    here = repository.commit("a change of ours")

    assert refusal(repository) == (
        "cannot release: in sync\n"
        f"  why: diverged: main is {here[:7]} here and {there[:7]} on origin\n"
        "  run: git pull --rebase origin main"
    )
    repository.git("pull", "--rebase", "origin", "main")
    repository.released("minor")


def test_a_detached_head_is_refused(repository: World) -> None:
    ready(repository)
    repository.git("switch", "--quiet", "--detach")

    assert refusal(repository) == (
        "cannot release: line\n  why: HEAD is detached; releases are made from main\n  run: git switch main"
    )


def test_a_topic_branch_is_refused(repository: World) -> None:
    ready(repository)
    repository.git("switch", "--quiet", "--create", "topic")

    assert refusal(repository) == (
        "cannot release: line\n  why: on topic; releases are made from main\n  run: git switch main"
    )


def test_a_tag_that_somebody_pushed_from_another_commit_is_refused(repository: World) -> None:
    ready(repository)
    other = clone_of(repository, "another")
    other.git("switch", "--quiet", "--create", "topic")
    commit = other.commit("not on main")
    other.git("push", "--quiet", "origin", tag(other))

    assert refusal(repository) == (
        "cannot release: tag free\n"
        f"  why: v0.1.0 is {commit[:7]} on origin already\n"
        "  run: inv release 0.1.1\n"
        "cannot release: higher\n"
        "  why: 0.1.0 is not higher than v0.1.0\n"
        "  run: inv release 0.1.1"
    )
    repository.released("0.1.1")


def test_a_tag_that_is_here_and_not_there_is_refused(repository: World) -> None:
    ready(repository)
    repository.git("switch", "--quiet", "--create", "topic")
    commit = repository.commit("not on main")
    tag(repository)
    repository.git("switch", "--quiet", "main")

    assert refusal(repository) == (
        "cannot release: tag free\n"
        f"  why: v0.1.0 is {commit[:7]} here and not on origin\n"
        "  run: git tag --delete v0.1.0\n"
        "cannot release: higher\n"
        "  why: 0.1.0 is not higher than v0.1.0\n"
        "  run: inv release 0.1.1"
    )
    repository.git("tag", "--delete", "v0.1.0")
    repository.released("minor")


def test_a_version_lower_than_a_tag_is_refused(repository: World) -> None:
    ready(repository)
    tagged(repository, version="0.1.0")
    repository.inv("release", "auto", "--yes")
    ready(repository)

    assert refusal(repository, "0.0.9") == (
        "cannot release: higher\n  why: 0.0.9 is not higher than v0.1.0\n  run: inv release 0.1.1"
    )
    repository.released("0.1.1")


@pytest.mark.parametrize(
    ("version", "message"),
    [
        (
            "1.2.0-hotfix.1",
            "cannot use the version '1.2.0-hotfix.1'\n"
            "  why: Invalid version: '1.2.0-hotfix.1'; a hotfix is the next patch version\n"
            "  run: inv release patch",
        ),
        (
            "1.2.0+local",
            "cannot use the version '1.2.0+local'\n"
            "  why: local versions and epochs are not released\n"
            "  run: inv release patch",
        ),
        (
            "bigger",
            'cannot release "bigger"\n'
            "  why: it is neither a version nor one of major, minor, patch, auto\n"
            "  run: inv release minor",
        ),
    ],
)
def test_what_is_no_version_is_refused(repository: World, version: str, message: str) -> None:
    ready(repository)

    assert refusal(repository, version) == message


def test_a_project_without_fragments_is_refused(repository: World) -> None:
    assert refusal(repository) == (
        'cannot release: fragments\n  why: there is no fragment in changelog.d\n  run: inv note fix "what changed"'
    )


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("12.wonder.md", "A wonder", f"cannot read the fragment 12.wonder.md: {NAMES}"),
        ("words", "Some words", f"cannot read the fragment words: {NAMES}"),
        ("12.fix.md", "\n", "cannot use the fragment 12.fix.md: it is empty"),
    ],
)
def test_a_malformed_fragment_is_refused(repository: World, name: str, text: str, why: str) -> None:
    ready(repository)
    repository.commit("a fragment", **{f"changelog.d/{name}": text})

    assert refusal(repository) == (f"cannot release: fragments\n  why: {why}\n  run: $EDITOR changelog.d")


def test_a_malformed_fragment_is_refused_when_the_fragments_decide_the_version(repository: World) -> None:
    ready(repository)
    repository.commit("a fragment", **{"changelog.d/12.fix.md": " \n"})

    assert refusal(repository, "auto") == (
        'cannot use the fragment 12.fix.md\n  why: it is empty\n  run: inv note fix "what changed"'
    )


def test_a_changelog_that_tells_of_the_version_already_is_refused(repository: World) -> None:
    ready(repository)
    repository.commit("told", **{"CHANGELOG.md": "# Changelog\n\n## 0.1.0 (2026-01-01)\n"})

    assert refusal(repository) == (
        "cannot release: changelog\n  why: CHANGELOG.md has a section of 0.1.0 already\n  run: $EDITOR CHANGELOG.md"
    )


def test_a_version_that_the_index_has_already_is_refused(world: World, shelf: Path, distributions: list[Path]) -> None:
    ready(world)
    sdist = distributions[-1]
    (shelf / sdist.name).write_bytes(b"other bytes")
    served = world.files()

    assert refusal(world) == (
        "cannot release: version free\n"
        "  why: local has acme-0.1.0.tar.gz; an uploaded file cannot be replaced\n"
        "  run: inv release 0.1.1"
    )
    assert world.files() == served


def test_other_bytes_on_the_index_are_a_conflict_of_the_release_in_hand(
    world: World, shelf: Path, distributions: list[Path]
) -> None:
    ready(world)
    tagged(world, distributions)
    sdist = distributions[-1]
    (shelf / sdist.name).write_bytes(b"other bytes")
    theirs, ours = world.files()[sdist.name], record([sdist]).split()[2]

    message = refusal(world)

    assert without_run(message) == (
        "cannot upload to local for acme 0.1.0\n"
        f"  why: {sdist.name} is on local with sha256 {theirs[:8]}.., ours is {ours[:8]}..; "
        "an uploaded file cannot be replaced"
    )
    assert sorted(world.files()) == [sdist.name]
    paste(world, message)
    assert "acme-0.1.1.tar.gz" in world.files()


def test_a_version_that_is_burned_on_the_index_is_refused(
    tmp_path: Path, rendered: Path, distributions: list[Path]
) -> None:
    """PyPI never takes a file name again that was deleted, and says so only to the upload."""
    links: list[str] = []

    def answer(request: Request) -> Answer:
        if request.method == "GET":
            known = request.path == "/simple/" or links
            return Answer(200, "<br>".join(links)) if known else Answer(404)
        name = re.findall(rb'filename="([^"]+)"', request.body)[0].decode()
        digest = re.findall(rb'name="sha256_digest"\r\n\r\n(\w+)', request.body)[0].decode()
        if "-0.1.0" in name:
            return Answer(400, reason="This filename has already been used, use a different version.")
        links.append(f'<a href="/files/{name}#sha256={digest}">{name}</a>')
        return Answer(200)

    with serving(answer) as address:
        world = make_world(tmp_path, rendered, address, unchecked)
        ready(world)
        tagged(world, distributions)

        message = refusal(world)

        assert without_run(message) == (
            "cannot upload acme 0.1.0 to local\n"
            "  why: it answered 400 This filename has already been used, use a different version."
        )
        paste(world, message)
        assert len(links) == 2


def unchecked(project: Path) -> None:
    """Let the releases of a project go without the proofs that need more of an index than its listing."""
    path = project / "release.toml"
    path.write_text("check = false\nverify = false\n" + path.read_text(encoding="utf-8"), encoding="utf-8")


def test_a_wrong_password_is_refused_and_the_right_one_finishes(world: World, distributions: list[Path]) -> None:
    ready(world)
    tagged(world, distributions)

    message = refusal(world, TWINE_PASSWORD="not the password")

    assert message == (
        "cannot upload acme 0.1.0 to local\n"
        "  why: it answered 403 Forbidden: user and password are not accepted\n"
        "  run: export TWINE_USERNAME=... TWINE_PASSWORD=...      (then the same command again)"
    )
    assert world.files() == {}
    world.released("minor")


def test_an_address_without_an_index_is_refused(tmp_path: Path, rendered: Path) -> None:
    with serving(lambda _: Answer(404)) as address:
        world = ready(make_world(tmp_path, rendered, address))

        assert refusal(world) == (
            "cannot release: version free\n"
            "  why: could not be asked: cannot read the index local\n"
            f"       {address}simple/ answered 404; there is no simple API\n"
            "  run: $EDITOR release.toml"
        )


def test_an_index_that_does_not_answer_is_refused(tmp_path: Path, rendered: Path) -> None:
    with serving(lambda _: Answer(404)) as address:
        pass
    world = ready(make_world(tmp_path, rendered, address))

    assert refusal(world) == (
        "cannot release: version free\n"
        "  why: could not be asked: cannot read the index local\n"
        f"       {address.split('/')[2]}: Connection refused\n"
        "  run: the same command again, when the service answers"
    )


def test_an_index_that_nobody_knows_is_refused(repository: World) -> None:
    ready(repository)
    repository.commit("an index", **{"release.toml": '[[index]]\nname = "house"\n'})

    assert refusal(repository) == (
        "cannot release: version free\n"
        "  why: could not be asked: cannot read the index house\n"
        "       release.toml does not say where installers read it (simple)\n"
        "  run: $EDITOR release.toml"
    )


def test_a_repository_without_a_remote_is_refused(repository: World) -> None:
    ready(repository)
    repository.git("remote", "remove", "origin")

    assert refusal(repository) == (
        "cannot release: in sync\n  why: there is no remote origin\n  run: git remote add origin URL"
    )


def test_a_remote_that_does_not_answer_is_refused(repository: World) -> None:
    ready(repository)
    shutil.rmtree(repository.remote)

    assert refusal(repository) == (
        "cannot read the remote origin\n"
        "  why: exit code 128\n"
        f"       fatal: '{repository.remote}' does not appear to be a git repository\n"
        "       fatal: Could not read from remote repository.\n"
        "       Please make sure you have the correct access rights\n"
        "       and the repository exists.\n"
        "  run: git remote -v && git ls-remote origin"
    )


def test_a_shallow_clone_is_refused(repository: World) -> None:
    ready(repository)
    path = repository.project.parent / "shallow"
    repository.git("clone", "--quiet", "--depth", "1", repository.remote.as_uri(), path)
    shallow = replace(repository, project=path)

    assert refusal(shallow) == (
        "cannot release: in sync\n"
        "  why: this clone is shallow: its history was cut off\n"
        "  run: git fetch --unshallow --tags"
    )
    shallow.git("fetch", "--quiet", "--unshallow", "--tags")
    shallow.released("minor")


def test_a_line_that_the_remote_does_not_have_is_refused(repository: World) -> None:
    ready(repository)
    repository.git("push", "--quiet", "origin", "main:other")
    repository.git("symbolic-ref", "HEAD", "refs/heads/other", cwd=repository.remote)
    repository.git("push", "--quiet", "origin", ":main")

    assert refusal(repository) == (
        "cannot release: in sync\n  why: origin has no main\n  run: git push --set-upstream origin main"
    )
    repository.git("push", "--set-upstream", "origin", "main")
    repository.released("minor")


def test_a_branch_without_an_upstream_is_released(repository: World) -> None:
    """Branch and remote are named in release.toml; nobody needs git's own setting for them."""
    ready(repository)
    repository.git("branch", "--unset-upstream")

    repository.released("minor")

    assert "refs/tags/v0.1.0" in repository.remote_refs()


def test_a_repository_without_any_commit_is_refused(tmp_path: Path, rendered: Path) -> None:
    world = World(tmp_path / "acme", tmp_path / "acme.git", "", tmp_path / "home")
    shutil.copytree(rendered, world.project)
    world.git("init", "--quiet")

    ran = world.inv("release", "minor", "--yes")

    assert ran.code == 1, ran.text
    assert "Traceback" not in ran.text


def test_somebody_without_a_name_is_refused(repository: World) -> None:
    ready(repository)
    repository.git("config", "user.useConfigOnly", "true")
    nobody = {"GIT_CONFIG_COUNT": "2"}
    for number, name in enumerate(("user.name", "user.email")):
        nobody |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": ""}

    assert refusal(repository, **nobody) == (
        "cannot release: identity\n"
        "  why: git does not know who you are\n"
        '  run: git config user.name "You" && git config user.email you@example.org'
    )


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "release.toml",
            'remot = "origin"\n',
            "cannot use release.toml: remot\n  why: no such key; did you mean remote?\n  run: $EDITOR release.toml",
        ),
        (
            "pyproject.toml",
            "[tool.acme]\n",
            "cannot use pyproject.toml\n"
            "  why: it has no [project] table with a name (PEP 621)\n"
            "  run: $EDITOR pyproject.toml",
        ),
    ],
)
def test_a_configuration_that_cannot_be_used_is_refused(repository: World, name: str, text: str, message: str) -> None:
    repository.commit("broken", **{name: text})

    assert refusal(repository) == message


def test_several_obstacles_are_told_at_once(repository: World) -> None:
    repository.write("new", "new\n")
    repository.git("remote", "remove", "origin")

    message = refusal(repository)

    assert [line for line in message.splitlines() if not line.startswith(" ")] == [
        "cannot release: clean",
        "cannot release: in sync",
        "cannot release: fragments",
    ]


def hook(world: World, name: str, body: str, where: Path | None = None) -> None:
    """Install a hook of git."""
    path = (where or world.project / ".git") / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


@pytest.mark.parametrize("name", ["pre-commit", "commit-msg"])
def test_a_hook_that_refuses_the_release_commit_is_told(repository: World, name: str) -> None:
    ready(repository)
    hook(repository, name, "echo no commits today >&2; exit 1")

    assert refusal(repository) == (
        "cannot commit acme 0.1.0\n"
        "  why: exit code 1\n"
        "       no commits today\n"
        "  run: git commit --allow-empty --message=test      (shows what is wanted: a hook, a signing key)"
    )


@pytest.mark.parametrize("where", ["here", "on the remote"])
def test_a_hook_that_refuses_the_push_leaves_no_tag(repository: World, where: str) -> None:
    """The release commit is made by then, and private; nothing of the release is anywhere else."""
    ready(repository)
    remote, head = repository.remote_refs(), repository.git("rev-parse", "HEAD")
    if where == "here":
        hook(repository, "pre-push", "echo no pushes today >&2; exit 1")
    else:
        hook(repository, "pre-receive", "echo no pushes today >&2; exit 1", repository.remote)

    ran = repository.inv("release", "minor", "--yes")

    lines = ran.err.strip("\n").splitlines()
    assert ran.code == 1
    assert lines[0] == "cannot push v0.1.0 to origin"
    assert any("no pushes today" in line for line in lines), ran.err
    assert lines[-1] == (
        "  run: the same command again, when the remote takes it      (inv abort takes the release commit back)"
    )
    assert repository.git("tag", "--list") == ""
    assert repository.remote_refs() == remote
    assert repository.git("rev-parse", "HEAD^") == head
    assert repository.git("status", "--porcelain") == ""

    (repository.project / ".git" / "hooks" / "pre-push").unlink(missing_ok=True)
    (repository.remote / "hooks" / "pre-receive").unlink(missing_ok=True)
    repository.released("minor")


def test_a_signing_key_that_is_not_there_is_told(repository: World) -> None:
    ready(repository)
    key = repository.home / "missing.pub"
    for name, value in (("gpg.format", "ssh"), ("commit.gpgSign", "true"), ("user.signingKey", str(key))):
        repository.git("config", name, value)

    message = refusal(repository)

    assert message.splitlines()[0] == "cannot commit acme 0.1.0"
    assert str(key) in message
    assert message.splitlines()[-1] == (
        "  run: git commit --allow-empty --message=test      (shows what is wanted: a hook, a signing key)"
    )


# What is unusual and stands in nobody's way


def signing(world: World) -> World:
    key = world.home / "key"
    ran = world.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ada", "-f", key)
    assert ran.code == 0, ran.text
    settings = {
        "gpg.format": "ssh",
        "commit.gpgSign": "true",
        "tag.gpgSign": "true",
        "user.signingKey": f"{key}.pub",
        "gpg.ssh.allowedSignersFile": str(world.home / "signers"),
    }
    (world.home / "signers").write_text(f"ada@example.org {Path(f'{key}.pub').read_text()}")
    for name, value in settings.items():
        world.git("config", name, value)
    return world


def in_a_worktree(world: World) -> World:
    world.git("switch", "--quiet", "--create", "topic")
    world.git("worktree", "add", "--quiet", world.project.parent / "worktree", "main")
    return replace(world, project=world.project.parent / "worktree")


def converting_line_ends(world: World) -> World:
    world.git("config", "core.autocrlf", "true")
    return world


def moved_to_an_odd_path(world: World) -> World:
    path = world.project.parent / "Ünïcode – and spaces" / "acme ☕"
    path.parent.mkdir()
    world.project.rename(path)
    return replace(world, project=path)


def with_a_slash_in_its_tags(world: World) -> World:
    world.commit("tags", **{"release.toml": 'index = []\ntag = "acme/{version}"\n'})
    world.git("push", "--quiet")
    return world


@pytest.mark.parametrize(
    "make", [signing, in_a_worktree, converting_line_ends, moved_to_an_odd_path, with_a_slash_in_its_tags]
)
def test_an_unusual_repository_is_released(repository: World, make: Callable[[World], World]) -> None:
    world = make(ready(repository))
    name = "acme/0.1.0" if make is with_a_slash_in_its_tags else "v0.1.0"

    world.released("minor")

    assert world.remote_refs()[f"refs/tags/{name}^{{}}"] == world.git("rev-parse", "HEAD^")
    assert world.git("status", "--porcelain") == ""
    assert world.git("log", "-2", "--format=%s") == "Open main for 0.2.0.dev0\nRelease acme 0.1.0"
    if make is signing:
        world.git("verify-tag", "v0.1.0")
        world.git("verify-commit", "HEAD", "HEAD^")


def with_submodule(world: World) -> World:
    """Give the project a submodule; its address is a path, which git uses only when it is allowed to."""
    library = world.project.parent / "library"
    world.git("init", "--quiet", library, cwd=world.project.parent)
    world.git("commit", "--quiet", "--allow-empty", "--message", "start", cwd=library)
    ran = world.run("git", "submodule", "--quiet", "add", library, "vendored", env={"GIT_ALLOW_PROTOCOL": "file"})
    assert ran.code == 0, ran.text
    world.commit("a submodule")
    world.git("push", "--quiet", "origin", "main")
    return world


def test_a_project_with_a_submodule_is_released(repository: World) -> None:
    world = with_submodule(ready(repository))

    world.released("minor", GIT_ALLOW_PROTOCOL="file")

    assert world.git("ls-tree", "v0.1.0", "vendored").startswith("160000 commit ")
    assert world.git("status", "--porcelain") == ""


def test_a_changed_submodule_is_refused(repository: World) -> None:
    world = with_submodule(ready(repository))
    world.git("commit", "--quiet", "--allow-empty", "--message", "more", cwd=world.project / "vendored")

    assert refusal(world, GIT_ALLOW_PROTOCOL="file") == (
        "cannot release: clean\n  why: not committed:\n        M vendored\n  run: git stash --include-untracked"
    )


def test_a_release_without_agreement_is_refused(repository: World) -> None:
    ready(repository)
    before = traces(repository)

    ran = repository.inv("release", "minor")

    assert ran.code == 1
    assert ran.err.strip("\n") == (
        "cannot ask for agreement\n"
        "  why: there is no terminal, and --yes was not given\n"
        "  run: the same command with --yes"
    )
    assert traces(repository) == before


def test_the_build_that_differs_from_the_tag_is_a_conflict(world: World, distributions: list[Path]) -> None:
    ready(world)
    commit = tagged(world, distributions)
    folder = world.project / "dist" / f"0.1.0-{commit[:12]}"
    sdist = distributions[-1]
    (folder / sdist.name).write_bytes(b"other bytes")
    ours, theirs = record([sdist]).split()[2], record([folder / sdist.name]).split()[2]

    assert refusal(world) == (
        "cannot build the distributions for acme 0.1.0\n"
        f"  why: here: {sdist.name} (sha256 {theirs[:8]}..); v0.1.0 says {sdist.name} (sha256 {ours[:8]}..)\n"
        "       these are not the bytes that were built first\n"
        f"  run: rm -r dist/{folder.name}"
        "      (built again; if that differs, too: "
        f"copy dist/{folder.name} from the clone that has it, or inv abort)"
    )


def test_the_tag_of_somebody_else_on_another_commit_is_a_conflict_of_the_release_in_hand(repository: World) -> None:
    ready(repository)
    ours = release_commit(repository)
    other = clone_of(repository, "another")
    other.git("switch", "--quiet", "--create", "topic")
    theirs = other.commit("not on main")
    other.git("push", "--quiet", "origin", tag(other))

    assert refusal(repository) == (
        "cannot tag and push for acme 0.1.0\n"
        f"  why: v0.1.0 is {theirs[:7]} on origin, ours is {ours[:7]}\n"
        "  run: inv abort"
    )
    ran = repository.inv("abort", "--yes")
    assert ran.code == 0, ran.text
    assert repository.remote_refs()["refs/tags/v0.1.0^{}"] == theirs


def test_distributions_of_another_release_are_refused(world: World, distributions: list[Path]) -> None:
    ready(world)
    release_commit(world, "0.2.0")
    folder = place_distributions(world, distributions, "0.2.0")

    ran = world.inv("release", "auto", "--yes")

    assert ran.code == 1
    assert "acme-0.1.0-py3-none-any.whl is not of acme 0.2.0" in ran.err
    assert "contents" not in ran.err
    assert folder.is_dir()
