"""Addresses are named once: of two with one name, links and forms would silently lead to the other."""

from collections import defaultdict
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

MACHINES = "api:"
"""Names within the API are made from its functions; nobody links by them."""


def named(resolver: URLResolver, space: str = "", prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every name with its namespace, and the address it stands for."""
    for found in resolver.url_patterns:
        whole = prefix + str(found.pattern)
        if isinstance(found, URLResolver):
            yield from named(found, f"{space}{found.namespace}:" if found.namespace else space, whole)
        elif isinstance(found, URLPattern) and found.name:
            yield space + found.name, whole


def test_no_two_addresses_have_one_name() -> None:
    addresses: dict[str, set[str]] = defaultdict(set)
    for name, address in named(get_resolver()):
        if not name.startswith(MACHINES):
            addresses[name].add(address)
    assert not {name: found for name, found in addresses.items() if len(found) > 1}
