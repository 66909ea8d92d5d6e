"""Whether the licences of what the project makes its users install are among those that its owner allows."""

from __future__ import annotations

import json

from release.artifacts.distribution_files import requirements, wheel_of
from release.artifacts.distributions import checked
from release.artifacts.install_check import Unfit, trial
from release.config.licence_expressions import allowed, expression_of
from release.context import Context
from release.engine.gate import Gate, Reads, Severity, Verdict

_METADATA = """
import importlib.metadata, json
print(json.dumps([
    [each.metadata["Name"], each.metadata.get("License-Expression") or "", each.metadata.get("License") or "",
     each.metadata.get_all("Classifier") or []]
    for each in importlib.metadata.distributions()
]))
"""


def _licences(ctx: Context) -> Verdict:
    wheel = wheel_of(checked(ctx))
    if wheel is None or not requirements(wheel):
        return Verdict(True, "it has no dependencies")
    try:
        with trial(ctx, ctx.pythons[-1]) as fresh:
            fresh.install(str(wheel))
            rows = json.loads(fresh.run("python", "-c", _METADATA).require().out)
    except Unfit as unfit:
        return Verdict(False, f"{unfit.what}\n{unfit.why}", unfit.run, log=unfit.log)
    found = {name: expression_of(*facts) for name, *facts in rows if name.lower() != ctx.project.name.lower()}
    refused = {name: text for name, text in sorted(found.items()) if not allowed(text, ctx.config.licenses)}
    if not refused:
        return Verdict(True, f"{len(found)} dependencies, each under an allowed licence")
    told = ", ".join(f"{name} ({text or 'not stated'})" for name, text in refused.items())
    return Verdict(False, f"licences that release.toml does not allow: {told}", "$EDITOR release.toml")


LICENCES = Gate(
    "licences",
    _licences,
    severity=Severity.WARNING,
    reads=Reads(("pyproject.toml",), tools=("license-expression",), keys=("licenses",), version=True, day=True),
    heavy=True,
)
