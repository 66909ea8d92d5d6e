"""Whether the documentation site is that of the release: it must not name an older version and not the new one."""

from __future__ import annotations

import re

from packaging.version import Version

from release.adapters.web_page import page_text
from release.monitoring.watched import Finding, Outcome, Watched


def documentation_site(subject: Watched) -> list[Finding]:
    """Look which version the page in [project.urls] names; one that names none says nothing, and is good."""
    ctx, address = subject.ctx, subject.ctx.project.documentation
    if not address.startswith(("https://", "http://")):
        return []
    subject.requests.count()
    text, version = page_text(address), ctx.release.version
    if _names(text, version):
        return [Finding("documentation", Outcome.KEEP, f"{address} names {version}")]
    known = sorted(
        (each for each in map(ctx.config.version_of, ctx.git.tags()) if each and each < version), reverse=True
    )
    old = next((each for each in known if _names(text, each)), None)
    if old is None:
        return [Finding("documentation", Outcome.KEEP, f"{address} answers, and names no version")]
    fact = f"{address} names {old}, not {version}"
    return [Finding("documentation", Outcome.LOOK, fact, f"inv watch {version}      (once the site is built again)")]


def _names(text: str, version: Version) -> bool:
    return bool(re.search(rf"(?<![\w.])v?{re.escape(str(version))}(?!\w|\.\d)", text))
