"""The token for a forge: from the environment, the keyring or the forge's own command; never printed, never in argv."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from release.adapters import system_keyring
from release.adapters.forge.forge_address import Place
from release.base.errors import ReleaseError
from release.base.redact import learn
from release.base.shell import run

_JOB_HEADER = "JOB-TOKEN: "  # in which the token of a CI job of GitLab travels
_USER = "token"  # the keyring wants a user; the service is the host of the API
_PATIENCE = 20.0  # seconds that a command of the forge may take


@dataclass(frozen=True)
class Token:
    """A token, and where it was found: the name of a variable, "the keyring", or a command."""

    value: str = field(repr=False)
    source: str


class Login:
    """Who asks a forge: its token is looked up when it is first needed, which may start a keyring."""

    def __init__(self, place: Place, environment: Mapping[str, str], misplaced: Callable[[], str] = lambda: "") -> None:
        """`misplaced` returns why a token must not be sent to the place, empty where it may."""
        self._misplaced = misplaced
        self._place = place
        self._environment = environment
        self._unread = ""  # why the keyring that is there could not be read

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables that may hold the token, the first that is set counts."""
        traits = self._place.traits
        public = urlsplit(self._place.home).hostname in traits.public_api
        in_job = traits.job_token and self._environment.get(traits.ci_variable)
        before = () if public else traits.own_host_variables
        return (*before, *traits.variables, *([traits.job_token] if in_job else []))

    @cached_property
    def token(self) -> Token | None:
        """The token; None where there is none. Raises ReleaseError for one that cannot be sent."""
        found = next(self._found(), None)
        if found is None:
            return None
        learn(found.value)
        if why := self._misplaced():
            what = f"cannot send the token from {found.source} to {self._place.api}"
            raise ReleaseError(what, why=why, run="$EDITOR release.toml      ([forge] api; then git push)")
        if not all("!" <= letter <= "~" for letter in found.value):
            raise ReleaseError(
                f"cannot use the token from {found.source}",
                why="it holds blanks or letters that no token has",
                run=self._giving(found.source if found.source in self.variables else self.variables[0]),
            )
        return found

    @property
    def headers(self) -> dict[str, str]:
        """The header that carries the token; empty without one."""
        if self.token is None:
            return {}
        header = _JOB_HEADER if self.by_job else self._place.traits.header
        name, _, before = header.partition(": ")
        return {name: before + self.token.value}

    @property
    def by_job(self) -> bool:
        """Whether this is the token of a job of GitLab's CI, which is nobody's in particular."""
        return self.token is not None and self.token.source == self._place.traits.job_token

    @property
    def places(self) -> str:
        """Where a token is looked for, for messages."""
        command = self._place.traits.token_command
        asked = [*self.variables, "the keyring", *command[:1]]
        return f"{', '.join(asked[:-1])} or {asked[-1]}"

    @property
    def advice(self) -> str:
        """A line that gives a token: in the variable that gave the one in use, if one did."""
        used = self.token.source if self.token and self.token.source in self.variables else self.variables[0]
        return self._giving(used)

    def _giving(self, variable: str) -> str:
        return f"export {variable}=...      (or: keyring set {self._service} {_USER})"

    def keep(self, secret: str) -> None:
        """Keep a token in the keyring of the system, where the next command finds it."""
        system_keyring.keep(self._service, _USER, secret)

    def refusal(self, what: str) -> ReleaseError:
        """Return the error for what needs a token where there is none."""
        why = f"no token in {self.places}"
        unread = f"\nthe keyring cannot be read: {self._unread}" if self._unread else ""
        return ReleaseError(what, why=f"{why}{unread}", run=self.advice)

    @property
    def _service(self) -> str:
        return urlsplit(self._place.api).netloc

    def _found(self) -> Iterator[Token]:
        for name in self.variables:
            if value := self._environment.get(name, "").strip():
                yield Token(value, name)
        if value := self._kept():
            yield Token(value, "the keyring")
        if value := self._told():
            yield Token(value, " ".join(self._place.traits.token_command[:2]))

    def _kept(self) -> str:
        """Return what the keyring of the system keeps, empty where there is none or it cannot be read."""
        import keyring
        from keyring.errors import KeyringError, NoKeyringError

        try:
            return (keyring.get_password(self._service, _USER) or "").strip()
        except NoKeyringError:
            return ""
        except KeyringError as error:  # it is locked, say; another place may have a token
            self._unread = str(error) or type(error).__name__
            return ""

    def _told(self) -> str:
        """Return what the forge's own command is logged in with, empty where there is none."""
        command = self._place.traits.token_command
        if not command or not shutil.which(command[0], path=self._environment.get("PATH")):
            return ""
        host = urlsplit(self._place.home).netloc
        ended = run([*command, host], cwd=Path.cwd(), env=self._environment, timeout=_PATIENCE)
        return ended.out.strip() if ended.code == 0 else ""
