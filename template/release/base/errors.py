"""What stops a release is told in three parts: what, why and the command to run next; a page explains it."""

from __future__ import annotations

import re

PAGE = "release/ERRORS.md"
# {anchor on the page: the beginnings of its messages}; the first that matches counts.
SECTIONS = {
    "notes": r"cannot (use|read) the fragment|cannot write (this note|the notes)|cannot make notes",
    "settings": r"cannot use (release\.toml|pyproject\.toml|<FILE>)|cannot read (release\.toml|pyproject\.toml|<FILE>)"
    r"|cannot set the (index|forge)|there is no (gate|stage) |cannot check the stage|cannot judge",
    "gates": r"cannot release: |cannot skip the gate|warning: |it does not (install|run) on",
    "branches": r"cannot (backport|freeze|pick|merge (?!the template)|bring|request to allow"
    r"|open a (pull|merge|<ctx.merge_)|make a hotfix|continue|start (?!the embedded)\S|choose the freeze"
    r"|check the hotfix|release a hotfix|abandon (hotfix|<branch>)|allow )"
    r"|cannot check \"",
    "plan": r"cannot (plan|defer|make the calendar|write the (calendar|action|runbook|status)|find the plan"
    r"|read the plan|pull|choose the milestone|record the follow-up|withdraw"
    r"|use (plans/|--at|the day|the holidays|.*objective))"
    r"|nothing (is|was) (planned|due)",
    "version": r"cannot release (\"|\S+ from |(major|minor|patch|auto|<wanted>)|all projects|.*which --yes does)"
    r"|cannot (use the version|make a pre-release|write the version|choose the version|order the projects)"
    r"|.* says another version",
    "in-progress": r"no release is in progress|.* has no commit$|cannot (abort|abandon|undo|go back)"
    r"|cannot make the release commit"
    r"|there is no release to look at|stopped$",
    "approvals": r"cannot (approve|waive|answer|record refs|record <reference>|use (\"|refs)|check a signature)"
    r"|cannot look for "
    r"|cannot push (refs/keelway|<reference>)",
    "template": r"cannot (update|(merge|render|reach) the template)|the (update|checks of the update) ",
    "packing": r"cannot (build (an|the) image|make (an executable|<name>)|pack|(push|record) an image)|the image runs"
    r"|there is no command to pack",
    "forge": r"cannot (reach|ask the forge|draft|attach|show (?!the|\d|<last>)|send|use the token|understand"
    r"|see the draft|add the yank)|\S+ refused$",
    "after-a-release": r"cannot (verify|watch|compare|show|look at|announce|write <channel|read the history)"
    r"|cannot (install the release|serve the pages|record a prediction|use (the assistant|--assist))"
    r"|.* is not announced|.* is no release that|<what> does not run|known vulnerabilities|it holds no attestation"
    r"|it is no provenance|its publisher",
    "index": r"cannot (upload|publish|yank|read the index|start the embedded index|rehearse|see )|.* is not on .* yet"
    r"|the (upload failed|index cannot)|cannot <_DOES",
    "push": r"cannot (push|delete|read the remote|make <branch>|sign )|the remote cannot be reached",
    "start": r"cannot (start$|ask|run|work on|find|check out|tell which project|keep|release$|<word>|<step)"
    r"|git identity|.* is in no git|.* cannot be used as it is|there is no Python",
    "files": r".",  # what fits nowhere else: a file, a command of another tool
}


class ReleaseError(Exception):
    """A refusal: `what` (step and object), `why` (the facts, verbatim) and `run` (a line that can be pasted).

    `log` is all that a failed command printed.
    """

    def __init__(self, what: str, *, why: str = "", run: str = "", log: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.run = run
        self.log = log

    def __str__(self) -> str:
        return describe(self.what, self.why, self.run)


def describe(what: str, why: str = "", run: str = "") -> str:
    """Return the three parts as aligned lines; a part that is empty is left out."""
    parts = [what]
    for label, text in (("why", why), ("run", run)):
        lines = text.splitlines()
        parts += [f"  {label}: {line}" if number == 0 else f"       {line}" for number, line in enumerate(lines)]
    return "\n".join(parts)


def section_of(message: str) -> str:
    """Return the anchor of the section that explains a message, by its first line."""
    first = message.strip().partition("\n")[0]
    return next((anchor for anchor, words in SECTIONS.items() if re.match(words, first)), "files")


def seen_at(message: str) -> str:
    """Return the line that says where a message is explained."""
    return f"\n  see: {PAGE}#{section_of(message)}"
