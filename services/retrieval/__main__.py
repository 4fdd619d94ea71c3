import sys

from services.retrieval.app import APP
from services.runtime.server import run

if __name__ == "__main__":  # a process pool imports this module again
    sys.exit(run(APP))
