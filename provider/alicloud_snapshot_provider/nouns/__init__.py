"""What every declared noun shares: its fields and their rules, and its life cycle from check to delete."""
