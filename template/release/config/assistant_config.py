"""What release.toml says of the assistant: the model that is asked, where, with which key and within which limits."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from release.config.toml_schema import key, wrong

_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")


@dataclass(frozen=True)
class AssistantConfig:
    """The model that reads recorded facts where `--assist` asks for it."""

    base_url: str = key("", "The address of an OpenAI-compatible API: http://127.0.0.1:11434/v1.")
    model: str = key("", "The name of the model there.")
    variable: str = key("", "The variable that holds the key: ASSISTANT_KEY; empty: no variable.")
    keyring: str = key("", "The service whose key the system's keyring keeps for the user assistant; empty: none.")
    timeout: float = key(60.0, "The timeout of an answer, in seconds.")
    largest: int = key(200, "The maximum size of an answer, in kilobytes.")
    evidence: int = key(400, "The most facts that are sent.")
    claims: int = key(20, "The most claims that are shown.")


def refuse_nonsense_in_assistant(assistant: AssistantConfig | None) -> None:
    """Raise ReleaseError for an address that is none or shows a secret, a missing model, or a useless limit."""
    if assistant is None:
        return
    try:
        parts = urlsplit(assistant.base_url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise wrong("assistant.base_url", f'"{assistant.base_url}" is no address, such as http://127.0.0.1:11434/v1')
    if parts.username or parts.password or parts.query or parts.fragment:
        raise wrong("assistant.base_url", "an address with a user, a password or parameters; give the key by variable")
    if not assistant.model.strip() or not assistant.model.isprintable():
        raise wrong("assistant.model", "the API needs the name of a model")
    if assistant.variable and not _VARIABLE.fullmatch(assistant.variable):
        raise wrong("assistant.variable", f'"{assistant.variable}" is no name of a variable, such as ASSISTANT_KEY')
    if not 0 < assistant.timeout < math.inf:
        raise wrong("assistant.timeout", f"{assistant.timeout:g} is no duration in seconds")
    for name in ("largest", "evidence", "claims"):
        if getattr(assistant, name) < 1:
            raise wrong(f"assistant.{name}", f"{getattr(assistant, name)} is less than 1")


def with_key(variables: list[str], assistant: AssistantConfig | None) -> list[str]:
    """Return variables that hold secrets, and that of the key for the assistant, where there is one."""
    return [*variables, assistant.variable] if assistant and assistant.variable else variables
