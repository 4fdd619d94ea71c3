"""DataFlow pipelines: the language, its checks, and a runner. A pure library that any service may use."""
