"""Tools that are loaded before they are called: what a call gets, and what is left when one of the two is gone."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from release.adapters.workers import tool_worker
from release.adapters.workers.pool import LoadedTool, LoadedTools, ours
from release.base.shell import NoAnswer, run

ENVIRONMENT = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {"LC_ALL": "C"}


@contextmanager
def loaded(tool: str, *preload: str, **more: str) -> Iterator[LoadedTool]:
    waiting = LoadedTool(tool, ours("tool_worker", tool, *preload), env=ENVIRONMENT | more)
    yield waiting
    waiting.dismiss()


def saved(folder: Path, name: str, body: str) -> dict[str, str]:
    """Write a module and return what makes a process find it."""
    (folder / f"{name}.py").write_text(body)
    return {"PYTHONPATH": str(folder)}


def test_a_tool_that_fails_tells_its_exit_code(tmp_path: Path) -> None:
    with loaded("towncrier", "towncrier._shell") as tool:
        completed = tool.call("check", cwd=tmp_path, env={}, timeout=60)

    assert completed.code == 1
    assert "configuration" in completed.err


def test_a_tool_that_breaks_shows_its_traceback(tmp_path: Path) -> None:
    with loaded("acme_does_not_exist") as tool:
        completed = tool.call(cwd=tmp_path, env={}, timeout=60)

    assert completed.code == 1
    assert "No module named acme_does_not_exist" in completed.err


def test_what_cannot_be_loaded_shows_its_traceback(tmp_path: Path) -> None:
    with loaded("calendar", "acme_does_not_exist") as tool:
        completed = tool.call("2026", "11", cwd=tmp_path, env={}, timeout=60)

        assert completed.code == 1
        assert "No module named 'acme_does_not_exist'" in completed.err
        assert not tool.waits


def test_a_loaded_tool_is_the_tool_that_its_command_line_starts(tmp_path: Path) -> None:
    with loaded("towncrier", "towncrier._shell") as tool:
        completed = tool.call("--version", cwd=tmp_path, env={}, timeout=60)

    started = run([sys.executable, "-m", "towncrier", "--version"], cwd=tmp_path)
    assert (completed.code, completed.out, completed.err) == (started.code, started.out, started.err)


def test_a_tool_works_in_the_folder_and_the_environment_of_its_call(tmp_path: Path) -> None:
    shows = saved(tmp_path, "shows", "import os, sys; print(os.getcwd(), os.environ.get('ACME'), *sys.argv[1:])")
    with loaded("shows", **shows) as tool:
        completed = tool.call("two words", cwd=tmp_path, env={"ACME": "here"}, timeout=60)

    assert (completed.code, completed.out) == (0, f"{tmp_path} here two words\n")
    assert completed.argv == ("shows", "two words")


def test_a_tool_that_is_called_again_knows_nothing_of_the_call_before(tmp_path: Path) -> None:
    body = "import keeps, os, sys; keeps.calls.append(sys.argv[1]); print(keeps.calls, os.environ.get('ACME'))"
    env = saved(tmp_path, "keeps", "print('loaded'); calls = []") | saved(tmp_path, "again", body)
    with loaded("again", "keeps", **env) as tool:
        first = tool.call("one", cwd=tmp_path, env={"ACME": "here"}, timeout=60)
        second = tool.call("two", cwd=tmp_path, env={}, timeout=60)

    assert first.out == "loaded\n['one'] here\n"
    assert second.out == "['two'] None\n"


def test_a_tool_that_is_killed_in_a_call_can_be_called_again(tmp_path: Path) -> None:
    env = saved(tmp_path, "dies", "import os, signal, sys; sys.argv[1:] or os.kill(os.getpid(), signal.SIGKILL)")
    with loaded("dies", **env) as tool:
        assert tool.call(cwd=tmp_path, env={}, timeout=60).code == -9
        assert tool.call("again", cwd=tmp_path, env={}, timeout=60).code == 0


def test_a_process_that_is_gone_is_told_as_one_that_failed(tmp_path: Path) -> None:
    gone = LoadedTool("gone", [sys.executable, "-c", "raise SystemExit('too early')"], env=ENVIRONMENT)

    completed = gone.call(cwd=tmp_path, env={}, timeout=60)

    assert (completed.code, completed.err) == (1, "too early\n")
    assert not gone.waits


def test_nothing_in_the_project_stands_in_for_a_module_of_a_tool(tmp_path: Path) -> None:
    """A folder build/ lies in many projects, and release/ has modules with the names of others."""
    body = "import build, sys; print(build.__file__, 'release.base.shell' in sys.modules)"
    with loaded("where", **saved(tmp_path, "where", body)) as tool:
        told = tool.call(cwd=tmp_path, env={}, timeout=60).out

    project = Path(tool_worker.__file__).parents[3]
    assert not told.startswith(str(project))
    assert "site-packages" in told


def test_a_tool_that_is_not_called_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "never")
    with loaded("calendar", "endless", **saved(tmp_path, "endless", f"open({str(tmp_path / 'never')!r})")) as tool:
        tool.load(0.01)

        assert tool.waits


def test_a_tool_ends_when_nobody_can_call_it_any_more(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "held")
    held = os.open(tmp_path / "held", os.O_RDONLY | os.O_NONBLOCK)
    body = f"""
