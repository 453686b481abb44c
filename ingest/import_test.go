package ingest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"timesheet"
	"timesheet/formats"
	"timesheet/ingest"
)

func TestImport(t *testing.T) {
	t.Run("says what it did", func(t *testing.T) {
		sink := newMemory()
		sink.floor = timesheet.DayOf(2026, 1, 3)
		data := header + "7,2026-01-01 08:00:00\n7,2026-01-05 08:00:00\n7,2026-01-05 17:00:00\n8,2026-01-05 08:00:00\n" +
			"7,2026-03-29 02:30:00\n7,2026-10-25 02:30:00\n7,2026-10-25 02:30:00\n7,soon\n7,1999-01-01 08:00:00\n7,2027-06-01 02:06:00\n"
		got, err := ingest.Import(t.Context(), sink, []ingest.Source{file("a.csv", data)}, ingest.ImportOptions{Now: now})
		want := ingest.Summary{Accepted: 7, Rejected: 3, Expired: 1, Entries: 5, Ambiguous: 2, Nonexistent: 1}
		if err != nil || counts(got) != want {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
		if len(sink.all()) != 4 {
			t.Error(sink.all())
		}
	})
	t.Run("any order, repetition and split of files gives the same entries", rapid.MakeCheck(anyDelivery))
	t.Run("compressed, of several formats, in one go", func(t *testing.T) {
		var z bytes.Buffer
		w := gzip.NewWriter(&z)
		_, err := io.WriteString(w, header+"7,2026-01-05 08:00:00\n")
		if err := errors.Join(err, w.Close()); err != nil {
			t.Fatal(err)
		}
		sink := newMemory()
		got, err := ingest.Import(t.Context(), sink, []ingest.Source{
			file("a.csv.gz", z.String()),
			file("b.dat", "    7\t2026-01-05 17:00:00\t1\t0\t1\t0\r\n"),
			file("c.json", `[{"employee_id":8,"clocked_at":"2026-01-05T07:00:00Z"}]`),
			file("empty", ""),
		}, ingest.ImportOptions{})
		if err != nil || got.Accepted != 3 || got.Entries != 2 {
			t.Errorf("%+v, %v", got, err)
		}
		e := sink.all()[0]
		if e.Latest.Sub(e.Earliest) != 9*time.Hour {
			t.Error(e)
		}
	})
	t.Run("without day rules is refused", func(t *testing.T) {
		sink := newMemory()
		sink.loaded = nil
		if _, err := ingest.Import(t.Context(), sink, nil, ingest.ImportOptions{}); !errors.Is(err, timesheet.Invalid) {
			t.Error(err)
		}
	})
	t.Run("an overlong line takes no memory", func(t *testing.T) {
		src := ingest.Source{Name: "nul", Open: func() (io.ReadCloser, error) {
			return io.NopCloser(io.LimitReader(zeros{}, 16<<20)), nil
		}}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		got, err := ingest.Import(t.Context(), newMemory(), []ingest.Source{src}, ingest.ImportOptions{Format: formats.Attlog, Batch: 100})
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; err != nil || got.Rejected != 1 || used > 4<<20 {
			t.Errorf("%+v, %v, %d bytes", got, err, used)
		}
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// anyDelivery imports clockings at once, then shuffled, partly twice, in several files
// and small batches.
func anyDelivery(t *rapid.T) {
	cs := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) touch {
		return touch{rapid.IntRange(0, 5).Draw(t, "employee"), rapid.IntRange(0, 200).Draw(t, "day"), rapid.IntRange(0, 1439).Draw(t, "minute")}
	}), 1, 60).Draw(t, "clockings")
	once := newMemory()
	whole, err := ingest.Import(context.Background(), once, []ingest.Source{file("all", csvOf(cs))}, ingest.ImportOptions{Now: now})
	if err != nil || whole.Accepted != int64(len(cs)) || whole.Entries != int64(days(cs)) {
		t.Fatalf("%+v, %v", whole, err)
	}
	more := append(slices.Clone(cs), rapid.SliceOf(rapid.SampledFrom(cs)).Draw(t, "again")...)
	more = rapid.Permutation(more).Draw(t, "order")
	var sources []ingest.Source
	for rest := more; len(rest) > 0; {
		n := rapid.IntRange(1, len(rest)).Draw(t, "file")
		sources = append(sources, file("part", csvOf(rest[:n])))
		rest = rest[n:]
	}
	parts := newMemory()
	got, err := ingest.Import(context.Background(), parts, sources, ingest.ImportOptions{
		Now: now, Batch: rapid.IntRange(1, 9).Draw(t, "batch"), Parallel: rapid.IntRange(1, 4).Draw(t, "parallel"),
	})
	if err != nil || got.Accepted != int64(len(more)) || got.Entries != whole.Entries {
		t.Fatalf("%+v, %v", got, err)
	}
	if !slices.Equal(parts.all(), once.all()) {
		t.Fatalf("%v, want %v", parts.all(), once.all())
	}
}

func TestRejects(t *testing.T) {
	list := func(t *testing.T, sources ...ingest.Source) string {
		var b strings.Builder
		if _, err := ingest.Import(t.Context(), newMemory(), sources, ingest.ImportOptions{Rejects: &b, Now: now, Batch: 1}); err != nil {
			t.Error(err)
		}
		return b.String()
	}
	t.Run("of one file", func(t *testing.T) {
		got := list(t, file("a.csv", header+"7,2026-01-05 08:00:00\n7,\"so\"\"on\"\n7,2027-01-01 00:00:00\n7,2028-01-01 00:00:00\n"))
		want := "line,reason,text\n" +
			`3,"clocked_at: ""so\""on"" is not a time; write 2026-11-23T08:09:00 (local) or 2026-11-23T08:09:00+01:00","7,""so""""on"""` + "\n" +
			`5,"clocked_at: 2028-01-01T00:00:00+01:00 lies in the future; check the machine's clock","7,2028-01-01 00:00:00"` + "\n"
		if got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	})
	t.Run("of several files, in their order", func(t *testing.T) {
		got := list(t, file("b,1.csv", header+"7,x\n7,2026-01-05 08:00:00\n"), file("a.csv", header+"\n7,2026-01-05 08:00:00\n7,y\n"))
		var lines []string
		for line := range strings.Lines(got) {
			lines = append(lines, strings.SplitN(line, `,"clocked`, 2)[0])
		}
		if want := []string{"line,reason,text\n", `"b,1.csv:2"`, "a.csv:4"}; !slices.Equal(lines, want) {
			t.Errorf("%q", got)
		}
	})
	t.Run("none is the header alone", func(t *testing.T) {
		if got := list(t, file("a.csv", header)); got != "line,reason,text\n" {
			t.Errorf("%q", got)
		}
	})
	t.Run("text is printable and cut", func(t *testing.T) {
		got := list(t, file("a.dat", "\t\n7\t\x00\xffä\u202e\t\n"+strings.Repeat("x", 300)+"\t\n"))
		for _, want := range []string{",\"7\t\\x00\\xffä\\u202e\t\"\n", `,"` + strings.Repeat("x", 200) + "\"\n"} {
			if !strings.Contains(got, want) {
				t.Errorf("%q lacks %q", got, want)
			}
		}
	})
	t.Run("that can't be written stop the import", func(t *testing.T) {
		full := errors.New("disk full")
		for _, rows := range []int{1, 100_000} {
			src := file("a.csv", header+strings.Repeat("7,x\n", rows))
			got, err := ingest.Import(t.Context(), newMemory(), []ingest.Source{src}, ingest.ImportOptions{Rejects: failing{full}})
			if !errors.Is(err, full) || !strings.Contains(err.Error(), "list rejected rows") || got.Rejected > 5_000 {
				t.Errorf("%+v, %v", got, err)
			}
		}
	})
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestSourceFaults(t *testing.T) {
	good := csvOf(shift(1000))
	cause := errors.New("cable pulled")
	for name, tc := range map[string]struct {
		source ingest.Source
		want   error
	}{
		"can't be opened": {ingest.Source{Name: "bad", Open: func() (io.ReadCloser, error) { return nil, fs.ErrNotExist }}, fs.ErrNotExist},
		"breaks off": {ingest.Source{Name: "bad", Open: func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(strings.NewReader(header+"7,2026-01-05 08:00:00\n"), iotest.ErrReader(cause))), nil
		}}, cause},
		"is broken JSON":    {file("bad", `[{"employee_id":"7","clocked_at":"2026-01-05 08:00:00"},]`), timesheet.Invalid},
		"is of no format":   {file("bad", "PK\x03\x04"), timesheet.Invalid},
		"is damaged gzip":   {file("bad", "\x1f\x8b\x08\x00"), timesheet.Invalid},
		"fails when closed": {ingest.Source{Name: "bad", Open: func() (io.ReadCloser, error) { return badClose{strings.NewReader(header)}, nil }}, errClose},
	} {
		t.Run(name, func(t *testing.T) {
			sink := newMemory()
			got, err := ingest.Import(t.Context(), sink, []ingest.Source{file("good", good), tc.source, file("never", good)}, ingest.ImportOptions{Now: now})
			if !errors.Is(err, tc.want) || !strings.Contains(err.Error(), "bad: ") || !strings.Contains(err.Error(), "harmless") {
				t.Error(err)
			}
			if got.Accepted < 1000 || got.Accepted > 1001 || !strings.Contains(err.Error(), fmt.Sprintf("%d clockings are durable", got.Accepted)) {
				t.Errorf("%+v, %v: what was read before must be durable", got, err)
			}
		})
	}
}

