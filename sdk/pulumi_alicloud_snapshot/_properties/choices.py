"""The values of arguments that have only some. Written by `make schema` from the field tables."""

from typing import Literal

DeletionPolicy = Literal["delete", "retain"]
OutsideWindow = Literal["warn", "fail"]
Preflight = Literal["error", "warn", "off"]
WaitUntil = Literal["accomplished", "available"]
