"""`inv watch`: releases that were made bad on purpose are found, with the verdict and a command; good ones are kept."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from release.base.errors import ReleaseError
from release.config.release_toml import parse_config
from release.monitoring.watch import Look, look
from release.monitoring.watched import Outcome, watched
from release.steps.draft_forge_release import DRAFT
from release.steps.publish_forge_release import REVEAL
from tests.commands.test_verify_forges import context, on_forge
from tests.commands.test_yank import after, showing
from tests.support.forges.issues import add_issue, issue_server
from tests.support.forges.kinds import KINDS
from tests.support.forges.server import ForgeServer
from tests.support.serving import Answer, serving
from tests.support.world import HERE, World

OTHER = "3.12" if HERE != "3.12" else "3.13"


def configured(world: World, text: str) -> None:
    with (world.project / "release.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n{text}\n")


def without_installs(world: World) -> None:
    configured(world, '[[watch]]\nname = "installs"\nverdict = "off"')


def looked(world: World, hours: float = 1.0) -> Look:
    from packaging.version import Version

    from release.current_release import of_version

    return look(watched(of_version(world.context(), Version("0.1.0")), hours))


def found(look: Look) -> list[tuple[str, str, str]]:
    return [(each.check, each.outcome.value, each.run) for each in look.evidence]


YANK = 'inv yank 0.1.0 --reason "what is wrong"'
GOOD = f"""\
acme 0.1.0: 0.0 hours after its tag, immediate phase

  ok      files on local                      2 files, listed and served as the tag records
  ok      yanked on local                     no file is yanked
  ok      installs on Python {HERE} from local  runs on Python {HERE}

