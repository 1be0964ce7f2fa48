"""The base of all resource types: their fields and rules, and their life cycle from check to delete."""
