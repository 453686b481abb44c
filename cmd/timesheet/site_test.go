package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"timesheet"
)

func TestConnect(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	t.Run("waits_for_a_command_that_holds_the_directory", func(t *testing.T) {
		s := inUTC(t)
		holder, err := connect(t.Context(), log, s, serverSettings{})
		if err != nil {
			t.Fatal(err)
		}
		type answer struct {
			site site
			err  error
		}
		second := make(chan answer, 1)
		go func() {
			site, err := connect(t.Context(), log, s, serverSettings{})
			second <- answer{site, err}
		}()
		select {
		case a := <-second:
			t.Fatalf("two have the directory: %v", a.err)
		case <-time.After(2 * holderPoll):
		}
		if err := holder.Close(); err != nil {
			t.Fatal(err)
		}
		a := <-second
		if a.err != nil {
			t.Fatal(a.err)
		}
		if err := a.site.Close(); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("gives_up_some_time_and_says_why", func(t *testing.T) {
		s := inUTC(t)
		holder, err := connect(t.Context(), log, s, serverSettings{})
		if err != nil {
			t.Fatal(err)
		}
		defer holder.Close()
		s.StoreWait = time.Millisecond
		if _, err := connect(t.Context(), log, s, serverSettings{}); !errors.Is(err, errHeld) {
			t.Errorf("got %v", err)
		}
		// Somebody wrote an address, but nobody is there.
		dir, _ := s.Store.pebbleDir()
		if err := announce(dir, "http://127.0.0.1:1", ""); err != nil {
			t.Fatal(err)
		}
		_, err = connect(t.Context(), log, s, serverSettings{})
		if !errors.Is(err, errHeld) || !strings.Contains(err.Error(), "does not answer") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("the_lock_decides_not_the_address_that_was_left_behind", func(t *testing.T) {
		other := begin(t, inUTC(t), nil) // a service on another store
		<-other.ready
		s := inUTC(t)
		dir, _ := s.Store.pebbleDir()
		if err := announce(dir, other.url(), ""); err != nil {
			t.Fatal(err)
		}
		mine, err := connect(t.Context(), log, s, serverSettings{})
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := mine.(*local); !ok {
			t.Errorf("got a %T", mine)
		}
		if left, _ := announced(dir); left != "" {
			t.Errorf("the address %q is still there", left)
		}
		other.stop()
		if err := errors.Join(mine.Close(), other.end(t)); err != nil {
			t.Error(err)
		}
	})
	t.Run("does_not_take_another_zone", func(t *testing.T) {
		b := begin(t, inUTC(t), nil)
		<-b.ready
		s := b.settings
		s.TimeZone = "Asia/Tokyo"
		if _, err := connect(t.Context(), log, s, serverSettings{Server: serverURL(b.url())}); err == nil || !strings.Contains(err.Error(), "created for UTC") {
			t.Errorf("got %v", err)
		}
		b.stop()
		if err := b.end(t); err != nil {
			t.Error(err)
		}
	})
}

func TestCheckZone(t *testing.T) {
	later := inZone("Asia/Jakarta")
	later.From = timesheet.FirstDay + 1
	night := inZone("Asia/Tokyo")
	night.Employee = "night"
	has := []timesheet.Assignment{inZone("Europe/Berlin"), later, night}
	for zone, ok := range map[zoneName]bool{"": true, "Europe/Berlin": true, "Asia/Jakarta": true, "Asia/Tokyo": false, "UTC": false} {
		if err := checkZone(has, zone); (err == nil) != ok {
			t.Errorf("%q: %v", zone, err)
		}
	}
}

// TestImportStops: Ctrl-C ends an import that waits for more input.
func TestImportStops(t *testing.T) {
	t.Chdir(t.TempDir())
	stdin, pipe := io.Pipe()
	defer pipe.Close()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan result, 1)
	var out, errOut bytes.Buffer
	go func() {
		code := run(ctx, []string{"import", "--time-zone", "UTC", "--format", "csv", "-"}, stdin, &out, &errOut)
		ended <- result{code, out.String(), errOut.String()}
	}()
	if _, err := io.WriteString(pipe, "employee_id,clocked_at\n7,2025-01-01 08:00:00\n"); err != nil {
		t.Fatal(err)
	}
	cancel()
	select {
	case r := <-ended:
		if r.code != exitFailed || !strings.Contains(r.errOut, "harmless") {
			t.Errorf("exit code %d: %s", r.code, r.errOut)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it still waits")
	}
}

func TestServerFile(t *testing.T) {
	dir := t.TempDir()
	if err := withdraw(dir); err != nil {
		t.Errorf("nothing to withdraw: %v", err)
	}
	for _, text := range []string{"", "\n", "not a URL", "http://"} {
		if err := os.WriteFile(serverFile(dir), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, _ := announced(dir); got != "" {
			t.Errorf("%q: got %q", text, got)
		}
	}
	for _, token := range []secret{"", "ts_one"} {
		if err := announce(dir, "http://127.0.0.1:1", string(token)); err != nil {
			t.Fatal(err)
		}
		if url, own := announced(dir); url != "http://127.0.0.1:1" || own != token {
			t.Errorf("got %q, %q", url, own)
		}
		if about, err := os.Stat(serverFile(dir)); err != nil || about.Mode().Perm() != 0o600 {
			t.Errorf("others can read the token: %v, %v", about.Mode(), err)
		}
	}
}
