"""``python -m portal.stress``"""

import sys

from portal.stress.cli import main

if __name__ == "__main__":
    sys.exit(main())
