"""Stands in for cryptography, 11 MB of which the ECS SDK imports three names to sign with an RSA key.

Nothing in the provider asks for such a signature: ECS's calls are signed with HMAC, by the standard library.
"""

import sys
from types import ModuleType
from typing import Any, NoReturn


class _LeftOut(ModuleType):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__ = []  # what makes a module a package

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _refuse


def _refuse(*_arguments: object, **_options: object) -> NoReturn:
    raise NotImplementedError("this executable signs with no RSA key: use another kind of credentials")


for _name in ("", ".hazmat", ".hazmat.primitives", ".hazmat.primitives.asymmetric", ".hazmat.primitives.serialization"):
    sys.modules[f"cryptography{_name}"] = _LeftOut(f"cryptography{_name}")
