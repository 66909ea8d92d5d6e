"""Release commits that a contributor makes nearly as ours are made: one world, a form a row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from release.context import Context
from release.engine.step import State
from release.steps.commit import COMMIT
from release.versioning.release_commit import why_not_ours
from tests.forgeries.forging import EVIL
from tests.support.making import ready, releasing, set_version, told
from tests.support.world import World

SAYS = "Release acme 0.1.0\n\nRelease: 0.1.0"
PATH = "src/acme/evil.py"


def _file(path: str, text: str = "1\n") -> Callable[[World], None]:
    return lambda world: world.write(path, text)


def _edit(path: str, old: str, new: str) -> Callable[[World], None]:
    def edit(world: World) -> None:
        text = (world.project / path).read_text(encoding="utf-8")
        assert old in text
        world.write(path, text.replace(old, new, 1))

    return edit


def _mode(path: str) -> Callable[[World], None]:
    return lambda world: (world.project / path).chmod(0o755)


def _link(path: str, to: str) -> Callable[[World], None]:
    def link(world: World) -> None:
        (world.project / path).unlink(missing_ok=True)
        (world.project / path).symlink_to(to)

    return link


def _submodule(world: World) -> None:
    world.git("update-index", "--add", "--cacheinfo", f"160000,{'2' * 40},lib")


def _hidden_by_attributes(world: World) -> None:
    world.write(PATH, "1\n")
    (world.project / ".git" / "info" / "attributes").write_text("* -diff binary linguist-generated\n")


# What a form changes besides version and notes, and what is said of it.
FORMS: dict[str, tuple[Callable[[World], None], str]] = {
    "a requirement of the build": (_edit("pyproject.toml", "requires = [", 'requires = ["evil", '), "pyproject.toml"),
    "text after the version": (_edit("pyproject.toml", '"0.1.0"', '"0.1.0"  # x'), "pyproject.toml"),
    "the mode of pyproject.toml": (_mode("pyproject.toml"), "pyproject.toml"),
    "the mode of the changelog": (_mode("CHANGELOG.md"), "CHANGELOG.md"),
    "the changelog as a link": (_link("CHANGELOG.md", "README.md"), "no section of 0.1.0"),
    "older notes": (_edit("CHANGELOG.md", "What 0.0.1 is", "What 0.0.1 was"), "CHANGELOG.md"),
    "code among the fragments": (_file("changelog.d/evil.py"), "changelog.d/evil.py"),
    "code below the fragments": (_file("changelog.d/more/conftest.py"), "changelog.d/more/conftest.py"),
    "a fragment": (_file("changelog.d/+x.feature.md"), "changelog.d/+x.feature.md"),
    "a fragment as a link": (_link("changelog.d/+x.feature.md", "../README.md"), "changelog.d/+x.feature.md"),
    "an SBOM of other content": (_file("sbom.cdx.json", '{"evil": 1}\n'), "sbom.cdx.json"),
    "pins": (_file("constraints-own.txt", "evil==1\n"), "constraints-own.txt"),
    "a lock file": (_file("uv.lock", '[[package]]\nname = "evil"\n'), "uv.lock"),
    "the changelog in small letters": (_file("changelog.md"), "changelog.md"),
    "code that attributes hide": (_hidden_by_attributes, PATH),
    "a submodule": (_submodule, "lib"),
}


def _made(world: World, head: str, forge: Callable[[World], None]) -> None:
    world.git("reset", "--quiet", "--hard", head)
    set_version(world, "0.1.0")
    told(world, "0.1.0")
    for fragment in (world.project / "changelog.d").glob("*.md"):
        fragment.unlink()
    world.git("add", "--all")
    forge(world)
    world.git("add", "--all", "--", *(path.name for path in world.project.iterdir() if path.name != ".git"))
    world.git("commit", "--quiet", "--message", SAYS)


def _why_not(ctx: Context, world: World) -> str:
    return why_not_ours(ctx, world.git("rev-parse", "HEAD"))


def _start(world: World) -> str:
    ready(world)
    told(world, "0.0.1")
    return world.commit("older notes")


def test_a_release_commit_changes_version_and_notes_and_nothing_else(repository: World) -> None:
    head = _start(repository)
    ctx = releasing(repository)
    _made(repository, head, lambda _: None)
    assert _why_not(ctx, repository) == ""
    taken = {}
    for form, (forge, said) in FORMS.items():
        _made(repository, head, forge)
        why = _why_not(ctx, repository)
        Path(repository.project, ".git", "info", "attributes").unlink(missing_ok=True)
        if said not in why:
            taken[form] = why
    assert taken == {}


def test_a_release_commit_hides_no_change_behind_another_parent(repository: World) -> None:
    """An octopus whose tree has nothing of what it merges: later merges would leave that out as merged already."""
    head = _start(repository)
    _made(repository, head, lambda _: None)
    made = repository.git("rev-parse", "HEAD")
    repository.git("reset", "--quiet", "--hard", head)
    evil = repository.commit("evil", **EVIL)
    octopus = repository.git("commit-tree", "-p", head, "-p", evil, "-p", made, "-m", SAYS, f"{made}^{{tree}}")
    repository.git("reset", "--quiet", "--hard", octopus)

    seen = COMMIT.observe(releasing(repository))

    assert seen.state is State.CONFLICT
    assert seen.fact.endswith("is not a release commit: it changes more than version and notes: src/acme/evil.py")


def test_a_message_in_an_unusual_form_makes_no_release(repository: World) -> None:
    head = _start(repository)
    said = {}
    for form, message in {
        "a folded value": "Release acme 0.1.0\n\nRelease:\n 0.1.0",
        "digits of another script": "Release acme 0.1.0\n\nRelease: \uff10.\uff11.\uff10",
        "another version in the subject": "Release acme 0.1.1\n\nRelease: 0.1.0",
        "a version in the middle": "Release acme 0.1.0\n\nRelease: 0.1.0\n\nand more text",
    }.items():
        _made(repository, head, lambda _: None)
        repository.git("commit", "--quiet", "--amend", "--cleanup=verbatim", "--message", message)
        said[form] = COMMIT.observe(releasing(repository)).state
    assert set(said.values()) == {State.ABSENT}, said