import os, sys
sys.path.append({str(Path(tool_worker.__file__).parents[3])!r})
from release.adapters.workers.pool import LoadedTool, LoadedTools, ours
env = os.environ | {{"PYTHONPATH": {str(tmp_path)!r}}}
tool = LoadedTool("calendar", ours("tool_worker", "calendar", "holds"), env=env)
tool.load(None)
os._exit(0)
"""
    saved(tmp_path, "holds", f"import os; os.open({str(tmp_path / 'held')!r}, os.O_WRONLY)")

    assert run([sys.executable, "-c", body], cwd=tmp_path, env=ENVIRONMENT, timeout=60).code == 0

    end = time.monotonic() + 60
    os.set_blocking(held, True)
    assert os.read(held, 1) == b""  # at its end when the last process that holds the other side is gone
    assert time.monotonic() < end
    os.close(held)


def test_a_tool_that_takes_too_long_is_stopped_and_leaves_what_it_printed(tmp_path: Path) -> None:
    env = saved(tmp_path, "hangs", "import sys, threading; print('begun', flush=True); threading.Event().wait()")
    with loaded("hangs", **env) as tool, pytest.raises(NoAnswer) as refusal:
        tool.call("--for", "ever", cwd=tmp_path, env={}, timeout=1.0)

    assert refusal.value.log == "begun\n"
    assert str(refusal.value) == (
        "no answer from hangs --for ever\n"
        "  why: it was stopped after 1 s (timeout in release.toml)\n"
        "  run: $EDITOR release.toml      (a longer timeout, if it only needs one)"
    )


def test_a_script_tells_itself_what_could_not_be_loaded_for_it(tmp_path: Path) -> None:
    (tmp_path / "hook.py").write_text("import sys; print(sys.argv[1:])")
    with loaded(tool_worker.SCRIPT, "acme_does_not_exist") as tool:
        completed = tool.call(tmp_path / "hook.py", "build", cwd=tmp_path, env={}, timeout=60)

    assert (completed.code, completed.out) == (0, "['build']\n")


def test_where_nothing_can_fork_a_tool_is_there_for_one_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    env = saved(tmp_path, "sitecustomize", "import os; del os.fork")
    saved(tmp_path, "tells", "import sys; print(*sys.argv[1:]); sys.exit(3)")
    with loaded("tells", **env) as tool:
        completed = tool.call("once", cwd=tmp_path, env={}, timeout=60)

        assert (completed.code, completed.out) == (3, "once\n")
        assert not tool.waits


def test_tools_are_loaded_once_and_started_anew_where_none_waits(tmp_path: Path) -> None:
    started = []

    def start(tool: str) -> LoadedTool:
        started.append(tool)
        code = (
            "from release.adapters.workers.tool_worker import taken; request = taken(once=True); print(request['argv'])"
        )
        words = [sys.executable, "-c", code] if tool == "once" else ours("tool_worker", tool)
        return LoadedTool(tool, words, env=ENVIRONMENT | {"PYTHONPATH": str(Path(tool_worker.__file__).parents[3])})

    tools = LoadedTools(start, 60.0)
    tools.load("calendar", "once")
    tools.load("calendar")
    told = [tools.call(tool, "2026", cwd=tmp_path, env={}).code for tool in ("once", "once", "calendar", "calendar")]
    tools.close()

    assert told == [0, 0, 0, 0]
    assert sorted(started) == ["calendar", "once", "once"]
    assert tools.call("calendar", "2026", cwd=tmp_path, env={}).code == 0, "after the end it starts another"
    tools.close()


@pytest.mark.parametrize("_", range(3))
def test_what_is_being_loaded_is_not_waited_for_either(tmp_path: Path, _: int) -> None:
    os.mkfifo(tmp_path / "never")
    env = ENVIRONMENT | saved(tmp_path, "endless", f"open({str(tmp_path / 'never')!r})")
    tools = LoadedTools(lambda tool: LoadedTool(tool, ours("tool_worker", tool, "endless"), env=env), 600.0)
    tools.load("calendar", "colorsys")
    while not tools._started:
        time.sleep(0.001)

    tools.close()
