"""Makes the outputs of a resource when the program first reads them.

Pulumi makes an Output for each property when a program declares a resource: four futures and a task. A snapshot has
more than 40 properties, and a program reads one or two of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
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
    """The resolvers of a resource, for Pulumi. The resolver of an output that nobody has read keeps the result."""

    def __init__(self, names: Mapping[str, Any], transfer: Transfer) -> None:
        super().__init__({name: partial(self._keep, name) for name in names})
        self._transfer = transfer
        self._results: dict[str, tuple[Any, ...]] = {}

    def make(self, name: str) -> None:
        """Make the output, and resolve it if Pulumi has the result."""
        self.update(self._transfer({name: None}))
        if name in self._results:
            self[name](*self._results.pop(name))

    def _keep(self, name: str, *result: Any) -> None:
        self._results[name] = result


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
            {name: value for name, value in props.items() if name not in {"id", "urn"}},
            lambda names: pulumis(resource, names, *rest),
        )
        vars(resource)[OUTPUTS] = outputs
        return outputs

    vars(rpc)[_TRANSFER] = transfer
    try:
        yield
    finally:
        vars(rpc)[_TRANSFER] = pulumis
