"""Counts and ratios of the provider on the real engine, measured in one run: `make bench`."""
