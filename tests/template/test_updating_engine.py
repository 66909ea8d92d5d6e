"""Changing over between release/ and the installed release process, and the pin that an update moves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import copier
import pytest

from tests.support.evolution import HELLO, SESSION, TABLE, TASK, append, edit
from tests.support.installed import VERSION, install, requirement, tag_version, template_repository
from tests.support.rendered import contents
from tests.support.world import NOXFILE, World

NEXT = "0.4.0"
MINE = "\n# Ours: a comment in the middle of the release process.\n"


@dataclass(frozen=True)
class Pair:
    """A template of two versions, and a place for projects beside it."""

    template: World
    place: Path

    def project(self, **answers: str) -> World:
        """Return a project of the first version, committed, in which the owner has worked."""
        data = {"project_name": "acme"} | answers
        copier.run_copy(
            str(self.template.project), self.place / "acme", data=data, defaults=True, quiet=True, vcs_ref=f"v{VERSION}"
        )
        world = World(self.place / "acme", self.place / "acme.git", "", self.place / "home")
        world.git("init", "--quiet")
        world.commit("start")
        live_in_it(world.project)
        world.commit("a week's work")
        return world

    def fresh(self, version: str, **answers: str) -> dict[str, bytes]:
        """Return the files of a fresh render, edited as the owner edits theirs."""
        place = self.place / f"fresh-{version}-{len(list(self.place.iterdir()))}"
        data = {"project_name": "acme"} | answers
        copier.run_copy(str(self.template.project), place, data=data, defaults=True, quiet=True, vcs_ref=f"v{version}")
        live_in_it(place)
        return contents(place)


def live_in_it(root: Path) -> None:
    """Change every file that is shared, and one of the seeds."""
    edit(root / "pyproject.toml", ("dependencies = []\n", 'dependencies = [\n  "click",\n]\n'))
    append(root / "pyproject.toml", TABLE)
    append(root / "noxfile.py", SESSION)
    append(root / "tasks.py", TASK)
    append(root / "release.toml", "quality = []\n")
    (root / "README.md").write_text("# acme\n\nMine.\n")


def files(world: World) -> dict[str, bytes]:
    """Return the files that git knows of a project."""
    names = world.git("ls-files").splitlines()
    return {name: (world.project / name).read_bytes() for name in names}


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    template = template_repository(tmp_path)
    edit(template.project / "template/RELEASING.md.jinja", ("# How a release is made\n", "# How releases are made\n"))
    edit(template.project / "template" / NOXFILE, ("# ---- Below this line", f"{HELLO}# ---- Below this line"))
    tag_version(template, NEXT)
    return Pair(template, tmp_path)


def answer(world: World, *change: tuple[str, str]) -> None:
    """Change an answer as the file itself says."""
    edit(world.project / ".copier-answers.yml", *change)
    world.commit("another answer")


def updated(world: World, *words: str) -> str:
    ran = world.inv("update", *words, "--yes")
    assert ran.code == 0, ran.text
    return ran.out


def test_an_update_moves_the_pin_together_with_the_files(pair: Pair) -> None:
    world = pair.project(engine="installed")
    install(requirement(world.project), pair.place / "engine")

    told = updated(world)

    commit = pair.template.git("rev-parse", f"v{NEXT}")
    assert f"@{commit} ;" in requirement(world.project)
    assert f'",  # v{NEXT}\n' in (world.project / "pyproject.toml").read_text()
    assert files(world) == pair.fresh(NEXT, engine="installed")
    assert told.splitlines()[-2:] == [
        "the release process changed; next: nox -s dev && . .venv/bin/activate",
        "main is at 0.4.0 of the template",
    ]


def test_over_and_back_again_nothing_of_the_owners_is_lost(pair: Pair) -> None:
    world = pair.project()
    append(world.project / "release/values/version_numbers.py", MINE)
    edited = world.commit("an edit of ours in release/")
    answer(world, ("docs: zensical\n", "docs: zensical\nengine: installed\n"))

    told = updated(world)

    assert "engine: repository, now installed" in told
    assert "your changes in release/, which is removed (they stay in the history):\n" in told
    assert re.search(r"(?m)^\+# Ours: a comment in the middle of the release process\.$", told)
    assert files(world) == pair.fresh(NEXT, engine="installed")
    assert MINE in world.git("show", f"{edited}:release/values/version_numbers.py") + "\n"
    assert not (world.project / "release/__init__.py").exists()

    install(requirement(world.project), pair.place / "engine")
    answer(world, ("engine: installed\n", "engine: repository\n"))
    told = updated(world)

    assert "engine: installed, now repository" in told
    assert files(world) == pair.fresh(NEXT)
    (pair.place / "engine").rename(pair.place / "not-installed-any-more")
    assert world.inv("version").out == "acme 0.1.0.dev0\n"


def test_copier_alone_does_not_remove_an_edited_release_folder(pair: Pair) -> None:
    """With the answer on the command line it is refused; where the file has it, Copier goes back to the default."""
    world = pair.project()
    append(world.project / "release/values/version_numbers.py", MINE)
    world.commit("an edit of ours in release/")
    before = files(world)

    for update in (copier.run_update, copier.run_recopy):
        with pytest.raises(ValueError, match="Copier alone would remove it with your edits, unseen") as refused:
            update(world.project, data={"engine": "installed"}, defaults=True, overwrite=True, quiet=True)
        assert files(world) == before
    assert "`engine: installed` into .copier-answers.yml, commit it, and run: inv update" in str(refused.value)

    answer(world, ("docs: zensical\n", "docs: zensical\nengine: installed\n"))
    copier.run_update(world.project, defaults=True, overwrite=True, quiet=True)
    assert MINE in (world.project / "release/values/version_numbers.py").read_text()
    assert "engine: installed" not in (world.project / ".copier-answers.yml").read_text()
    world.git("reset", "--quiet", "--hard")
    assert "your changes in release/, which is removed" in updated(world)  # what the message advises
