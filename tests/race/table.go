package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
)

// measured is what one contestant's turn of one round came to, by the measures' names.
type measured struct {
	Contestant string             `json:"contestant"`
	Round      int                `json:"round"`
	Against    string             `json:"against,omitempty"` // who it is compared with, where not all are with the same
	Values     map[string]float64 `json:"values"`
}

// column is one column of a table: a measure, or its ratio to that of another
// contestant in the same round.
type column struct {
	title, of string
	to        string // the contestant to compare with, or its own rival; "" for none
	digits    int    // after the point
	total     bool   // the sum of all rounds instead of their median
}

// itsRival stands for measured.Against.
const itsRival = "its rival"

// middle is the median of values with the least and the greatest of them.
type middle struct{ Median, Min, Max float64 }

// summarise is the middle of at least one value; the median of an even number is the
// mean of the two in the middle.
func summarise(values []float64) middle {
	v := slices.Sorted(slices.Values(values))
	n := len(v)
	return middle{Median: (v[(n-1)/2] + v[n/2]) / 2, Min: v[0], Max: v[n-1]}
}

// valuesOf are a contestant's values of c, a value a round. A ratio is taken within
// its round, where both met the same machine; rounds without either are left out.
func (c column) valuesOf(all []measured, contestant string) (values []float64) {
	for _, m := range all {
		v, ok := m.Values[c.of]
		if m.Contestant != contestant || !ok {
			continue
		}
		if c.to != "" {
			to := c.to
			if to == itsRival {
				to = m.Against
			}
			i := slices.IndexFunc(all, func(o measured) bool { return o.Contestant == to && o.Round == m.Round })
			if i < 0 || all[i].Values[c.of] == 0 {
				continue
			}
			v /= all[i].Values[c.of]
		}
		values = append(values, v)
	}
	return values
}

// none is the cell of what wasn't measured.
const none = "–"

// cell is what a table shows for a contestant: median [least–greatest].
func (c column) cell(all []measured, contestant string) string {
	values := c.valuesOf(all, contestant)
	if len(values) == 0 {
		return none
	}
	if c.total {
		sum := 0.0
		for _, v := range values {
			sum += v
		}
		return c.number(sum)
	}
	m := summarise(values)
	if len(values) == 1 {
		return c.number(m.Median)
	}
	return fmt.Sprintf("%s [%s–%s]", c.number(m.Median), c.number(m.Min), c.number(m.Max))
}

// number writes v with thousands apart.
func (c column) number(v float64) string {
	text := fmt.Sprintf("%.*f", c.digits, math.Abs(v))
	whole, fraction, _ := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if v < 0 {
		return "-" + whole
	}
	return whole
}

// table is one table of contestants.
type table struct {
	title   string
	columns []column
}

// print leaves out contestants of whom the first column has nothing.
func (t table) print(w io.Writer, contestants []string, all []measured) error {
	fmt.Fprintf(w, "\n%s\n", t.title)
	aligned := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	for _, c := range t.columns {
		fmt.Fprint(aligned, "\t", c.title)
	}
	fmt.Fprintln(aligned)
	for _, contestant := range contestants {
		if t.columns[0].cell(all, contestant) == none {
			continue
		}
		fmt.Fprint(aligned, contestant)
		for _, c := range t.columns {
			fmt.Fprint(aligned, "\t", c.cell(all, contestant))
		}
		fmt.Fprintln(aligned)
	}
	return aligned.Flush()
}

// goal is something that a contestant must reach: the median of a column at least, or
// at most, a bound.
type goal struct {
	text       string
	contestant string
	column     column
	bound      float64
	atMost     bool
}

// verdict tells whether the goal was reached; "not measured" where a rival is missing.
func (g goal) verdict(all []measured) string {
	values := g.column.valuesOf(all, g.contestant)
	if len(values) == 0 {
		return "not measured: " + g.text
	}
	m := summarise(values)
	word := "missed"
	if g.atMost && m.Median <= g.bound || !g.atMost && m.Median >= g.bound {
		word = "met"
	}
	return fmt.Sprintf("%s: %s: %.2f [%.2f–%.2f]", word, g.text, m.Median, m.Min, m.Max)
}
