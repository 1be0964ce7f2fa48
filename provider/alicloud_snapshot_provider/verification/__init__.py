"""Proof against the real ECS: each behaviour that the emulator only infers is probed where the client leads."""
