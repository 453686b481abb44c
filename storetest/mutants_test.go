package storetest

import (
	"context"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"timesheet"
)

// A mutant is Memory with one thing broken on purpose, and the part of the suite that
// must notice. This file is in the package itself since mutants need Memory's inside.
type mutant struct {
	name string
	part string // of the suite, as for -run; every test that it selects must fail
	of   func(m *Memory, b *broken)
}

// broken is a Memory in which functions stand for some of the methods.
type broken struct {
	*Memory
	spoil func(m *Memory, b *broken) // made it what it is

	merge      func(ctx context.Context, ds []timesheet.Delta) []timesheet.Merged
	ranges     func(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Entry, error)
	board      func(ctx context.Context, d timesheet.Day, after string, limit int) ([]timesheet.Entry, string, error)
	days       func(ctx context.Context) ([]timesheet.Day, error)
	replace    func(ctx context.Context, rs []timesheet.Replacement) []error
	purge      func(ctx context.Context, floor timesheet.Day) (int, error)
	erase      func(ctx context.Context, e timesheet.EmployeeID) (int, error)
	watch      func(ctx context.Context) (timesheet.Feed, error)
	setRules   func(ctx context.Context, expected uint64, as []timesheet.Assignment) (uint64, error)
	document   func(ctx context.Context, name string) (timesheet.Document, error)
	docVersion func(ctx context.Context, name string) (uint64, error)
	setDoc     func(ctx context.Context, name string, expected uint64, text []byte) (uint64, error)
	checkpoint func(ctx context.Context, source string) (timesheet.Checkpoint, error)
	advance    func(ctx context.Context, source, nonce string, to timesheet.Checkpoint) error
	rewind     func(ctx context.Context, source string, expected uint64, settled timesheet.RowID, state []byte, reason string) (timesheet.Checkpoint, error)
	acquire    func(ctx context.Context, source string, l timesheet.Lease, ttl time.Duration) (timesheet.Lease, error)
	release    func(ctx context.Context, source, nonce string) error
	reject     func(ctx context.Context, source string, rows []timesheet.Rejected) error
	rejected   func(ctx context.Context, source string, after timesheet.RowID, limit int) ([]timesheet.Rejected, error)
	count      func(ctx context.Context, source string) (timesheet.RejectedCount, error)
	readmit    func(ctx context.Context, source string, row timesheet.RowID) error
	again      func() *Memory

	correct     func(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error)
	corrections func(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Correction, error)
	corrected   func(ctx context.Context, from, to timesheet.Day, after string, limit int) ([]timesheet.Correction, string, error)
	seal        func(ctx context.Context, s timesheet.Series, rs []timesheet.Sealed) error
	sealed      func(ctx context.Context, s timesheet.Series, after timesheet.EmployeeID, limit int) ([]timesheet.Sealed, error)
	sealedOf    func(ctx context.Context, s timesheet.Series, e timesheet.EmployeeID) (timesheet.Sealed, error)
	series      func(ctx context.Context) ([]timesheet.Series, error)
	unseal      func(ctx context.Context, s timesheet.Series) error
	documents   func(ctx context.Context) ([]string, error)
	histories   func(ctx context.Context, after string, limit int) ([]timesheet.Correction, string, error)
	graves      func(ctx context.Context) (timesheet.Graves, error)
	bury        func(ctx context.Context, g timesheet.Graves) error
}

func newBroken(m *Memory, spoil func(*Memory, *broken)) *broken {
	b := &broken{
		Memory: m, spoil: spoil,
		merge: m.Merge, ranges: m.Range, board: m.Board, days: m.Days,
		replace: m.Replace, purge: m.Purge, erase: m.Erase, watch: m.Watch, setRules: m.SetDayRules,
		document: m.Document, docVersion: m.DocumentVersion, setDoc: m.SetDocument,
		checkpoint: m.Checkpoint, advance: m.Advance, rewind: m.Rewind, acquire: m.Acquire, release: m.Release,
		reject: m.Reject, rejected: m.Rejected, count: m.CountRejected, readmit: m.Readmit,
		again:   m.Another,
		correct: m.Correct, corrections: m.Corrections, corrected: m.Corrected,
		seal: m.Seal, sealed: m.Sealed, sealedOf: m.SealedOf, series: m.Series, unseal: m.Unseal,
		documents: m.Documents, histories: m.Histories, graves: m.Graves, bury: m.Bury,
	}
	spoil(m, b)
	return b
}

func (b *broken) Merge(ctx context.Context, ds []timesheet.Delta) []timesheet.Merged {
	return b.merge(ctx, ds)
}

func (b *broken) Range(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Entry, error) {
	return b.ranges(ctx, e, from, to)
}

func (b *broken) Board(ctx context.Context, d timesheet.Day, after string, limit int) ([]timesheet.Entry, string, error) {
	return b.board(ctx, d, after, limit)
}

func (b *broken) Days(ctx context.Context) ([]timesheet.Day, error) { return b.days(ctx) }

