package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"timesheet"
	"timesheet/internal/redistest"
)

// begun is a service that was started in this process.
type begun struct {
	*service
	stop  context.CancelFunc // as a signal would
	ready chan struct{}
	ended chan error
}

func begin(t *testing.T, s storeSettings, feed func(context.Context) error) *begun {
	t.Helper()
	v, err := newService(slog.New(slog.DiscardHandler), serviceSettings{store: s, listen: listenSettings{Listen: "127.0.0.1:0"}})
	if err != nil {
		t.Fatal(err)
	}
	v.feed = feed
	ctx, cancel := context.WithCancel(t.Context())
	b := &begun{service: v, stop: cancel, ready: make(chan struct{}), ended: make(chan error, 1)}
	go func() { b.ended <- v.run(ctx, func() { close(b.ready) }) }()
	return b
}

// end waits for the service's end and demands that it comes in time.
func (b *begun) end(t *testing.T) error {
	t.Helper()
	select {
	case err := <-b.ended:
		return err
	case <-time.After(10 * time.Second):
		t.Fatal("the service doesn't end")
		return nil
	}
}

func inUTC(t *testing.T) storeSettings {
	t.Helper()
	return storeSettings{Store: storeName("pebble:" + t.TempDir()), TimeZone: "UTC", StoreWait: time.Minute}
}

// client keeps no connections, so that none outlives its test.
var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

func status(t *testing.T, url string) (code int, body string) {
	t.Helper()
	r, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(text)
}

// post sends one clocking and answers the status, 0 where there was no answer.
func post(url string, k int) int {
	body := fmt.Sprintf(`{"employee_id":"E%d","clocked_at":"2025-01-01T%02d:%02d:%02dZ"}`, k, k/3600%24, k/60%60, k%60)
	r, err := client.Post(url+"/v1/clockings", "application/json", strings.NewReader(body))
	if err != nil {
		return 0
	}
	_, _ = io.Copy(io.Discard, r.Body)
	_ = r.Body.Close()
	return r.StatusCode
}

