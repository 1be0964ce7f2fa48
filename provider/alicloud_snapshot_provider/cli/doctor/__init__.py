"""`alicloud-snapshot doctor`: what a stack needs, checked one by one, each with what to do where it is missing.

`machine` looks at what is installed, `stack` at the configuration, `account` at ECS; `command` shows it.
"""
