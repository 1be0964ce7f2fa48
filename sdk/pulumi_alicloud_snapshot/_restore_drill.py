"""`RestoreDrill`, as a stack declares it."""

from __future__ import annotations

from typing import Unpack

import pulumi

from ._declared_resource import DeclaredResource, DynamicResource
from ._properties.restore_drill import RestoreDrillArgs, RestoreDrillKeywords, RestoreDrillOutputs


class DeclaredRestoreDrill(DeclaredResource, RestoreDrillOutputs):
    """`RestoreDrill`, whichever provider serves it."""

    _noun = "RestoreDrill"
    _outputs = RestoreDrillOutputs

    def __init__(
        self,
        resource_name: str,
        args: RestoreDrillArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Unpack[RestoreDrillKeywords],
    ) -> None:
        """Declare a drill, with `RestoreDrillArgs` or with the same names as keyword arguments."""
        self._declare(resource_name, args or RestoreDrillArgs(**arguments), opts)


class RestoreDrill(DynamicResource, DeclaredRestoreDrill, module="alicloud-snapshot", name="RestoreDrill"):
    """Snapshots are restored to temporary disks and checked, and what passes is recorded on them as proven.

    Creating the resource runs the drill; so does a change of the snapshots or `triggers`. A check that does not pass
    fails the `up`, so what depends on the drill begins only once the snapshots are proven. The temporary disks are
    detached and deleted whatever happens; what a run that died left is removed by the next one.
    """
