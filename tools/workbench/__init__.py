"""What make, the demo and the engine tests share: the engine, its environment, the emulator, a stack."""
