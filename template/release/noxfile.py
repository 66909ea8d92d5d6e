"""The sessions of the release process for a noxfile that has none of them: `nox -f release/noxfile.py`."""

import sys

import nox

nox.options.envdir = "../.nox"
sys.path.insert(0, "..")
__import__("release.sessions")
