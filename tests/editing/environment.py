"""A process that prints the names of its environment."""

import os
import sys

if __name__ == "__main__":
    sys.stdout.write("\n".join(os.environ))
