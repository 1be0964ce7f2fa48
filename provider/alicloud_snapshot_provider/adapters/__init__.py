"""Speaks Pulumi: the only room that imports it."""
