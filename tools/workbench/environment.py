"""Where the project keeps what it makes, and the one environment in which Pulumi runs."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
KEPT_PYTHON = Path(__file__).with_name("kept-python")
WARM_CLIENT = Path(__file__).with_name("warm-client")
WARM_PLUGIN = Path(__file__).with_name("warm-plugin")
PULUMI_HOME = CACHE / "pulumi-home"
ENGINE = CACHE / "engine"
"""A link to the folder of the engine that the set-up chose."""

NODE_HOST = CACHE / "language-nodejs"
"""A link to the folder of Pulumi's host for Node.js, where the set-up had to build that."""

# Settings of the user's own stacks and accounts must reach neither the demo nor a test. The ECS SDK
# would send even a call to 127.0.0.1 through a proxy, whatever NO_PROXY says.
_FOREIGN = ("PULUMI_", "ALICLOUD_", "ALIBABA_CLOUD_", "ALIBABACLOUD_")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


class SetUpError(Exception):
    """The set-up cannot go on; the message says what to do."""


def engine_environment(backend: Path) -> dict[str, str]:
    """Gives the environment for Pulumi with its state in the folder `backend`."""
    inherited = {name: value for name, value in os.environ.items() if not _is_foreign(name)}
    return inherited | {
        "PATH": os.pathsep.join([str(VENV / "bin"), str(ENGINE), str(NODE_HOST), os.environ["PATH"]]),
        "VIRTUAL_ENV": str(VENV),
        "PULUMI_BACKEND_URL": backend.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_HOME": str(PULUMI_HOME),
        "PULUMI_PYTHON_CMD": str(KEPT_PYTHON),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


def say(message: str) -> None:
    """Prints one line about the project's own doing, apart from what Pulumi prints."""
    print(f"▸ {message}", flush=True)


def _is_foreign(name: str) -> bool:
    return name.upper() in _PROXIES or name.startswith(_FOREIGN)
