package load_test

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"

	"timesheet"
	"timesheet/formats"
	"timesheet/internal/load"
)

func TestExportVegeta(t *testing.T) {
	f := newFake(t)
	p := f.plan(t, 50)
	p.Format, p.Batch = load.NDJSON, load.Range{Least: 4}
	var out bytes.Buffer
	n, err := load.ExportVegeta(t.Context(), p, &out)
	if err != nil || n != 13 || f.posts != 0 {
		t.Fatalf("%d requests, %v; %d posts", n, err, f.posts)
	}
	// The fields that vegeta reads (its lib/target.schema.json).
	var target struct {
		Method, URL string
		Header      map[string][]string
		Body        []byte
	}
	d := json.NewDecoder(&out)
	d.DisallowUnknownFields()
	clockings := 0
	for range n {
		if err := d.Decode(&target); err != nil {
			t.Fatal(err)
		}
		if target.Method != "POST" || target.URL != f.URL+"/v1/clockings" || target.Header["Content-Type"][0] != "application/x-ndjson" {
			t.Errorf("%+v", target)
		}
		got, err := readAll(bytes.NewReader(target.Body), formats.NDJSON)
		if err != nil {
			t.Fatal(err)
		}
		clockings += len(got)
	}
	if clockings != 50 {
		t.Errorf("%d clockings, want 50", clockings)
	}
	t.Run("needs an end", func(t *testing.T) {
		p := p
		p.Count, p.For = 0, 1
		if _, err := load.ExportVegeta(t.Context(), p, io.Discard); timesheet.CodeOf(err) != timesheet.Invalid {
			t.Errorf("got %v", err)
		}
	})
	t.Run("by rate and time", func(t *testing.T) {
		p := p
		p.Count, p.Rate, p.For, p.Batch = 0, 10, 2e9, load.Range{Least: 1}
		if n, err := load.ExportVegeta(t.Context(), p, io.Discard); n != 20 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	})
}
