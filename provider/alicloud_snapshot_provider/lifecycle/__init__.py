"""Knows snapshots: intents, waits, removal. Knows neither Pulumi nor the SDK."""
