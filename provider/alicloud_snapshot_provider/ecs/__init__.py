"""The client of ECS: the only room that imports the Alibaba Cloud SDK."""
