"""From a servicer class to the service it implements, as the contract describes it."""

from __future__ import annotations

from importlib import import_module

from google.protobuf import descriptor_pool
from google.protobuf.descriptor import ServiceDescriptor


def implemented(servicer: type) -> tuple[type, ServiceDescriptor] | None:
    """The generated base of `servicer` and its service; None where it derives from no generated servicer.

    Loads the descriptor: the generated gRPC module imports the messages' files, not the one with the service.
    """
    for base in servicer.__mro__[1:]:
        package, found, module = base.__module__.rpartition(".")
        if found and module.endswith("_pb2_grpc"):
            import_module(base.__module__.removesuffix("_grpc"))
            name = f"{package}.{base.__name__.removesuffix('Servicer')}"
            return base, descriptor_pool.Default().FindServiceByName(name)
    return None
