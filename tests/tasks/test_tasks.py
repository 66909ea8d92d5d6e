"""The tasks as a person meets them: the list, the help, and the exit codes."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys

import pytest
from invoke.config import Config
from invoke.context import Context as Invocation
from invoke.exceptions import Exit
from invoke.tasks import Task

from release import tasks
from release.tasks import packaging_tasks
from release.tasks.invoke_support import LOOKING, tried
from release.tasks.overview_tasks import GROUPS
from release.tasks.task_arguments import words_given
from tests.support.command_page import as_declared
from tests.support.making import ready
from tests.support.traces import bytes_below
from tests.support.world import REPOSITORY, World

LIST = """\
Available tasks:

  abort           Take back the release in progress, while it is on no index.
  accuracy        Show how good past plans and forecasts were.
  adopt           Recognise how a project is released; write what is missing.
  analysis        Show which objectives a release reached, by weight.
  announce        Announce a release on every channel that has not had it.
  approve         Approve the newest commit of this line for a stage.
  backport        Pick commits onto an older line, and push it.
  build           Build and check the distributions of the last release commit.
  builds          Compare size and contents with the last releases.
  bump            Commit version and changelog of the next release.
  calendar        Show when the stages of the planned release are due.
  check           Record what only people can check of a planned release.
  compare         Show what is different between two releases.
  defer           Move an item of the plan to a later release, and commit that.
  doctor          Show the tools, settings and rights that a release would use.
  due             Show who has to act by when for the planned release.
  follow-up       Record what is due after a hotfix.
  forecast        Show when the planned release will be done, by chance.
  freeze          Make a line for the next release; it takes only fixes.
  gates           Show each criterion of a stage, and go or no go.
  health          Show how the planned release stands, and why.
  help            Show the tasks by what they are for, or one task's options.
  history         Show the released versions, and what became of them.
  hotfix          Release a fix of the last final; bring it back to main.
  merge-back      Bring to this line what was fixed on others.
  metrics         Show how often releases are made, and how many fail.
  note            Write a note of a change for the changelog, and commit it.
  notes           Show the changelog's next section as it would be now.
  pages           Write releases, activity and metrics as pages for people.
  plan            Write the plan of a release, and commit it.
  preflight       Find everything that could stop or spoil the next release.
  prioritise      Show what to do first, and what to defer to keep the date.
  publish         Tag, push and upload the newest release commit, and prove it.
  published       Check that index, pages, changelog and tags agree.
  readiness       Show go or no go for a stage, and what a go was worth so far.
  rehearse        Release with a throw-away clone, remote and index.
  release         Release a version, or finish the one in progress.
  retrospective   Show what happened around a release, and write its agenda.
  risks           Show what may delay the planned release.
  runbook         Print the checklist of a release, or what to do if it fails.
  scope           Show what the planned release is to have, and what is done.
  setup           Ask for index, forge and credentials; write and try them.
  status          Show which release is where, and what would come next.
  support         Show which series of releases are supported, and how long.
  test-plan       Show what the next release's changes ask to be tested.
  thaw            End the freeze of a line: anything may enter it again.
  timeline        Show phases, critical path and buffer of the planned release.
  update          Bring the project to the newest version of its template.
  verify          Fetch a release anew, build it again, and say what is proven.
  version         Show the version of the project, and its newest release.
  waive           Let a gate only warn on this line, until a day.
  watch           Check a release after it is out: keep, look, or take back.
  yank            Mark a released version on its indexes as not to be used.

