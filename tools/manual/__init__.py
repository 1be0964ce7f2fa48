"""Builds the manual: the pages of docs/, and those that are made from the code."""
