package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"runtime/debug"
)

// Run asks the service whether it is ready.
func (c *healthcheckCmd) Run(ctx context.Context, con *console) error {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	url := cmp.Or(c.Server, urlOf(string(c.Listen))) + "/readyz"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, string(url), nil)
	if err != nil {
		return fmt.Errorf("healthcheck: %w", err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("healthcheck: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		var problem struct{ Detail string }
		_ = json.NewDecoder(io.LimitReader(answer.Body, 1<<16)).Decode(&problem) // another's answer has none
		return fmt.Errorf("healthcheck: %s answered %s: %s", url.redacted(), answer.Status, cmp.Or(problem.Detail, "no reason given"))
	}
	fmt.Fprintln(con.out, "ready")
	return nil
}

// Run prints the version.
func (*versionCmd) Run(con *console) error {
	fmt.Fprintf(con.out, "timesheet %s (%s, %s/%s)\n", buildVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}

// buildVersion is what the linker was told, else what the build knows of its commit.
func buildVersion() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	found := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && (found == "" || found == "(devel)") {
			found = s.Value
		}
	}
	return cmp.Or(found, "(devel)")
}

// Run is never reached: parse turns the command into the --help flag.
func (*helpCmd) Run() error { return errors.New("help: nothing to run") }
