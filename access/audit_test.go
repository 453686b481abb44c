package access_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"timesheet"
	"timesheet/access"
)

func TestAudit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.log")
	a, err := access.OpenAudit(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 25 {
				if err := a.Write([]byte(`{"who":"hr"}`)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	kept, err := os.ReadFile(path)
	if err != nil || string(kept) != strings.Repeat("{\"who\":\"hr\"}\n", 200) {
		t.Errorf("%v: %d bytes", err, len(kept))
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info.Mode(), err)
	}
	t.Run("goes on in a new file when the old one was renamed", func(t *testing.T) {
		if err := os.Rename(path, path+".1"); err != nil {
			t.Fatal(err)
		}
		if err := a.Write([]byte("next")); err != nil {
			t.Fatal(err)
		}
		if kept, err := os.ReadFile(path); err != nil || string(kept) != "next\n" {
			t.Errorf("%q %v", kept, err)
		}
	})
	t.Run("says that a line isn't kept", func(t *testing.T) {
		if err := os.Rename(filepath.Dir(path), filepath.Dir(path)+".away"); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = os.Rename(filepath.Dir(path)+".away", filepath.Dir(path)) }()
		wantCode(t, a.Write([]byte("lost")), timesheet.Unavailable)
		_, err := access.OpenAudit(path, nil)
		wantCode(t, err, timesheet.Invalid)
	})
	t.Run("on a disk that is full", func(t *testing.T) {
		full, err := access.OpenAudit("/dev/full", nil)
		if err != nil {
			t.Fatal(err)
		}
		wantCode(t, full.Write([]byte("lost")), timesheet.Unavailable)
	})
}

// shortly is an output that takes a part of the first line.
type shortly struct {
	bytes.Buffer
	short bool
}

func (s *shortly) Write(b []byte) (int, error) {
	if !s.short {
		s.short = true
		n, _ := s.Buffer.Write(b[:4])
		return n, errors.New("no space left")
	}
	return s.Buffer.Write(b)
}

// What follows a line that was cut is a line of its own.
func TestAuditAfterACutLine(t *testing.T) {
	var out shortly
	a, err := access.OpenAudit("-", &out)
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, a.Write([]byte(`{"n":1}`)), timesheet.Unavailable)
	if err := a.Write([]byte(`{"n":2}`)); err != nil {
		t.Fatal(err)
	}
	if err := a.Write([]byte(`{"n":3}`)); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); got != "{\"n\"\n{\"n\":2}\n{\"n\":3}\n" {
		t.Errorf("%q", got)
	}
}
