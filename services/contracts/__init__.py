"""The contract's tools: generated code, Envoy's descriptor set, the OpenAPI document and its page, all from `proto/`.

Development only: needs grpcio-tools, mypy-protobuf and buf. No server imports this package.
"""
