"""DataFlow AI: hand-written services. Generated contracts live in gen/ as dataflow.*."""
