"""Stands in for the official alicloud plugin where that is not installed: the ECS classes that the examples use.

Resource types, property names, replacements and updates in place are those of pulumi_alicloud 4.0.0; what is not
served is refused, never passed over. It calls ECS through the real SDK. It is not shipped.
"""
