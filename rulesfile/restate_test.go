package rulesfile_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"timesheet"
	"timesheet/rulesfile"
)

// shorter changes every day there ever was.
var shorter = strings.ReplaceAll(noon, "14:00", "13:00")

func TestSettledDays(t *testing.T) {
	inBubble(t, "a_version_that_changes_them_is_refused", func(t *testing.T, o *office) {
		o.open()
		o.write("rules.yaml", noon+"    - {from: 2026-11-23, break: off}\n")
		o.polls(2)
		o.wants(1, 1)
		restated, ok := errors.AsType[*rulesfile.Restated](o.refused[0])
		if !ok || restated.Day != monday || restated.Settled != monday || !errors.Is(o.refused[0], timesheet.Conflict) {
			t.Fatalf("got %v", o.refused[0])
		}
		for _, part := range []string{"first on 2026-11-23: schedule office: break 12:00–14:00 → off", "All up to 2026-11-23 are settled",
			"timesheet rules diff OLD NEW --from 2026-11-23 --to 2026-11-23", "--restate"} {
			if !strings.Contains(restated.Error(), part) {
				t.Errorf("%q is missing in %v", part, restated)
			}
		}
	})
	inBubble(t, "a_version_for_days_to_come_is_not", func(t *testing.T, o *office) {
		o.open()
		o.write("rules.yaml", noon+"    - {from: 2026-11-24, break: off}\n")
		o.polls(2)
		o.wants(2, 0)
		if o.accepted[1].Restates != nil {
			t.Errorf("restates %v", o.accepted[1].Restates)
		}
	})
	inBubble(t, "nothing_is_refused_while_none_is_settled", func(_ *testing.T, o *office) {
		o.options.Settled = func() timesheet.Day { return 0 }
		o.open()
		o.write("rules.yaml", shorter)
		o.polls(2)
		o.wants(2, 0)
	})
	inBubble(t, "what_is_settled_is_asked_each_time", func(_ *testing.T, o *office) {
		var settled atomic.Int32
		settled.Store(int32(monday - 7))
		o.options.Settled = func() timesheet.Day { return timesheet.Day(settled.Load()) }
		o.open()
		o.write("rules.yaml", noon+"    - {from: 2026-11-20, break: off}\n")
		o.polls(2)
		o.wants(2, 0)
		settled.Store(int32(monday))
		o.write("rules.yaml", noon)
		o.polls(2)
		o.wants(2, 1)
	})
	inBubble(t, "restating_is_told", func(t *testing.T, o *office) {
		o.options.Restate = true
		o.open()
		o.write("people.csv", ada+"8,B,2026-11-02\n")
		o.polls(2)
		o.wants(2, 0)
		if r := o.accepted[1].Restates; r == nil || r.Day != timesheet.DayOf(2026, 11, 2) || r.Employee != "8" {
			t.Errorf("restates %v", r)
		}
	})
	inBubble(t, "the_detail_names_nobody", func(t *testing.T, o *office) {
		o.open()
		o.write("people.csv", ada+"secret,B,2026-11-02\n")
		o.polls(2)
		if d := rulesfile.Detail(o.Status().Refused); strings.Contains(d, "secret") || !strings.Contains(d, "on 2026-11-02: is listed from this day on") {
			t.Error(d)
		}
		if !strings.Contains(o.refused[0].Error(), `employee "secret" is listed`) {
			t.Error(o.refused[0])
		}
	})
}

// stored is a copy that an earlier run left.
func (o *office) stored(rules, directory string) {
	o.options.Previous = func(context.Context) ([]byte, []byte, error) { return []byte(rules), []byte(directory), nil }
}

func TestRestart(t *testing.T) {
	inBubble(t, "with_the_files_as_they_were", func(t *testing.T, o *office) {
		o.stored(noon, ada)
		o.open()
		o.wants(1, 0)
		if o.Status().Refused != nil {
			t.Error(o.Status().Refused)
		}
	})
	inBubble(t, "settled_days_do_not_change_by_it", func(t *testing.T, o *office) {
		o.stored(shorter, ada)
		o.open()
		o.wants(0, 1)
		if len(o.Current().Rules.Versions("office")) != 1 || !errors.Is(o.Status().Refused, timesheet.Conflict) {
			t.Errorf("got %+v", o.Status())
		}
		o.write("rules.yaml", shorter)
		o.polls(2)
		o.wants(1, 1)
	})
	inBubble(t, "unless_that_is_wanted", func(t *testing.T, o *office) {
		o.stored(shorter, ada)
		o.options.Restate = true
		o.open()
		o.wants(1, 0)
		if o.accepted[0].Restates == nil {
			t.Error("the change isn't told")
		}
	})
	inBubble(t, "with_bad_files_the_copy_is_in_force", func(t *testing.T, o *office) {
		o.stored(noon, ada)
		o.write("rules.yaml", "format: 3")
		o.open()
		o.wants(0, 1)
		if o.Current().Counts.Employees != 1 {
			t.Errorf("got %+v", o.Status())
		}
	})
	inBubble(t, "with_bad_files_and_no_copy_it_fails", func(t *testing.T, o *office) {
		o.write("rules.yaml", "format: 3")
		o.options.Previous = func(context.Context) ([]byte, []byte, error) { return nil, nil, nil }
		if _, err := rulesfile.Open(t.Context(), o.options); !errors.Is(err, timesheet.Invalid) {
			t.Errorf("got %v", err)
		}
		o.wants(0, 1)
	})
	inBubble(t, "a_copy_that_can_not_be_read_is_not_passed_over", func(t *testing.T, o *office) {
		o.stored("format: 0", ada)
		if _, err := rulesfile.Open(t.Context(), o.options); err == nil || !strings.Contains(err.Error(), "--restate goes on without") {
			t.Errorf("got %v", err)
		}
		o.options.Restate = true
		o.open()
		o.wants(1, 0)
	})
	inBubble(t, "a_copy_that_can_not_be_reached_is_an_error", func(t *testing.T, o *office) {
		o.options.Previous = func(context.Context) ([]byte, []byte, error) { return nil, nil, timesheet.Unavailable }
		if _, err := rulesfile.Open(t.Context(), o.options); !errors.Is(err, timesheet.Unavailable) {
			t.Errorf("got %v", err)
		}
	})
	inBubble(t, "without_files_any_more", func(t *testing.T, o *office) {
		o.stored(noon, ada)
		o.options.Rules, o.options.Directory = "", ""
		o.open()
		o.wants(0, 1)
		if !strings.Contains(o.Status().Refused.Error(), "there is no directory any more") {
			t.Error(o.Status().Refused)
		}
	})
}
