"""Guards: snapshots of every disk that a change touches, taken before the change starts."""
