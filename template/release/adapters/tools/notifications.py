"""Sends a text to an address that apprise knows: mail, chat, a webhook."""

from __future__ import annotations

from release.base.errors import ReleaseError
from release.base.redact import learn, redact


class Sender:
    """One address, accepted by apprise; nothing is sent by making it."""

    def __init__(self, address: str, where: str) -> None:
        """`where` names what holds the address, for a refusal that does not show it; raises ReleaseError."""
        try:
            from apprise import Apprise
        except ModuleNotFoundError:
            why = "the package apprise is not installed"
            raise ReleaseError("cannot send", why=why, run="python -m pip install apprise") from None
        learn(address)
        self._apprise = Apprise()
        if not address or not self._apprise.add(address):
            why = f"{where} holds no address that apprise knows" if address else f"{where} is not set"
            how = f"export {where}=..." if where.isidentifier() else f"$EDITOR {where}"
            raise ReleaseError("cannot send", why=why, run=f"{how}      (appriseit.com/services lists them)")

    def send(self, title: str, text: str) -> str:
        """Send; return why it failed, as far as apprise tells, empty when it was taken."""
        result = self._apprise.notify(title=title, body=text)
        if result:
            return ""
        told = [str(entry) for service in result for attempt in service for entry in attempt]
        return redact(told[-1].rpartition(" - ")[2].rstrip(".")) if told else "apprise does not say why"
