"""Overviews of a region: which snapshots there are, which are orphans, and which can be pruned."""
