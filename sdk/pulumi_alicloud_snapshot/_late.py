"""Outputs that are made when a program first asks for them.

Pulumi makes four futures and a task for every output of every resource, and waits for each: with 40 outputs that is
most of what a program with many resources costs, although it reads hardly any of them. Here Pulumi gets resolvers that
only remember what the engine answered. Where it has changed, it makes every output at once, as for other resources.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.runtime import rpc

_LATE = "_late"
_TRANSFER = getattr(getattr(rpc, "transfer_properties", None), "__code__", None)
"""What Pulumi runs to make the outputs of one resource."""
_own = pulumi.Resource.__dict__["__dict__"].__get__
"""Reads the attributes that a resource has by now."""


class Late:
    """The answers of the engine to one resource, and the outputs that wait for them."""

    __slots__ = ("_answers", "_making", "_resource", "_waiting", "names")

    def __init__(self, resource: LateOutputs, names: tuple[str, ...]) -> None:
        self.names = names
        self._resource = resource
        self._answers: dict[str, tuple[Any, ...]] = {}
        self._waiting: dict[str, Callable[..., None]] = {}
        self._making = False

    def resolve(self, name: str, *answer: Any) -> None:
        """Take the engine's answer for an output."""
        self._answers[name] = answer
        if name in self._waiting:
            self._waiting.pop(name)(*answer)

    def make(self, name: str) -> None:
        """Give the resource an output, as Pulumi would have."""
        self._making = True
        try:
            resolve = rpc.transfer_properties(self._resource, {name: None}, True)[name]  # type: ignore[arg-type]
        finally:
            self._making = False
        if name in self._answers:
            resolve(*self._answers[name])
        else:
            self._waiting[name] = resolve

    def make_all(self) -> None:
        """Give the resource every output that it does not have yet."""
        if self._making:
            return
        for name in self.names:
            if name not in _own(self._resource):
                self.make(name)


class Declared(dict[str, Any]):
    """What a resource registers. Pulumi reads from it which outputs to make: none, where they can be made late."""

    def __iter__(self) -> Iterator[str]:
        asking = sys._getframe(1)
        if asking.f_code is _TRANSFER and _hand_over(tuple(self.keys()), asking.f_locals):
            for name in [name for name in self.keys() if self[name] is None]:
                del self[name]
            return iter(())
        return super().__iter__()


def _hand_over(names: tuple[str, ...], known: dict[str, Any]) -> bool:
    """Put resolvers among those that Pulumi is about to fill, and tell whether that worked."""
    resource, resolvers = known.get("res"), known.get("resolvers")
    if not isinstance(resource, LateOutputs) or not isinstance(resolvers, dict):
        return False
    late = Late(resource, names)
    resolvers.update({name: partial(late.resolve, name) for name in names})
    _own(resource)[_LATE] = late
    return True


def late_output(resource: Any, name: str) -> Any:
    """Return an output of a resource, made now where it has not been; None where the resource has no such output."""
    attributes = _own(resource)
    late = attributes.get(_LATE)
    if name not in attributes and late is not None and name in late.names:
        late.make(name)
    return attributes.get(name)


class LateOutputs:
    """A resource whose outputs are made when they are first asked for."""

    if not TYPE_CHECKING:  # a type checker knows the outputs, and is to complain of any other name

        def __getattr__(self, name: str) -> Any:
            found = None if name.startswith("_") else late_output(self, name)
            if found is None:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            return found

        @property
        def __dict__(self) -> dict[str, Any]:
            """Everything, for who looks at all attributes of a resource: `pulumi.export` does."""
            attributes = _own(self)
            if _LATE in attributes:
                attributes[_LATE].make_all()
            return attributes

        @property
        def urn(self) -> pulumi.Output[str]:
            """The URN, by which Pulumi knows the resource."""
            return _own(self)["urn"]

        @property
        def id(self) -> pulumi.Output[str]:
            """The id that the provider gave it."""
            return _own(self)["id"]
