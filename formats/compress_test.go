package formats_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/zstd"

	"timesheet"
	"timesheet/formats"
)

func gzipped(t *testing.T, data string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.WriteString(w, data)
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func zstded(t *testing.T, data string, o ...zstd.EOption) string {
	t.Helper()
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b, o...)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.WriteString(w, data)
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func opened(r io.Reader) (string, error) {
	z, err := formats.Open(r)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(z)
	return string(b), errors.Join(err, z.Close())
}

func TestOpen(t *testing.T) {
	data := string(generated(formats.Attlog, 5_000))
	for name, in := range map[string]string{
		"plain": data, "gzip": gzipped(t, data), "zstd": zstded(t, data),
		"gzip of two members": gzipped(t, data[:1000]) + gzipped(t, data[1000:]),
		"zstd of two frames":  zstded(t, data[:1000]) + zstded(t, data[1000:]),
	} {
		t.Run(name, func(t *testing.T) {
			for _, src := range []io.Reader{strings.NewReader(in), iotest.OneByteReader(strings.NewReader(in))} {
				if got, err := opened(src); err != nil || got != data {
					t.Errorf("%d bytes, %v", len(got), err)
				}
			}
		})
	}
	t.Run("short and empty input is plain", func(t *testing.T) {
		for _, in := range []string{"", "1", "12", "\x28\xb5\x2f"} {
			if got, err := opened(strings.NewReader(in)); got != in || err != nil {
				t.Errorf("%q, %v", got, err)
			}
		}
	})
	t.Run("what is cut off or damaged is Invalid, behind what is whole", func(t *testing.T) {
		for name, in := range map[string]string{"gzip": gzipped(t, data), "zstd": zstded(t, data)} {
			got, err := opened(strings.NewReader(in[:len(in)-3]))
			if !errors.Is(err, timesheet.Invalid) || !strings.Contains(err.Error(), name) || !strings.HasPrefix(data, got) {
				t.Errorf("cut off: %v", err)
			}
			broken := []byte(in)
			broken[len(broken)/2] ^= 0xff
			if _, err := opened(bytes.NewReader(broken)); !errors.Is(err, timesheet.Invalid) {
				t.Errorf("damaged: %v", err)
			}
			if _, err := opened(strings.NewReader(in[:4] + "xxxxxxxxxxxxxxxx")); !errors.Is(err, timesheet.Invalid) {
				t.Errorf("damaged header: %v", err)
			}
		}
	})
	t.Run("an error of the source is passed on", func(t *testing.T) {
		cause := errors.New("cable pulled")
		for _, in := range []string{"", data, gzipped(t, data), zstded(t, data)} {
			_, err := opened(io.MultiReader(strings.NewReader(in[:len(in)/2]), iotest.ErrReader(cause)))
			if !errors.Is(err, cause) || errors.Is(err, timesheet.Invalid) {
				t.Error(err)
			}
		}
	})
	t.Run("a zstd window beyond 8 MiB is refused", func(t *testing.T) {
		in := zstded(t, strings.Repeat(data, 100), zstd.WithWindowSize(16<<20), zstd.WithSingleSegment(false))
		if _, err := opened(strings.NewReader(in)); !errors.Is(err, timesheet.Invalid) || !strings.Contains(err.Error(), "--long") {
			t.Error(err)
		}
	})
	t.Run("a bomb takes little memory", func(t *testing.T) {
		for _, in := range []string{gzipped(t, strings.Repeat("\x00", 16<<20)), zstded(t, strings.Repeat("\x00", 16<<20))} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			z, err := formats.Open(strings.NewReader(in))
			if err != nil {
				t.Fatal(err)
			}
			rows, err := readAll(formats.NewReader(z, formats.Attlog), 10)
			runtime.ReadMemStats(&after)
			if len(rows) != 1 || err != nil {
				t.Errorf("%q, %v", rows, err)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 13<<20 {
				t.Errorf("%d bytes became 16 MiB and took %d", len(in), used)
			}
			if err := z.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}
