package clocking

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"timesheet"
)

// CSV reads rows from plain CSV whose header names the columns employee_id and
// clocked_at, and perhaps id; a row without id gets the identity's. An empty employee
// or time is NULL. It ends with the first line that can't be used, as an error.
func CSV(r io.Reader) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		in := csv.NewReader(r)
		in.ReuseRecord = true
		columns, err := csvHeader(in)
		if err != nil {
			yield(Row{}, fmt.Errorf("read CSV: %w", err))
			return
		}
		for {
			record, err := in.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			var row Row
			if err == nil {
				row, err = columns.row(record)
			}
			if err != nil {
				if _, told := errors.AsType[*csv.ParseError](err); !told {
					line, _ := in.FieldPos(0)
					err = fmt.Errorf("line %d: %w", line, err)
				}
				yield(Row{}, fmt.Errorf("read CSV: %w", err))
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// csvColumns are where the columns are; id is -1 where there is none.
type csvColumns struct{ id, employee, at int }

func csvHeader(in *csv.Reader) (csvColumns, error) {
	header, err := in.Read()
	if errors.Is(err, io.EOF) {
		return csvColumns{}, errors.New("it is empty")
	}
	c := csvColumns{-1, -1, -1}
	for i, name := range header {
		switch strings.ToLower(strings.TrimPrefix(name, "\ufeff")) {
		case "id":
			c.id = i
		case "employee_id":
			c.employee = i
		case "clocked_at":
			c.at = i
		}
	}
	if err == nil && (c.employee < 0 || c.at < 0) {
		err = fmt.Errorf("the header %.80q doesn't name the columns employee_id and clocked_at", strings.Join(header, ","))
	}
	return c, err
}

func (c csvColumns) row(record []string) (Row, error) {
	r := Row{Employee: record[c.employee], NoEmployee: record[c.employee] == "", At: NoTime()}
	if c.id >= 0 {
		var err error
		if r.ID, err = strconv.ParseInt(record[c.id], 10, 64); err != nil || r.ID < 1 {
			return r, fmt.Errorf("the id %.40q is no whole number, 1 or more", record[c.id])
		}
	}
	if record[c.at] == "" {
		return r, nil
	}
	at, err := timesheet.ParseTimestamp(record[c.at])
	if err != nil {
		return r, err
	}
	r.At = TimeOf(at)
	return r, nil
}
