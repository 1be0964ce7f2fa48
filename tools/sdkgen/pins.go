package main

// The generated Go SDK is vetted with the SDK that this module pins.
import _ "github.com/pulumi/pulumi/sdk/v3/go/pulumi"
