"""The records of the world: one frozen dataclass per noun, and the codec that reads them."""
