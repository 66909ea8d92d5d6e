"""Invoke tasks: `inv --list` shows those of the release process and, below the line, yours."""

from release.tasks import *

# ---- Below this line: tasks of your own, for example: ----
#
# from invoke import task
#
# @task
# def serve(c):
#     """Serve the documentation."""
#     c.run("nox -s docs-live")
