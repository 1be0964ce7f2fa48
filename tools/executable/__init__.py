"""Makes the plugin an executable that needs no Python, and packs it as `pulumi plugin install` takes it."""
