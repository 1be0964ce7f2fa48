"""Freezes of instances for the cut of a snapshot, and their thaw."""
