"""The sessions of the release process for a noxfile that has none of them: `nox -f release/noxfile.py`."""

import sys

import nox

nox.options.envdir = "../.nox"
nox.options.sessions = ["preflight"]  # what nox runs without -s
sys.path.insert(0, "..")
__import__("release.sessions")
