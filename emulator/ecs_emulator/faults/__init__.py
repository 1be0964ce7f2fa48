"""Injected faults: the calls that they hit, and their effects."""
