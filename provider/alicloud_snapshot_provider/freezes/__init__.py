"""Freezes instances for the cut of a snapshot, and thaws them."""
