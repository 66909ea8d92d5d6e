"""`inv watch`: releases that were made bad on purpose are found, with the verdict and a command; good ones are kept."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from release.monitoring.watch import Look, look
from release.monitoring.watched import Outcome, watched
from tests.commands.test_verify_forges import context, on_forge
from tests.commands.test_yank import after, showing
from tests.support.forges.server import ForgeServer
from tests.support.serving import Answer, serving
from tests.support.world import HERE, World


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


YANK = 'inv yank 0.1.0 --reason "what is wrong"'


def test_other_bytes_are_to_be_taken_back_and_recorded(noted: World, shelf: Path) -> None:
    without_installs(noted)
    path = next(shelf.glob("*.whl"))
    path.write_bytes(path.read_bytes() + b"more")

    ran = noted.inv("watch", "0.1.0")

    assert ran.code == 1
    lines = ran.out.splitlines()
    assert "verdict: take back" in lines
    assert f"  run: {YANK}" in lines
    assert lines[-1] == "recorded: take back"
    assert noted.inv("yank", "0.1.0", "--reason", "what is wrong", "--dry-run").code == 0
    noted.git("fetch", "--quiet", "origin", "refs/keelway/watch/0.1.0")
    record = noted.git("cat-file", "tag", "FETCH_HEAD")
    assert "Verdict: take back" in record
    assert noted.git("rev-parse", "FETCH_HEAD^{commit}") == noted.git("rev-parse", "v0.1.0^{commit}")
    again = noted.inv("watch", "0.1.0")
    assert "recorded" not in again.out  # the same verdict is kept once
    failed = json.loads(noted.inv("metrics", "--json").out)["failed"]
    assert [(each["version"], each["evidence"], each["mended"]) for each in failed] == [
        ("0.1.0", "taken back by a watch", None)
    ]
    assert json.loads(noted.inv("metrics", "--offline", "--json").out)["failed"] == []


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


def test_a_check_that_may_act_yanks_by_the_command_of_the_index(noted: World, tmp_path: Path) -> None:
    """And only such a check: a dry run, and one without act, leave it to a person."""
    without_installs(noted)
    flag = tmp_path / "yanked"
    path = noted.project / "release.toml"
    with serving(showing(flag.exists)) as address:
        text = path.read_text().replace(noted.index, address)
        path.write_text(text.replace('name = "local"\n', f'name = "local"\nyank = ["touch", "{flag}"]\n'))
        assert noted.inv("watch").code == 1
        assert not flag.exists()
        configured(noted, '[[watch]]\nname = "files"\nact = true')
        assert noted.inv("watch", "--dry-run").code == 1
        assert not flag.exists()
        noted.commit("watch acts")

        ran = noted.inv("watch")

    assert (ran.code, flag.exists()) == (1, True), ran.text
    assert "\nyanking, as act in [[watch]] says for files on local\n" in ran.out
    assert noted.git("log", "-1", "--format=%s") == "note: 0.1.0 was yanked"


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


def test_a_page_that_is_missing_is_looked_at(released: World, server: ForgeServer) -> None:
    on_forge(released, server)
    without_installs(released)

    look_ = look(watched(context(released, server), 1.0))

    assert [(each.check.split()[0], each.outcome.value) for each in look_.evidence] == [("page", "look")]


def test_the_verdict_at_the_end_is_recorded_and_nothing_is_followed_any_more(noted: World) -> None:
    without_installs(noted)
    noted.git("tag", "--delete", "v0.1.0")
    noted.git("fetch", "--quiet", "origin", "tag", "v0.1.0")
    text = noted.git("cat-file", "tag", "v0.1.0")
    old = " ".join("1700000000" if word.isdigit() and len(word) == 10 else word for word in text.split(" "))
    made = noted.run(
        "sh", "-c", f"cat > made <<'END'\n{old}\nEND\ngit update-ref refs/tags/v0.1.0 $(git mktag < made); rm made"
    )
    assert made.code == 0, made.text

    ran = noted.inv("watch", "--follow")

    assert ran.code == 0, ran.text
    assert ran.out.splitlines()[0].endswith("the watch is over")
    assert ran.out.splitlines()[-1] == "recorded: keep"


def test_a_version_without_a_tag_is_refused(noted: World) -> None:
    assert noted.inv("watch", "7.0.0").err.strip("\n") == (
        "cannot watch 7.0.0\n  why: this clone has no tag of 7.0.0\n  run: git fetch --tags origin"
    )
