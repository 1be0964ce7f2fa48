"""Installs the official Pulumi release: `official_installer.py FOLDER VERSION`, run in the project's venv."""

import socket
import sys

from pulumi.automation import PulumiCommand
from semver import VersionInfo

# A machine without network has to learn so at once; the set-up then builds the engine itself.
socket.setdefaulttimeout(3)

PulumiCommand.install(root=sys.argv[1], version=VersionInfo.parse(sys.argv[2]))
