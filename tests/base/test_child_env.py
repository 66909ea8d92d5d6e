"""Credentials: what runs the project's own code never has them; what publishes has."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from release.adapters.git.hooked_commit import commit_all
from release.base.child_env import credentials, for_git, of_the_project, withheld
from release.config.index_credentials import Account
from release.context import Context
from release.context_loader import load_context
from tests.support.making import release_commit
from tests.support.serving import Answer, Request, serving
from tests.support.world import World

SECRETS = {
    "TWINE_USERNAME": "ada",
    "TWINE_PASSWORD": "one-secret",
    "RELEASE_MY_INDEX_PASSWORD": "two-secret",
    "UV_PUBLISH_TOKEN": "three-secret",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "four-secret",
    "GH_TOKEN": "five-secret",
    "GITLAB_TOKEN": "six-secret",
    "CI_JOB_TOKEN": "seven-secret",
    "SIGSTORE_ID_TOKEN": "eight-secret",
}
HARMLESS = {
    "TWINE_REPOSITORY_URL": "http://127.0.0.1:9/",
    "UV_INDEX_HOUSE_PASSWORD": "to install with",
    "OWN_TOKEN": "of a test",
}
PRINTS = "import json, os; open({place!r}, 'w').write(json.dumps(dict(os.environ)))"


def seen(place: Path) -> set[str]:
    """Return those of our variables that a process saw, by what it wrote of its environment."""
    return set(json.loads(place.read_text(encoding="utf-8"))) & {*SECRETS, *HARMLESS}


def build(ctx: Context, place: Path) -> None:
    backend = ctx.root / "backend.py"
    backend.write_text(f"{PRINTS.format(place=str(place))}\nraise SystemExit('seen enough')\n")
    table = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    (ctx.root / "pyproject.toml").write_text(f'{table}[project]\nname = "acme"\nversion = "1"\n')
    with pytest.raises(Exception, match="command failed: build"):
        ctx.tools.build(ctx.root, ctx.root / "dist" / "out", epoch=1)


def session(ctx: Context, place: Path) -> None:
    body = f"import nox\n@nox.session(venv_backend='none')\ndef look(session):\n    {PRINTS.format(place=str(place))}\n"
    (ctx.root / "noxfile.py").write_text(body)
    assert ctx.sessions.run("look").result == "success"


def gate_of_the_owner(ctx: Context, place: Path) -> None:
    ctx.tools.command(["python", "-c", PRINTS.format(place=str(place))], ctx.root)


def first_run(ctx: Context, place: Path) -> None:
    ctx.tools.python(Path(sys.executable), "python", "-c", PRINTS.format(place=str(place)), cwd=ctx.root)


def test_what_was_set_for_another_command_changes_no_release() -> None:
    kept = {"PATH": "/bin", "UV_INDEX_URL": "https://a.example/", "PIP_CERT": "ca.pem", "GIT_SSH_COMMAND": "ssh -i key"}
    others = ["BUMPVERSION_TAG", "SETUPTOOLS_SCM_PRETEND_VERSION", "HATCH_BUILD_HOOKS_ENABLE", "DIST_EXTRA_CONFIG"]
    others += ("UV_TARGET", "UV_NO_BINARY_PACKAGE", "UV_PYTHON", "PIP_TARGET", "TOX_ENV_NAME", "GIT_TEMPLATE_DIR")

    assert of_the_project(kept | dict.fromkeys(others, "1")) == kept


@pytest.mark.parametrize("way", [build, session, gate_of_the_owner, first_run])
def test_code_of_the_project_is_given_no_credentials(
    way: Callable[[Context, Path], None], repository: World, tmp_path: Path
) -> None:
    ctx = load_context(repository.project, repository.environment(**SECRETS, **HARMLESS), write=False)

    way(ctx, tmp_path / "seen.json")

    assert seen(tmp_path / "seen.json") == set(HARMLESS)


def test_hooks_of_git_are_given_no_account_of_an_index(repository: World, tmp_path: Path) -> None:
    hook = repository.project / ".git" / "hooks" / "post-commit"
    hook.write_text(f"#!/usr/bin/env python3\n{PRINTS.format(place=str(tmp_path / 'seen.json'))}\n")
    hook.chmod(0o755)
    ctx = load_context(repository.project, repository.environment(**SECRETS, **HARMLESS), write=False)

    commit_all(ctx.git, ctx.root, "a change")

    assert seen(tmp_path / "seen.json") == set(HARMLESS)


TOKENS = {"GH_TOKEN", "GITLAB_TOKEN", "CI_JOB_TOKEN"}


def pushing(world: World, place: Path) -> tuple[Context, Path]:
    """Return a context that pushes over ssh, which notes what git was given; the hook pre-push notes it, too."""
    ssh, hook = place / "ssh", world.project / ".git" / "hooks" / "pre-push"
    ssh.write_text(f'#!/bin/sh\nenv > {place}/git.env\nfor last; do :; done\nexec sh -c "$last"\n')
    hook.write_text(f'#!/bin/sh\nenv > {place}/hook.env\necho "$@" > {place}/argv\ncat > {place}/refs\n')
    for path in (ssh, hook):
        path.chmod(0o755)
    url = f"ssh://127.0.0.1{world.remote}"
    world.git("remote", "set-url", "origin", url)
    env = repository_env(world, GIT_SSH_COMMAND=str(ssh), GIT_SSH_VARIANT="simple")
    return load_context(world.project, env, write=False), hook


def repository_env(world: World, **more: str) -> dict[str, str]:
    return world.environment(**SECRETS, **HARMLESS, **more)


def given(path: Path) -> set[str]:
    """Return those of our variables that a process saw, by what `env` printed there."""
    return {row.partition("=")[0] for row in path.read_text().splitlines()} & {*SECRETS, *HARMLESS}


def test_git_has_tokens_to_push_with_and_its_hook_has_none(repository: World, tmp_path: Path) -> None:
    place = tmp_path / "seen"
    place.mkdir()
    there = repository.git("rev-parse", "HEAD")
    ctx, _ = pushing(repository, place)
    commit = repository.commit("more")

    assert ctx.git.push("origin", f"{commit}:refs/heads/main", "HEAD:refs/heads/more").code == 0

    assert given(place / "git.env") == {*HARMLESS, *TOKENS}
    assert given(place / "hook.env") == set(HARMLESS)
    assert (place / "argv").read_text() == f"origin ssh://127.0.0.1{repository.remote}\n"
    assert (place / "refs").read_text() == (
        f"{commit} {commit} refs/heads/main {there}\nHEAD {commit} refs/heads/more {'0' * 40}\n"
    )


def test_a_hook_still_refuses_a_push(repository: World, tmp_path: Path) -> None:
    place = tmp_path / "seen"
    place.mkdir()
    ctx, hook = pushing(repository, place)
    hook.write_text("#!/bin/sh\necho not on a Friday >&2\nexit 1\n")
    commit = repository.commit("more")

    ended = ctx.git.push("origin", f"{commit}:refs/heads/main")

    assert (ended.code, ended.err) == (1, "not on a Friday\n")
    assert repository.remote_refs()["refs/heads/main"] != commit


def test_a_command_that_yanks_is_given_them(repository: World, tmp_path: Path) -> None:
    ctx = load_context(repository.project, repository.environment(**SECRETS, **HARMLESS), write=False)

    ctx.tools.command(["python", "-c", PRINTS.format(place=str(tmp_path / "seen.json"))], ctx.root, trusted=True)

    assert seen(tmp_path / "seen.json") == {*SECRETS, *HARMLESS}


def test_twine_still_finds_an_account_in_the_environment(repository: World, distributions: list[Path]) -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Answer:
        asked.append(request)
        return Answer()

    release_commit(repository)
    with serving(answer) as address:
        ctx = load_context(repository.project, repository.environment(**SECRETS), write=False)
        ctx.tools.upload(distributions[:1], ("--repository-url", address), Account())

    assert asked[0].headers["Authorization"].startswith("Basic ")


def test_what_a_release_needs_no_secret_for_is_kept() -> None:
    everything = SECRETS | HARMLESS | {"PATH": "/bin", "CHAT": "json://127.0.0.1"}

    assert credentials(everything) == SECRETS
    assert set(withheld(everything, ["CHAT"])) == {"PATH", *HARMLESS}
    assert "CHAT" not in for_git(everything, ["CHAT"])


def test_a_copy_of_a_secret_under_another_name_is_withheld_too() -> None:
    token = "a-token-of-a-job"
    copies = {
        "CI_REPOSITORY_URL": f"https://gitlab-ci-token:{token}@gitlab.example/acme.git",
        "CI_REGISTRY_PASSWORD": token,
        "OWN_NAME": token,
    }
    kept = {"PATH": "/home/ada/bin", "UV_INDEX_HOUSE_PASSWORD": token, "PIP_INDEX_URL": f"https://x:{token}@house/"}
    header = {"GIT_CONFIG_VALUE_0": f"PRIVATE-TOKEN: {token}"}
    everything = {"CI_JOB_TOKEN": token, "TWINE_USERNAME": "ada", "TWINE_PASSWORD": "bin"} | copies | kept | header

    assert withheld(everything) == kept
    assert for_git(everything) == kept | header | {"CI_JOB_TOKEN": token}


def test_addresses_of_channels_are_kept_from_images_and_from_updates(repository: World) -> None:
    (repository.project / "release.toml").write_text('[[announce]]\nname = "chat"\nvariable = "CHAT_URL"\n')
    ctx = load_context(repository.project, repository.environment(CHAT_URL="json://127.0.0.1"), write=False)

    assert "CHAT_URL" not in ctx.withheld
    assert "CHAT_URL" not in ctx.for_git
