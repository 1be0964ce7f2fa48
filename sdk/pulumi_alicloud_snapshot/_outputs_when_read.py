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
_RESOLVE = "resolve_outputs"
"""The function of Pulumi's `rpc` that reads the engine's answer and gives each resolver its result."""


class OutputsWhenRead(dict[str, Resolver]):
    """The resolvers of a resource, for Pulumi. Only the outputs that the program has read are in it.

    The engine's answer stays as it came until the program reads an output. Then Pulumi gets a resolver for every other
    output, too, which keeps the result.
    """

    def __init__(self, names: frozenset[str], transfer: Transfer) -> None:
        super().__init__()
        self.names = names
        self._transfer = transfer
        self._answer: Callable[[], None] | None = None
        self._results: dict[str, tuple[Any, ...]] = {}

    def keep(self, answer: Callable[[], None]) -> None:
        """Keep the engine's answer, which gives each resolver its result. If an output has been read, give them now."""
        if self:
            answer()
        else:
            self._answer = answer

    def make(self, name: str) -> None:
        """Make the output, and resolve it if Pulumi has the result."""
        answer, self._answer = self._answer, None
        if answer is not None:
            answer()
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


def _drop_unset(props: Mapping[str, Any]) -> None:
    """Remove the properties that are None. Pulumi sends none of them, and takes a sixth of the CPU time to see that."""
    if isinstance(props, dict):
        for name in [name for name, value in props.items() if value is None]:
            del props[name]


@cache
def _read_answers_late() -> None:
    """Let the answers for our resources wait until an output is read. Pulumi reads all others as before."""
    pulumis = vars(rpc).get(_RESOLVE)
    if pulumis is None:
        return

    def resolve_outputs(*answer: Any, **options: Any) -> None:
        outputs = next((each for each in answer if isinstance(each, OutputsWhenRead)), None)
        give = partial(pulumis, *answer, **options)
        if outputs is None:
            give()
        else:
            outputs.keep(give)

    vars(rpc)[_RESOLVE] = resolve_outputs


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
        names = _shared(frozenset(props) - {"id", "urn"})
        outputs = OutputsWhenRead(names, lambda read: pulumis(resource, read, *rest))
        vars(resource)[OUTPUTS] = outputs
        _drop_unset(props)
        return outputs

    _read_answers_late()
    vars(rpc)[_TRANSFER] = transfer
    try:
        yield
    finally:
        vars(rpc)[_TRANSFER] = pulumis
