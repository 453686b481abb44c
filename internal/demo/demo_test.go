package demo_test

import (
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/internal/demo"
	"timesheet/internal/generate"
)

var (
	berlin  = must(time.LoadLocation("Europe/Berlin"))
	morning = time.Date(2026, 11, 25, 9, 30, 0, 0, berlin)  // a Wednesday
	sunday  = time.Date(2026, 11, 22, 3, 12, 40, 0, berlin) // nobody is in but the night shift
	autumn  = time.Date(2026, 10, 24, 23, 0, 0, 0, berlin)  // the clocks go back
	spring  = time.Date(2026, 3, 28, 23, 0, 0, 0, berlin)   // and forward
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, morning)
		s.run(t)
		synctest.Wait()
		today := timesheet.DayOf(2026, 11, 25)
		days := s.db.days()
		for d := today - 30; d <= today; d++ {
			weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
			if n := days[d]; !weekend && n < 20 || n == 0 {
				t.Errorf("%v: %d entries", d, n)
			}
		}
		if n := days[today-31]; n != 0 {
			t.Errorf("%d entries on the day before the history", n)
		}
		if s.db.future != 0 {
			t.Errorf("%d clockings lay in the future", s.db.future)
		}
		if err := s.end(); err != nil {
			t.Errorf("after the end of the context: %v", err)
		}
	})
}

func TestHistoryIsAsLongAsAsked(t *testing.T) {
	for asked, want := range map[int]timesheet.Day{-1: 0, 3: 3, 0: 30} {
		synctest.Test(t, func(t *testing.T) {
			s := newStage(t, morning)
			s.options.History = asked
			s.run(t)
			synctest.Wait()
			earliest := timesheet.LastDay
			for d := range s.db.days() {
				earliest = min(earliest, d)
			}
			if got := timesheet.DayOf(2026, 11, 25) - earliest; got != want {
				t.Errorf("asked for %d days, got %d", asked, got)
			}
			_ = s.end()
		})
	}
}

// After a while everything that was uploaded until then is there, also what came
// late, and nothing that wasn't uploaded or lay in the future ever came.
func TestEachTouchComesAtItsUpload(t *testing.T) {
	for name, start := range map[string]time.Time{"over midnight": morning, "the clocks go back": autumn, "the clocks go forward": spring} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t, start)
				s.options.Speed = 0.001 // hardly any visits
				s.run(t)
				pass(40 * time.Hour)
				checkUploaded(t, s, timesheet.DayOf(start.Date()), 200)
				if s.db.future != 0 {
					t.Errorf("%d clockings lay in the future", s.db.future)
				}
				_ = s.end()
			})
		})
	}
}

// checkUploaded wants every upload until now to be there, beside at most so many visits.
func checkUploaded(t *testing.T, s *stage, day timesheet.Day, visits int) {
	t.Helper()
	now := timesheet.InstantOf(s.db.now())
	expected, missing := 0, 0
	for d := day - 30; d <= day+2; d++ {
		for _, touch := range s.staff.Day(d) {
			cal := s.db.rules.For(touch.Employee)
			uploaded, _ := cal.Instant(timesheet.LocalTime(touch.Uploaded))
			if uploaded.Add(time.Hour+2*time.Second) > now { // an hour for what is shown twice
				continue
			}
			expected++
			at, _ := cal.Instant(timesheet.LocalTime(touch.Wall))
			e, ok := s.db.entries[string(touch.Employee)+"/"+cal.Day(at).String()]
			if !ok || e.Earliest > at || e.Latest < at {
				missing++
			}
		}
	}
	if expected == 0 || missing != 0 {
		t.Errorf("%d of %d uploads are missing", missing, expected)
	}
	if s.db.received > expected+visits {
		t.Errorf("%d clockings came, want %d and at most %d visits", s.db.received, expected, visits)
	}
}

