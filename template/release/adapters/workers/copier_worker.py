"""Renders versions of a template by Copier, each into a folder of its own, without asking anybody anything.

A process of its own (see pool.py); "argv" of its request is a list of objects {address, name, commit,
answers, file, into}. Where Copier refuses it ends with 2.
"""

from __future__ import annotations

import json
import sys
import warnings

import copier
from copier.errors import CopierError

from release.adapters.workers.tool_worker import taken


def main() -> None:
    """Wait, render."""
    request = taken(once=True)
    if request is None:
        return
    warnings.simplefilter("ignore")
    for each in map(json.loads, request["argv"]):
        try:
            copier.run_copy(
                each["address"],
                each["into"],
                answers_file=each["file"],
                data=each["answers"],
                vcs_ref=each["commit"],
                settings=copier.Settings(),  # nobody's own defaults
                defaults=True,
                quiet=True,
            )
        except (CopierError, ValueError) as error:
            print(f"{each['name']}: {error}", file=sys.stderr)
            sys.exit(2)
