package tests

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"timesheet"
	rows "timesheet/internal/clocking"
	"timesheet/internal/redistest"
)

// traces are what the service shows of a person, wherever one could look.
func (o *office) traces(s *service, store string, who ...string) (found []string) {
	o.t.Helper()
	look := func(where, text string) {
		for _, w := range who {
			if strings.Contains(text, w) {
				found = append(found, where+" has "+w)
			}
		}
	}
	for n := 1; n <= 11; n++ {
		_, board := s.ask("", http.MethodGet, "/v1/days/"+o.day(n).String(), nil)
		look(fmt.Sprint("the board of the day ", n), board)
	}
	for _, path := range []string{
		"/v1/timesheets/" + o.month.String(), "/v1/timesheets/" + o.month.String() + ".csv", "/v1/periods/" + o.month.String() + "/adjustments",
		"/v1/exceptions?from=" + o.month.First().String() + "&to=" + o.month.Last().String(), "/v1/source/rejected", "/metrics", "/v1/teams?day=" + o.day(8).String(),
		"/v1/admin/dayrules", "/v1/admin/export?from=2000-01-01&to=2030-01-01",
	} {
		_, text := s.ask("", http.MethodGet, path, nil)
		look(path, text)
	}
	look("the log", s.log.String())
	for key := range exported(o.t, store, "--server", s.url) {
		look("the export", key)
	}
	return found
}

func (o *office) wantNoTrace(s *service, store, after string) {
	o.t.Helper()
	if found := o.traces(s, store, "sentinel-bob", "Sentinel-Builder"); len(found) > 0 {
		o.t.Errorf("%s: %s", after, strings.Join(found, "; "))
	}
	if found := o.traces(s, store, "sentinel-ada"); len(found) == 0 {
		o.t.Errorf("%s: somebody else is gone as well", after)
	}
}

// TestErasedStaysErased erases somebody, kills the service in the middle of it, and reads
// the source again and again.
func TestErasedStaysErased(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, store string) {
		o := newOffice(t)
		o.system.Insert("sentinel-bob", rows.NoTime()) // a row that can't be used
		s := o.serve(store)
		s.read(o.system)
		if _, errs, exit := timesheetCommand(t, "", "dayrule", "set", "--employee", "sentinel-bob", "--zone", "UTC", "--boundary", "12:00",
			"--from", timesheet.DayOf(2099, time.January, 1).String(), "--store", store, "--server", s.url); exit != 0 {
			t.Fatalf("dayrule: exit %d\n%s", exit, errs)
		}
		day := fmt.Sprintf("/v1/employees/sentinel-bob/days/%v/corrections", o.day(9))
		s.must("", http.MethodPost, day, correction("16:00", "Sentinel-Builder left early"), nil)
		s.until("closed", func() bool {
			code, _ := s.ask("", http.MethodPost, "/v1/periods/"+o.month.String()+"/close", nil)
			return code == http.StatusOK
		})
		s.must("", http.MethodPost, day, correction("16:30", "later"), nil)
		var whole any
		s.must("", http.MethodGet, "/v1/employees/sentinel-bob", nil, &whole)
		for _, part := range []string{"Sentinel-Builder left early", "clock_in", o.month.String()} {
			if text := fmt.Sprint(whole); !strings.Contains(text, part) {
				t.Errorf("the export of a person has no %q: %s", part, text)
			}
		}

		if found := o.traces(s, store, "sentinel-bob"); len(found) < 10 { // or their absence says nothing
			t.Errorf("there are traces only where %s", strings.Join(found, "; "))
		}
		erase := func() (code int, text string) { return s.ask("", http.MethodDelete, "/v1/employees/sentinel-bob", nil) }
		for range 5 { // each time it gets somewhere else, or nowhere
			killed := make(chan struct{})
			go func() {
				defer close(killed)
				<-time.After(time.Duration(rand.Int64N(int64(30 * time.Millisecond))))
				s.kill()
			}()
			resp, err := http.DefaultClient.Do(deletion(t, s))
			if err == nil {
				_ = resp.Body.Close()
			}
			<-killed
			s = o.serve(store)
		}
		if code, text := erase(); code != http.StatusOK {
			t.Fatalf("erase: %d %s", code, text)
		}
		o.wantNoTrace(s, store, "erased")
		for range 2 {
			if out, errs, exit := timesheetCommand(t, "", "replay", "--store", store, "--server", s.url, "--source", o.system.DSN()); exit != 0 {
				t.Fatalf("replay: exit %d\n%s%s", exit, out, errs)
			}
			o.clock("sentinel-bob", 9, 19, 0)
			mustPost(t, s.url, []clocking{{Employee: "sentinel-bob", At: o.day(10).String() + "T08:00:00"}})
			s.until("the source is read again", func() bool {
				status, err := s.source()
				return err == nil && status.LastID >= o.system.Max()
			})
			o.wantNoTrace(s, store, "read again")
			if code, text := s.ask("", http.MethodPost, day, correction("17:00", "again")); code != http.StatusNotFound {
				t.Errorf("a correction of an erased person: %d %s", code, text)
			}
			s.kill()
			s = o.serve(store)
			o.wantNoTrace(s, store, "killed and started again")
		}
		s.stop(stopWithin)
	})
}

