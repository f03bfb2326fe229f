"""The URL to register for a webhook."""

import re
from urllib.parse import urlsplit, urlunsplit

from injector.wire import address

_ENDPOINT = re.compile(r"^((?:/t/[^/]+)?)/inject(?=/|$)")


def webhook_url(base: str, path: str = "", *, validating: bool = False) -> str:
    """Return the URL to register: *base*, which may hold a path, and then *path*.

    Raises:
        ValueError: an API server cannot call the URL, or the function does not serve
            its path.
    """
    parts = urlsplit(base)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError(f"{base!r} is no URL of a webhook, want https://HOST")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError(f"{base!r} is no URL of a webhook, want none with @, ? or #")
    url_path = parts.path.rstrip("/")
    if path and address.parse(url_path) and address.parse(path):
        raise ValueError(f"{base!r} has a path, and {path!r} is another: want one")
    url_path += path
    if address.parse(url_path) is None:
        url_path += "/inject"
    called = address.parse(url_path)
    if called is None:
        raise ValueError(
            f"{url_path!r} is no path of the function, want /t/TOKEN/inject"
        )
    if called.endpoint == "validate" and not validating:
        raise ValueError(
            f"{url_path!r} is where the function validates, and injects nothing"
        )
    if validating:
        url_path = _ENDPOINT.sub(r"\1/validate", url_path, count=1)
    return urlunsplit((parts.scheme, parts.netloc, url_path, "", ""))
