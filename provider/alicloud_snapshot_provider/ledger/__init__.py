"""The ledger, which is the tags of the records: series, intents, ownership, and the retention of history."""
