"""Which entry a question means: pure, without a language model, explained by the phrasings that voted.

`match` is the way in; `build_snapshot` makes what it reads from a knowledge base. The algorithm and its
measurements are in `research/matching.md` §12 of the project's shared notes; what differs here is said in
the modules that differ.
"""

import os

# One question is a product of a vector and a matrix: threads only wait for each other there. Read by numpy
# when it is first imported, which nothing but this package does.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
