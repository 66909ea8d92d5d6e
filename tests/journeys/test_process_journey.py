"""The process as a team goes through it: two clones, two people, from a freeze to the minor release after a hotfix."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.killing import told
from tests.support.lines import CODE, START, configured, there
from tests.support.person import Person
from tests.support.seed import SEED
from tests.support.world import make_world

pytestmark = pytest.mark.journey

PROCESS = """
[freeze]
lock = false

[[roles]]
name = "quality"
members = ["grace@example.org"]

[[roles]]
name = "manager"
members = ["ada@example.org"]

[[types]]
name = "minor"
stages = ["feature-complete", "alpha", "beta", "candidate", "production"]

[[stages]]
name = "production"
roles = ["quality", "manager"]
people = 2
signed = true

[[stages]]
name = "hotfix"
roles = ["manager"]
"""


WAYS = ["repository", "installed"]  # one of them in each run, as in test_rotating.py


@pytest.fixture(params=[WAYS[SEED % 2]])
def team(tmp_path: Path, request: pytest.FixtureRequest, index: str) -> tuple[Person, Person]:
    """Ada, who manages releases, and Grace, who looks after quality."""
    rendered: Path = request.getfixturevalue("rendered" if request.param == "repository" else "rendered_installed")
    if request.param == "installed":
        (tmp_path / "engine").symlink_to(rendered.parent / "engine")
    world = make_world(tmp_path, rendered, index)
    ada = Person(world, "Ada Lovelace", "ada@example.org")
    other = replace(world, project=world.clone("graces"))
    grace = Person(other, "Grace Hopper", "grace@example.org")
    path = world.project / "release.toml"
    path.write_text('signers = "signers"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    configured(world, PROCESS)
    world.write("signers", f"{ada.signer}\n{grace.signer}\n")
    world.write(CODE, START)
    world.commit("The process")
    world.git("push", "--quiet", "origin", "main")
    ada.types("note", "feature", "The first thing")
    world.git("push", "--quiet", "origin", "main")
    ada.types("waive", "stages", "--reason", "the first release", "--until", "2999-12-31", "--as", "manager")
    ada.types("waive", "approvals", "--reason", "nobody uses it yet", "--until", "2999-12-31", "--as", "manager")
    return ada, grace


def the_first_release(ada: Person, grace: Person) -> None:
    """The first release: what is not met is waived, and the tag says so."""
    world = ada.world
    assert "ignoring warnings: stages, approvals" in ada.types("release", "0.1.0", "--yes")
    assert "Waived: approvals: waived by Ada Lovelace" in world.git("tag", "--list", "--format=%(contents)", "v0.1.0")
    for name in [ref for ref in world.remote_refs() if "waivers" in ref and not ref.endswith("^{}")]:
        world.git("push", "--quiet", "origin", f":{name}")


def freeze_it(ada: Person, grace: Person) -> None:
    """Freeze: main goes on, the line takes fixes only."""
    world = ada.world
    ada.types("note", "feature", "The second thing")
    world.git("push", "--quiet", "origin", "main")
    assert "cannot release: stages" in ada.is_refused("release", "minor", "--yes")
    ada.types("freeze", "minor", "--yes")
    ada.changes("THREE = 3", "THREE = 33", "Main goes on", "feature")
    grace.pulls("release/0.2")
    assert "frozen  release/0.2" in grace.types("status")


def let_something_in(ada: Person, grace: Person) -> None:
    """An exception, refused and then granted."""
    sneaked = grace.changes("More of it", "Much more of it")
    assert "it changes src/acme/extra.py without" in grace.is_refused("freeze", "--check", "release/0.2~1..HEAD")
    assert "cannot release: freeze" in grace.is_refused("release", "--pre", "alpha", "--yes")
    ada.world.git("fetch", "--quiet")
    ada.types("freeze", "--allow", sneaked, "--reason", "a customer waits")
    assert "by Ada Lovelace <ada@example.org>: a customer waits" in grace.types("status")


def make_candidates(ada: Person, grace: Person) -> None:
    """Alpha, beta, two candidates with a fix between."""
    for pre, version in (("alpha", "0.2.0a1"), ("beta", "0.2.0b1"), ("rc", "0.2.0rc1")):
        assert f"acme {version} is released" in grace.types("release", "--pre", pre, "--yes")
    grace.changes("ONE = 1", "ONE = 11", "One is eleven")
    assert "since 0.2.0rc1 these changed: src/acme/extra.py" in grace.is_refused("release", "--yes")
    assert "acme 0.2.0rc2 is released" in grace.types("release", "--pre", "rc", "--yes")


def approve_it(ada: Person, grace: Person) -> None:
    """Approvals: one void by a later commit, one by the wrong person, one unsigned."""
    world = ada.world
    grace.types("approve", "production")
    grace.changes("x", "x", "Say it better", "docs")
    gates = grace.is_refused("gates", "production")
    assert "is what would be released" in gates
    assert "production: Red (missed: approvals)" in gates
    assert "grace@example.org does not hold the role manager" in grace.is_refused(
        "approve", "production", "--as", "manager"
    )
    ada.pulls("release/0.2")
    world.git("config", "user.signingKey", grace.key)
    assert "no key of ada@example.org in signers signed it" in ada.is_refused("approve", "production")
    world.git("config", "user.signingKey", ada.key)
    ada.types("approve", "production")
    assert "as quality is missing" in ada.is_refused("release", "--yes")
    grace.types("approve", "production", "--note", "tried on my machine")
    assert "production: Green\ngo" in ada.types("gates", "production")


def release_it(ada: Person, grace: Person) -> None:
    """The final; main has it, too."""
    world = ada.world
    assert "acme 0.2.0 is released" in ada.types("release", "--yes")
    assert "Approved: quality: Grace Hopper" in world.git("tag", "--list", "--format=%(contents)", "v0.2.0")
    main = there(world, "main", "CHANGELOG.md")
    assert [text for text in ("The second thing", "One is eleven", "Say it better") if f"- {text}" in main] == [
        "The second thing",
        "One is eleven",
        "Say it better",
    ]


def hotfix_it(ada: Person, grace: Person) -> None:
    """A hotfix, while main has moved on and conflicts in one file."""
    ada.pulls("main")
    ada.changes("ONE = 11", "ONE = 111", "Main reworks one", "feature")
    grace.pulls("release/0.2")
    grace.world.git("switch", "--quiet", "--create", "urgent", "v0.2.0")
    fix = grace.changes("ONE = 11", "ONE = 12", "One is twelve")
    assert "cannot release: approvals" in grace.is_refused("hotfix", "--reason", "outage", "--pick", fix, "--yes")
    assert "hotfix: Red (missed: approvals)" in grace.is_refused("gates", "hotfix")
    assert "on hotfix/0.2.1 is approved for hotfix as manager" in ada.types("approve", "hotfix")
    told_ = grace.types("hotfix", "--continue", "--yes")
    assert "acme 0.2.1 is released" in told_
    assert "a debt" in told_


def pay_the_debt(ada: Person, grace: Person) -> None:
    """The debt refuses the next minor, until it is paid."""
    world = ada.world
    ada.pulls("main")
    assert "debt    main" in ada.types("status")
    assert "main lacks of v0.2.1" in ada.is_refused("release", "minor", "--yes")
    left = ada.is_refused("merge-back", "--yes")
    world.write(
        CODE,
        START.replace("More", "Much more").replace("ONE = 1\n", "ONE = 112\n").replace("THREE = 3\n", "THREE = 33\n"),
    )
    ran = world.run("bash", "-c", told(left).replace("$EDITOR", "true"))
    assert ran.code == 0, ran.text
    assert "debt" not in ada.types("status")


def release_the_next_minor(ada: Person, grace: Person) -> None:
    """The next minor, with its own stages."""
    ada.types("freeze", "minor", "--yes")
    ada.pulls("release/0.3")
    for pre in ("alpha", "beta", "rc"):
        ada.types("release", "--pre", pre, "--yes")
    ada.types("approve", "production")
    grace.pulls("release/0.3")
    grace.types("approve", "production")
    assert "acme 0.3.0 is released" in grace.types("release", "--yes")


def test_a_minor_release_and_a_hotfix_by_two_people(team: tuple[Person, Person]) -> None:
    for step in (
        the_first_release,
        freeze_it,
        let_something_in,
        make_candidates,
        approve_it,
        release_it,
        hotfix_it,
        pay_the_debt,
        release_the_next_minor,
    ):
        step(*team)

    world = team[0].world
    versions = {name.split("-")[1] for name in world.files() if name.endswith(".whl")}
    assert versions == {"0.1.0", "0.2.0a1", "0.2.0b1", "0.2.0rc1", "0.2.0rc2", "0.2.0", "0.2.1"} | {
        "0.3.0a1",
        "0.3.0b1",
        "0.3.0rc1",
        "0.3.0",
    }
    subjects = world.git("log", "--first-parent", "--format=%s", "main", cwd=world.remote).splitlines()
    print("\n".join(world.git("log", "--graph", "--oneline", "--all", cwd=world.remote).splitlines()))
    assert subjects[:4] == [
        "Merge acme 0.3.0 into main",
        "Open main for 0.4.0.dev0",
        "Merge acme 0.2.1 into main",
        "Main reworks one",
    ]
