"""How often and how patiently a request is repeated (`[retry]` in release.toml)."""

from __future__ import annotations

from dataclasses import dataclass

from release.config.toml_schema import key


@dataclass(frozen=True)
class RetryConfig:
    """How patiently an index, a forge or a remote is asked again after a failure of the network."""

    attempts: int = key(6, "The number of attempts before a request fails.")
    pause: float = key(1.0, "Seconds before the second attempt; doubled each time, with jitter.")
    longest: float = key(
        60.0, "The longest pause in seconds; if a server asks for a longer one (Retry-After), the request fails."
    )
