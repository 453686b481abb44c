package load_test

import (
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"timesheet"
	"timesheet/internal/load"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// now is when the tests' workloads are made.
var now = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

var monday = timesheet.DayOf(2026, time.March, 23)

// small is a workload that is soon used up.
func small() load.Workload {
	return load.Workload{Employees: 7, PerDay: 3, Prefix: "T", From: monday, Days: 4, Seed: 1}
}

func newStream(t testing.TB, w load.Workload) *load.Stream {
	t.Helper()
	s, err := load.NewStream(w, now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func containsText(err error, text string) bool { return strings.Contains(err.Error(), text) }
