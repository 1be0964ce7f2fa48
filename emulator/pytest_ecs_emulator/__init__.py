"""The emulator in pytest: the fixtures `ecs` and `ecs_client`, and the marker `ecs_world`.

If the package is installed, pytest imports this file in every run. So it imports the emulator only for a test that
uses it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from alibabacloud_ecs20140526.client import Client

    from ecs_emulator.clock import SteppableClock
    from ecs_emulator.emulator import Emulator
    from ecs_emulator.seed import Seed

_MARKER = "ecs_world(seed=None, *, speed=None, **nouns): the world that the fixture `ecs` begins with"
_COMMON = ("regions", "access_keys")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", _MARKER)


@pytest.fixture
def ecs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """An emulator for this test only, in the world of `ecs_world`. Without `speed` its clock stands still."""
    from ecs_emulator.emulator import running_emulator  # noqa: PLC0415

    for name in _PROXIES:  # the SDK would send even calls to 127.0.0.1 through a proxy, because it ignores NO_PROXY
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    marker = request.node.get_closest_marker("ecs_world")
    arguments, settings = (marker.args, dict(marker.kwargs)) if marker else ((), {})
    clock = _clock(settings.pop("speed", None))
    with running_emulator(_world(*arguments, **settings), clock) as emulator:
        yield emulator


@pytest.fixture
def ecs_client(ecs: Emulator) -> Client:
    """The official SDK's client for `ecs`, in the first region and with the first access key of its world."""
    from alibabacloud_ecs20140526.client import Client  # noqa: PLC0415
    from alibabacloud_tea_openapi.utils_models import Config  # noqa: PLC0415

    key = next(iter(ecs.world.access_keys))
    return Client(
        Config(
            endpoint=ecs.endpoint,
            protocol="http",
            region_id=next(iter(ecs.world.regions)).id,
            access_key_id=key.id,
            access_key_secret=key.secret,
        )
    )


def _world(seed: Seed | None = None, /, **nouns: Any) -> Seed:
    """Return the seed. If it has only other nouns, add the regions and keys of the default world."""
    from ecs_emulator.seed import default_seed  # noqa: PLC0415

    if seed is not None:
        return {**seed, **nouns}
    default = default_seed()
    return {**{noun: default[noun] for noun in _COMMON}, **nouns} if nouns else default


def _clock(speed: float | None) -> SteppableClock:
    from ecs_emulator.clock import AcceleratedClock, ManualClock  # noqa: PLC0415

    return ManualClock() if speed is None else AcceleratedClock(speed)