func TestService(t *testing.T) {
	t.Run("lives_and_is_not_ready_while_its_store_is_away", func(t *testing.T) {
		server := redistest.Start(t)
		server.Stop()
		b := begin(t, storeSettings{Store: storeName(server.URL()), TimeZone: "UTC", StoreWait: time.Minute}, nil)
		if got, _ := status(t, b.url()+"/healthz"); got != http.StatusOK {
			t.Errorf("healthz: %d", got)
		}
		if got, why := status(t, b.url()+"/readyz"); got != http.StatusServiceUnavailable || !strings.Contains(why, "is starting") {
			t.Errorf("readyz: %d %s", got, why)
		}
		check := healthcheckCmd{Server: serverURL(b.url()), Timeout: time.Minute}
		if err := check.Run(t.Context(), &console{out: io.Discard}); err == nil || !strings.Contains(err.Error(), "is starting") {
			t.Errorf("healthcheck: %v", err)
		}
		if got := post(b.url(), 1); got != http.StatusServiceUnavailable {
			t.Errorf("post: %d", got)
		}
		server.Restart()
		<-b.ready
		if got, _ := status(t, b.url()+"/readyz"); got != http.StatusOK {
			t.Errorf("readyz: %d", got)
		}
		b.stop()
		if err := b.end(t); err != nil {
			t.Error(err)
		}
	})
	t.Run("gives_up_when_its_store_stays_away", func(t *testing.T) {
		server := redistest.Start(t)
		server.Stop()
		b := begin(t, storeSettings{Store: storeName(server.URL()), TimeZone: "UTC", StoreWait: 300 * time.Millisecond}, nil)
		if err := b.end(t); !errors.Is(err, timesheet.Unavailable) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("may_be_told_to_end_while_it_waits_for_its_store", func(t *testing.T) {
		b := begin(t, storeSettings{Store: "redis://127.0.0.1:1", TimeZone: "UTC", StoreWait: time.Hour}, nil)
		b.stop()
		if err := b.end(t); err != nil {
			t.Error(err)
		}
	})
	t.Run("ends_under_load_with_everything_acknowledged_there", func(t *testing.T) {
		s := inUTC(t)
		b := begin(t, s, nil)
		<-b.ready
		acknowledged := load(t, b)
		if err := b.end(t); err != nil {
			t.Fatal(err)
		}
		wantExported(t, s, acknowledged)
	})
	t.Run("cuts_a_sender_off_that_doesn't_finish", func(t *testing.T) {
		b := begin(t, inUTC(t), nil)
		<-b.ready
		c, err := beginPost(b.url())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		b.stop()
		if err := b.end(t); err != nil {
			t.Error(err)
		}
	})
	t.Run("ends_when_its_feed_fails", func(t *testing.T) {
		broken := errors.New("broken")
		b := begin(t, inUTC(t), func(context.Context) error { return broken })
		if err := b.end(t); !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("ends_when_its_store_fails_for_good", func(t *testing.T) {
		v, err := newService(slog.New(slog.DiscardHandler), serviceSettings{store: inUTC(t), listen: listenSettings{Listen: "127.0.0.1:0"}})
		if err != nil {
			t.Fatal(err)
		}
		b := &begun{service: v, ended: make(chan error, 1)}
		broken := make(chan struct{})
		go func() {
			b.ended <- v.run(t.Context(), func() {
				if failure(v.store) == nil {
					t.Error("nobody hears when the disk below Pebble fails")
				}
				v.store = failing{v.store, broken}
				close(broken)
			})
		}()
		if err := b.end(t); !errors.Is(err, errStoreFailed) || exitCode(err, io.Discard) != exitFailed {
			t.Errorf("got %v", err)
		}
	})
	t.Run("tells_its_metrics", func(t *testing.T) {
		b := begin(t, inUTC(t), nil)
		<-b.ready
		if got := post(b.url(), 1); got != http.StatusOK {
			t.Fatalf("post: %d", got)
		}
		_, text := status(t, b.url()+"/metrics")
		wantParts(t, text, []string{"\ntimesheet_clockings_total 1\n", "\ntimesheet_entries_merged_total 1\n", "\ngo_goroutines "})
		b.stop()
		if err := b.end(t); err != nil {
			t.Error(err)
		}
	})
}

// failing is a store that fails for good.
type failing struct {
	timesheet.Store
	failed chan struct{}
}

// Failed is as that of the Pebble store.
func (f failing) Failed() <-chan struct{} { return f.failed }

// load posts from many senders, stops the service in the middle, and answers which
// clockings were acknowledged.
func load(t *testing.T, b *begun) (acknowledged []int) {
	t.Helper()
	var mu sync.Mutex
	var senders sync.WaitGroup
	for sender := range 16 {
		senders.Go(func() {
			for k := sender; ; k += 16 {
				if post(b.url(), k) != http.StatusOK {
					return
				}
				mu.Lock()
				acknowledged = append(acknowledged, k)
				enough := len(acknowledged) == 500
				mu.Unlock()
				if enough {
					b.stop()
				}
			}
		})
	}
	senders.Wait()
	return acknowledged
}

func wantExported(t *testing.T, s storeSettings, acknowledged []int) {
	t.Helper()
	site, err := connect(t.Context(), slog.New(slog.DiscardHandler), s, serverSettings{})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := errors.Join(export(t.Context(), site, timesheet.FirstDay, timesheet.LastDay, &out), site.Close()); err != nil {
		t.Fatal(err)
	}
	for _, k := range acknowledged {
		if line := fmt.Sprintf("\nE%d,2025-01-01,", k); !strings.Contains(out.String(), line) {
			t.Errorf("acknowledged, but not there:%s", line)
		}
	}
}

func TestDemoTakesAnotherPort(t *testing.T) {
	if taken, err := net.Listen("tcp", string(defaultListen)); err == nil {
		defer taken.Close()
	} // else somebody else has it, which is as good
	c := &demoCmd{listenSettings: listenSettings{Listen: defaultListen}}
	v, err := c.listen(slog.New(slog.DiscardHandler), storeSettings{}, "")
	if err != nil {
		t.Fatal(err)
	}
	defer v.listener.Close()
	if v.url() == string(urlOf(string(defaultListen))) {
		t.Errorf("got %s", v.url())
	}
}
