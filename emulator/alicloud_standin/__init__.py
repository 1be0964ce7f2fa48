"""A stand-in for the official alicloud plugin if that is not installed. It has the ECS classes that the examples use.

Resource types, property names, replacements and updates are those of pulumi_alicloud 4.0.0. It refuses everything else,
and ignores nothing. It calls ECS through the real SDK. It is not in any release.
"""
