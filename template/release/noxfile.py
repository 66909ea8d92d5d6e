"""The sessions of the release process where the project's own noxfile does not know them: `nox -f release/noxfile.py`."""

import sys

import nox

nox.options.envdir = "../.nox"
sys.path.insert(0, "..")
__import__("release.sessions")
