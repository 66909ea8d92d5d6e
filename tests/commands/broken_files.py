"""Files that no healthy project has: conflict markers, a workflow for strangers, a build hook that never repeats."""

MARKERS = "a\n" + "<" * 7 + " ours\nb\n" + "=" * 7 + "\nc\n" + ">" * 7 + " theirs\n"
WORKFLOW = """\
on: pull_request_target
jobs:
  greet:
    runs-on: ubuntu-latest
    steps:
      - run: echo ${{ github.event.pull_request.title }}
"""

HOOK = """\
import time

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Hook(BuildHookInterface):
    def initialize(self, version, build_data):
        path = self.root + "/src/acme/built.py"
        with open(path, "w") as file:
            file.write(f"TIME = {time.time_ns()}\\n")
        build_data["artifacts"].append("src/acme/built.py")
"""
