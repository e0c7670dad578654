import sys

from tools.evidence import run

if __name__ == "__main__":
    sys.exit(run("tools.bench", sys.argv[1:]))
