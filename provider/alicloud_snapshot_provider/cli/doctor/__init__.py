"""`alicloud-snapshot doctor`: checks everything that a stack needs, and says what to do if something is missing.

`machine` checks what is installed, `stack` the configuration, and `account` ECS. `command` shows the result.
"""
