package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"timesheet/internal/redistest"
)

// TestMain lets a race under test start this binary as a baseline.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "baseline" {
		main()
	}
	// After Redis was away, a closed go-redis pool looks once more a second later.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/redis/go-redis/v9/internal/pool.(*ConnPool).tryDial"))
}

// rival is a baseline that runs in this process.
type rival struct {
	dir    string // given to it
	url    string
	client *http.Client
}

// startRival runs the command that a race starts, and ends it with the test.
func startRival(t *testing.T, kind string, redis *redistest.Server) rival {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	read, write := io.Pipe()
	var stderr bytes.Buffer
	exit := make(chan int, 1)
	dir := t.TempDir()
	go func() {
		exit <- run(ctx, []string{"baseline", kind, "--redis", redis.URL(), "--dir", dir}, write, &stderr)
	}()
	r := rival{dir: dir, client: &http.Client{Transport: &http.Transport{MaxConnsPerHost: 64, MaxIdleConnsPerHost: 64}}}
	t.Cleanup(func() {
		r.client.CloseIdleConnections()
		cancel()
		if code := <-exit; code != exitOK {
			t.Errorf("%s ended with %d: %s", kind, code, stderr.String())
		}
	})
	line, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if r.url = addressPattern.FindString(line); r.url == "" || !strings.HasPrefix(line, kind+" ") {
		t.Fatalf("the first line is %q", line)
	}
	return r
}

func (r rival) post(t *testing.T, body string) (status int, answer string) {
	t.Helper()
	resp, err := r.client.Post(r.url+"/v1/clockings", "application/json", strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Error(err)
	}
	return resp.StatusCode, string(text)
}

