package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"timesheet"
)

// Run prints all entries of the days asked for.
func (c *exportCmd) Run(ctx context.Context, con *console, log *slog.Logger) error {
	if !c.Raw {
		return usagef("--raw is the only form so far: the merged facts; say it")
	}
	from, to := cmp.Or(c.From, timesheet.FirstDay), cmp.Or(c.To, timesheet.LastDay)
	if from > to {
		return usagef("--from %v lies after --to %v", from, to)
	}
	site, err := connect(ctx, log, c.storeSettings, c.serverSettings)
	if err != nil {
		return err
	}
	err = export(ctx, site, from, to, con.out)
	return errors.Join(err, site.Close())
}

func export(ctx context.Context, s site, from, to timesheet.Day, w io.Writer) error {
	var all sorted
	if err := s.Export(ctx, from, to, all.add); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	// After the entries, so that a rule that was made meanwhile is known.
	rules, err := s.Rules(ctx)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if err := all.writeCSV(w, rules); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// sorted collects entries that come in the store's order (day by day) and writes them
// by employee and day. An entry takes 12 bytes: the stores keep them day by day, since
// that is what they are asked for, and a second copy in this order would double them.
type sorted struct {
	of map[timesheet.EmployeeID]*days
}

type days struct {
	packed []byte // for each entry its day and its span, 4 + 8 bytes
	last   timesheet.Day
	mixed  bool // a day came after a later one
}

const packedEntry = 12

func (s *sorted) add(e timesheet.Entry) error {
	if s.of == nil {
		s.of = make(map[timesheet.EmployeeID]*days)
	}
	d, ok := s.of[e.Employee]
	if !ok {
		// A copy, or a small id would keep the page alive that it came in.
		d = &days{}
		s.of[timesheet.EmployeeID(strings.Clone(string(e.Employee)))] = d
	}
	d.mixed = d.mixed || e.Day < d.last
	d.last = e.Day
	e.Flags = 0
	packed, err := timesheet.AppendSpan(binary.BigEndian.AppendUint32(d.packed, uint32(e.Day)), e)
	if err != nil {
		return err
	}
	d.packed = packed
	return nil
}

// entries are those of one employee, by day.
func (d *days) entries(id timesheet.EmployeeID) ([]timesheet.Entry, error) {
	entries := make([]timesheet.Entry, 0, len(d.packed)/packedEntry)
	for p := range slices.Chunk(d.packed, packedEntry) {
		e, err := timesheet.ParseSpan(id, timesheet.Day(binary.BigEndian.Uint32(p)), p[4:])
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	if d.mixed {
		slices.SortFunc(entries, timesheet.Compare)
	}
	return entries, nil
}

func (s *sorted) writeCSV(w io.Writer, rules *timesheet.DayRules) error {
	out := bufio.NewWriterSize(w, 1<<16)
	if _, err := out.WriteString("employee_id,day,earliest,latest\n"); err != nil {
		return err
	}
	var line []byte
	for _, id := range slices.Sorted(maps.Keys(s.of)) {
		entries, err := s.of[id].entries(id)
		if err != nil {
			return err
		}
		calendar, quoted := rules.For(id), csvField(string(id))
		for _, e := range entries {
			zone := calendar.Location(e.Day)
			line = append(line[:0], quoted...)
			line = append(line, ',')
			line = append(line, e.Day.String()...)
			line = e.Earliest.AppendFormat(append(line, ','), zone)
			line = e.Latest.AppendFormat(append(line, ','), zone)
			if _, err := out.Write(append(line, '\n')); err != nil {
				return err
			}
		}
	}
	return out.Flush()
}

// csvField quotes s where CSV (RFC 4180) asks for it.
func csvField(s string) string {
	if !strings.ContainsAny(s, ",\"\r\n") {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}
