package period_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"timesheet"
	"timesheet/period"
	"timesheet/storetest"
)

// copied is another store with what this one has of closed months, as a copy makes it.
func (w *world) copied(t *testing.T) *storetest.Memory {
	t.Helper()
	other := storetest.NewMemory(2)
	t.Cleanup(func() { other.Close() })
	names, err := w.memory.Documents(t.Context())
	for _, name := range names {
		d, err2 := w.memory.Document(t.Context(), name)
		_, err3 := other.SetDocument(t.Context(), name, 0, d.Text)
		err = errors.Join(err, err2, err3)
	}
	series, err4 := w.memory.Series(t.Context())
	for _, s := range series {
		records, err5 := w.memory.Sealed(t.Context(), s, "", timesheet.MaxSealedPage)
		err = errors.Join(err, err5, other.Seal(t.Context(), s, records))
	}
	if err := errors.Join(err, err4); err != nil {
		t.Fatal(err)
	}
	return other
}

func TestErased(t *testing.T) {
	w := office(t)
	c := w.close()
	w.correct("1", day(3), 20)
	if _, err := w.memory.Erase(t.Context(), "1"); err != nil {
		t.Fatal(err)
	}
	// The directory still lists 1.
	if all := w.everybody(t, c, period.Query{}); len(all) != 2 || all[0].Person.Employee != "2" {
		t.Errorf("%d people", len(all))
	}
	if lines := w.changes(t, c, period.Query{}); len(lines) != 0 {
		t.Errorf("%+v", lines)
	}
}

func TestRedact(t *testing.T) {
	w := office(t)
	w.rules.RulesText, w.rules.DirectoryText = []byte("leave: Ada, Bob"), []byte("1,Ada\n2,Bob\n")
	c := w.close()
	without := func(rules, directory []byte) ([]byte, []byte, error) {
		return bytes.ReplaceAll(rules, []byte("Ada, "), nil), bytes.ReplaceAll(directory, []byte("Ada"), []byte("-")), nil
	}
	paid := w.everybody(t, c, period.Query{})
	for range 2 { // the second time there is nothing to do
		if err := w.Redact(t.Context(), without); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.store.Calls("SetDocument"); n != 2 {
		t.Errorf("%d documents were set", n)
	}
	w.store.On("SetDocument", func(n int) storetest.Fault {
		if n < 5 {
			return storetest.Fault{Before: timesheet.NewError(timesheet.Conflict, "another was faster", nil)}
		}
		return storetest.Fault{}
	})
	if err := w.Redact(t.Context(), func(rules, _ []byte) ([]byte, []byte, error) { return rules, []byte("2,Bob\n"), nil }); err != nil {
		t.Error(err)
	}
	rules, directory, err := w.Texts(t.Context(), november)
	if err != nil || string(rules) != "leave: Bob" || string(directory) != "2,Bob\n" {
		t.Errorf("%v %q %q", err, rules, directory)
	}
	if got, err := w.Closed(t.Context(), november); err != nil || *got != c || same(paid, w.everybody(t, c, period.Query{})) != "" {
		t.Errorf("%v: the closing is another: %+v", err, got)
	}
	if _, _, err := w.Texts(t.Context(), timesheet.Month{Year: 2026, Month: 10}); timesheet.CodeOf(err) != timesheet.NotFound {
		t.Errorf("%v", err)
	}
	refused := errors.New("unreadable")
	if err := w.Redact(t.Context(), func([]byte, []byte) ([]byte, []byte, error) { return nil, nil, refused }); !errors.Is(err, refused) {
		t.Errorf("%v", err)
	}
}

// TestRedactNothing: a service without rules files has no texts, and nothing to redact.
func TestRedactNothing(t *testing.T) {
	w := office(t)
	w.rules.RulesText, w.rules.DirectoryText = nil, nil
	w.close()
	if err := w.Redact(t.Context(), func([]byte, []byte) ([]byte, []byte, error) {
		return nil, nil, errors.New("there is nothing to redact")
	}); err != nil {
		t.Error(err)
	}
	w = office(t)
	w.rules.RulesText = nil
	w.close()
	if err := w.Redact(t.Context(), func(rules, directory []byte) ([]byte, []byte, error) {
		if rules != nil || string(directory) != "directory" {
			return nil, nil, errors.New("what there isn't is nil")
		}
		return nil, nil, nil
	}); err != nil {
		t.Error(err)
	}
}

func TestTidy(t *testing.T) {
	w := office(t)
	c := w.close()
	dead, young := timesheet.Series{Month: november, Closing: 7}, timesheet.Series{Month: timesheet.Month{Year: 2026, Month: 12}, Closing: 8}
	for _, s := range []timesheet.Series{dead, young} {
		if err := w.memory.Seal(t.Context(), s, []timesheet.Sealed{{Employee: "1", Data: []byte("half")}}); err != nil {
			t.Fatal(err)
		}
	}
	tidy := func() {
		t.Helper()
		if err := w.Tidy(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	tidy()
	series, err := w.memory.Series(t.Context())
	if err != nil || len(series) != 2 || series[0] != c.Series || series[1] != young {
		t.Errorf("%v %v: the one that may still become valid has to stay", err, series)
	}
	if _, err := w.memory.Purge(t.Context(), day(30)); err != nil {
		t.Fatal(err)
	}
	if tidy(); len(w.everybody(t, w.closing(t), period.Query{})) != 3 {
		t.Error("a month is kept until its last day isn't")
	}
	if _, err := w.memory.Purge(t.Context(), day(31)); err != nil {
		t.Fatal(err)
	}
	tidy()
	tidy()
	d, err := w.memory.Document(t.Context(), "period-2026-11")
	if err != nil || len(d.Text) != 0 {
		t.Errorf("%v: the header has %d bytes", err, len(d.Text))
	}
	if all, err := w.Closings(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("%v %+v", err, all)
	}
	if _, err := w.Close(t.Context(), november, "payroll", december()); timesheet.CodeOf(err) != timesheet.NotFound {
		t.Errorf("%v", err)
	}
}

func TestDamaged(t *testing.T) {
	w := office(t)
	c := w.close()
	good, err := w.memory.SealedOf(t.Context(), c.Series, "1")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"empty form": good.Data[:1], "cut": good.Data[:len(good.Data)/2], "another version": append([]byte{9}, good.Data[1:]...), "noise": []byte("\x01noise"),
	} {
		if err := w.memory.Seal(t.Context(), c.Series, []timesheet.Sealed{{Employee: "1", Data: data}}); err != nil {
			t.Fatal(err)
		}
		_, err := w.Paid(t.Context(), c, "1", timesheet.Everybody())
		_, err2 := w.Month(t.Context(), c, period.Query{Reach: timesheet.Everybody(), Limit: 5})
		_, err3 := w.Adjustments(t.Context(), c, period.Query{Reach: timesheet.Everybody(), Limit: 5})
		for _, err := range []error{err, err2, err3} {
			if timesheet.CodeOf(err) != timesheet.Internal || !strings.Contains(err.Error(), "damaged") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	for _, text := range []string{"{}", "{}\n", `{"version":2,"closing":"1"}` + "\n", `{"version":1,"closing":"0"}` + "\n", "noise\n"} {
		d, err := w.memory.Document(t.Context(), "period-2026-11")
		if err == nil {
			_, err = w.memory.SetDocument(t.Context(), "period-2026-11", d.Version, []byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Closed(t.Context(), november); timesheet.CodeOf(err) != timesheet.Internal {
			t.Errorf("%q: %v", text, err)
		}
	}
}
