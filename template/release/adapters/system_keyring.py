"""The keyring of the system, where a password or token is kept for the next command; no file of ours has it."""

from __future__ import annotations

from release.base.errors import ReleaseError
from release.base.redact import learn


def usable() -> bool:
    """Return whether this system has a keyring that keeps something."""
    import keyring
    from keyring.backends import fail, null

    return not isinstance(keyring.get_keyring(), fail.Keyring | null.Keyring)


def keep(service: str, user: str, secret: str) -> None:
    """Keep a secret for a user of a service; raise ReleaseError where the keyring does not take it."""
    import keyring
    from keyring.errors import KeyringError

    learn(secret, user)
    try:
        keyring.set_password(service, user, secret)
    except KeyringError as error:
        why = str(error) or type(error).__name__
        raise ReleaseError(
            f"cannot keep the password of {user}", why=why, run=f"keyring set {service} {user}"
        ) from error


def kept(service: str, user: str) -> str:
    """Return the secret that the keyring keeps, empty where it has none; raise ReleaseError where it cannot be read."""
    import keyring
    from keyring.errors import KeyringError

    try:
        return (keyring.get_password(service, user) or "").strip()
    except KeyringError as error:
        why = f"the keyring cannot be read: {str(error) or type(error).__name__}"
        run = f"keyring get {service} {user}"
        raise ReleaseError(f"cannot read the password of {user}", why=why, run=run) from error
