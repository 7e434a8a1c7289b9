"""`kenpin import` as the node itself: it makes its tokens anew, while one in KENPIN_TOKEN ends after ten minutes."""

import sys
from unittest.mock import patch

from host.cli.app import main
from host.issuer.mint import SYSTEM, Minting
from kenpin.settings import Settings

if __name__ == "__main__":
    with patch("host.cli.connect.credentials", lambda server: Minting(Settings(), SYSTEM)):
        main(["import", *sys.argv[1:]])
