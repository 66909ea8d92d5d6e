"""Ways to break a healthy project: what is done to it, which gate must find it, what it says, and what mends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from tests.commands.broken_files import HOOK, MARKERS, WORKFLOW
from tests.support.making import pushed_by_another
from tests.support.world import World

Break = Callable[[World], object]


@dataclass(frozen=True)
class Way:
    """One way: `fact` is a part of what the gate says, `run` the remedy (a command is pasted if `mends`).

    A remedy that names another release is tried by looking at that one, and one that unsets variables without them.

    `also`: the gates that must find it as well, as it is against them, too. `settings` stand in for those of
    release.toml.
    """

    name: str
    do: Break
    gate: str
    fact: str
    run: str
    mends: bool = False
    also: frozenset[str] = frozenset()
    warns: bool = False
    wanted: str = "auto"
    distributions: bool = False
    settings: str = ""
    env: Mapping[str, str] = field(default_factory=dict)


def _edit(world: World, path: str, old: str, new: str) -> None:
    place = world.project / path
    text = place.read_text(encoding="utf-8")
    assert old in text, f"{path} does not have {old}"
    place.write_text(text.replace(old, new, 1), encoding="utf-8")
    world.commit("a change")


def _commit(**files: str) -> Break:
    return lambda world: world.commit("a change", **{name.replace("__", "/"): text for name, text in files.items()})


def _file(path: str, text: str) -> Break:
    return lambda world: world.commit("a change", **{path: text})


def _edits(path: str, *pairs: tuple[str, str]) -> Break:
    def do(world: World) -> None:
        for old, new in pairs:
            _edit(world, path, old, new)

    return do


def _all(*ways: Break) -> Break:
    def do(world: World) -> None:
        for way in ways:
            way(world)

    return do


def _git(*commands: str) -> Break:
    def do(world: World) -> None:
        for command in commands:
            world.run("bash", "-c", command)

    return do


def _home_file(world: World, path: str, text: str) -> None:
    place = world.home / path
    place.parent.mkdir(parents=True)
    place.write_text(text, encoding="utf-8")


def _only_there(world: World) -> None:
    world.git("tag", "v0.2.0")
    world.git("push", "--quiet", "origin", "v0.2.0")
    world.git("tag", "--delete", "v0.2.0")


def _diverged(world: World) -> None:
    pushed_by_another(world, theirs="theirs\n")
    world.commit("ours", ours="ours\n")


def _shallow(world: World) -> None:
    project, aside = world.project, world.project.with_name("aside")
    project.rename(aside)
    world.git("clone", "--quiet", "--depth=1", world.remote.as_uri(), project, cwd=aside)


def _merge_amid(world: World) -> None:
    world.git("switch", "--quiet", "--create", "topic", "HEAD~1")
    world.commit("theirs", **{"README.md": "theirs\n"})
    world.git("switch", "--quiet", "main")
    world.commit("ours", **{"README.md": "ours\n"})
    world.run("git", "merge", "topic")


def _no_fragment(world: World) -> None:
    for path in (world.project / "changelog.d").glob("+*"):
        path.unlink()
    world.commit("no fragment")


def _strangers(world: World) -> None:
    world.git("push", "--quiet", "origin", ":refs/tags/v0.1.0")
    world.git("tag", "--delete", "v0.1.0")


def _token() -> str:
    """Return what looks like a token of an index; it is none, and it stands in no file of ours."""
    return "py" + "pi-AgEIcHlwaS5vcmcCJGE1ZDk4ZGYwLTEyMzQtNDU2Ny04OTAxLTIzNDU2Nzg5MGFiYw" + "ACKlszLCJhYmNkZWZnaC0x" * 4


def _stray(world: World) -> None:
    world.write("src/acme/.env", "A=1\n")
    world.git("add", "--force", "src/acme/.env")
    world.commit("stray")


def _secret(world: World) -> None:
    world.commit("a secret", **{"deploy.sh": f'export TOKEN="{_token()}"\n'})


def _gate_in_tasks(body: str) -> Break:
    def do(world: World) -> None:
        path = world.project / "tasks.py"
        world.commit("a gate", **{"tasks.py": path.read_text() + "\n\n" + body})

    return do


GIT = [
    Way("a new file", lambda w: w.write("new.txt", "new\n"), "working tree", "uncommitted changes:\n?? new.txt", "git stash --include-untracked", mends=True),
    Way("an edited file", lambda w: w.write("README.md", "new\n"), "working tree", "uncommitted changes:\n M README.md", "git stash --include-untracked", mends=True),
    Way("a merge amid", _merge_amid, "merge or rebase", "a merge is not finished", "git merge --abort", mends=True, also=frozenset({"working tree", "conflict markers"})),
    Way("another branch", _git("git switch --quiet --create topic"), "branch", "on topic; releases are made from main", "git switch main", mends=True),
    Way("a detached head", _git("git switch --quiet --detach"), "branch", "HEAD is detached; releases are made from main", "git switch main", mends=True),
    Way("behind", lambda w: pushed_by_another(w, theirs="theirs\n"), "in sync", "origin has commits that are missing here", "git pull --rebase origin main", mends=True),
    Way("behind, fetched", lambda w: (pushed_by_another(w, theirs="theirs\n"), w.git("fetch", "--quiet")), "in sync", "behind: main is", "git pull --ff-only origin main", mends=True),
    Way("diverged", _diverged, "in sync", "origin has commits that are missing here", "git pull --rebase origin main", mends=True),
    Way("shallow", _shallow, "in sync", "this clone is shallow", "git fetch --unshallow --tags", mends=True, wanted="0.2.0"),
    Way("no remote", _git("git remote remove origin"), "in sync", "there is no remote origin", "git remote add origin URL"),
    Way("no identity", _git('git config user.name ""'), "git identity", "git identity is not configured", 'git config user.name "You" && git config user.email you@example.org', mends=True),
    Way("no key", _git("git config gpg.format ssh", "git config user.signingKey /nowhere/key.pub", "git config tag.gpgSign true"), "signing", "tag.gpgSign is set, but signing fails", "git config user.signingKey PATH"),
    Way("conflict markers", _file("docs/notes.md", MARKERS), "conflict markers", "conflict markers of a merge or an update: docs/notes.md:2, docs/notes.md:6", "$EDITOR docs/notes.md"),
    Way("a rejected hunk", _file("noxfile.py.rej", "@@\n"), "conflict markers", "conflict markers of a merge or an update: noxfile.py.rej", "$EDITOR noxfile.py.rej"),
    Way("a tag that is only here", _git("git tag v0.2.0"), "tag free", "and not on origin", "git tag --delete v0.2.0", mends=True, also=frozenset({"version order"}), wanted="0.2.0"),
    Way("a tag that is only there", _only_there, "tag free", "on origin already", "inv release 0.3.0", also=frozenset({"version order"}), wanted="0.2.0"),
]  # fmt: skip

VERSION = [
    Way("a higher tag elsewhere", _git("git tag v9.0.0 $(git commit-tree -m aside HEAD^{tree})"), "version order", "0.2.0 is not higher than v9.0.0", "inv release 9.1.0"),
    Way("two versions", _file("src/acme/version.py", '__version__ = "9.9"\n'), "matching versions", "src/acme/version.py says 9.9", "$EDITOR src/acme/version.py", also=frozenset({"version files"})),
    Way("a feature in a patch", _git("true"), "bump size", "0.1.1 is a patch release after 0.1.0", "inv release minor", wanted="patch"),
    Way("a name that is gone", _file("src/acme/__init__.py", '"""Acme."""\n'), "api", "can break users; 0.1.1 is a patch release", "inv release minor", wanted="patch", warns=True, also=frozenset({"bump size"})),
    Way("a name that is gone, strictly", _all(_edits("release.toml", ("smoke", "strict_api = true\nsmoke")), _file("src/acme/__init__.py", '"""Acme."""\n')), "api", "can break users; 0.1.1 is a patch release", "inv release minor", wanted="patch", also=frozenset({"bump size"})),
    Way("told already", _file("CHANGELOG.md", "# Changelog\n\n<!-- towncrier release notes start -->\n\n## 0.2.0 (2026-01-01)\n"), "changelog", "CHANGELOG.md has a section of 0.2.0 already", "$EDITOR CHANGELOG.md"),
]  # fmt: skip

NOTES = [
    Way("nothing to tell", _no_fragment, "fragments", "there is no fragment in changelog.d", 'inv note fix "what changed"', mends=True, wanted="minor"),
    Way("an unknown type", _file("changelog.d/7.novelty.md", "New\n"), "fragments", "cannot read the fragment 7.novelty.md", "$EDITOR changelog.d"),
    Way("an empty fragment", _file("changelog.d/7.fix.md", "\n"), "fragments", "cannot use the fragment 7.fix.md: it is empty", "$EDITOR changelog.d"),
    Way("a heading in a fragment", _file("changelog.d/7.fix.md", "# Mended\n\nAll of it.\n"), "notes markdown", "7.fix.md has a heading, which would end the section in the changelog: # Mended", "$EDITOR changelog.d/7.fix.md"),
    Way("a comment that stays open", _file("changelog.d/7.fix.md", "Mended.\n\n<!-- not all\n"), "notes markdown", "7.fix.md opens a comment or a tag of HTML and does not close it", "$EDITOR changelog.d/7.fix.md"),
    Way("a code block that stays open", _file("changelog.d/7.fix.md", "Use it:\n\n```\nacme\n"), "notes markdown", "7.fix.md opens a code block and does not close it", "$EDITOR changelog.d/7.fix.md"),
]  # fmt: skip

HERE_AND_INDEX = [
    Way("another version of a tool", lambda w: _edit(w, "constraints.txt", "check-wheel-contents==", "check-wheel-contents==0.0."), "tools", "constraints.txt has ==0.0.", "nox -s dev && . .venv/bin/activate"),
    Way("a clock that is late", _git("GIT_COMMITTER_DATE=2090-01-01T00:00:00Z git commit --quiet --allow-empty -m later"), "clock", "and the last commit is dated 2090-01-01 00:00", "timedatectl set-ntp true", warns=True),
    Way("a proxy", _git("true"), "upload target", "uploads go through a proxy: ALL_PROXY", "unset ALL_PROXY", warns=True, env={"ALL_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1"}),
    Way("another index for installers", _git("true"), "upload target", "installers use another index because of PIP_INDEX_URL", "unset PIP_INDEX_URL", warns=True, env={"PIP_INDEX_URL": "http://127.0.0.1:9/simple/"}),
    Way("another index in pip's configuration", lambda w: _home_file(w, ".config/pip/pip.conf", "[global]\nindex-url = http://127.0.0.1:9/simple/\n"), "upload target", "sets index-url: pip uses another index", "/.config/pip/pip.conf", warns=True),
    Way("a wrong password", _git("true"), "index account", "local answered 403 to ada, by the password from TWINE_PASSWORD", "export TWINE_USERNAME=... TWINE_PASSWORD=...", env={"TWINE_PASSWORD": "not-this-one"}),
    Way("no password", _git("true"), "index account", "there is no password for local: not in RELEASE_LOCAL_PASSWORD or TWINE_PASSWORD", "export TWINE_USERNAME=... TWINE_PASSWORD=...", env={"TWINE_PASSWORD": ""}),
    Way("a name of somebody else", _strangers, "project name", "local has acme 0.1.0, but no tag here is one of its versions", "git tag v0.1.0 COMMIT && git push origin v0.1.0", wanted="0.2.0"),
]  # fmt: skip

FILES = [
    Way("a secret", _secret, "secrets", "deploy.sh:1 pypi-upload-token", "$EDITOR deploy.sh"),
    Way("risky code", _file("src/acme/run.py", '"""Run."""\n\nimport subprocess\n\nsubprocess.run("ls", shell=True)\n'), "risky code", "src/acme/run.py:5 S602", "$EDITOR src/acme/run.py", warns=True),
    Way("a dangerous workflow", _file(".github/workflows/greet.yml", WORKFLOW), "workflows", ".github/workflows/greet.yml:1 dangerous-triggers", "$EDITOR .github/workflows/greet.yml"),
    Way("a known vulnerability", lambda w: _edit(w, "constraints.txt", "uv==", "holey==1.0\nuv=="), "audit", "holey 1.0 OSV-2026-1 (fixed in 1.1)", "nox -s audit"),
    Way("an advisory service that is away", lambda w: _edit(w, "release.toml", "advisories = ", "advisories = 'http://127.0.0.1:9/v1/query' # "), "audit", "could not run: known vulnerabilities", "nox -s audit", warns=True),
]  # fmt: skip

OWN = [
    Way("a command that fails", _git("true"), "links", "3 links are dead", "bash -c 'echo 3 links are dead; exit 1'", settings="""\n[[gates]]\nname = "links"\nrun = ["bash", "-c", "echo 3 links are dead; exit 1"]\n"""),
    Way("a function that refuses", _gate_in_tasks('@gate("schema", run="make schema")\ndef schema(ctx):\n    return f"no schema for {ctx.release.version}"\n'), "schema", "no schema for 0.2.0", "make schema"),
    Way("a function that crashes", _gate_in_tasks('@gate("schema")\ndef schema(ctx):\n    return ctx.nothing\n'), "schema", "it crashed: AttributeError: 'Context' object has no attribute 'nothing'", ""),
    Way("a session that there is not", _git("true"), "test", "the noxfile has no session test: lint", "$EDITOR release.toml", settings='quality = ["test"]\n'),
]  # fmt: skip

SESSIONS = [
    Way("style", _file("src/acme/more.py", '"""More."""\n\nimport os\n'), "lint", "Remove unused import", "nox -s lint", also=frozenset({"tests"}), settings='quality = ["lint"]\n'),
    Way("types", _file("src/acme/more.py", '"""More."""\n\nSIZE: int = "large"\n'), "types", "Incompatible types in assignment", "nox -s types", also=frozenset({"tests"}), settings='quality = ["types"]\n'),
    Way("a test that fails", _file("tests/test_more.py", "def test_more():\n    assert 1 == 2\n"), "tests-3.13", "1 failed", "nox -s tests-3.13", settings='quality = ["tests"]\n'),
    Way("code that no test reaches", _file("src/acme/more.py", '"""More."""\n\n\ndef more(x: int) -> int:\n    """Add."""\n' + "    x += 1\n" * 20 + "    return x\n"), "coverage", "fail-under=90", "nox -s tests coverage", settings='quality = ["tests", "coverage"]\n'),
    Way("a page that the documentation lacks", _file("docs/index.md", "# Acme\n\n[gone](gone.md)\n"), "docs", "Aborted because --strict flag is set", "nox -s docs", also=frozenset({"tests"}), settings='quality = ["docs"]\n'),
]  # fmt: skip

_AFTER_BUILD = frozenset({"installs", "sdist installs", "upgrade"})

DISTRIBUTIONS = [
    Way("what cannot be built", lambda w: _edit(w, "pyproject.toml", '"hatchling.build"', '"hatchling.gone"'), "builds", "cannot build", "nox -s build", distributions=True),
    Way("a description that cannot be shown", _edits("pyproject.toml", ('readme = "README.md"', 'readme = { text = ".. nothing::\\n\\n`", content-type = "text/x-rst" }')), "metadata", "long_description", "$EDITOR pyproject.toml", distributions=True),
    Way("the release process in the wheel", _edits("pyproject.toml", ('packages = ["src/acme"]', 'packages = ["src/acme"]\nforce-include = { "tasks.py" = "tasks.py" }'), ('only-include = ["src", ', 'only-include = ["src", "tasks.py", ')), "contents", "contains tasks.py", "$EDITOR pyproject.toml", distributions=True, also=frozenset({"installs", "sdist installs", "upgrade"})),
    Way("a stray file", _stray, "stray files", "acme/.env", "$EDITOR pyproject.toml", distributions=True, also=frozenset({"contents"})),
    Way("much larger than before", lambda w: w.commit("large", **{"src/acme/table.py": '"""Table."""\n\nROWS = "' + "".join(sha256(str(n).encode()).hexdigest() for n in range(300)) + '"\n'}), "size", "had", "in dist/, after nox -s build", warns=True, distributions=True),
    Way("a package that does not run", _file("src/acme/__init__.py", '"""Acme."""\n\nraise RuntimeError("broken")\n'), "installs", "RuntimeError: broken", "nox -s tests", also=frozenset({"sdist installs", "upgrade"}), distributions=True),
    Way("a build that is never the same", _all(_edits("pyproject.toml", ("[tool.hatch.build.targets.wheel]", "[tool.hatch.build.hooks.custom]\n\n[tool.hatch.build.targets.wheel]"), ('only-include = ["src", ', 'only-include = ["src", "hatch_build.py", ')), _file("hatch_build.py", HOOK)), "reproducible", "built twice with different bytes: acme-0.2.0-py3-none-any.whl", "$EDITOR pyproject.toml", warns=True, distributions=True),
    Way("a licence that is not allowed", _all(_edits("pyproject.toml", ("dependencies = []", 'dependencies = ["packaging>=26"]')), _edits("release.toml", ("smoke", 'licenses = ["ISC"]\nsmoke'))), "licences", "packaging (Apache-2.0 OR BSD-2-Clause)", "$EDITOR release.toml", warns=True, distributions=True),
]  # fmt: skip

WAYS = [*GIT, *VERSION, *NOTES, *HERE_AND_INDEX, *FILES, *OWN, *SESSIONS, *DISTRIBUTIONS]
