"""Checks for malformed parameters. They are the same for every action with the parameter."""

from __future__ import annotations

import re

from ecs_emulator import refusals
from ecs_emulator.actions.registry import FormatCheck
from ecs_emulator.gateway.parameters import Parameters
from ecs_emulator.refusals import Refusal

_NAME = re.compile(r"[^\W\d_][\w:.-]{1,127}")
_URL = re.compile(r"https?://", re.IGNORECASE)
MAXIMUM_TAGS = 20
MAXIMUM_RETENTION_DAYS = 65536


def name_format(parameter: str, refusal: Refusal, reserved_prefix: str = "") -> FormatCheck:
    """Return the check of a name: a letter first, 2 to 128 letters, digits and `:_.-`."""

    def check(parameters: Parameters) -> None:
        name = parameters.text(parameter)
        if parameter not in parameters:
            return
        if not _NAME.fullmatch(name) or (reserved_prefix and name.startswith(reserved_prefix)):
            raise refusal.error()

    return check


def description_format(
    refusal: Refusal = refusals.DESCRIPTION_MALFORMED, parameter: str = "Description"
) -> FormatCheck:
    """Return the check of a description: empty, or 2 to 256 characters that are no URL."""

    def check(parameters: Parameters) -> None:
        text = parameters.text(parameter)
        if text and (not 2 <= len(text) <= 256 or _URL.match(text)):
            raise refusal.error()

    return check


def range_format(parameter: str, minimum: int, maximum: int, refusal: Refusal) -> FormatCheck:
    """Return the check of a whole number."""

    def check(parameters: Parameters) -> None:
        number = parameters.number(parameter)
        if number is not None and not minimum <= number <= maximum:
            raise refusal.error()

    return check


def choice_format(parameter: str, choices: frozenset[str], refusal: Refusal) -> FormatCheck:
    """Return the check of a text that must be one of these, in any case of letters."""

    def check(parameters: Parameters) -> None:
        text = parameters.text(parameter)
        if text and text.lower() not in choices:
            raise refusal.error()

    return check


def tag_format(parameters: Parameters) -> None:
    """Check the tags of a request: their number, repeated keys, and malformed keys and values."""
    tags = parameters.objects("Tag")
    if len(tags) > MAXIMUM_TAGS:
        raise refusals.TOO_MANY_TAGS.error()
    keys = [tag.text("Key") for tag in tags]
    if len({key.lower() for key in keys}) != len(keys):
        raise refusals.TAG_KEY_DUPLICATE.error()
    for tag in tags:
        _check_tag(tag.text("Key"), tag.text("Value"))


def _check_tag(key: str, value: str) -> None:
    if not 1 <= len(key) <= 128 or key.startswith(("aliyun", "acs:")) or _URL.search(key):
        raise refusals.TAG_KEY_MALFORMED.error()
    if len(value) > 128 or _URL.search(value):
        raise refusals.TAG_VALUE_MALFORMED.error()
