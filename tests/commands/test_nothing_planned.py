"""Who plans nothing sees nothing of it: every command prints what it prints with the planning cut out."""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import replace

import pytest

from tests.support.lines import released
from tests.support.world import World

COMMANDS = [
    ("status",),
    ("status", "--json"),
    ("version",),
    ("notes",),
    ("preflight",),
    ("gates", "production"),
    ("gates", "candidate"),
    ("release", "--dry-run"),
    ("release", "minor", "--pre=rc", "--dry-run"),
    ("note", "fix", "Mend it", "--dry-run"),
    ("abort", "--dry-run"),
    ("freeze", "minor", "--dry-run"),
    ("hotfix", "--reason=security", "--dry-run"),
    ("yank", "0.1.0", "--reason=broken", "--dry-run"),
    ("announce", "--dry-run"),
    ("history",),
    ("--list",),
]
WITHOUT = {
    "release/planning/planned_lines.py": "\n\ndef planned_lines(ctx):\n    return None\n",
    "release/gates/planned_release_gates.py": "\n\ndef concerning(ctx):\n    return ()\n",
}


def printed(world: World) -> dict[str, list[str]]:
    """Return what each command prints, without times and the place; gates are asked at once, in any order."""
    found = {}
    for words in COMMANDS:
        ran = world.inv(*words)
        text = re.sub(r" +\d+\.\d s\b|\b[0-9a-f]{7,40}\b|\d+(\.\d+)? (GB|MB)", "", ran.text)
        text = text.replace(str(world.project.parent), "HERE")
        found[" ".join(words)] = [f"exit code {ran.code}", *sorted(text.splitlines())]
    return found


@pytest.mark.journey
def test_every_command_prints_the_same_with_the_planning_cut_out(repository: World) -> None:
    """The gates and the lines of `inv status` are the two doors through which planning gets into another command."""
    released(repository)
    repository.note("fix", "Mend it")
    place = repository.project.parent / "cut"
    cut = replace(repository, project=place / "acme", remote=place / "acme.git")
    for ours, theirs in ((repository.project, cut.project), (repository.remote, cut.remote)):
        shutil.copytree(ours, theirs)
    cut.git("remote", "set-url", "origin", cut.remote)
    for world, more in ((repository, dict.fromkeys(WITHOUT, "# as it is\n")), (cut, WITHOUT)):
        texts = {path: (world.project / path).read_text() + text for path, text in more.items()}
        world.commit("a change", **texts)
        world.git("push", "--quiet", "origin", "main")

    shown = printed(repository)

    assert any("is released" in row for row in shown["status"])
    assert shown == printed(cut)
    assert not [words for words, rows in shown.items() if words != "--list" and re.search(r"\bplan", "".join(rows))]


def test_a_list_of_tasks_loads_nothing_of_planning(repository: World) -> None:
    ran = repository.run(sys.executable, "-X", "importtime", "-m", "invoke", "--list")

    assert "release.tasks.planning_tasks" in ran.err
    assert "release.planning" not in ran.err
