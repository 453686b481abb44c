package actors_test

import (
	"testing"

	"timesheet"
	"timesheet/actors"
	"timesheet/storetest"
)

func TestSubmit(t *testing.T) {
	m := newMemory(t, 64)
	s := start(t, m, actors.Options{})
	var es []timesheet.Entry
	for n := range 1000 {
		es = append(es, touch(id(n), monday, 480), touch(id(n), monday, 1020), touch(id(n), monday+1, 490))
	}
	r, err := s.Submit(t.Context(), timesheet.Batch{RulesVersion: 1, Entries: es})
	if err != nil || r != (timesheet.Receipt{Accepted: 3000}) {
		t.Fatalf("got %+v, %v", r, err)
	}
	got := storetest.Contents(t, m)
	if len(got) != 2000 {
		t.Fatalf("%d entries are stored, want 2000", len(got))
	}
	t.Logf("%+v", s.Stats())
	mustSubmit(t, s, es...)
	t.Logf("%+v", s.Stats())
}
