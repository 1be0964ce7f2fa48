"""Lets Ctrl-C reach what the tests start, also where the run itself was told to ignore it, as `&` and nohup do."""

from __future__ import annotations

import signal


def heed_ctrl_c() -> None:
    """Stop ignoring Ctrl-C, which every child would inherit."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
