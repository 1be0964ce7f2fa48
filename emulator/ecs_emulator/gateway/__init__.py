"""The front door: reads the three request styles, checks who signed them, and checks their parameters."""
