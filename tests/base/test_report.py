"""What a person sees: plain rows without a terminal, no colour where it is not wanted, and no secrets."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys

import pytest
from rich.console import Console

from release.base.journal import Journal
from release.base.redact import HIDDEN, learn
from release.base.report import Report
from tests.support.world import REPOSITORY


def told(width: int = 80) -> tuple[Report, io.StringIO]:
    stream = io.StringIO()
    console = Console(file=stream, width=width, highlight=False, markup=False, soft_wrap=True, emoji=False)
    return Report(Journal(None), console), stream


@pytest.mark.parametrize(
    ("state", "name", "fact", "seconds", "row"),
    [
        (
            "done",
            "tag and push",
            "v1 is 3f2c1ab",
            1.26,
            "  done    tag and push                        v1 is 3f2c1ab  1.3 s",
        ),
        ("done", "tag and push", "v1 is 3f2c1ab", 0.01, "  done    tag and push                        v1 is 3f2c1ab"),
        ("conflict", "tag", "theirs", None, "  conflict tag                                 theirs"),
        ("undone", "tag and push", "", 0.5, "  undone  tag and push  0.5 s"),
        ("ok", "x" * 40, "fact", None, f"  ok      {'x' * 40}  fact"),
    ],
)
def test_a_row_tells_state_name_fact_and_time(
    state: str, name: str, fact: str, seconds: float | None, row: str
) -> None:
    report, stream = told()

    report.line(state, name, fact, seconds)

    assert stream.getvalue().splitlines() == [row]


def terminal(width: int) -> tuple[Report, io.StringIO]:
    stream = io.StringIO()
    console = Console(file=stream, width=width, force_terminal=True, soft_wrap=True, color_system=None)
    return Report(Journal(None), console), stream


@pytest.mark.parametrize("width", [60, 80, 160])
def test_a_row_fits_the_terminal(width: int) -> None:
    report, stream = terminal(width)
    fact = f"main is 0d72bc1 here and on origin, and {'word ' * 20}is said of it"

    report.line("ok", "in sync", fact, 1.2)
    report.line("done", "commit version and changelog", fact)
    report.line("no", "a command", "what stops it\n" + "git push origin main " * 10)

    *rows, command = stream.getvalue().splitlines()
    assert max(map(len, rows)) <= width
    assert command.strip() == ("git push origin main " * 10).strip()  # it is pasted whole
    assert " ".join(" ".join(rows).split()).count(fact) == 2


def test_an_address_is_a_link_where_the_terminal_can_show_one() -> None:
    url = "https://forge.example.org/ada/acme/releases/tag/v1.2.0"
    stream = io.StringIO()
    Report(Journal(None), Console(file=stream, force_terminal=True, color_system="truecolor")).address(url)
    plain, shown = told()
    plain.address(url)

    assert re.fullmatch(rf"\x1b\]8;id=\d+;{re.escape(url)}\x1b\\{re.escape(url)}\x1b\]8;;\x1b\\\n", stream.getvalue())
    assert shown.getvalue() == f"{url}\n"


def test_a_mark_stands_before_each_line() -> None:
    report, stream = told()
    report.mark = "rehearsal: "

    report.say("\nacme 1.2.0\n  its files")
    report.line("no", "in sync", "behind\nby two")

    rows = stream.getvalue().splitlines()
    assert [row.startswith("rehearsal: ") for row in rows if row] == [True] * 4
    assert rows[0] == ""


def test_further_lines_of_a_fact_stand_below_it() -> None:
    report, stream = told()

    report.line("no", "clean", "uncommitted changes:\n M README.md")

    first, second = stream.getvalue().splitlines()
    assert first.index("uncommitted changes") == second.index(" M README.md")


def test_text_is_printed_as_it_is() -> None:
    """No markup, no emoji codes, no wrapping, whatever a fact contains."""
    text = "[bold]x[/bold] :rocket: " + "word " * 60 + "[red]"
    report, stream = told(width=40)

    report.say(text)
    report.line("ok", "gate", text)

    assert stream.getvalue().splitlines()[0] == text
    assert len(stream.getvalue().splitlines()) == 2


def test_no_secret_is_printed() -> None:
    learn("secret-of-the-report")
    report, stream = told()

    report.say("say secret-of-the-report")
    report.line("no", "gate", "first secret-of-the-report\nthen secret-of-the-report")

    assert "secret-of-the-report" not in stream.getvalue()
    assert stream.getvalue().count(HIDDEN) == 3


def test_nothing_moves_without_a_terminal() -> None:
    report, stream = told()

    with report.running("build the distributions") as watch:
        assert watch.seconds >= 0

    assert stream.getvalue() == ""


BODY = """
from release.base.journal import Journal
from release.base.report import Report
report = Report(Journal(None))
with report.running("build"):
    report.line("done", "build", "2 files")
"""


def on_a_terminal(**env: str) -> str:
    """Return what reaches a terminal when a step runs."""
    main, worker = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "TERM", "CI")}
    argv = [sys.executable, "-c", BODY]
    subprocess.run(
        argv, cwd=REPOSITORY / "template", stdout=worker, env=kept | {"TERM": "xterm-256color"} | env, check=True
    )
    os.close(worker)
    seen = b""
    try:
        while part := os.read(main, 4096):
            seen += part
    except OSError:
        pass  # the terminal has nothing more
    os.close(main)
    return seen.decode()


def test_a_terminal_shows_colour_and_what_runs() -> None:
    seen = on_a_terminal()

    assert "\x1b[32m" in seen
    assert "build" in seen


def test_no_color_is_respected() -> None:
    seen = on_a_terminal(NO_COLOR="1")

    assert "\x1b[32m" not in seen
    assert "done    build                         2 files" in seen


def test_a_dumb_terminal_gets_plain_rows() -> None:
    assert "\x1b[32m" not in on_a_terminal(TERM="dumb")


def test_a_terminal_obeys_nothing_that_is_shown() -> None:
    report, stream = told()

    report.say("released\x1b[2J")
    report.line("no", "a\x07gate", "stopped\x1b[1A\x1b[2Kgo")

    assert stream.getvalue().splitlines() == [
        "released\\x1b[2J",
        "  no      a\\x07gate                           stopped\\x1b[1A\\x1b[2Kgo",
    ]
