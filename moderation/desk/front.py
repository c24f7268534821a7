"""How browsers reach a desk: directly, or through a proxy that speaks TLS.

What a proxy writes into the head of a request is believed only if the command names the proxy,
because anybody can write it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from moderation.errors import UsageError
from moderation.service import is_loopback

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# One customer has so many bits of an IPv6 address; the others are theirs to choose.
_IPV6_CUSTOMER = 64


class Front(NamedTuple):
    """What stands before a desk.

    Attributes
    ----------
    origin
        The address that browsers show, such as ``https://desk.paper.example``; None if they reach
        the desk itself.
    proxies
        The addresses whose ``X-Forwarded-For`` is believed.
    """

    origin: str | None = None
    proxies: tuple[Network, ...] = ()

    @property
    def is_https(self) -> bool:
        """Whether browsers speak TLS, so that a cookie may be kept to it."""
        return self.origin is not None and self.origin.startswith("https://")

    def admits(self, host: str) -> bool:
        """Return whether a Host header names this desk, by its public name or on this machine."""
        if self.origin is None:
            return True
        name = host.lower()
        try:
            local = is_loopback(urlsplit(f"//{name}").hostname or "")
        except ValueError:
            return False
        return local or name == self.origin.partition("://")[2]

    def is_own(self, origin: str, host: str) -> bool:
        """Return whether a form comes from a page of this desk."""
        if self.origin is not None and origin.lower() == self.origin:
            return True
        try:
            return urlsplit(origin).netloc.lower() == host.lower() != ""
        except ValueError:
            return False

    def client(self, peer: str, headers: Mapping[str, str]) -> str:
        """Return the address for which wrong keys are counted.

        Parameters
        ----------
        peer
            The address at the other end of the connection.
        headers
            The head of the request. The last address that no named proxy has counts; those before
            it are the client's own word.
        """
        address = peer
        hops = headers.get("x-forwarded-for", "").split(",")
        while hops and self._is_proxy(address):
            hop = hops.pop().strip()
            if _parsed(hop) is None:
                break
            address = hop
        return _customer(address)

    def _is_proxy(self, address: str) -> bool:
        parsed = _parsed(address)
        return parsed is not None and any(parsed in network for network in self.proxies)


def read_front(public_url: str | None, proxies: Sequence[str], *, keyed: bool) -> Front:
    """Read the options about a proxy.

    Parameters
    ----------
    public_url
        The address that browsers show.
    proxies
        Addresses or networks of proxies.
    keyed
        Whether the desk has keys.

    Raises
    ------
    UsageError
        If an option cannot be meant so.
    """
    if (public_url or proxies) and not keyed:
        hint = "--keys FILE; without keys only this machine may decide, and no proxy"
        raise UsageError("a desk behind a proxy needs keys", hint=hint)
    networks = []
    for each in proxies:
        try:
            networks.append(ipaddress.ip_network(each))
        except ValueError:
            hint = "write an address (127.0.0.1) or a network (10.0.0.0/8)"
            raise UsageError("no address", field="--trust-proxy", got=each, hint=hint) from None
    return Front(_origin(public_url), tuple(networks))


def _origin(url: str | None) -> str | None:
    if url is None:
        return None
    hint = "write it as https://desk.example.org, without a path"
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        sound = False
    if not sound or parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise UsageError("no address of a desk", field="--public-url", got=url, hint=hint)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None


def _customer(address: str) -> str:
    parsed = _parsed(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, _IPV6_CUSTOMER), strict=False))
    return address
