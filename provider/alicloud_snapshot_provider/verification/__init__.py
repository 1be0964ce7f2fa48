"""Proof against the real ECS: probes of what the emulator only infers, wherever the client leads."""
