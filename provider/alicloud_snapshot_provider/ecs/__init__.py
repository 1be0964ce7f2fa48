"""Speaks ECS: the only room that imports the Alibaba Cloud SDK."""
