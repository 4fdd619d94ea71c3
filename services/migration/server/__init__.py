"""The Migration Engine's server: the thin rim of grpc, queue and database around the pure core."""
