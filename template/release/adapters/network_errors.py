"""What is said of a host that did not answer: the innermost reason, and the proxy where it is that."""

from __future__ import annotations

from urllib.parse import urlsplit


def unreached(url: str, error: BaseException) -> str:
    """Return why a host did not answer: "HOST: Connection refused", or that of the proxy before it, by its variable."""
    from requests.exceptions import ProxyError
    from requests.utils import get_environ_proxies

    asked = urlsplit(url)
    proxies = get_environ_proxies(url) if isinstance(error, ProxyError) else {}
    key = next((each for each in (asked.scheme, "all") if proxies.get(each)), "")
    if not key:
        return f"{asked.netloc}: {root_of(error)}"
    host = urlsplit(proxies[key] if "://" in proxies[key] else f"http://{proxies[key]}").netloc.rpartition("@")[2]
    return f"the proxy {host} ({key}_proxy), by which {asked.netloc} is asked: {root_of(error)}"


def root_of(error: BaseException) -> str:
    """Return the words of the innermost reason of an error: "Connection refused" rather than a tower of classes."""
    error = innermost(error)
    return str(getattr(error, "strerror", None) or error) or type(error).__name__


def innermost(error: BaseException) -> BaseException:
    """Return the error that the others around it come from."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return error
