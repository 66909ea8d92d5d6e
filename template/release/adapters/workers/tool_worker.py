"""Runs a Python tool that was loaded before its arguments were known: loading is most of its time.

A process of its own (see pool.py), started with the module to run and those to load before. What makes it one is
`taken`; build_worker.py and copier_worker.py use it. It needs only the standard library, so any Python can run it.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import sys
import traceback
from contextlib import suppress
from types import ModuleType
from typing import Any

ASK_UPLOAD = "ask-upload"  # not one of twine's commands: it asks what an upload would need, and uploads nothing
MOVED = 307  # the status of an upload that is answered by any redirect
NETWORK_FAILED = 75  # EX_TEMPFAIL of sysexits.h: the last line of standard error is JSON with the answer of the server

SCRIPT = "script"  # not a module: the first of the arguments is the file to run

# What a tool imports for what it is seldom called for here, and what takes a third of its start: bump-my-version's
# questions to a person, its reading of files from the network and pydantic's event loop, twine's reStructuredText.
_SELDOM = {"bumpversion": ("questionary", "httpx2", "asyncio"), "twine": ("readme_renderer.rst",)}
_NO_PLUGINS = ("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for them means reading what every package declares


class _Late(ModuleType):
    """Stands in for a module that is imported when something of it is first asked for."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


def _put_off(name: str) -> None:
    late = sys.modules[name] = _Late(name)
    package, _, child = name.rpartition(".")
    if package:
        setattr(importlib.import_module(package), child, late)


def taken(*, once: bool = False) -> dict[str, Any] | None:
    """Say that this process is loaded; return the request that it, or a fork of it, is there for.

    The first line of standard input is the file descriptor for answers, or null: "ready", and then for each request
    the exit code of the fork that took it, a line each. Every other line is a request {"argv": [...], "cwd": "...",
    "env": {...}}, whose folder and environment are those of the process from then on. None when no more will come,
    because the parent is done or gone. With `once`, or where nothing can fork, this process itself takes the first.
    """
    answers = json.loads(sys.stdin.readline() or "null")
    sys.stdout.flush()  # else each fork would print it
    _tell(answers, "ready")
    while request := json.loads(sys.stdin.readline() or "null"):
        if not once and hasattr(os, "fork"):
            child = os.fork()
            if child:
                _tell(answers, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
                continue
            os.close(answers)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.clear()
        os.environ.update(request["env"])
        os.chdir(request["cwd"])
        return dict(request)
    return None


def _tell(answers: int | None, what: object) -> None:
    if answers is not None:
        with suppress(BrokenPipeError):
            os.write(answers, f"{what}\n".encode())


def main() -> None:
    """Load, wait, run."""
    module, *preload = sys.argv[1:]
    if module == "twine":
        from release.base.hidden_process import hide

        hide()  # it will be told passwords
    if module == "bumpversion":
        os.environ.setdefault(*_NO_PLUGINS)
    for name in _SELDOM.get(module, ()):
        _put_off(name)
    for name in preload:
        try:
            importlib.import_module(name)
        except ImportError:
            if module != SCRIPT:  # which tells itself what it lacks
                raise
    request = taken()
    if request is None:
        return
    sys.argv = [module, *request["argv"]]
    try:
        if module == "twine":
            sys.exit(_twine())
        elif module == SCRIPT:
            importlib.invalidate_caches()  # more may have been installed by now
            sys.argv.pop(0)
            runpy.run_path(sys.argv[0], run_name="__main__")
        else:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as left:
        _leave(left.code)
    except Exception:
        traceback.print_exc()
        _leave(1)
    _leave(0)


def _leave(code: str | int | None) -> None:
    """End now: what tools do at exit (closing pools, joining threads) takes longer than what they were called for."""
    if isinstance(code, str):
        sys.stderr.write(code + "\n")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1 if isinstance(code, str) else code or 0)


def _twine() -> Any:
    """Run twine, telling the status and headers of a failed request as facts (its own output is prose)."""
    import requests
    from twine import cli, exceptions

    cli.configure_output()
    try:
        if sys.argv[1] == ASK_UPLOAD:
            return _ask_upload()
        return cli.dispatch(sys.argv[1:])
    except exceptions.RedirectDetected as error:
        facts = {"status": MOVED, "reason": str(error).partition(".\n")[0], "after": None}
    except exceptions.TwineException as error:
        return f"{type(error).__name__}: {error}"
    except requests.HTTPError as error:
        facts = _facts(error, error.response)
    except requests.RequestException as error:
        facts = _facts(error, None)
    sys.stderr.write("\n" + json.dumps(facts) + "\n")
    return NETWORK_FAILED


def _ask_upload() -> None:
    """Print the HTTP status of an upload form without a file, which every index refuses, or 0 without a password.

    And where it leads, for a redirect: twine follows none, since the password would go along.
    """
    import argparse

    from twine import exceptions, settings

    parser = argparse.ArgumentParser()
    settings.Settings.register_argparse_arguments(parser)
    chosen = settings.Settings.from_argparse(parser.parse_args(["--non-interactive", *sys.argv[2:]]))
    chosen.check_repository_url()
    try:
        repository = chosen.create_repository()
    except exceptions.NonInteractive:
        print(0)
        return
    form = {":action": "file_upload", "protocol_version": "1"}
    answer = repository.session.post(repository.url, data=form, timeout=30, allow_redirects=False)
    print(answer.status_code, answer.headers.get("Location", "") if answer.is_redirect else "")


def _facts(error: Exception, response: Any) -> dict[str, Any]:
    """Return {status, reason, after}: the HTTP status (0 without an answer), its words, and Retry-After as sent."""
    if response is None:
        return {"status": 0, "reason": f"{type(error).__name__}: {error}", "after": None}
    return {"status": response.status_code, "reason": response.reason, "after": response.headers.get("Retry-After")}


if __name__ == "__main__":
    main()
