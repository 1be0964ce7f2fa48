"""What a program declares and nobody can do."""

from __future__ import annotations

import pulumi


class DeclarationError(pulumi.RunError, ValueError):
    """A declaration that cannot work. The engine shows the text alone, where another ValueError is a traceback."""
