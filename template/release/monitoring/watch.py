"""One look at a release after it became public: each check that has begun, and the verdict that they come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from release.base.errors import ReleaseError
from release.monitoring.watch_checks import Check, checks_of
from release.monitoring.watched import Finding, Outcome, Watched

_WORSE = list(Outcome)


@dataclass(frozen=True)
class Acting:
    """A check that failed and may be acted upon unasked: what it found, and what is done."""

    finding: Finding
    act: tuple[str, ...]
    restore: tuple[str, ...]


@dataclass(frozen=True)
class Look:
    """What one look found, and the checks that may be acted upon."""

    subject: Watched
    findings: Sequence[Finding]
    acting: Sequence[Acting]

    @property
    def verdict(self) -> Outcome:
        """The worst of what was found."""
        return max((each.outcome for each in self.findings), key=_WORSE.index, default=Outcome.KEEP)

    @property
    def evidence(self) -> list[Finding]:
        """What speaks against keeping the release, the worst first."""
        bad = [each for each in self.findings if each.outcome is not Outcome.KEEP]
        return sorted(bad, key=lambda each: -_WORSE.index(each.outcome))


def look(subject: Watched) -> Look:
    """Ask every check whose phase has begun; one that cannot be asked is to be looked at, and never good."""
    findings: list[Finding] = []
    acting: list[Acting] = []
    for check in checks_of(subject.ctx.config.watch):
        if subject.has_begun(check.phase):
            found = [_judged(check, each) for each in _asked(check, subject)]
            findings += found
            bad = [each for each in found if check.act and each.outcome is Outcome.TAKE_BACK]
            acting += [Acting(each, check.act, check.restore) for each in bad]
    return Look(subject, findings, acting)


def _asked(check: Check, subject: Watched) -> list[Finding]:
    try:
        return check.ask(subject)
    except ReleaseError as error:
        return [Finding(check.name, Outcome.LOOK, f"not known: {error.what}: {error.why}".rstrip(": "), "inv watch")]


def _judged(check: Check, found: Finding) -> Finding:
    """Return a finding with what the owner says that its failure means; what is not known stays to be looked at."""
    failed = found.outcome is not Outcome.KEEP and not found.fact.startswith("not known")
    return replace(found, outcome=check.means) if check.means and failed else found
