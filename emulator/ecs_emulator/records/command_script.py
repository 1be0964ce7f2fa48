"""Scripts of a test: what Cloud Assistant's commands do on the emulated instances."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class CommandScript:
    """If a command's content and instance match the patterns, it takes `seconds`, prints `output` and exits this way.

    If several scripts match, the last added one counts.
    """

    id: str
    content: str = "*"
    instance_id: str = "*"
    seconds: float = 1.0
    exit_code: int = 0
    output: str = ""

    def matches(self, content: str, instance_id: str) -> bool:
        """Return whether the script is for this command on this instance."""
        return fnmatchcase(content, self.content) and fnmatchcase(instance_id, self.instance_id)
