"""`workers.run` for fault tests: a worker that was killed is followed by the next one at once.

In a deployed crew, one that keeps dying is started again ever more slowly; here it dies on purpose.
"""

from __future__ import annotations

import sys

from workers import crew, run

if __name__ == "__main__":
    crew._SHORT_LIFE_SECONDS = 0.0
    sys.exit(run.main())
