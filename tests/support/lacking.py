"""What a machine lacks for a test: told on the terminal, and where CI is set, a failure; never a silent skip."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import pytest


def tell_lack(told: str) -> None:
    """Say what nothing will be known of; fail where CI is set."""
    if os.environ.get("CI"):
        pytest.fail(told)
    print(f"\n*** {told} ***", file=sys.__stderr__)


def stop_for_lack(told: str) -> NoReturn:
    """End a test that cannot run at all without what is missing: a container engine, other Pythons.

    README asks for one Python, venv and git, and its test command has to end well there.
    """
    tell_lack(told)
    pytest.skip(told)
