package cli

import (
	"fmt"
	"io"
	"runtime"
)

type versionCmd struct{}

// Run prints what this program is.
func (versionCmd) Run(e *env) error {
	v := map[string]string{"version": e.version, "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH}
	e.print(v, func(w io.Writer) { fmt.Fprintf(w, "headway %s (%s, %s)\n", v["version"], v["go"], v["platform"]) })
	return nil
}
