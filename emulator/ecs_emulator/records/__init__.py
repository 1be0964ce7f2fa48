"""What the world consists of: one frozen dataclass per noun, and the codec that reads them."""