func (b *broken) Replace(ctx context.Context, rs []timesheet.Replacement) []error {
	return b.replace(ctx, rs)
}

func (b *broken) Purge(ctx context.Context, floor timesheet.Day) (int, error) {
	return b.purge(ctx, floor)
}

func (b *broken) Erase(ctx context.Context, e timesheet.EmployeeID) (int, error) {
	return b.erase(ctx, e)
}

func (b *broken) Watch(ctx context.Context) (timesheet.Feed, error) { return b.watch(ctx) }

func (b *broken) SetDayRules(ctx context.Context, expected uint64, as []timesheet.Assignment) (uint64, error) {
	return b.setRules(ctx, expected, as)
}

func (b *broken) Checkpoint(ctx context.Context, source string) (timesheet.Checkpoint, error) {
	return b.checkpoint(ctx, source)
}

func (b *broken) Advance(ctx context.Context, source, nonce string, to timesheet.Checkpoint) error {
	return b.advance(ctx, source, nonce, to)
}

func (b *broken) Rewind(ctx context.Context, source string, expected uint64, settled timesheet.RowID, state []byte, reason string) (timesheet.Checkpoint, error) {
	return b.rewind(ctx, source, expected, settled, state, reason)
}

func (b *broken) Acquire(ctx context.Context, source string, l timesheet.Lease, ttl time.Duration) (timesheet.Lease, error) {
	return b.acquire(ctx, source, l, ttl)
}

func (b *broken) Release(ctx context.Context, source, nonce string) error {
	return b.release(ctx, source, nonce)
}

func (b *broken) Reject(ctx context.Context, source string, rows []timesheet.Rejected) error {
	return b.reject(ctx, source, rows)
}

func (b *broken) Rejected(ctx context.Context, source string, after timesheet.RowID, limit int) ([]timesheet.Rejected, error) {
	return b.rejected(ctx, source, after, limit)
}

func (b *broken) CountRejected(ctx context.Context, source string) (timesheet.RejectedCount, error) {
	return b.count(ctx, source)
}

func (b *broken) Readmit(ctx context.Context, source string, row timesheet.RowID) error {
	return b.readmit(ctx, source, row)
}

// mutants are all of them.
func mutants() []mutant {
	all := append(mergeMutants, fenceMutants...)
	all = append(all, removeMutants...)
	all = append(all, readMutants...)
	all = append(all, feedMutants...)
	all = append(all, quarantineMutants...)
	all = append(all, boundMutants...)
	all = append(all, forgetMutants...)
	all = append(all, documentMutants...)
	all = slices.Concat(all, correctMutants, correctedMutants, sealMutants, copyMutants)
	return append(all, keeperMutants...)
}

// mutantName is the environment variable that names the mutant of a child process.
const mutantName = "STORETEST_MUTANT"

// TestMutant runs the suite on the mutant that the environment names, in the child
// processes of TestSuiteCatches; otherwise on the same wrapper with nothing broken.
func TestMutant(t *testing.T) {
	h := Harness{Patience: 30 * time.Second, Checks: 5}
	spoil := func(*Memory, *broken) {}
	if name := os.Getenv(mutantName); name != "" {
		h = Harness{Patience: 2 * time.Second}
		for _, m := range mutants() {
			if m.name == name {
				spoil = m.of
			}
		}
	}
	h.Shared = true
	h.Open = func(testing.TB) timesheet.Store { return newBroken(NewMemory(16), spoil) }
	h.Again = func(_ testing.TB, s timesheet.Store) timesheet.Store {
		b := s.(*broken)
		return newBroken(b.again(), b.spoil)
	}
	Run(t, h)
}

// TestSuiteCatches proves that the suite bites: on each mutant it must fail.
func TestSuiteCatches(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for _, m := range mutants() {
		if seen[m.name] {
			t.Fatalf("two mutants are named %q", m.name)
		}
		seen[m.name] = true
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			part := "^TestMutant$/^" + strings.ReplaceAll(strings.ReplaceAll(m.part, " ", "_"), "/", "$/^") + "$"
			cmd := exec.CommandContext(t.Context(), self, "-test.run="+part, "-test.v", "-test.timeout=90s",
				"-rapid.nofailfile", "-rapid.shrinktime=50ms")
			cmd.Env = append(os.Environ(), mutantName+"="+m.name)
			out, err := cmd.CombinedOutput()
			if err == nil {
				t.Fatalf("%s didn't notice:\n%s", m.part, out)
			}
			t.Log(firstFailure(string(out)))
			if bad := regexp.MustCompile(`(?m)^panic:|DATA RACE`).Find(out); bad != nil || !strings.Contains(string(out), "--- FAIL: TestMutant/") {
				t.Fatalf("it failed for another reason: %v\n%s", err, out)
			}
		})
	}
}

// firstFailure is the line of a test's output that says what it noticed first.
func firstFailure(out string) string {
	for line := range strings.Lines(out) {
		if strings.Contains(line, ".go:") && !strings.Contains(line, "[rapid]") {
			return strings.TrimSpace(line)
		}
	}
	return "no message"
}
