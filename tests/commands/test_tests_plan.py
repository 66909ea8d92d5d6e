"""What the changes of a release ask to be tested, by which evidence; what nothing does is shown as missing."""

from __future__ import annotations

import json
import sys
from typing import Any

from release.insight.release_changes import ReleaseChanges
from release.insight.tests_asked import asked_tests
from tests.support.lines import CODE, configured, released
from tests.support.world import World

PLAN = """\
[[item]]
title = "x"
[[check]]
name = "plugin authors tried it"
stage = "beta"
[[objective]]
text = "fast"
run = ["python", "benchmarks/first.py"]
at_most = 50
"""
GATES = '[[gates]]\nname = "tests"\nrun = ["true"]\n[[gates]]\nname = "integration tests"\nrun = ["true"]\n'


def plan(world: World, *words: str) -> dict[str, Any]:
    ran = world.inv("test-plan", "--json", *words)
    assert (ran.code, ran.err) == (0, ""), ran.text
    found: dict[str, Any] = json.loads(ran.out)
    return found


def changed(world: World) -> World:
    """Release 0.1.0, then: a fix without and one with a test, the API changed, a dependency, a command, a guide."""
    released(world)
    configured(world, GATES)
    fixed = "changelog.d/+quick.fix.md"
    world.commit("a quick fix", **{CODE: '"""More."""\n', fixed: "Mend it\n"})
    world.commit("a fix", **{"changelog.d/+good.fix.md": "Mend more\n", "tests/test_more.py": "def test(): pass\n"})
    text = (world.project / "pyproject.toml").read_text()
    text = text.replace("dependencies = []", 'dependencies = ["idna>=3"]\nscripts = { acme = "acme.extra:main" }', 1)
    world.commit(
        "depend", **{"pyproject.toml": text, "docs/guide.md": "A guide\n", "benchmarks/first.py": "print(1)\n"}
    )
    world.commit("plan", **{"plans/0.2.toml": PLAN})
    world.git("push", "--quiet", "origin", "main")
    return world


def test_each_kind_has_its_evidence_and_who_does_it(repository: World) -> None:
    world = changed(repository)

    found = plan(world)

    nothing = "no coverage was measured here, so uncovered lines are not known: nox -s tests coverage"
    assert (found["since"], found["doubts"]) == ("v0.1.0", [nothing])
    tests = {each["kind"]: each for each in found["tests"]}
    states = {kind: (each["state"], each["by"]) for kind, each in tests.items()}
    assert states == {
        "unit": ("covered", ["tests"]),
        "integration": ("covered", ["integration tests"]),
        "end-to-end": ("missing", []),
        "performance": ("covered", ["objectives of the plan"]),
        "security": ("missing", []),
        "regression": ("in part", ["tests"]),
        "compatibility": ("covered", ['check "plugin authors tried it"']),
        "examples": ("missing", []),
    }
    assert tests["unit"]["evidence"] == [f"1 module changed: {CODE}"]
    assert tests["regression"]["gap"] == "without a test: +quick.fix.md"
    assert tests["end-to-end"]["evidence"] == ["entry points: + acme = acme.extra:main"]
    assert tests["integration"]["evidence"] == ["requirements: + idna>=3"]
    assert any(each.startswith("API: ") and "ONE" in each for each in tests["compatibility"]["evidence"])
    assert found["people"] == [{"name": "plugin authors tried it", "stage": "beta", "state": "open"}]

    text = world.inv("test-plan").out
    assert "  missing  end-to-end     not covered " in text
    assert text.endswith(
        "\nnext: $EDITOR release.toml      (a [[gates]] named end-to-end, or a [[check]] of the plan)\n"
    )
    assert (
        "| missing | examples | not covered | 1 document changed: docs/guide.md"
        in world.inv("test-plan", "--markdown").out
    )


def test_changed_lines_that_no_test_runs_are_listed_as_long_as_they_are_what_was_measured(repository: World) -> None:
    released(repository)
    configured(repository, GATES)
    old = "def old(x: int) -> int:\n    if x:\n        return 1\n    return 2\n"
    repository.commit("old", **{CODE: old})
    repository.git("tag", "--annotate", "--message=0.2.0", "v0.2.0")
    repository.git("push", "--quiet", "origin", "main", "v0.2.0")
    more = "\n\ndef more(x: int) -> int:\n    if x:\n        x += 1\n        return x\n    return 3\n"
    repository.commit("more", **{CODE: old + more})
    repository.write("tests/measured.py", f"import runpy; runpy.run_path('{CODE}')['more'](0)\n")
    for words in (("run", "tests/measured.py"), ("combine",)):  # with the configuration that a project has
        assert repository.run(sys.executable, "-m", "coverage", *words).code == 0

    found = plan(repository)

    unit = next(each for each in found["tests"] if each["kind"] == "unit")
    assert (unit["state"], unit["gap"]) == ("in part", f"changed lines that no test covers: {CODE}:9-10")
    assert found["doubts"] == []
    past = plan(repository, f"--at={repository.git('rev-parse', 'HEAD^')}")
    assert (past["since"], past["tests"]) == ("v0.2.0", [])
    assert plan(repository, f"--at={repository.git('rev-parse', 'HEAD')}")["tests"] == found["tests"]
    (repository.project / CODE).touch()
    assert plan(repository)["doubts"] == [f"changed since coverage was measured: {CODE}: nox -s tests coverage"]


def test_where_nothing_changed_nothing_is_asked(repository: World) -> None:
    released(repository)

    assert plan(repository)["tests"] == []
    assert repository.inv("test-plan").out.endswith("\n\n  no changes that require a test\n")


def test_a_file_that_was_often_mended_asks_for_regression_tests() -> None:
    changes = ReleaseChanges("v1.0.0", sources=("src/acme/a.py",), fragile=("src/acme/a.py (4 fixes)",))

    found = {each.kind: each for each in asked_tests(changes, ["tests-3.12", "coverage"], ["integration"], [], 0)}

    assert list(found) == ["unit", "regression"]
    assert found["unit"].by == ("tests-3.12", "coverage")
    assert found["regression"].evidence == ("often mended: src/acme/a.py (4 fixes)",)
    assert (found["regression"].state, found["regression"].by) == ("covered", ("tests-3.12",))