"""


def test_the_list_tells_every_task_in_one_line(repository: World) -> None:
    ran = repository.inv("--list")

    assert (ran.code, ran.out, ran.err) == (0, LIST, "")


def test_the_owners_own_tasks_stand_beside_ours(repository: World) -> None:
    path = repository.project / "tasks.py"
    own = 'from invoke import task\n\n\n@task\ndef serve(c):\n    """Serve the documentation."""\n    print("served")\n'
    path.write_text(path.read_text() + own)

    assert re.search(r"^  serve +Serve the documentation\.$", repository.inv("--list").out, re.MULTILINE)
    assert repository.inv("serve").out == "served\n"


TASKS = [name for name in tasks.__all__ if name != "gate"]  # which is for functions of the owner's


@pytest.mark.parametrize("name", TASKS)
def test_every_flag_is_explained(name: str) -> None:
    for argument in as_declared(getattr(tasks, name)).get_arguments():
        assert argument.help, f"inv {name}: {argument.names}"


@pytest.mark.parametrize("name", [name for name in TASKS if name not in LOOKING])
def test_every_task_that_changes_something_can_be_tried(name: str) -> None:
    names = {each for argument in as_declared(getattr(tasks, name)).get_arguments() for each in argument.names}
    assert {"dry_run", "dry-run"} & names


@pytest.mark.parametrize(
    ("words", "version"), [((), "0.1.0"), (("--pre", "rc"), "0.1.0rc1"), (("--pre", "rc", "minor"), "0.1.0rc1")]
)
def test_a_positional_argument_can_be_left_out(repository: World, words: tuple[str, ...], version: str) -> None:
    repository.note("fix", "Mend it")

    assert repository.inv("release", *words, "--dry-run").out.startswith(f"acme {version} from main")


@pytest.mark.parametrize("words", [("release", "--help"), ("gates", "-h"), ("note", "--help"), ("yank", "1.0", "-h")])
def test_help_is_no_argument_of_a_task(repository: World, words: tuple[str, ...]) -> None:
    asked = repository.inv(*words)

    assert asked.out.startswith(f"Usage: inv[oke] [--core-opts] {words[0]} [--options]")
    assert (asked.code, asked.out, asked.err) == (0, repository.inv("--help", words[0]).out, "")


@pytest.mark.parametrize("task", ["release", "yank"])
def test_an_option_that_there_is_not_is_no_argument_of_a_task(repository: World, task: str) -> None:
    ran = repository.inv(task, "--no-such-flag")

    assert (ran.code, ran.out, ran.err) == (1, "", "No idea what '--no-such-flag' is!\n")


@pytest.mark.parametrize(("task", "option"), [("due", "within"), ("status", "every"), ("history", "last")])
def test_a_number_that_is_none_is_no_traceback(repository: World, task: str, option: str) -> None:
    ran = repository.inv(task, f"--{option}", "soon")

    assert (ran.code, ran.out, ran.err) == (1, "", f"--{option} takes a number, not 'soon'\n")


def test_every_task_with_a_number_refuses_what_is_none() -> None:
    numbers = {
        name: each for name in TASKS for each in getattr(tasks, name).get_arguments() if each.kind in (int, float)
    }

    assert numbers
    assert {name for name, each in numbers.items() if type(each).__name__ != "_Number"} == set()


def test_an_argument_that_has_to_be_there_is_asked_for(repository: World) -> None:
    ran = repository.inv("note", "fix")

    assert (ran.code, ran.err) == (1, "'note' did not receive required positional arguments: 'text'\n")


def test_a_text_may_begin_with_an_option(repository: World) -> None:
    ran = repository.inv("note", "fix", "--quiet is quiet", "--dry-run")

    assert ran.out == "changelog.d/+quiet-is-quiet.fix.md would be committed\nnothing was changed\n"


@pytest.mark.parametrize("words", [("--dry", "release", "minor", "--yes"), ("release", "minor", "--yes", "-R")])
def test_the_dry_run_of_invoke_is_a_dry_run_of_a_release(repository: World, words: tuple[str, ...]) -> None:
    ready(repository)
    before = [bytes_below(place) for place in (repository.project, repository.remote)]

    ran = repository.inv(*words)

    assert ran.code == 0, ran.text
    assert ran.out.endswith("\nnothing was changed\n")
    assert [bytes_below(place) for place in (repository.project, repository.remote)] == before


def test_the_dry_run_of_invoke_is_one_when_the_environment_asks_for_it(repository: World) -> None:
    ran = repository.inv("note", "fix", "Mend it", INVOKE_RUN_DRY="1")

    assert ran.out == "changelog.d/+mend-it.fix.md would be committed\nnothing was changed\n"


@pytest.mark.parametrize("name", [name for name in TASKS if name not in LOOKING])
def test_the_dry_run_of_invoke_reaches_every_task_that_changes_something(name: str) -> None:
    task = getattr(tasks, name)
    asked = Config(overrides={"run": {"dry": True}})

    assert tried(task.body.__wrapped__, (Invocation(asked),), {"yes": True}) == {"yes": True, "dry_run": True}


def test_a_task_without_a_dry_run_refuses_the_one_of_invoke() -> None:
    asked = Invocation(Config(overrides={"run": {"dry": True}}))

    with pytest.raises(Exit) as refused:
        packaging_tasks.image(asked)

    assert refused.value.message == (
        "\ncannot run image dry\n"
        "  why: it has no dry run, but Invoke's --dry (-R, INVOKE_RUN_DRY) is set\n"
        "  run: env --unset=INVOKE_RUN_DRY nox -s image"
    )
    assert refused.value.code == 1


@pytest.mark.parametrize(
    ("argv", "given"),
    [
        ("inv yank", 0),
        ("inv yank 1.0", 1),
        ("inv -e yank --dry-run 1.0", 1),
        ("inv yank --reason=broken 1.0 -- more", 1),
        ("inv yank --reason broken -y", 0),
        ("inv yank -yr broken 1.0", 1),
        ("inv yank -rbroken 1.0", 1),
        ("inv yank - 1.0", 2),
        ("inv yank '--reason=it is broken' -y", 0),
        ("inv yank '--strange is broken'", 1),
        ("inv status", 0),
    ],
)
def test_the_words_of_a_task_are_told_from_its_options(argv: str, given: int) -> None:
    arguments = Task.get_arguments(as_declared(tasks.yank))

    words = shlex.split(argv)[1:]
    assert words_given(("yank",), arguments, words) == (given, False)
    assert words_given(("yank",), arguments, [*words, "--help"]) == (given, True)


def test_help_and_version_are_those_of_the_project(repository: World) -> None:
    assert repository.inv("help").out.startswith("acme 0.1.0.dev0\n")
    assert repository.inv("help").out.splitlines()[2:8] == [
        "to begin with:",
        "  status       Show which release is where, and what would come next.",
        "  note         Write a note of a change for the changelog, and commit it.",
        "  preflight    Find everything that could stop or spoil the next release.",
        "  rehearse     Release with a throw-away clone, remote and index.",
        "  release      Release a version, or finish the one in progress.",
    ]
    assert "  release      Release a version, or finish the one in progress.\n" in repository.inv("help").out
    assert repository.inv("help", "release").out == repository.inv("--help", "release").out
    assert repository.inv("version").out == "acme 0.1.0.dev0\n"


def test_every_task_stands_in_a_group_of_the_help() -> None:
    grouped = {name for names in GROUPS.values() for name in names}
    known = {getattr(tasks, name).name.replace("_", "-") for name in TASKS}

    assert known - grouped == {"help", "version"}
    assert grouped - known == set()


def test_the_reference_of_the_commands_is_that_of_the_tasks() -> None:
    """In a process of its own: Invoke takes the texts of the options out of a task when it reads them."""
    words = [sys.executable, "-m", "tests.support.command_page"]
    env = os.environ | {"PYTHONPATH": str(REPOSITORY / "template")}
    made = subprocess.run(words, cwd=REPOSITORY, env=env, capture_output=True, text=True, check=True).stdout

    again = "run: PYTHONPATH=template python -m tests.support.command_page > docs/commands.md"
    assert (REPOSITORY / "docs" / "commands.md").read_text(encoding="utf-8") == made, again
    for name in TASKS:
        shown = getattr(tasks, name).name.replace("_", "-")
        assert f"\n### {shown}\n" in made
