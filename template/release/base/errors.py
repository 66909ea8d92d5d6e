"""What stops a release is told in three parts: what, why and the command to run next."""

from __future__ import annotations


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
