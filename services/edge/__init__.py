"""The edge: renders Envoy's configuration from the tables in `envoy/` and the descriptor set, and runs Envoy."""