verdict: keep
"""


def test_a_good_release_is_kept(noted: World) -> None:
    ran = noted.inv("watch")

    assert (ran.code, ran.out, ran.err) == (0, GOOD, "")
    assert not [ref for ref in noted.remote_refs() if "/watch/" in ref]  # while it goes on there is no verdict yet


def test_a_good_release_is_kept_each_time(noted: World) -> None:
    without_installs(noted)

    assert [looked(noted).verdict for _ in range(50)] == [Outcome.KEEP] * 50


def test_a_missing_wheel_is_finished_by_the_release(noted: World, shelf: Path) -> None:
    without_installs(noted)
    next(shelf.glob("*.whl")).unlink()

    look = looked(noted)

    assert look.verdict is Outcome.LOOK
    assert found(look) == [("files on local", "look", "inv release auto      (finishes what is missing)")]
    assert look.evidence[0].fact == "acme-0.1.0-py3-none-any.whl is not there"


def test_a_file_that_the_tag_does_not_record_is_to_be_taken_back(noted: World, shelf: Path) -> None:
    without_installs(noted)
    shutil.copy(next(shelf.glob("*.whl")), shelf / "acme-0.1.0-py2-none-any.whl")

    look = looked(noted)

    assert found(look) == [("files on local", "take back", YANK)]


def test_an_installation_that_fails_on_one_python_is_to_be_taken_back(noted: World) -> None:
    path = noted.project / "release.toml"
    smoke = 'smoke = ["python", "-c", "raise SystemExit(1)"]\n'
    path.write_text(smoke + path.read_text())

    ran = noted.inv("watch", "--dry-run", "--json")

    facts = json.loads(ran.out)
    assert (ran.code, facts["verdict"], facts["phase"]) == (1, "take back", "immediate")
    failed = [each for each in facts["checks"] if each["outcome"] != "keep"]
    assert [(each["check"], each["run"]) for each in failed] == [(f"installs on Python {HERE} from local", YANK)]
    assert facts["requests"] <= 60


def test_a_yanked_release_is_seen(noted: World) -> None:
    without_installs(noted)
    with serving(showing(after(0))) as address:
        path = noted.project / "release.toml"
        path.write_text(path.read_text().replace(noted.index, address))

        evidence = looked(noted).evidence

    assert ("yanked on local", "acme-0.1.0.tar.gz is yanked") in [(each.check, each.fact) for each in evidence]
    assert evidence[0].outcome is Outcome.TAKE_BACK


@pytest.fixture
def page() -> Iterator[str]:
    """The address of documentation that says an old version."""
    with serving(lambda _: Answer(200, "<title>acme 0.0.9</title>")) as address:
        yield address


def test_documentation_of_another_version_is_looked_at_from_its_phase_on(noted: World, page: str) -> None:
    without_installs(noted)
    configured(noted, f'[[watch]]\nname = "docs"\nurl = "{page}"\ncontains = "acme {{version}}"\nphase = "extended"')

    assert looked(noted, hours=1).verdict is Outcome.KEEP
    assert found(looked(noted, hours=3)) == [("docs", "look", "inv watch")]
    assert looked(noted, hours=3).evidence[0].fact == f"{page} does not contain acme 0.1.0"


@pytest.mark.parametrize(
    ("printed", "fact"),
    [
        ("12", "12 is above 5"),
        ("many", "its last line is no number: many"),
        ("3", ""),
        ("nan", "its last line is no number: nan"),
    ],
)
def test_a_metric_over_its_threshold_is_to_be_taken_back(noted: World, printed: str, fact: str) -> None:
    without_installs(noted)
    configured(
        noted,
        f'[[watch]]\nname = "errors"\nrun = ["echo", "{printed}"]\n'
        'at_most = 5\nphase = "business"\nverdict = "take back"',
    )

    assert looked(noted, hours=3).verdict is Outcome.KEEP
    evidence = looked(noted, hours=9).evidence
    assert [(each.fact, each.outcome.value) for each in evidence] == ([(fact, "take back")] if fact else [])


def test_an_index_that_does_not_answer_is_never_good(noted: World) -> None:
    without_installs(noted)
    path = noted.project / "release.toml"
    path.write_text(path.read_text().replace(noted.index, "http://127.0.0.1:9/"))

    look = looked(noted)

    assert look.verdict is Outcome.LOOK
    assert all(each.fact.startswith("not known: cannot read the index local") for each in look.evidence)


def test_a_page_that_stayed_a_draft_is_looked_at_with_a_command_that_publishes_it(
    released: World, server: ForgeServer
) -> None:
    on_forge(released, server)
    without_installs(released)
    DRAFT.do(context(released, server))
    subject = watched(context(released, server), 1.0)

    [evidence] = look(subject).evidence

    assert evidence.outcome is Outcome.LOOK
    assert evidence.fact == "the release of v0.1.0 is still a draft"
    assert evidence.run == "inv release auto      (finishes what is missing)"
    REVEAL.do(subject.ctx)  # what that command does for a release whose page is all that is missing
    assert look(watched(context(released, server), 1.0)).verdict is Outcome.KEEP


def test_a_page_that_is_missing_is_looked_at(released: World, server: ForgeServer) -> None:
    on_forge(released, server)
    without_installs(released)

    look_ = look(watched(context(released, server), 1.0))

    assert [(each.check.split()[0], each.outcome.value) for each in look_.evidence] == [("page", "look")]


def test_a_version_without_a_tag_is_refused(noted: World) -> None:
    assert noted.inv("watch", "7.0.0").err.strip("\n") == (
        "cannot watch 7.0.0\n  why: this clone has no tag of 7.0.0\n  run: git fetch --tags origin"
    )


def with_documentation(world: World, address: str) -> None:
    path = world.project / "pyproject.toml"
    text = path.read_text()
    table = "[project.urls]\n"
    text = text if table in text else text.replace("[project]\n", f"{table}\n[project]\n", 1)
    path.write_text(text.replace(table, f'{table}Documentation = "{address}"\n'))


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("acme 0.0.9, see 10.1.0", "names 0.0.9, not 0.1.0"),
        ("acme 0.1.0.", ""),
        ("welcome", ""),
        ("v0.1.0 after 0.0.9", ""),
    ],
)
def test_documentation_of_the_old_version_is_looked_at(noted: World, text: str, fact: str) -> None:
    without_installs(noted)
    noted.git("tag", "v0.0.9", "v0.1.0^")
    with serving(lambda _: Answer(200, text)) as address:
        with_documentation(noted, address)
        assert looked(noted, hours=1).verdict is Outcome.KEEP
        evidence = looked(noted, hours=3).evidence

    assert [(each.check, each.fact) for each in evidence] == ([("documentation", f"{address} {fact}")] if fact else [])


def test_an_installation_that_fails_on_one_python_alone_is_found(noted: World) -> None:
    path = noted.project / "release.toml"
    fails = f"import sys; raise SystemExit(sys.version_info[:2] == ({HERE.replace('.', ', ')}))"
    smoke = f'smoke = ["python", "-c", "{fails}"]\n'
    text = path.read_text().replace(f'python = ["{HERE}"]', f'python = ["{HERE}", "{OTHER}"]')
    path.write_text(smoke + text)

    found = {each.check: each.outcome.value for each in looked(noted).findings if each.check.startswith("installs")}

    assert found == {
        f"installs on Python {HERE} from local": "take back",
        f"installs on Python {OTHER} from local": "keep",
    }


def test_examples_run_against_what_the_index_serves(noted: World) -> None:
    """The package comes from the index, the example from the tag, whatever the working tree has."""
    without_installs(noted)
    code = "import acme, sys, pathlib; print(len(pathlib.Path(sys.argv[1], 'pyproject.toml').read_text()) > 9)"
    where = "; print(int('site-packages' in acme.__file__))"
    configured(
        noted,
        f'[[watch]]\nname = "examples"\nrun = ["python", "-c", "{code}{where}", "{{source}}"]\n'
        'installed = true\nat_least = 1\nverdict = "take back"',
    )
    noted.write("src/acme/__init__.py", "raise SystemExit('the source is used')\n")

    assert looked(noted).verdict is Outcome.KEEP, looked(noted).evidence
    next(path for path in noted.project.glob("src/acme/__init__.py")).unlink()
    configured(noted, '[[watch]]\nname = "broken"\nrun = ["python", "-c", "import nothing"]\ninstalled = true')
    assert found(looked(noted)) == [("broken", "look", "inv watch")]


@pytest.fixture(params=KINDS)
def reporting(request: pytest.FixtureRequest) -> Iterator[ForgeServer]:
    with issue_server(request.param) as server:
        yield server


def ago(hours: float) -> str:
    return (datetime.now(UTC) - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_more_bug_reports_than_usual_are_looked_at(released: World, reporting: ForgeServer) -> None:
    """On each forge; two a week are usual here, questions and pull requests are no reports."""
    on_forge(released, reporting)
    for check in ("installs", "files", "yanked", "page"):
        configured(released, f'[[watch]]\nname = "{check}"\nverdict = "off"')
    for day in range(1, 29, 3):
        add_issue(reporting, "Usual", labels=["bug"], opened=ago(3 + 24 * day))
    for _ in range(5):
        add_issue(reporting, "How?", opened=ago(1))
        add_issue(reporting, "Mend", labels=["bug"], opened=ago(1), request=True)
    add_issue(reporting, "Crash", labels=["bug"], opened=ago(2))
    subject = watched(context(released, reporting), 3.0)
    assert look(subject).verdict is Outcome.KEEP

    for number in range(3):
        add_issue(reporting, f"Crash {number}", labels=["bug"], opened=ago(0.5 - number / 10))
    [evidence] = look(watched(context(released, reporting), 3.0)).evidence

    name = f"reports on {subject.ctx.forge.name}" if subject.ctx.forge else ""
    assert (evidence.check, evidence.outcome) == (name, Outcome.LOOK)
    assert evidence.fact == "4 bug reports since the release, usually 0.0; the newest: Crash 2"
    assert evidence.run.startswith("python -m webbrowser http://127.0.0.1:")
    assert look(watched(context(released, reporting), 1.0)).findings == []  # its phase has not begun


def test_what_a_look_asks_is_counted_and_bounded(released: World, reporting: ForgeServer) -> None:
    """Of two thousand issues the newest are read; what arrived at the forge was counted, and 60 is the most of all."""
    on_forge(released, reporting)
    without_installs(released)
    for number in range(2000):
        add_issue(reporting, f"Issue {number}", opened=ago(48 + number / 10))
    before = len(reporting.requests)

    subject = watched(context(released, reporting), 3.0)
    looked = look(subject)

    arrived = len(reporting.requests) - before
    assert 5 < arrived == subject.requests.made - 2 - 1 <= 57  # the index: its list, two files
    assert next(each for each in looked.findings if each.check.startswith("reports")).outcome is Outcome.KEEP


WRONG = [
    ('name = "files"\nact = ["yank", "shout"]', '"shout" is none of yank, hotfix, restore'),
    ('name = "files"\nact = ["restore"]', 'act = ["restore"] needs a command, and a command needs it'),
    ('name = "x"\nurl = "https://example.org"\ninstalled = true', "only a command can run with the release installed"),
]


@pytest.mark.parametrize(("keys", "why"), WRONG)
def test_a_check_that_contradicts_itself_is_refused(keys: str, why: str) -> None:
    with pytest.raises(ReleaseError) as refused:
        parse_config(f"index = []\n[[watch]]\n{keys}\n")

    assert refused.value.why == why
