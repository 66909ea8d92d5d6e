"""What can be chosen of a project, and every two choices together in few rows."""

from __future__ import annotations

from tests.support.pairwise import pairwise

COMMANDS = ["command-line", "executable", "container", "application"]
PARAMETERS = {
    "license": ["MIT", "BSD-3-Clause", "Apache-2.0", "GPL-3.0-or-later", "none"],
    "python_min": ["3.10", "3.11", "3.12", "3.13"],
    "kind": ["library", "extension", *COMMANDS],
    "forge": ["github", "gitlab", "none"],
    "docs": ["zensical", "sphinx", "none"],
    "index": ["pypi", "https://index.example.org/team/"],
}
ROWS = pairwise(PARAMETERS)
NAMESPACES = {"github": "octo-org", "gitlab": "group/sub", "none": ""}
