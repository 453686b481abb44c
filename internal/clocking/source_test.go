package clocking_test

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"timesheet"
	"timesheet/internal/clocking"
	"timesheet/internal/generate"
)

func readCSV(r io.Reader) (rows []clocking.Row, err error) {
	for row, err := range clocking.CSV(r) {
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func TestCSV(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []clocking.Row
	}{
		"with ids": {"id,employee_id,clocked_at\n7,E1,2026-11-23T08:00:00\n9,\"E,2\",2026-11-23 08:00:01.5\r\n",
			[]clocking.Row{{ID: 7, Employee: "E1", At: at(0)}, {ID: 9, Employee: "E,2", At: at(1500)}}},
		"without ids, in another order": {"\ufeffClocked_At,more,EMPLOYEE_ID\n2026-11-23T09:00:00+01:00,x,E1\n",
			[]clocking.Row{{Employee: "E1", At: clocking.Moment(timesheet.Instant(morning), 0)}}},
		"empty is NULL": {"id,employee_id,clocked_at\n1,,2026-11-23T08:00:00\n2,E1,\n",
			[]clocking.Row{{ID: 1, NoEmployee: true, At: at(0)}, {ID: 2, Employee: "E1", At: clocking.NoTime()}}},
		"no rows": {"employee_id,clocked_at\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := readCSV(strings.NewReader(c.text)); err != nil || !slices.Equal(got, c.want) {
				t.Errorf("got %+v, %v; want %+v", got, err, c.want)
			}
		})
	}
	for text, want := range map[string]string{
		"":                                          "empty",
		"id,employee,clocked_at\n":                  "employee_id",
		"employee_id,clocked_at\nE1\n":              "line 2",
		"employee_id,clocked_at\nE1,noon\n":         "line 2",
		"id,employee_id,clocked_at\n0,E1,\n":        "line 2",
		"id,employee_id,clocked_at\n1,E1,\nx,E1,\n": "line 3",
		"employee_id,clocked_at\n\"E1,\n":           "line 2",
	} {
		if _, err := readCSV(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want it to name %q", text, err, want)
		}
	}
	t.Run("an error of the reader is passed on", func(t *testing.T) {
		broken := errors.New("broken")
		text := strings.NewReader("employee_id,clocked_at\nE1,2026-11-23T08:00:00\n")
		got, err := readCSV(io.MultiReader(text, iotest.ErrReader(broken)))
		if len(got) != 1 || !errors.Is(err, broken) {
			t.Errorf("got %v, %v", got, err)
		}
	})
}

func TestLoad(t *testing.T) {
	s := clocking.New(clocking.Options{Employee: clocking.Int()})
	load := func(rows ...clocking.Row) error {
		_, err := s.Load(slices.Values(rows))
		return err
	}
	if err := load(clocking.Row{ID: 5, Employee: "1"}, clocking.Row{ID: 3, Employee: "2"}, clocking.Row{Employee: "3"}); err != nil || s.Max() != 6 {
		t.Errorf("%v; to %d, want 6", err, s.Max())
	}
	if err := load(clocking.Row{ID: 3, Employee: "4"}); err == nil {
		t.Error("an id was given twice")
	}
	if err := load(clocking.Row{Employee: "E4"}); err == nil {
		t.Error("E4 became an INT")
	}
}

// A staff is the same whether it is looked at as history or as it lives.
func TestLive(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	staff := generate.New(generate.Options{Seed: 1, Employees: 50, NightShift: 5, Zone: zone})
	now := time.Date(2026, 3, 30, 10, 0, 0, 0, zone) // clocks went forward on the day before
	from := now.Add(-5 * 24 * time.Hour)
	arrived := func(l clocking.Live, until time.Duration) (rows []clocking.Row, dues []time.Duration) {
		for a := range l.Arrivals() {
			if a.Due > until {
				break
			}
			rows, dues = append(rows, a.Row), append(dues, a.Due)
		}
		return rows, dues
	}
	early := clocking.Live{Staff: staff, Now: now, From: from, Speed: 1, Days: 10}
	history := slices.Collect(early.History())
	lived, dues := arrived(early, now.Sub(from)-1)
	if len(history) < 500 || len(lived) < 300 || !slices.IsSorted(dues) || dues[0] < 0 {
		t.Errorf("%d rows of history, %d lived, first due after %v", len(history), len(lived), dues[0])
	}
	t.Run("history and arrivals follow each other without a gap", func(t *testing.T) {
		late := clocking.Live{Staff: staff, Now: now, From: now, Days: 15}
		if all := slices.Collect(late.History()); !slices.Equal(all, append(history, lived...)) {
			t.Errorf("%d rows, want %d and %d", len(all), len(history), len(lived))
		}
	})
	t.Run("lives as fast as clocks by default", func(t *testing.T) {
		usual := early
		usual.Speed = 0
		if _, again := arrived(usual, now.Sub(from)-1); !slices.Equal(again, dues) {
			t.Errorf("%d rows are due at other times", len(again))
		}
	})
	t.Run("lives faster until it has come to the present", func(t *testing.T) {
		fast := early
		fast.Speed = 121 // 5 days are made up for in 1 h
		rows, dues := arrived(fast, 3*time.Hour)
		present, _ := slices.BinarySearch(dues, time.Hour)
		if present < len(lived)-5 || !slices.Equal(rows[:len(lived)], lived) {
			t.Errorf("%d rows in the first hour, want %d", present, len(lived))
		}
		for i, r := range rows {
			shown := now.Add(dues[i]).In(zone)
			if clocked := clocking.Zoned(shown).Wall(); r.At.Wall() > clocked {
				t.Fatalf("row %d shows a time to come: %d after %d", i, r.At.Wall(), clocked)
			}
		}
	})
}

func TestBacklog(t *testing.T) {
	staff := generate.New(generate.Options{Employees: 7})
	s := clocking.New(clocking.Options{})
	n, err := s.Load(clocking.Backlog(staff, timesheet.DayOf(2026, time.November, 23), 1000))
	if n != 1000 || err != nil || s.Max() != 1000 {
		t.Fatalf("%d rows to %d, %v", n, s.Max(), err)
	}
	last := timesheet.Wall(0)
	for r := range s.Rows() {
		if r.At.Wall() < last || r.At.Wall() >= morning-8*3_600_000 {
			t.Fatalf("%+v after %d", r, last)
		}
		last = r.At.Wall()
	}
}
