"""What the executable runs."""

import sys

from alicloud_snapshot_provider.adapters.plugin import main

sys.exit(main())
