"""Small programs that stand in for the servers and Envoy, and the `up` that runs them instead of the real ones.

python -m tests.stack.standins up | grpc PORT NAME | rest NAME PORT [PORT …]
"""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from services.stack.programs import program_table, with_parent

SELF = (sys.executable, "-m", "tests.stack.standins")
FAILING = "STANDIN_FAILING"  # name of a program that ends at once
WITH_WORKER = "STANDIN_WORKER"  # name of a program that has a worker process


def table(settings, cluster):
    """The real table with stand-in commands; PostgreSQL stays real."""
    return [
        program
        if program.stage == "database"
        else dataclasses.replace(program, command=with_parent(*_command(program)))
        for program in program_table(settings, cluster)
    ]


def _command(program):
    ports = [str(endpoint.port) for _, endpoint in program.checks]
    return (
        (*SELF, "grpc", *ports, program.name) if program.stage == "servers" else (*SELF, "rest", program.name, *ports)
    )


def serve_grpc(port: str, name: str) -> None:
    import grpc
    from grpc_health.v1 import health, health_pb2, health_pb2_grpc

    if os.environ.get(FAILING) == name:
        sys.exit(f"{name}: the licence of the flux capacitor is missing")
    if os.environ.get(WITH_WORKER) == name:
        ignore = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
        subprocess.Popen([sys.executable, "-c", ignore])
    server = grpc.server(ThreadPoolExecutor(2), options=[("grpc.so_reuseport", 0)])
    servicer = health.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    server.add_insecure_port(f"127.0.0.1:{port}")
    servicer.set("", health_pb2.HealthCheckResponse.SERVING)
    server.start()
    _until_stopped(name)
    server.stop(0).wait()


def serve_rest(name: str, *ports: str) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            answers = {
                "/health": (200, {"status": "healthy"}),
                "/ready": (503, {"status": "degraded", "reasons": ["llm_unavailable"], "dependencies": []}),
            }
            status, body = answers[self.path]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_):
            pass

    for port in ports:
        threading.Thread(
            target=ThreadingHTTPServer(("127.0.0.1", int(port)), Handler).serve_forever, daemon=True
        ).start()
    _until_stopped(name)


def _until_stopped(name: str) -> None:
    """The order of the stops is what the tests read from the log."""
    print(f"{name} serves", flush=True)
    signal.sigwait({signal.SIGTERM})
    with open(os.path.join(os.environ["DATAFLOW_HOME"], "stops"), "a") as file:
        file.write(f"{name}\n")


def up() -> int:
    from services.stack import up as real
    from services.stack.errors import StackError

    try:
        real.up(os.environ, table)
    except StackError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    if sys.argv[1] != "up":
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # for sigwait, in every thread
    run = {"up": up, "grpc": serve_grpc, "rest": serve_rest}[sys.argv[1]]
    sys.exit(run(*sys.argv[2:]))
