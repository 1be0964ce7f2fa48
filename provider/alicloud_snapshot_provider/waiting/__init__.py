"""Waiting: one poller for all snapshots, back-off, retries, time-outs, batches and shared lists."""
