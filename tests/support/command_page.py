"""The reference of the commands: every task with every option, read from the tasks.

`PYTHONPATH=template python -m tests.support.command_page` prints it; docs/commands.md is what it printed last.
"""

from __future__ import annotations

import sys
from copy import copy
from inspect import Parameter, signature
from typing import Any

from invoke.parser.argument import Argument
from invoke.tasks import Task

from release import tasks
from release.tasks.overview_tasks import GROUPS

HEAD = """\
# Commands

Every `inv` command with its options. `inv help` lists the commands by purpose, and `inv --help release` shows the
options of one command. Every command that changes something has `--dry-run`. The exit code is 0 for success, 1 for a
refusal, 130 for an interrupt and 3 for a bug of ours. In a project that already had a noxfile,
`nox -s inv -- COMMAND` runs any of them without an active environment.

Invoke itself adds `inv --list`, `inv --dry COMMAND` (a dry run), and shell completion of commands and options:

```
inv --print-completion-script bash >> ~/.bashrc      # or zsh >> ~/.zshrc, fish > ~/.config/fish/completions/inv.fish
```

For scripts: `--json` prints the result as JSON; `--quiet` (doctor, preflight, gates) prints only the problems.
"""


def page() -> str:
    """Return the reference as Markdown."""
    text, seen = [HEAD], set()
    for group, names in GROUPS.items():
        if names_left := [name for name in names if name not in seen]:
            text.append(f"## {group.capitalize()}\n")
        for name in names_left:
            seen.add(name)
            text.append(section(_task(name)))
    others = sorted({getattr(tasks, name).name for name in tasks.__all__ if name != "gate"} - seen - _dashed(seen))
    text.append("## Others\n")
    text += [section(_task(name)) for name in others]
    return "\n".join(text)


def _dashed(names: set[str]) -> set[str]:
    return {name.replace("-", "_") for name in names}


def _task(name: str) -> Task[Any]:
    attribute = {"help": "show_help", "version": "show_version"}.get(name, name.replace("-", "_"))
    found: Task[Any] = getattr(tasks, attribute)
    return found


def as_declared(task: Task[Any]) -> Task[Any]:
    """Return a copy of a task to ask for its arguments: Invoke takes the help of each out of the task that it asks."""
    spare = copy(task)
    spare.help = dict(task.help)
    return spare


def section(task: Task[Any]) -> str:
    """Return the part of one command."""
    parameters = signature(task.body).parameters
    given = Task.get_arguments(as_declared(task))
    words = [_word(each, parameters) for each in given if each.positional]
    name = task.name.replace("_", "-")
    usage = " ".join(["inv", name, *words, *(["[options]"] if len(words) < len(given) else [])])
    rows = [f"### {name}\n", f"{(task.__doc__ or '').strip().splitlines()[0]}\n", f"```\n{usage}\n```\n"]
    if given:
        rows += [
            "| option | default | meaning |",
            "| --- | --- | --- |",
            *(_row(each, parameters) for each in given),
            "",
        ]
    return "\n".join(rows)


def _word(argument: Argument, parameters: Any) -> str:
    name = argument.names[0].upper()
    return name if parameters[argument.names[0]].default is Parameter.empty else f"[{name}]"


def _row(argument: Argument, parameters: Any) -> str:
    name = argument.attr_name or argument.names[0]
    flags = [f"`--{each.replace('_', '-')}`" if each[1:] else f"`-{each}`" for each in argument.names]
    if argument.positional:
        flags = [f"`{argument.names[0].upper()}`", *flags[:1]]
    default = parameters[name].default if name in parameters else argument.default
    shown = "" if default in (None, "", False, Parameter.empty) or default == [] else f"`{default}`"
    return f"| {', '.join(flags)} | {shown} | {(argument.help or '').replace('|', chr(92) + '|')} |"


if __name__ == "__main__":
    sys.stdout.write(page())
