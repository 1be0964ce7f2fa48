"""Waits: one poll for everyone, back-off, retries, deadlines, batches and lists that many questions share."""
