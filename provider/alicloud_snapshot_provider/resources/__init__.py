"""The declared nouns, one file each."""
