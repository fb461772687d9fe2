"""`python -m mock_bsg`: the same as the command mock-bsg."""

import sys

from mock_bsg.cli import main

if __name__ == "__main__":
    sys.exit(main())