type badClose struct{ io.Reader }

var errClose = errors.New("close failed")

func (badClose) Close() error { return errClose }

func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := newMemory()
		sink.fault = func(context.Context, int) error { <-time.After(time.Second); return nil }
		data := csvOf(shift(1000)) + "x,y\n"
		var told []ingest.Progress
		sources := []ingest.Source{file("a", data), file("b", data)}
		sum, err := ingest.Import(t.Context(), sink, sources, ingest.ImportOptions{
			Now: now, Batch: 500, Parallel: 1, Progress: func(p ingest.Progress) { told = append(told, p) },
		})
		if err != nil || sum.Elapsed != 4*time.Second {
			t.Fatal(sum, err)
		}
		if n := len(told); n < 15 || n > 25 {
			t.Errorf("told %d times in %v", n, sum.Elapsed)
		}
		size := int64(len(data))
		if last, want := told[len(told)-1], (ingest.Progress{Read: 2 * size, Total: 2 * size, Accepted: 2000, Rejected: 2}); last != want {
			t.Errorf("ends with %+v, want %+v", last, want)
		}
		if !slices.IsSortedFunc(told, func(a, b ingest.Progress) int { return int(a.Accepted - b.Accepted + a.Read - b.Read) }) {
			t.Error("went back")
		}
		sources[1].Size = 0
		if _, err := ingest.Import(t.Context(), sink, sources, ingest.ImportOptions{Now: now, Progress: func(p ingest.Progress) { told[0] = p }}); err != nil || told[0].Total != 0 {
			t.Error("a total of what isn't known", told[0], err)
		}
	})
}
