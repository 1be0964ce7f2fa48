"""The error for a program that declares something that cannot work."""

from __future__ import annotations

import pulumi


class DeclarationError(pulumi.RunError, ValueError):
    """A declaration that cannot work. The engine shows only the text; for any other ValueError it shows a traceback."""
