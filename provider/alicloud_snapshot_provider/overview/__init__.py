"""A whole region at a glance: what there is, what is orphaned, what can be pruned."""