// deletion is the request that erases.
func deletion(t testing.TB, s *service) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, s.url+"/v1/employees/sentinel-bob", nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestRetentionFromOutside purges at the start, also where it was killed meanwhile.
func TestRetentionFromOutside(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, store string) {
		zone, err := time.LoadLocation("Pacific/Auckland") // where it is another day than in UTC half of the time
		if err != nil {
			t.Fatal(err)
		}
		today := time.Now().In(zone)
		var all []clocking
		day := func(back int) string { return today.AddDate(0, 0, -back).Format(time.DateOnly) }
		for back := 55; back < 75; back++ {
			for e := range 20 {
				all = append(all, clocking{Employee: fmt.Sprintf("E%03d", e), At: day(back) + "T00:00:30"}, clocking{Employee: fmt.Sprintf("E%03d", e), At: day(back) + "T23:59:30"})
			}
		}
		start := func(args ...string) *service {
			s := startServiceIn(t, "Pacific/Auckland", store, args...)
			return s
		}
		s := start()
		mustPost(t, s.url, all)
		s.stop(stopWithin)
		for range 3 {
			s = start("--retain", "62d")
			<-time.After(time.Duration(rand.Int64N(int64(20 * time.Millisecond))))
			s.kill()
		}
		s = start("--retain", "62d")
		s.until("purged", func() bool {
			code, text := s.ask("", http.MethodGet, "/v1/admin/floor", nil)
			return code == http.StatusOK && strings.Contains(text, timesheet.DayOf(today.Year(), today.Month(), today.Day()-62).String())
		})
		mustPost(t, s.url, all) // what is too old is dropped
		for back, want := range map[int]bool{55: true, 61: true, 62: true, 63: false, 64: false, 74: false} {
			_, text := s.ask("", http.MethodGet, "/v1/days/"+day(back), nil)
			if got := strings.Contains(text, `"E007"`) && strings.Contains(text, day(back)+"T23:59:30+"); got != want {
				t.Errorf("%d days back: kept %v, want %v: %.300s", back, got, want, text)
			}
		}
		s.stop(stopWithin)
	})
}

// TestTwoInstancesCorrectAtOnce has both in the history, and one that counts on both.
func TestTwoInstancesCorrectAtOnce(t *testing.T) {
	t.Parallel()
	o, url := newOffice(t), redistest.Start(t).URL()
	both := []*service{o.serve(url), o.serve(url)}
	both[0].read(o.system)
	path := fmt.Sprintf("/v1/employees/sentinel-ada/days/%v/corrections", o.day(8))
	const each = 20
	var all sync.WaitGroup
	for i, s := range both {
		all.Go(func() {
			for n := range each {
				if code, text := s.ask("", http.MethodPost, path, correction(fmt.Sprintf("18:%02d", 20*i+n), fmt.Sprintf("by %d", i))); code != http.StatusOK {
					t.Errorf("instance %d: %d %s", i, code, text)
				}
			}
		})
	}
	all.Wait()
	type history struct {
		Corrections []struct {
			Seq      int
			ClockOut string `json:"clock_out"`
			Reason   string
		}
	}
	var of [2]history
	for i, s := range both {
		s.must("", http.MethodGet, path, nil, &of[i])
		if n := len(of[i].Corrections); n != 2*each {
			t.Fatalf("instance %d: %d corrections, want %d", i, n, 2*each)
		}
	}
	last := of[0].Corrections[2*each-1]
	for i, c := range of[0].Corrections {
		if c.Seq != i+1 || of[1].Corrections[i] != c {
			t.Errorf("%d: %+v and %+v", i+1, c, of[1].Corrections[i])
		}
	}
	for i, s := range both {
		if _, text := s.ask("", http.MethodGet, "/v1/days/"+o.day(8).String(), nil); !strings.Contains(text, `"clock_out":"`+last.ClockOut+`"`) {
			t.Errorf("instance %d shows another than %s: %s", i, last.ClockOut, text)
		}
	}
}
