"""Makes the outputs of a resource when the program first reads them.

Pulumi makes an Output for each property when a program declares a resource: four futures and a task. A snapshot has
more than 40 properties, and a program reads one or two of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from typing import Any

import pulumi
from pulumi.runtime import rpc

Resolver = Callable[..., None]
Transfer = Callable[[Mapping[str, Any]], dict[str, Resolver]]
OUTPUTS = "_outputs_when_read"
"""The attribute of a resource that has them."""
_TRANSFER = "transfer_properties"
"""The function of Pulumi's `rpc` that makes the outputs. It returns a resolver for each."""


class OutputsWhenRead(dict[str, Resolver]):
    """The resolvers of a resource, for Pulumi. Only the outputs that the program has read are in it.

    For every other output Pulumi gets a resolver that keeps the result. It is made when Pulumi asks: thousands of
    objects that live as long as the program would slow Python's garbage collector.
    """

    def __init__(self, names: frozenset[str], transfer: Transfer) -> None:
        super().__init__()
        self.names = names
        self._transfer = transfer
        self._results: dict[str, tuple[Any, ...]] = {}

    def make(self, name: str) -> None:
        """Make the output, and resolve it if Pulumi has the result."""
        self.update(self._transfer({name: None}))
        if name in self._results:
            self[name](*self._results.pop(name))

    def get(self, name: str, default: Any = None) -> Any:
        if name in self or name not in self.names:
            return super().get(name, default)
        return partial(self._keep, name)

    def items(self) -> Any:
        return [(name, self.get(name)) for name in self.names]

    def _keep(self, name: str, value: Any, is_known: bool, is_secret: bool, deps: Any, failed: Any) -> None:
        self._results[name] = (value, is_known, is_secret, deps or None, failed)


@cache
def _shared(names: frozenset[str]) -> frozenset[str]:
    """Return one and the same set for all resources with these names."""
    return names


@contextmanager
def outputs_when_read(resource: pulumi.Resource) -> Iterator[None]:
    """Let the resource be registered in this context. Other versions of Pulumi may make its outputs at once."""
    pulumis = vars(rpc).get(_TRANSFER)
    if pulumis is None:
        yield
        return

    def transfer(registered: pulumi.Resource, props: Mapping[str, Any], *rest: Any) -> dict[str, Resolver]:
        if registered is not resource:
            made: dict[str, Resolver] = pulumis(registered, props, *rest)
            return made
        outputs = OutputsWhenRead(
            _shared(frozenset(props) - {"id", "urn"}), lambda names: pulumis(resource, names, *rest)
        )
        vars(resource)[OUTPUTS] = outputs
        return outputs

    vars(rpc)[_TRANSFER] = transfer
    try:
        yield
    finally:
        vars(rpc)[_TRANSFER] = pulumis
