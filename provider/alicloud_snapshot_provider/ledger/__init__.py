"""The ledger that the tags of the records are: series, intents, who owns what, and which history stays."""
