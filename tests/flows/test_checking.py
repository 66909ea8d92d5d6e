"""A preflight finds what is wrong with a project: every way to break it, by the right gate, with what mends it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from release import own
from release.adapters.embedded import embedded_index
from release.context import Choice, load_context
from release.flows.checking import Findings, preflight
from tests.faults.killing import told
from tests.flows.broken import WAYS, Way
from tests.support.mould import Mould, mould_of
from tests.support.secrets import PASSWORD, USER
from tests.support.serving import Answer, Request, serving
from tests.support.traces import bytes_below
from tests.support.world import World, make_world, render

PYTHON = "3.13"
OF_DISTRIBUTIONS = (
    *("builds", "file names", "metadata", "contents", "stray files", "size", "secrets inside", "installs"),
    *("sdist installs", "upgrade", "licences", "reproducible"),
)
SETTINGS = """\
python = ["{python}"]
{quality}advisories = "{advisories}"

[[index]]
name = "local"
upload = "{index}"
simple = "{index}simple/"

[retry]
attempts = 2
pause = 0.01
"""


def advisories(request: Request) -> Answer:
    """Answer as OSV does (https://google.github.io/osv.dev/post-v1-query/): one package has a known hole."""
    asked = json.loads(request.body)["package"]["name"]
    ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.1"}]}]
    affected = [{"package": {"name": "holey", "ecosystem": "PyPI"}, "ranges": ranges}]
    found = {"vulns": [{"id": "OSV-2026-1", "summary": "a hole", "affected": affected}]} if asked == "holey" else {}
    return Answer(body=json.dumps(found), content_type="application/json")


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mould]:
    """A project with everything on, one release behind it and a fragment for the next, which a preflight lets pass."""
    place = tmp_path_factory.mktemp("healthy")
    rendered = render(place / "rendered" / "acme", python_min=PYTHON, kind="command-line")
    digest = base64.b64encode(hashlib.sha1(PASSWORD.encode(), usedforsecurity=False).digest()).decode()
    (place / "htpasswd").write_text(f"{USER}:{{SHA}}{digest}\n")
    with embedded_index(place / "index", place / "htpasswd") as index, serving(advisories) as service:

        def settings(project: Path) -> None:
            path = project / "release.toml"
            kept = "".join(line for line in (rendered / "release.toml").read_text())
            where = {"python": PYTHON, "advisories": f"{service}v1/query", "index": index, "quality": "quality = []\n"}
            path.write_text(kept + SETTINGS.format(**where))

        world = make_world(place, rendered, index, settings)
        world.note("feature", "The first thing")
        world.released("minor")
        world.note("feature", "Another thing")
        world.git("push", "--quiet", "origin", "main")
        assert looked(world).blocking == []
        yield mould_of(world)


@pytest.fixture
def world(healthy: Mould, shelf: Path, tmp_path: Path) -> Iterator[World]:
    """A copy of the healthy project."""
    yield healthy.copy(tmp_path)
    for path in shelf.glob("acme-0.2.0*"):
        path.unlink()


@pytest.fixture
def shelf(healthy: Mould) -> Path:
    """The folder of the index."""
    return healthy.place / "index"


@pytest.fixture(autouse=True)
def no_gates_of_others() -> Iterator[None]:
    """Functions of one project's tasks.py are not asked of another's."""
    yield
    own.GATES.clear()


def looked(world: World, wanted: str = "auto", *, distributions: bool = True, **env: str) -> Findings:
    """Return what a preflight finds, in this process."""
    environment = {name: value for name, value in world.environment(**env).items() if value}
    skip = frozenset() if distributions else frozenset(OF_DISTRIBUTIONS)
    ctx = load_context(world.project, environment, choice=Choice(skip))
    return preflight(ctx, wanted, "production")


def facts(findings: Findings) -> dict[str, tuple[str, str, bool]]:
    """Return {gate: (fact, remedy, whether it blocks)} of the gates that are not met."""
    found = [*findings.blocking, *findings.warnings]
    return {each.gate.name: (each.verdict.fact, each.verdict.run, each.blocks) for each in found}


def broken(world: World, way: Way) -> None:
    path = world.project / "release.toml"
    if way.settings:
        text = path.read_text()
        new = text + way.settings if way.settings.startswith("\n") else text.replace("quality = []\n", way.settings)
        world.commit("settings", **{"release.toml": new})
    way.do(world)
    if "@gate(" in (world.project / "tasks.py").read_text():
        body = (world.project / "tasks.py").read_text().partition("@gate(")
        exec(f"from release.own import gate\n@gate({body[2]}")  # noqa: S102  (as Invoke loads it)


def _remedy(run: str) -> str:
    return re.split(r"   +\(", run)[0]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_what_is_broken_is_found_by_its_gate_with_what_mends_it(way: Way, world: World) -> None:
    broken(world, way)

    found = facts(looked(world, way.wanted, distributions=way.distributions, **way.env))

    assert set(found) == {way.gate, *way.also}, found
    fact, run, blocks = found[way.gate]
    assert way.fact in fact
    assert _remedy(run) == way.run or way.run in run
    assert blocks is not way.warns
    after = mended(world, way, run)
    assert after is None or way.gate not in after, after


