import sys

from tools.evidence import run

if __name__ == "__main__":
    sys.exit(run("tools.prove", sys.argv[1:]))
