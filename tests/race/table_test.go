package main

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func turns(values map[string][]float64) (all []measured) {
	for name, rounds := range values {
		for i, v := range rounds {
			all = append(all, measured{Contestant: name, Round: i + 1, Values: map[string]float64{"speed": v}})
		}
	}
	return all
}

func TestSummarise(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   middle
	}{
		{[]float64{3}, middle{3, 3, 3}},
		{[]float64{5, 1, 3}, middle{3, 1, 5}},
		{[]float64{4, 1, 2, 9}, middle{3, 1, 9}},
		{[]float64{0, 0, 7}, middle{0, 0, 7}},
	} {
		if got := summarise(c.values); got != c.want {
			t.Errorf("%v: got %v, want %v", c.values, got, c.want)
		}
	}
	t.Run("half lies on either side", rapid.MakeCheck(func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 1, 20).Draw(t, "values")
		before := slices.Clone(values)
		m := summarise(values)
		below, above := 0, 0
		for _, v := range values {
			if v < m.Median {
				below++
			}
			if v > m.Median {
				above++
			}
		}
		if 2*below > len(values) || 2*above > len(values) || m.Min != slices.Min(values) || m.Max != slices.Max(values) {
			t.Errorf("%v: %+v", values, m)
		}
		if !slices.Equal(values, before) {
			t.Error("the values were moved")
		}
	}))
}

func TestColumn(t *testing.T) {
	all := turns(map[string][]float64{"service": {30, 60, 20}, "lua": {10, 30, 20}, "bind": {100, 0}})
	cell := func(c column, contestant string) string { return c.cell(all, contestant) }
	for _, c := range []struct {
		name, contestant string
		column           column
		want             string
	}{
		{"is the median with the least and the greatest", "service", column{of: "speed"}, "30 [20–60]"},
		// 3, 2 and 1: the ratio of the medians would be 1.5
		{"takes a ratio within its round", "service", column{of: "speed", to: "lua", digits: 2}, "2.00 [1.00–3.00]"},
		{"leaves out rounds without the rival, and a rival of 0", "service", column{of: "speed", to: "bind", digits: 1}, "0.3"},
		{"has nothing where nothing was measured", "service", column{of: "wrong"}, "–"},
		{"has nothing of one who didn't run", "naive", column{of: "speed"}, "–"},
		{"adds all rounds", "service", column{of: "speed", total: true}, "110"},
		{"is 1 against itself", "lua", column{of: "speed", to: "lua"}, "1 [1–1]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := cell(c.column, c.contestant); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	for i := range all {
		all[i].Against = map[string]string{"service": "lua", "lua": "bind"}[all[i].Contestant]
	}
	its := column{of: "speed", to: itsRival, digits: 1}
	if got := cell(its, "service") + " " + cell(its, "lua") + " " + cell(its, "bind"); got != "2.0 [1.0–3.0] 0.1 –" {
		t.Errorf("against one's own rival: got %q", got)
	}
	for v, want := range map[float64]string{0: "0", 999: "999", 1000: "1,000", 1234567.8: "1,234,568", -1234: "-1,234", 999_999.6: "1,000,000"} {
		if got := (column{}).number(v); got != want {
			t.Errorf("%v: got %q, want %q", v, got, want)
		}
	}
	if got := (column{digits: 2}).number(12345.678); got != "12,345.68" {
		t.Errorf("got %q", got)
	}
}

func TestGoal(t *testing.T) {
	all := turns(map[string][]float64{"service": {16, 17, 15}, "lua": {10, 10, 10}})
	g := goal{text: "fast", contestant: "service", column: column{of: "speed", to: "lua"}}
	for _, c := range []struct {
		bound  float64
		atMost bool
		want   string
	}{
		{1.6, false, "met: fast: 1.60 [1.50–1.70]"},
		{math.Nextafter(1.6, 2), false, "missed: fast"},
		{1.6, true, "met: fast"},
		{math.Nextafter(1.6, 1), true, "missed: fast"},
	} {
		g.bound, g.atMost = c.bound, c.atMost
		if got := g.verdict(all); !strings.HasPrefix(got, c.want) {
			t.Errorf("%+v: got %q", c, got)
		}
	}
	g.column.to = "bind"
	if got := g.verdict(all); got != "not measured: fast" {
		t.Errorf("got %q", got)
	}
}

func TestTable(t *testing.T) {
	var out strings.Builder
	all := turns(map[string][]float64{"service": {1234, 1300, 1200}, "lua": {600, 650, 600}})
	columns := []column{{title: "req/s", of: "speed"}, {title: "× lua", of: "speed", to: "lua", digits: 2}}
	if err := (table{"Speed", columns}).print(&out, []string{"service", "lua", "bind"}, all); err != nil {
		t.Fatal(err)
	}
	want := `
Speed
          req/s                 × lua
service   1,234 [1,200–1,300]   2.00 [2.00–2.06]
lua       600 [600–650]         1.00 [1.00–1.00]
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}