def mended(world: World, way: Way, run: str) -> dict[str, tuple[str, str, bool]] | None:
    """Follow a remedy as far as it is a command, and return what is found then; None where it leaves it to a person."""
    words = _remedy(run).split()
    if way.mends:
        world.run("bash", "-c", told(f"  run: {run}"), env={"GIT_EDITOR": "true"})
        return facts(looked(world, way.wanted, distributions=False, **way.env))
    if words[:2] == ["inv", "release"]:
        return facts(looked(world, words[2], distributions=False, **way.env))
    if words[:1] == ["unset"]:
        kept = {name: value for name, value in way.env.items() if name not in words}
        return facts(looked(world, way.wanted, distributions=False, **kept))
    return None


def test_there_are_enough_ways() -> None:
    assert len(WAYS) >= 40
    assert len({way.name for way in WAYS}) == len(WAYS)


def test_several_faults_are_all_reported_at_once(world: World) -> None:
    ways = {way.name: way for way in WAYS}
    names = ["a higher tag elsewhere", "a secret", "a heading in a fragment", "risky code", "a new file"]
    for name in names:
        ways[name].do(world)

    found = facts(looked(world, distributions=False, TWINE_PASSWORD="not-this-one"))

    assert set(found) == {ways[name].gate for name in names} | {"account"}


def test_a_version_that_is_taken_is_found_and_the_next_one_is_advised(world: World, shelf: Path) -> None:
    taken = shelf / "acme-0.2.0.tar.gz"
    taken.write_bytes(b"somebody else's")

    found = facts(looked(world, distributions=False))

    fact = "local has acme-0.2.0.tar.gz; an uploaded file cannot be replaced"
    assert found == {"version free": (fact, "inv release 0.3.0", True)}


def test_a_preflight_changes_nothing(world: World, shelf: Path) -> None:
    """But for its own memory, logs and caches, which git does not see."""
    world.git("status")
    places = (world.project, world.remote, world.home, shelf)
    before = [others(place) for place in places]

    findings = looked(world)

    assert findings.blocking == []
    assert [others(place) for place in places] == before


def others(place: Path) -> dict[str, str]:
    return {path: what for path, what in bytes_below(place).items() if not path.startswith(".release/")}


def test_a_warm_preflight_asks_only_the_world_outside(world: World) -> None:
    looked(world)
    findings = looked(world)

    asked = {answer.gate.name for answer in findings.answers if not answer.remembered}
    assert asked == {
        *("clean", "finished", "line", "in sync", "identity", "signing", "tag free", "higher", "large enough"),
        *("changelog", "fragments", "tools", "disk"),
        *("version free", "name", "account", "clock", "way to the index", "age"),
    }


def test_a_release_after_a_preflight_asks_nothing_twice(world: World) -> None:
    looked(world)

    text = world.released("auto")

    rows = {row[10:44].strip(): row for row in text.splitlines() if row.startswith("  ok ")}
    for name in ("secrets", "api", "audit", "installs", "sdist installs", "reproducible", "upgrade", "metadata"):
        assert rows[name].endswith("(known)"), rows[name]


def test_preflight_for_machines_is_json_and_nothing_else(world: World) -> None:
    world.write("new.txt", "new\n")

    ran = world.inv("preflight", "--json", "--skip", ",".join(OF_DISTRIBUTIONS))

    assert (ran.code, ran.err) == (1, "")
    told = json.loads(ran.out)
    assert (told["release"], told["line"], told["go"]) == ("0.2.0", "main", False)
    clean = next(gate for gate in told["gates"] if gate["name"] == "clean")
    assert (clean["standing"], clean["blocks"], clean["run"]) == ("no", True, "git stash --include-untracked")


def test_a_person_reads_the_rows_the_problems_and_the_sum(world: World) -> None:
    world.write("new.txt", "new\n")

    ran = world.inv("preflight", "--only", "clean,line")

    assert ran.code == 1
    assert re.sub(r"[\d.]+ s", "_ s", ran.out) == (
        "acme 0.2.0 from main: what could stop it\n\n"
        "  no      clean                               not committed:\n"
        "  ok      line                                on main\n\n"
        "cannot release: clean\n"
        "  why: not committed:\n"
        "       ?? new.txt\n"
        "  run: git stash --include-untracked\n\n"
        "2 gates: 1 met, 1 refusing; _ s; one after the other _ s\n"
        "no go\n"
    )


def test_what_is_left_out_is_told_at_the_confirmation(world: World) -> None:
    text = world.released("auto", "--skip", "secrets,api,installs")

    assert "\nwithout asking: api, installs, secrets\n" in text


def test_a_change_of_a_gate_that_is_not_there_is_refused(world: World) -> None:
    path = world.project / "release.toml"
    path.write_text(path.read_text() + '\n[[gates]]\nname = "secret"\nseverity = "off"\n')

    ran = world.inv("preflight")

    assert (ran.code, ran.err) == (
        1,
        "\ncannot use release.toml: gates\n"
        '  why: there is no gate "secret", and it has no command of its own (run); did you mean secrets?\n'
        "  run: $EDITOR release.toml\n",
    )
