"""What an endpoint makes of recorded facts: the share of its claims that is kept, why others are dropped, the cost.

python -m benchmarks.assistants [BASE_URL MODEL [VARIABLE]] [--rounds N]

Without an address it asks a server of its own, one in four of whose claims has an invented number: a check of the
measurement. `VARIABLE` names the environment variable that holds the key. The facts are those of a project that is made
anew, so nothing of yours is sent.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.metrics_cost import ROOT
from benchmarks.pages_cost import made

sys.path.insert(0, str(ROOT / "template"))
from release.assistant.advice import Advice, advice
from release.commands.planning import health, prioritise, risks, scope, timeline
from release.config.assistant_config import AssistantConfig
from release.context import Context
from release.context_loader import load_context
from tests.support.serving import Answer, Request, serving

_RELEASES, _BETWEEN = 30, 10  # days
_PLAN = """\
theme = "faster reading"
date = {date}
[[item]]
id = "parser"
title = "A parser that reads streams"
must = true
value = 8
effort = 8
[[item]]
id = "guide"
title = "A guide to the parser"
needs = ["parser"]
effort = 3
[[item]]
id = "plugins"
title = "Plugins for other formats"
risk = 0.5
effort = 13
[[risk]]
id = "abi"
text = "A dependency changes its interface"
chance = 0.4
"""


@dataclass
class Score:
    """What came of one command's questions: claims kept, those dropped by rule, seconds and bytes of each request."""

    kept: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    sent: int = 0
    unusable: Counter[str] = field(default_factory=Counter)

    def add(self, found: Advice, took: float) -> None:
        """Count one answer."""
        self.seconds.append(took)
        self.sent = len(found.evidence.text.encode())
        if found.answer is None:
            self.unusable[found.why] += 1
            return
        self.kept += len(found.answer.claims) + len(found.answer.proposals)
        self.dropped.update(found.answer.dropped)

    @property
    def share(self) -> str:
        """The share of its claims that was kept."""
        every = self.kept + self.dropped.total()
        return f"{100 * self.kept / every:.0f} %" if every else "none"


def project(place: Path) -> None:
    """Make a project whose newest release was some days ago, with a planned release that is to come."""
    now = datetime.now(UTC)
    made(place, _RELEASES, 3, int((now - timedelta(days=(_RELEASES + 1) * _BETWEEN + 5)).timestamp()))
    plan = place / "plans" / f"1.{_RELEASES + 1}.toml"
    plan.write_text(_PLAN.format(date=(now + timedelta(days=20)).date()), encoding="utf-8")
    who = ("-c", "user.name=Ada Lovelace", "-c", "user.email=ada@example.org")
    subprocess.run(["git", "-C", place, "add", "--all"], check=True)
    subprocess.run(["git", "-C", place, *who, "commit", "--quiet", "--message=plan"], check=True)


def documents(ctx: Context) -> dict[str, Mapping[str, Any]]:
    """Return {command: its facts} of the commands about a planned release."""
    planned: dict[str, Callable[..., str]] = {
        "scope": scope.show,
        "prioritise": prioritise.show,
        "timeline": timeline.show,
        "risks": risks.show,
        "health": health.show,
    }
    return {name: json.loads(show(ctx, json=True)) for name, show in planned.items()}


def own_server(request: Request) -> Answer:
    """Answer with three claims that repeat a fact, and one with a number that no fact has."""
    content = json.loads(request.body)["messages"][1]["content"]
    first = json.loads(content.partition("Facts:\n")[2].splitlines()[0])
    claims = [
        {"text": f"The {word} fact is cited.", "cites": [first["id"]]} for word in ("very first", "same", "given")
    ]
    claims.append({"text": "There are 987654 of them.", "cites": [first["id"]]})
    text = json.dumps({"claims": claims, "risks": [], "questions": [], "proposals": [], "chance_of_date": None})
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return Answer(200, json.dumps({"choices": [choice]}), "application/json")


def scores(ctx: Context, config: AssistantConfig, rounds: int) -> dict[str, Score]:
    """Return {command: what came of asking}."""
    ctx = replace(ctx, config=replace(ctx.config, assistant=config))
    found: dict[str, Score] = {}
    for command, document in documents(ctx).items():
        found[command] = Score()
        for _ in range(rounds):
            begun = time.monotonic()
            answer = advice(ctx, command, document)
            found[command].add(answer, time.monotonic() - begun)
    return found


def show(found: Mapping[str, Score]) -> None:
    """Print a row for each command, and the reasons for what was dropped or could not be used."""
    print(f"{'command':<15}{'kept':>6}{'dropped':>9}{'share':>8}{'seconds':>9}{'kB sent':>9}")
    for command, each in found.items():
        took = statistics.median(each.seconds)
        print(
            f"{command:<15}{each.kept:>6}{each.dropped.total():>9}{each.share:>8}{took:>9.1f}{each.sent / 1000:>9.1f}"
        )
    for title, reasons in (("dropped", "dropped"), ("no answer", "unusable")):
        every = sum((getattr(each, reasons) for each in found.values()), Counter[str]())
        for why, number in every.most_common():
            print(f"{title}: {number} ({why})")
    whole = Score(sum(each.kept for each in found.values()))
    whole.dropped = sum((each.dropped for each in found.values()), Counter[str]())
    print(f"kept of all claims: {whole.share}")


def main(words: Sequence[str] | None = None) -> None:
    """Ask, and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.assistants", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("base_url", nargs="?", default="", help="the address of an OpenAI-compatible API")
    parser.add_argument("model", nargs="?", default="own", help="the name of the model there")
    parser.add_argument("variable", nargs="?", default="", help="the environment variable that holds the key")
    parser.add_argument("--rounds", type=int, default=1, help="how often each question is asked")
    options = parser.parse_args(words)
    with (
        tempfile.TemporaryDirectory() as folder,
        nullcontext(options.base_url) if options.base_url else serving(own_server) as address,
    ):
        place = Path(folder) / "acme"
        project(place)
        env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        ctx = load_context(place, env, write=False)
        show(scores(ctx, AssistantConfig(address, options.model, options.variable, timeout=300.0), options.rounds))


if __name__ == "__main__":
    main()
