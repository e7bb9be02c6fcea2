"""Where a request of ours may go: a host's name is looked up once, and the address that was judged is the one that is
connected to, so that no second look-up can lead elsewhere (W-23)."""

import socket
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from portal.jobs.sources.found import Problem

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Iterable[str]]
_NAT64 = ip_network("64:ff9b::/96")


def system(host: str, port: int) -> list[str]:
    """A host's addresses as this machine knows them. Raises Problem."""
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        raise Problem("down") from None


def allowed(host: str, port: int, local: bool, resolve: Resolve = system) -> str:
    """The address to connect to for a host. `local`: this machine's own will do too. Raises Problem as soon as one of
    its addresses is neither public nor allowed: whoever names such a host means no good."""
    addresses = [ip_address(found.partition("%")[0]) for found in resolve(host, port)]
    if not addresses:
        raise Problem("down")
    for address in addresses:
        inner = _inner(address)
        if not _public(inner) and not (local and inner.is_loopback):
            raise Problem("private", host)
    return str(addresses[0])


def _inner(address: Address) -> Address:
    """The IPv4 address that one of IPv6 stands for, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None) or address


def _public(address: Address) -> bool:
    return address.is_global and not address.is_multicast and not address.is_reserved
