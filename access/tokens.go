package access

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"timesheet"
)

// poll is how often a tokens file is read again.
const poll = 2 * time.Second

// Tokens are those of a file, as it was when it could be used last. Safe for concurrent use.
type Tokens struct {
	path    string
	log     *slog.Logger
	changed func() // called after other entries hold; set before Run
	table   atomic.Pointer[table]

	mu     sync.Mutex // guards what follows
	text   []byte     // as read last, good or bad
	failed error      // why text isn't what holds; nil where it is
	loose  string     // that others may read or change the file; "" where they can't
}

// table is what holds at a moment; it never changes.
type table struct {
	entries []*Entry
	sums    [][sha256.Size]byte // of the tokens; zero for those of OIDC
	byHash  map[string]*Entry   // by SHA256
	byName  map[string]*Entry
}

// OpenTokens reads the tokens of a file, all of whose mistakes it tells at once. Its
// errors are Invalid.
func OpenTokens(path string, log *slog.Logger) (*Tokens, error) {
	t := &Tokens{path: path, log: log, changed: func() {}}
	if err := t.reload(); err != nil {
		return nil, err
	}
	return t, nil
}

func newTable(entries []Entry) *table {
	t := &table{byHash: make(map[string]*Entry), byName: make(map[string]*Entry)}
	for i := range entries {
		e := &entries[i]
		t.byName[e.Name] = e
		var sum [sha256.Size]byte
		if e.SHA256 != "" {
			_, _ = hex.Decode(sum[:], []byte(e.SHA256)) // it was checked
			t.byHash[e.SHA256] = e
		}
		t.entries, t.sums = append(t.entries, e), append(t.sums, sum)
	}
	return t
}

// run follows the file until ctx ends.
func (t *Tokens) run(ctx context.Context) {
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			_ = t.reload() // it was told, once
		}
	}
}

// reload takes over what the file says by now. A version that can't be used changes
// nothing, and is told once. The file is read each time, since a size and a time of change
// can be the same for two texts, and it is short.
func (t *Tokens) reload() error {
	text, loose, err := t.read()
	t.mu.Lock()
	defer t.mu.Unlock()
	if loose != t.loose && loose != "" {
		t.log.Warn("tokens file is open to others", "reason", loose)
	}
	t.loose = loose
	if err == nil && t.text != nil && bytes.Equal(text, t.text) {
		return t.failed
	}
	var entries []Entry
	if err == nil {
		t.text = append([]byte{}, text...) // not nil, also for an empty file
		entries, err = Parse(t.path, text)
	} else {
		t.text = nil
	}
	if err != nil {
		if t.table.Load() != nil && (t.failed == nil || t.failed.Error() != err.Error()) { // the first time it is the caller who tells
			t.log.Error("tokens file can't be used; what it said before holds", "error", err)
		}
		t.failed = err
		return err
	}
	t.failed = nil
	t.table.Store(newTable(entries))
	t.changed()
	t.log.Info("tokens read", "entries", len(entries))
	return nil
}

func (t *Tokens) read() (text []byte, loose string, err error) {
	const op = "read tokens"
	f, err := os.Open(t.path)
	if err != nil {
		return nil, "", timesheet.NewError(timesheet.Invalid, op, err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, "", timesheet.NewError(timesheet.Invalid, op, err)
	}
	switch mode := info.Mode().Perm(); {
	case mode&0o022 != 0: // who writes it may everything
		loose = fmt.Sprintf("%s can be changed by others (mode %04o): they can give themselves any right; chmod 600 it", t.path, mode)
	case mode&0o044 != 0:
		loose = fmt.Sprintf("%s can be read by others (mode %04o); chmod 600 it", t.path, mode)
	}
	if text, err = io.ReadAll(io.LimitReader(f, maxFile+1)); err != nil {
		return nil, loose, timesheet.NewError(timesheet.Invalid, op, err)
	}
	return text, loose, nil
}

// status is what people should know of the file.
func (t *Tokens) status() (notes []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.failed != nil {
		notes = append(notes, fmt.Sprintf("the tokens file can't be used, what it said before holds: %v", t.failed))
	}
	if t.loose != "" {
		notes = append(notes, t.loose)
	}
	return notes
}

// find is the entry of a token; nil for none.
//
// It takes as long for a near miss as for a far one: what was presented is hashed, so that
// nobody can bring a hash that is nearly right, and the hash is compared with those of all
// entries, each in constant time, with no end before the last.
func (t *table) find(token string, now time.Time) *Entry {
	sum := sha256.Sum256([]byte(token))
	found := -1
	for i := range t.sums {
		if subtle.ConstantTimeCompare(sum[:], t.sums[i][:]) == 1 {
			found = i
		}
	}
	if found < 0 || t.entries[found].SHA256 == "" || !t.entries[found].holds(now) {
		return nil
	}
	return t.entries[found]
}

// NoTokens are none, for who has no file: sessions can be ended by it, not begun.
func NoTokens() *Tokens {
	t := &Tokens{log: slog.New(slog.DiscardHandler), changed: func() {}}
	t.table.Store(newTable(nil))
	return t
}
