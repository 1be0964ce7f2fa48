"""What the resources take and give, written by `make schema` from their field tables."""
