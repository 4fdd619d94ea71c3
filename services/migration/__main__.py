import sys

from services.migration.server.app import APP
from services.runtime.server import run

if __name__ == "__main__":  # the process pool's children import this module again
    sys.exit(run(APP))
