package pebble_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// childEnv makes the test binary play the part of a process of its own: see child.
const childEnv = "TIMESHEET_PEBBLE_CHILD"

func TestMain(m *testing.M) {
	if part := os.Getenv(childEnv); part != "" {
		playChild(part)
		return
	}
	goleak.VerifyTestMain(m)
}