// board is what the rival shows of a day, by employee.
func (r rival) board(t *testing.T, day string) map[string][2]string {
	t.Helper()
	resp, err := r.client.Get(r.url + "/v1/days/" + day)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var page struct {
		Entries []shown `json:"entries"`
		Next    *string `json:"next"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&page); err != nil || page.Next != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%d, %v, next %v", resp.StatusCode, err, page.Next)
	}
	all := make(map[string][2]string)
	for _, e := range page.Entries {
		if e.Day.String() != day || all[e.EmployeeID] != [2]string{} {
			t.Errorf("%+v", e)
		}
		all[e.EmployeeID] = [2]string{e.Earliest, e.Latest}
	}
	return all
}

const rushEmployees, rushClockings = 8, 50 // of each

// rush posts many clockings of few employees at once, all on one day, and answers
// what the day must show then.
func (r rival) rush(t *testing.T, day string) map[string][2]string {
	t.Helper()
	begin, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	want := make(map[string][2]string)
	var bodies []string
	for e := range rushEmployees {
		name := fmt.Sprintf("E%d", e)
		for range rushClockings {
			at := begin.Add(rand.N(24 * time.Hour)).Format("2006-01-02T15:04:05Z")
			bodies = append(bodies, fmt.Sprintf(`{"employee_id":%q,"clocked_at":%q}`, name, at))
			span, known := want[name]
			if !known {
				span = [2]string{at, at}
			}
			want[name] = [2]string{min(span[0], at), max(span[1], at)}
		}
	}
	var senders sync.WaitGroup
	for sender := range 64 {
		senders.Go(func() {
			for k := sender; k < len(bodies); k += 64 {
				if status, answer := r.post(t, bodies[k]); status != http.StatusOK || answer != `{"accepted":1}` {
					t.Errorf("%d %s", status, answer)
				}
			}
		})
	}
	senders.Wait()
	return want
}

func TestBaselines(t *testing.T) {
	redis := redistest.Start(t)
	for _, kind := range []string{"lua", "lock", "mutex", "group"} {
		t.Run(kind+"_is_right_under_a_rush", func(t *testing.T) {
			redis.Command("FLUSHALL")
			r := startRival(t, kind, redis)
			for _, day := range []string{"2026-01-05", "2026-01-06"} {
				want := r.rush(t, day)
				if got := r.board(t, day); !maps.Equal(got, want) {
					t.Errorf("got  %v\nwant %v", got, want)
				}
			}
		})
	}
	t.Run("naive_goes_wrong_under_a_rush", func(t *testing.T) {
		redis.Command("FLUSHALL")
		r := startRival(t, "naive", redis)
		for n := range 28 {
			day := fmt.Sprintf("2026-02-%02d", n+1)
			want := r.rush(t, day)
			if got := r.board(t, day); !maps.Equal(got, want) {
				return
			}
		}
		t.Error("28 rushes of 50 clockings an employee never lost one")
	})
	t.Run("naive_is_right_alone", func(t *testing.T) {
		redis.Command("FLUSHALL")
		r := startRival(t, "naive", redis)
		for _, clock := range []string{"12:00:00", "08:00:00", "09:00:00", "17:00:00.5"} {
			r.post(t, `{"employee_id":"7","clocked_at":"2026-01-05T`+clock+`"}`)
		}
		want := map[string][2]string{"7": {"2026-01-05T08:00:00Z", "2026-01-05T17:00:00.500Z"}}
		if got := r.board(t, "2026-01-05"); !maps.Equal(got, want) {
			t.Errorf("got %v", got)
		}
	})
	t.Run("bind_keeps_nothing", func(t *testing.T) {
		redis.Command("FLUSHALL")
		r := startRival(t, "bind", redis)
		if status, answer := r.post(t, `{"employee_id":"7","clocked_at":"2026-01-05T08:00:00"}`); status != 200 || answer != `{"accepted":1}` {
			t.Errorf("%d %s", status, answer)
		}
		if got := r.board(t, "2026-01-05"); len(got) > 0 || redis.Command("DBSIZE") != ":0" {
			t.Errorf("got %v", got)
		}
	})
	t.Run("sync_has_written_what_it_acknowledges", func(t *testing.T) {
		r := startRival(t, "sync", redis)
		for _, day := range []string{"2026-01-05", "2026-01-06"} {
			r.rush(t, day)
			files, err := filepath.Glob(filepath.Join(r.dir, "*"))
			if err != nil || len(files) != 1 {
				t.Fatal(files, err)
			}
			written, err := os.ReadFile(files[0])
			if n := strings.Count(string(written), day+":"); err != nil || n != rushEmployees*rushClockings || len(written)%pageSize != 0 {
				t.Errorf("%d clockings in %d bytes: %v", n, len(written), err)
			}
		}
	})
	t.Run("what_isn't_kept_isn't_acknowledged", func(t *testing.T) {
		r := startRival(t, "lua", redis)
		for body, want := range map[string]int{
			`{`: 400,
			`{"employee_id":"7","clocked_at":"yesterday"}`: 503,
		} {
			if status, answer := r.post(t, body); status != want || strings.Contains(answer, "accepted") {
				t.Errorf("%s: %d %s", body, status, answer)
			}
		}
		redis.Stop()
		defer redis.Restart()
		if status, answer := r.post(t, `{"employee_id":"7","clocked_at":"2026-01-05T08:00:00"}`); status != 503 {
			t.Errorf("without Redis: %d %s", status, answer)
		}
	})
}

func TestCommandLine(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--rounds", "0", "--seconds=-1", "--connections", "0", "--employees", "0"}, "--rounds 0"},
		{[]string{"baseline", "none", "--redis", "redis://127.0.0.1:1"}, "none"},
		{[]string{"baseline", "lua"}, "--redis"},
		{[]string{"walk"}, "walk"},
	} {
		var out, errs strings.Builder
		if code := run(t.Context(), c.args, &out, &errs); code != exitUsage || !strings.Contains(errs.String(), c.want) {
			t.Errorf("%v: exit %d, %s", c.args, code, errs.String())
		}
	}
	var out, errs strings.Builder
	if code := run(t.Context(), []string{"--help"}, &out, &errs); code != exitOK || !strings.Contains(out.String(), "latency") {
		t.Errorf("exit %d, %s", code, out.String())
	}
	if code := run(t.Context(), []string{"baseline", "lua", "--redis", "redis://:secret@127.0.0.1:port"}, &out, &errs); code != exitFailed || strings.Contains(errs.String(), "secret") {
		t.Errorf("exit %d, %s", code, errs.String())
	}
	if code := run(t.Context(), []string{"--dir", "/nowhere", "--only", "lua"}, &out, &errs); code != exitFailed {
		t.Errorf("exit %d, %s", code, errs.String())
	}
	if _, err := os.Stat("/nowhere"); err == nil {
		t.Error("made a directory")
	}
}
