"""A headless Chromium that is asked over pipes by its own protocol (Chrome DevTools Protocol): no driver is needed."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import IO, Any

from tests.support.lacking import stop_for_lack

_PATIENCE = 60.0  # seconds that one answer may take
_OPTIONS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe"),
    *("--no-first-run", "--disable-background-networking", "--disable-extensions", "--hide-scrollbars", "about:blank"),
)


@dataclass
class Browser:
    """One page of a browser; `requested` are the addresses that it asked for since it was opened."""

    commands: IO[bytes]
    answers: int
    session: str = ""
    requested: list[str] = field(default_factory=list)
    _events: list[str] = field(default_factory=list)
    _number: int = 0
    _unread: bytes = b""

    def ask(self, method: str, **parameters: Any) -> Any:
        """Return what the browser answers to a command of its protocol."""
        self._number += 1
        whole = {"id": self._number, "method": method, "params": parameters}
        self.commands.write(json.dumps(whole | ({"sessionId": self.session} if self.session else {})).encode() + b"\0")
        self.commands.flush()
        while True:
            message = self._next()
            if message.get("id") == self._number:
                assert "error" not in message, (method, message["error"])
                return message["result"]
            self._note(message)

    def open(self, path: Path) -> None:
        """Load a page from a file and wait until it is there."""
        self._events.clear()
        self.ask("Page.navigate", url=path.as_uri())
        while "Page.loadEventFired" not in self._events:
            self._note(self._next())

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page, awaited where it is a promise."""
        found = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def look(self, width: int, theme: str) -> None:
        """Show what follows at a width and in a theme, light or dark."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])

    def press_tab(self) -> None:
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)

    def printed(self) -> bytes:
        """Return the page as a PDF."""
        return base64.b64decode(self.ask("Page.printToPDF", preferCSSPageSize=True)["data"])

    def violations(self) -> list[str]:
        """Return what axe-core finds wrong with the page, each with the first element that it is about."""
        if not self.run("typeof window.axe === 'object'"):
            self.run(files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
        found = self.run("axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html.slice(0, 200)))")
        return [str(each) for each in found]

    def _note(self, message: dict[str, Any]) -> None:
        self._events.append(message.get("method", ""))
        if message.get("method") == "Network.requestWillBeSent":
            self.requested.append(message["params"]["request"]["url"])

    def _next(self) -> dict[str, Any]:
        end = time.monotonic() + _PATIENCE
        while b"\0" not in self._unread:
            assert select.select([self.answers], [], [], max(0.0, end - time.monotonic()))[0], "the browser is silent"
            piece = os.read(self.answers, 1 << 20)
            assert piece, "the browser has ended"
            self._unread += piece
        text, _, self._unread = self._unread.partition(b"\0")
        found: dict[str, Any] = json.loads(text)
        return found


@contextmanager
def browsing(folder: Path) -> Iterator[Browser]:
    """Give a browser that keeps its own things in a folder."""
    program = shutil.which("chromium")
    if program is None:
        stop_for_lack("NO BROWSER: nothing is known of how the pages look and whether everyone can use them")
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    words = [program, f"--user-data-dir={folder}", *_OPTIONS]
    script = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out} {theirs_in}<&- {theirs_out}>&-'
    started = subprocess.Popen(
        ["/bin/bash", "-c", script, "browser", *words],
        pass_fds=(theirs_in, theirs_out),
        stderr=subprocess.DEVNULL,
        env=os.environ | {"HOME": str(folder)},
    )
    os.close(theirs_in)
    os.close(theirs_out)
    with os.fdopen(ours_out, "wb") as commands:
        try:
            browser = Browser(commands, ours_in)
            target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
            browser.session = browser.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Network", "Runtime"):
                browser.ask(f"{domain}.enable")
            yield browser
        finally:
            started.kill()
            started.wait()
            os.close(ours_in)
