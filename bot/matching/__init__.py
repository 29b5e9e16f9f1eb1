"""Which entry a question means: pure, without a language model, explained by the phrasings that voted.

`match` is the way in; `build_snapshot` makes what it reads from a knowledge base. How it works, and what was
measured, is said in the module that does it: `index` (scores), `solve` (weights), `calibrate` (thresholds).
"""

import os

# One question is a product of a vector and a matrix: threads only wait for each other there. Read by numpy
# when it is first imported, which nothing but this package does.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
