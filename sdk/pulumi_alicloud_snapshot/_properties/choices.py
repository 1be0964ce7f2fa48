"""The values of arguments that have only some. Written by `make schema` from the field tables."""

from typing import Literal

CommandType = Literal["RunShellScript", "RunBatScript", "RunPowerShellScript"]
DeletionPolicy = Literal["delete", "retain"]
DiskCategory = Literal["cloud_essd", "cloud_auto", "cloud_essd_entry", "cloud_efficiency", "cloud_ssd"]
OnFailure = Literal["abort", "continue"]
OutsideWindow = Literal["warn", "fail"]
Preflight = Literal["error", "warn", "off"]
Reuse = Literal["guard", "any"]
WaitUntil = Literal["accomplished", "available"]
