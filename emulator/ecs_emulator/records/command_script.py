"""What commands of Cloud Assistant do on the emulated instances, as a test scripts it."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class CommandScript:
    """Commands whose content and instance match the patterns take `seconds`, print `output` and exit so.

    Of several scripts that match, the one that was added last counts.
    """

    id: str
    content: str = "*"
    instance_id: str = "*"
    seconds: float = 1.0
    exit_code: int = 0
    output: str = ""

    def matches(self, content: str, instance_id: str) -> bool:
        """Say whether the script is for this command on this instance."""
        return fnmatchcase(content, self.content) and fnmatchcase(instance_id, self.instance_id)
