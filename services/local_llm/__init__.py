"""A small real language model on this machine, for trying what a model adds. Opt-in: see `make local-llm`."""
