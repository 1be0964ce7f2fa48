"""Outputs are made when they are first asked for, and are then what Pulumi would have made."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pulumi
import pytest
from pulumi.runtime import rpc
from pulumi.runtime.stack import massage

import pulumi_alicloud_snapshot as sdk
from pulumi_alicloud_snapshot import _late, plugin
from pulumi_alicloud_snapshot._declaring import output_names
from pulumi_alicloud_snapshot._properties.snapshot import SnapshotOutputs

NAMES = set(output_names(SnapshotOutputs))
ANSWER = {"disk_id": "d-1", "status": "accomplished", "generation": 2, "kms_key_id": "key", "unasked": True}
BOTH = pytest.mark.parametrize("snapshot_class", [sdk.Snapshot, plugin.Snapshot])


class _Engine:
    """Registers resources as Pulumi does, and answers when it is told to."""

    def __init__(self) -> None:
        self.registered: dict[str, Any] = {}
        self._resolvers: dict[str, Any] = {}

    def register(self, resource: Any, _type: str, name: str, *others: Any) -> None:
        _custom, _remote, _dependency, props = others[:4]
        self._transfer(resource, name, props)

    def read(self, resource: Any, _type: str, name: str, props: Any, *_others: Any) -> None:
        self._transfer(resource, name, props)

    def _transfer(self, resource: Any, name: str, props: Any) -> None:
        resource.__dict__["urn"] = pulumi.Output.from_input(f"urn:{name}")
        resource.__dict__["id"] = pulumi.Output.from_input("s-1")
        self._resolvers = rpc.transfer_properties(resource, props, custom=True)
        self.registered = {key: props[key] for key in props if props[key] is not None}

    def answer(self, values: Mapping[str, Any] = ANSWER) -> None:
        rpc.resolve_properties(self._resolvers, dict(values), {}, custom=True)

    def fail(self) -> None:
        rpc.resolve_outputs_due_to_exception(self._resolvers, RuntimeError("no snapshot"))


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> _Engine:
    for name, value in (("organization", "org"), ("project", "project"), ("stack", "stack")):
        monkeypatch.setattr(pulumi, f"get_{name}", lambda value=value: value)
    made = _Engine()
    monkeypatch.setattr("pulumi.resource.register_resource", made.register)
    monkeypatch.setattr("pulumi.resource.read_resource", made.read)
    return made


def _made(snapshot: Any) -> set[str]:
    return NAMES & _late._own(snapshot).keys()


@BOTH
async def test_a_program_makes_only_the_outputs_that_it_reads(snapshot_class: Any, engine: _Engine) -> None:
    snapshot = snapshot_class("web", disk_id="d-1")
    assert _made(snapshot) == set()
    assert engine.registered.keys() - {"__provider"} == {"disk_id", "series"}

    early = snapshot.status
    engine.answer()
    late = snapshot.generation

    assert _made(snapshot) == {"status", "generation"}
    assert (await early.future(), await late.future()) == ("accomplished", 2)
    assert snapshot.status is early
    assert await late.resources() == await early.resources() == {snapshot}
    assert (await snapshot.id.future(), await snapshot.urn.future()) == ("s-1", "urn:web")


@BOTH
@pytest.mark.parametrize("changed", [False, True])
async def test_a_late_output_is_what_pulumi_makes_where_it_has_changed(
    snapshot_class: Any, changed: bool, engine: _Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    if changed:
        monkeypatch.setattr(_late, "_TRANSFER", None)
    snapshot = snapshot_class("web", disk_id="d-1")
    assert _made(snapshot) == (NAMES if changed else set())
    engine.answer({**ANSWER, "kms_key_id": rpc.wrap_rpc_secret("key"), "tags": {"team": rpc.UNKNOWN}})

    shown = {name: await _shown(getattr(snapshot, name)) for name in NAMES}
    assert {name: each for name, each in shown.items() if each != (None, True, False)} == {
        "disk_id": ("d-1", True, False),
        "status": ("accomplished", True, False),
        "generation": (2, True, False),
        "kms_key_id": ("key", True, True),
        "tags": ({"team": rpc.UNKNOWN}, True, False),
    }
    assert not hasattr(snapshot, "unasked")


async def _shown(output: pulumi.Output[Any]) -> tuple[Any, bool, bool]:
    return await output.future(), await output.is_known(), await output.is_secret()


@BOTH
async def test_an_exported_resource_shows_all_of_its_outputs(snapshot_class: Any, engine: _Engine) -> None:
    snapshot = snapshot_class("web", disk_id="d-1")
    shown = massage(snapshot, [])
    engine.answer()

    assert shown.keys() == {*NAMES, "urn", "id"}
    assert await shown["status"].future() == "accomplished"
    assert vars(snapshot).keys() > NAMES


@BOTH
@pytest.mark.usefixtures("engine")
async def test_a_name_that_is_no_output_is_an_attribute_error(snapshot_class: Any) -> None:
    snapshot = snapshot_class("web", disk_id="d-1")

    with pytest.raises(AttributeError) as caught:
        _ = snapshot.disks

    assert str(caught.value) == "'Snapshot' object has no attribute 'disks'"


@BOTH
async def test_outputs_of_a_resource_that_failed_fail(snapshot_class: Any, engine: _Engine) -> None:
    snapshot = snapshot_class("web", disk_id="d-1")
    early = snapshot.status
    engine.fail()

    for output in (early, snapshot.generation):
        with pytest.raises(RuntimeError, match="no snapshot"):
            await output.future()


@BOTH
async def test_an_existing_snapshot_has_late_outputs_too(snapshot_class: Any, engine: _Engine) -> None:
    snapshot = snapshot_class.get("web", "s-1", region="cn-hangzhou")
    assert _made(snapshot) == set()
    assert engine.registered["region"] == "cn-hangzhou"
    engine.answer()

    assert await snapshot.status.future() == "accomplished"


@BOTH
@pytest.mark.usefixtures("engine")
async def test_a_transformation_reads_and_replaces_everything_that_is_declared(snapshot_class: Any) -> None:
    seen: list[set[str]] = []

    def transform(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
        seen.append(set(args.props))
        return pulumi.ResourceTransformationResult({**args.props, "keep_last": 3}, args.opts)

    snapshot = snapshot_class("web", disk_id="d-1", opts=pulumi.ResourceOptions(transformations=[transform]))

    assert seen[0] - {"__provider"} == NAMES
    assert _made(snapshot) == NAMES


def test_declaring_a_snapshot_imports_neither_the_ecs_client_nor_its_credentials() -> None:
    program = (
        "import asyncio, sys, pulumi_alicloud_snapshot as sdk, pulumi_alicloud_snapshot.plugin as plugin, pulumi\n"
        "async def declare():\n"
        "    pulumi.runtime.set_mocks(type('M', (pulumi.runtime.Mocks,), {'call': None, 'new_resource': "
        "lambda self, args: ('s-1', args.inputs)})())\n"
        "    for each in (sdk, plugin):\n"
        "        each.Snapshot('web', disk_id=pulumi.Output.secret('d-1'), tags={'a': 'b'}, keep_last=2)\n"
        "    await pulumi.runtime.stack.wait_for_rpcs()\n"
        "asyncio.run(declare())\n"
        "print([each for each in sys.modules if 'alibabacloud' in each])"
    )

    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "[]\n"


def test_other_dynamic_resources_go_on_beside_many_snapshots() -> None:
    program = (
        "import asyncio, pulumi, pulumi_alicloud_snapshot as sdk\n"
        "from pulumi.dynamic import Resource, ResourceProvider\n"
        "class Own(ResourceProvider):\n"
        "    def create(self, props): return None\n"
        "class OwnResource(Resource, module='own', name='Own'): pass\n"
        "async def declare():\n"
        "    pulumi.runtime.set_mocks(type('M', (pulumi.runtime.Mocks,), {'call': None, 'new_resource': "
        "lambda self, args: ('s-1', args.inputs)})())\n"
        "    for number in range(400):\n"
        "        sdk.Snapshot(f'web-{number}', disk_id='d-1')\n"
        "    OwnResource(Own(), 'own', {})\n"
        "    await pulumi.runtime.stack.wait_for_rpcs()\n"
        "asyncio.run(declare())\n"
        "print('done')"
    )

    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "done\n"
