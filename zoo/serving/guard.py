"""Guards of HTTP: what every request must have, and every answer gets, because of browsers.

A page of another site may send requests to a server on its reader's machine. It would read the answers too, if it could
pass for the server's own page: by a name of its own that leads to this machine (DNS rebinding).
"""

import base64
import hashlib
import ipaddress
import re
from urllib.parse import urlsplit

from zoo.serving.errors import Forbidden, Unsupported

HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}


def policy(*pages):
    """The Content-Security-Policy of pages whose inline scripts and styles are known: those may run, by their hash.

    Example:
        >>> policy()[:32]
        "default-src 'self'; script-src '"
    """
    inline = {
        kind: " ".join(sorted({_hash(text) for page in pages for text in re.findall(pattern, page, re.DOTALL)}))
        for kind, pattern in (
            ("script", r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>"),
            ("style", r"<style[^>]*>(.*?)</style>"),
        )
    }
    return (
        f"default-src 'self'; script-src 'self' 'wasm-unsafe-eval' {inline['script']}; "
        f"style-src 'self' {inline['style']}; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )


def _hash(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


class Guard:
    """An ASGI application that asks another one, if the request is one that no other site's page has sent.

    An address is always taken as Host: only a name can be made to lead to where it shouldn't. So is localhost.

    Args:
        app: the other.
        hosts: names that are taken too; ".example.org" is all below it, "*" is any.
        security: the Content-Security-Policy.
        refuse: a function of a `ServingError` that returns the application which answers with it.

    Example:
        >>> guard = Guard(None, ["zoo.example.org"], "", None)
        >>> guard.takes("zoo.example.org:8501"), guard.takes("[::1]:8501"), guard.takes("attacker.example")
        (True, True, False)
    """

    def __init__(self, app, hosts, security, refuse):
        self._app, self._refuse = app, refuse
        self._hosts = {host.lower().rstrip(".") for host in hosts}
        answer = HEADERS | {"content-security-policy": security}
        self._headers = [(name.encode(), value.encode()) for name, value in answer.items()]

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message):
            if message["type"] == "http.response.start":
                message = message | {"headers": [*message["headers"], *self._headers]}
            await send(message)

        try:
            self._check(scope)
        except (Forbidden, Unsupported) as error:
            await self._refuse(error)(scope, receive, send_with_headers)
        else:
            await self._app(scope, receive, send_with_headers)

    def takes(self, host):
        """Whether a request may have that Host."""
        name = _name(host)
        if name is None:
            return False
        try:
            ipaddress.ip_address(name.partition("%")[0])
        except ValueError:
            return name == "localhost" or name.endswith(".localhost") or self._is_named(name)
        return True

    def _is_named(self, name):
        parents = [name[i:] for i, character in enumerate(name) if character == "."]
        return not self._hosts.isdisjoint(["*", name, *parents])

    def _check(self, scope):
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host")
        if host is not None and not self.takes(host):
            raise Forbidden(
                f"this server doesn't go by the name {host[:100]!r}. `--allowed-host {_name(host) or 'NAME'}` lets it."
            )
        origin = headers.get(b"origin")
        if origin is not None and not self._is_own(origin, host or ""):
            raise Forbidden(f"the page of {origin[:100]!r} may not ask this server.")
        kind = headers.get(b"content-type", "").partition(";")[0].strip().lower()
        if scope["method"] == "POST" and kind != "application/json":
            raise Unsupported("the body must be JSON and say so: send the header Content-Type: application/json.")

    def _is_own(self, origin, host):
        try:
            place = urlsplit(origin).netloc.lower()
        except ValueError:
            return False
        # Behind a proxy the Host may be another, and the page still of a name that was given.
        return bool(place) and (place == host.lower() or self._is_named(_name(place) or ""))


def _name(host):
    """The name in a Host header, without the port; None if it is none."""
    found = re.fullmatch(r"\[([0-9A-Fa-f:.%\w]+)\](?::\d*)?|([\w.-]+)(?::\d*)?", host.strip(), re.ASCII)
    return found and (found[1] or found[2]).lower().rstrip(".")
