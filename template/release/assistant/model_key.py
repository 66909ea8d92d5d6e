"""The key for a model: from the variable or the keyring that [assistant] names; never printed, never in argv.

It is sent to this machine, and to a host that the release.toml of the main branch names: a topic branch is anybody's.
"""

from __future__ import annotations

from release.adapters.chat_completions import ModelServer
from release.adapters.git.committed_config import config_of_main
from release.adapters.system_keyring import kept
from release.base.errors import ReleaseError
from release.base.redact import learn
from release.base.web_origin import confidential, on_loopback, origin_of
from release.config.assistant_config import AssistantConfig
from release.context import Context

USER = "assistant"  # for whom the keyring keeps the key


def server_of(ctx: Context, config: AssistantConfig) -> ModelServer:
    """Return the server of [assistant] with its key; raise ReleaseError where the key must not be sent there."""
    key = _key(ctx, config)
    if key and (why := _misplaced(ctx, config)):
        run = "$EDITOR release.toml      ([assistant] base_url; then git push)"
        raise ReleaseError("cannot ask the assistant", why=why, run=run)
    return ModelServer(config.base_url, config.model, key, config.timeout, 1000 * config.largest)


def _key(ctx: Context, config: AssistantConfig) -> str:
    """Return the key, empty where none is named; raise ReleaseError where one is named and is not there."""
    found = ctx.environment.get(config.variable, "").strip() if config.variable else ""
    if not found and config.keyring:
        found = kept(config.keyring, USER)
    if found:
        learn(found)
        if not all("!" <= letter <= "~" for letter in found):
            why = "the key holds blanks or letters that no key has"
            raise ReleaseError("cannot ask the assistant", why=why, run=_giving(config))
    elif config.variable or config.keyring:
        places = " or ".join(filter(None, (config.variable, config.keyring and f"the keyring ({config.keyring})")))
        raise ReleaseError("cannot ask the assistant", why=f"no key in {places}", run=_giving(config))
    return found


def _giving(config: AssistantConfig) -> str:
    return f"export {config.variable}=..." if config.variable else f"keyring set {config.keyring} {USER}"


def _misplaced(ctx: Context, config: AssistantConfig) -> str:
    """Return why the key must not be sent to the address, empty where it may."""
    if not confidential(config.base_url):
        return f"{config.base_url} is not https: everybody on the way could read the key"
    if on_loopback(origin_of(config.base_url)[1]):
        return ""
    main = config_of_main(ctx.git)
    named = main.assistant.base_url if main and main.assistant else ""
    if named and origin_of(named) == origin_of(config.base_url):
        return ""
    return f"the key is sent only where release.toml of the main branch says: {named or 'nowhere'}"