func TestSomethingHappensWithinSecondsAtAnyHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, sunday)
		s.run(t)
		synctest.Wait()
		for hour := range 24 {
			before := s.db.count()
			pass(20 * time.Second)
			if after := s.db.count(); after == before {
				t.Errorf("nothing for 20 s at %v", s.db.now())
			}
			pass(time.Hour - 20*time.Second)
			if hour == 0 && s.db.days()[timesheet.DayOf(2026, 11, 22)] == 0 {
				t.Error("an hour later today's board is still empty")
			}
		}
		if s.db.future != 0 {
			t.Errorf("%d clockings lay in the future", s.db.future)
		}
		_ = s.end()
	})
}

func TestSpeed(t *testing.T) {
	counts := make(map[float64]int)
	for _, speed := range []float64{0, 10} {
		synctest.Test(t, func(t *testing.T) {
			s := newStage(t, sunday)
			s.options.Speed = speed
			s.run(t)
			synctest.Wait()
			before := s.db.count()
			pass(10 * time.Minute)
			counts[speed] = s.db.count() - before
			_ = s.end()
		})
	}
	if n := counts[0]; n < 200 || n > 400 {
		t.Errorf("%d clockings in 10 minutes at the usual speed, want about 300", n)
	}
	if n := counts[10]; n < 2500 || n > 3500 {
		t.Errorf("%d clockings in 10 minutes at speed 10, want about 3000", n)
	}
}

// A laptop that was closed for two days goes on with what was uploaded meanwhile,
// and doesn't make up two days of visits.
func TestAfterASleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, morning)
		now, asleep := s.options.Now, atomic.Int64{}
		s.options.Now = func() time.Time { return now().Add(time.Duration(asleep.Load())) }
		s.db.now = s.options.Now
		s.run(t)
		pass(10*time.Second - time.Millisecond)
		asleep.Store(int64(50 * time.Hour))
		pass(2 * time.Hour)
		checkUploaded(t, s, timesheet.DayOf(2026, 11, 25), 5000) // 3600 in two hours
		_ = s.end()
	})
}

func TestDirectory(t *testing.T) {
	staff := generate.New(generate.Options{Seed: 1, Employees: 200, NightShift: 10, Zone: berlin})
	text, err := demo.Directory(staff)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	names := make(map[string]bool)
	for _, line := range lines[1:] {
		names[strings.Split(line, ",")[1]] = true
	}
	if len(lines) != 201 || len(names) < 190 || strings.Count(string(text), ",nights\n") != 10 {
		t.Errorf("%d lines, %d names", len(lines), len(names))
	}
}

func TestAssignments(t *testing.T) {
	staff := generate.New(generate.Options{Seed: 4, Employees: 60, NightShift: 8, Zone: berlin})
	rules, err := timesheet.NewDayRules(1, demo.Assignments(staff, "Europe/Berlin"), time.LoadLocation)
	if err != nil {
		t.Fatal(err)
	}
	nights := make(map[timesheet.EmployeeID]bool)
	for _, e := range staff.Nights() {
		nights[e] = true
	}
	day := timesheet.DayOf(2026, 11, 25)
	for _, touch := range staff.Day(day) {
		cal := rules.For(touch.Employee)
		at, _ := cal.Instant(timesheet.LocalTime(touch.Wall))
		if got := cal.Day(at); got != day {
			t.Errorf("%v: a touch of the shift that began on %v belongs to %v", touch, day, got)
		}
	}
	for _, e := range staff.Employees() {
		if want := 12 * time.Hour; (rules.For(e).Rule(day).Boundary == want) != nights[e] {
			t.Errorf("%s: boundary %v, works nights: %v", e, rules.For(e).Rule(day).Boundary, nights[e])
		}
	}
}

func TestAnErrorOfTheDatabaseEndsItAndIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, morning)
		s.run(t)
		synctest.Wait()
		s.db.mu.Lock()
		s.db.err = io.ErrUnexpectedEOF
		s.db.mu.Unlock()
		if err := <-s.ended; !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%v", err)
		}
		s.cancel()
	})
}
