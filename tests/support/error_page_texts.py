"""The texts of the page of errors: its head, its sections, the names of what is filled in, the classes of errors."""

from __future__ import annotations

import ast

from tests.support.layers import FILES, tree_of

HEAD = """\
# Errors

Every error has three parts: what could not be done, why (both facts), and a line to run next:

```
cannot publish acme 1.2.0 to pypi
  why: acme-1.2.0.tar.gz is there with sha256 9f31.., the built file has 41c0..; an uploaded file cannot be replaced
  run: inv release patch
```

Run the line, then the same command again: it continues where it stopped. The exit code is 1 for an error, 130 for an
interrupt and 3 for a bug of the release process, with its traceback. On a terminal an error names its section here.

"""


TABLES = "The tables are made from the source of `release/`; what is filled in stands in angle brackets.\n"


TEXTS = {  # {anchor: (title, what it is about)}
    "notes": (
        "Notes",
        """
A fragment in `changelog.d/` cannot be read as one change: its name is not `ISSUE.TYPE.md` or `+words.TYPE.md` with a
type that is configured, or it is empty.

Example: `changelog.d/12.fixed.md` where the type is `fix`. Way out: rename the file, or write it anew: `inv note fix
"What changed"`.
""",
    ),
    "settings": (
        "Settings",
        """
A key is unknown, or its value has the wrong type or is not allowed. The error names the key and the value.

Example: `forge.kind` is `"sourcehut"`. Way out: `$EDITOR release.toml`; every key with its default is in the
configuration (`docs/configuration.md` of the template), and an editor that knows `release/schema.json` shows it while
you type.
""",
    ),
    "gates": (
        "Gates",
        """
A gate found a problem that stops the release. Nothing was changed. Every gate is asked before the command stops, so
one run shows all problems.

Example: `cannot release: index account`, since no password was found. Way out: the `run` line of each gate. To make
a gate only warn, set `severity = "warning"` in `release.toml`. `docs/preflight.md` of the template describes each gate.
""",
    ),
    "branches": (
        "Branches",
        """
The command does not work on this branch, or commits do not apply to it cleanly.

Example: a pick conflicts with what the release branch has. Way out: the error names the folder with the
conflict; resolve it there, commit, and run the command again with `--continue`. `--abort` undoes it.
""",
    ),
    "plan": (
        "Plan",
        """
There is no plan for that release, or the plan contradicts itself.

Example: `inv scope 1.4` without a `plans/1.4.toml`. Way out: `inv plan 1.4` writes one. A project that plans nothing
needs no plan.
""",
    ),
    "version": (
        "Version",
        """
The requested version is not valid (PEP 440), is taken, belongs to another branch, or cannot be written
everywhere.

Example: `inv release 1.2` on a release branch of 1.1. Way out: `inv release` shows the versions that it could be and
what each means.
""",
    ),
    "in-progress": (
        "In progress",
        """
A release was begun and is not complete, or a command needs one and there is none. What is done is read from git,
the index and the forge.

Example: `inv abort` after the upload. Way out: `inv status` shows each step; the same command finishes the release.
What is published stays; a version can be abandoned with `inv abort --spent`.
""",
    ),
    "approvals": (
        "Approvals",
        """
A decision does not count: the person does not hold the role, it is for another commit, its record is not signed where
signing is required, or the remote did not accept it.

Example: `inv approve` by an address that no role in `release.toml` lists. Way out: a member of that role approves the
newest commit; `inv gates` shows what is missing.
""",
    ),
    "template": (
        "Template",
        """
The template cannot be reached or rendered, or its changes conflict with yours.

Example: conflict markers on the branch `template/0.3.0`. Way out: resolve and commit them there, switch back, and run
`inv update` again.
""",
    ),
    "packing": (
        "Packing",
        """
There is nothing to pack, a tool is missing, or what was built does not run.

Example: a project without `[project.scripts]`. Way out: name a command there; an image needs podman, docker or
buildah.
""",
    ),
    "forge": (
        "Forge",
        """
GitHub, GitLab or Gitea does not answer, does not accept the token, or refuses an action that the token does not allow.

Example: a token without the right to write releases. Way out: `inv doctor` shows which token was found where and what
it may; `export GH_TOKEN=...` sets another one. The release itself is not lost: run it again.
""",
    ),
    "after-a-release": (
        "After a release",
        """
A check of a published release failed or got no answer, or an announcement did not arrive.

Example: a channel refused a message. Way out: `inv announce` sends what is missing; nothing is announced twice.
`inv verify 1.2.0` says what is proven.
""",
    ),
    "index": (
        "Index",
        """
An index does not answer, refuses a file or an account, or has other files of this version.

Example: a file of the same name with another hash. An uploaded file cannot be replaced. Way out: where it does not
answer, run the same command again; where the version is taken, release the next one.
""",
    ),
    "push": (
        "Push",
        """
The remote did not accept a branch or a tag: it moved, it is protected, or your account may not push.

Example: a colleague pushed first. Way out: `git pull --ff-only`, then the same command. Where the branch takes only
pull requests: `push = "request"` in `release.toml`.
""",
    ),
    "start": (
        "Start",
        """
Something that every command needs is missing: a git repository, an identity, a tool, a terminal to ask on.

Example: `git identity is not configured`. Way out: `git config --global user.name "Ada Lovelace"` and `user.email`;
where there is no terminal: the option that the error names, such as `--yes`.
""",
    ),
    "files": (
        "Files",
        """
A file cannot be read or written, or a command of another tool failed. Its exit code and last lines are shown, without
secrets.

Example: a file that is not UTF-8. Way out: the `run` line names the file; paste a failed command to see its full
output.
""",
    ),
}


NAMES = {
    each.name
    for path in FILES
    for each in ast.walk(tree_of(path))
    if isinstance(each, ast.ClassDef) and any("ReleaseError" in ast.unparse(base) for base in each.bases)
} | {"ReleaseError", "wrong"}


KINDS = {  # the classes of errors: what each means, and the section about it
    "ReleaseError": ("a refusal: nothing was changed by the step that it names", "start"),
    "wrong": ("a key of a file has a value that is not allowed", "settings"),
    "CommandFailed": ("a command of another tool failed: its exit code and last lines", "files"),
    "NoAnswer": ("a command did not end in time (`timeout` in `release.toml`)", "files"),
    "GatesRefused": ("one or more gates are not met", "gates"),
    "Unfit": ("a distribution does not install or run", "gates"),
    "ConflictFound": ("what already exists was not made by this release", "in-progress"),
    "PushRefused": ("the remote did not accept the branch and the tag", "push"),
    "TooOld": ("git is too old for this command", "branches"),
    "NothingPlanned": ("no plan of a release that is still to come", "plan"),
    "Unavailable": ("an index, a forge or a remote does not answer", "index"),
    "UploadRefused": ("the index refused a file", "index"),
    "ForgeRefused": ("the forge refused a request", "forge"),
    "Ambiguous": ("a listing of an index that installers can read in more than one way", "index"),
    "Doubt": ("an attestation cannot be judged", "after-a-release"),
    "Untrue": ("an attestation is not true", "after-a-release"),
    "Unclear": ("it is not known whether a message of an announcement arrived", "after-a-release"),
}
