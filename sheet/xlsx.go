package sheet

import (
	"fmt"
	"io"
	"time"

	"github.com/xuri/excelize/v2"

	"timesheet"
)

// formats are how a spreadsheet shows the kinds; it counts in days since 1899-12-30.
var formats = map[Kind]string{Date: "yyyy-mm-dd", Clock: "hh:mm", Span: "[h]:mm"}

var widths = map[Kind]float64{Text: 18, Date: 11, Clock: 7, Span: 8, Count: 8}

// XLSX writes a workbook, a sheet for each table: headers that stay in sight and come
// again on each printed page, which is wide and has all columns. It is put together in
// memory up to some 16 MB a sheet, beyond that in a temporary file.
type XLSX struct {
	to      io.Writer
	file    *excelize.File
	styles  map[Kind]int
	head    int
	sheet   string
	stream  *excelize.StreamWriter
	columns []Column
	row     int
	cells   []any
	err     error
}

// NewXLSX writes to w when it is closed.
func NewXLSX(w io.Writer) *XLSX {
	x := &XLSX{to: w, file: excelize.NewFile(), styles: make(map[Kind]int)}
	for kind, format := range formats {
		x.styles[kind] = x.style(&excelize.Style{CustomNumFmt: &format})
	}
	x.head = x.style(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"EEEEEE"}}})
	return x
}

func (x *XLSX) style(s *excelize.Style) int {
	id, err := x.file.NewStyle(s)
	x.failed(err)
	return id
}

func (x *XLSX) failed(err error) {
	if err != nil && x.err == nil {
		x.err = timesheet.NewError(timesheet.Internal, "write XLSX", err)
	}
}

// Sheet begins a table.
func (x *XLSX) Sheet(name string, columns []Column, frozen int) error {
	x.finish()
	if x.sheet == "" {
		x.failed(x.file.SetSheetName("Sheet1", name))
	} else {
		_, err := x.file.NewSheet(name)
		x.failed(err)
	}
	if x.err != nil {
		return x.err
	}
	x.sheet, x.columns, x.row = name, columns, 1
	x.layout(frozen)
	var err error
	if x.stream, err = x.file.NewStreamWriter(name); err != nil {
		x.failed(err)
		return x.err
	}
	corner, err := excelize.CoordinatesToCellName(frozen+1, 2)
	x.failed(err)
	pane := "bottomRight"
	if frozen == 0 {
		pane = "bottomLeft"
	}
	x.failed(x.stream.SetPanes(&excelize.Panes{Freeze: true, XSplit: frozen, YSplit: 1, TopLeftCell: corner, ActivePane: pane}))
	header := make([]any, len(columns))
	for i, c := range columns {
		width := c.Width
		if width == 0 {
			width = max(widths[c.Kind], float64(len(c.Name))+2)
		}
		x.failed(x.stream.SetColWidth(i+1, i+1, width))
		header[i] = excelize.Cell{StyleID: x.head, Value: c.Name}
	}
	x.failed(x.stream.SetRow("A1", header))
	return x.err
}

// layout is how the sheet is printed.
func (x *XLSX) layout(frozen int) {
	orientation, width, height, fit := "landscape", 1, 0, true
	x.failed(x.file.SetPageLayout(x.sheet, &excelize.PageLayoutOptions{Orientation: &orientation, FitToWidth: &width, FitToHeight: &height}))
	x.failed(x.file.SetSheetProps(x.sheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
	titles := fmt.Sprintf("'%s'!$1:$1", x.sheet)
	if frozen > 0 {
		last, err := excelize.ColumnNumberToName(frozen)
		x.failed(err)
		titles = fmt.Sprintf("'%s'!$A:$%s,%s", x.sheet, last, titles)
	}
	x.failed(x.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: titles, Scope: x.sheet}))
}

// Row adds a row.
func (x *XLSX) Row(values ...any) error {
	if x.err == nil && len(values) != len(x.columns) {
		x.err = wrongWidth(len(x.columns), len(values))
	}
	if x.err != nil {
		return x.err
	}
	x.cells = x.cells[:0]
	for i, v := range values {
		cell, ok := x.cell(x.columns[i].Kind, v)
		if !ok {
			x.err = mismatch(x.columns[i], v)
			return x.err
		}
		x.cells = append(x.cells, cell)
	}
	x.row++
	at, err := excelize.CoordinatesToCellName(1, x.row)
	x.failed(err)
	x.failed(x.stream.SetRow(at, x.cells))
	return x.err
}

// cell is a value as a spreadsheet has it. Text is no formula here, whatever it begins with.
func (x *XLSX) cell(k Kind, value any) (_ any, ok bool) {
	if value == nil {
		return nil, true
	}
	switch v := value.(type) {
	case string:
		return v, k == Text
	case int:
		return v, k == Count
	case timesheet.Day:
		return excelize.Cell{StyleID: x.styles[Date], Value: serial(int64(v) * secondsOfDay)}, k == Date
	case Time:
		at := v.At.Time().In(v.Place)
		_, offset := at.Zone()
		return excelize.Cell{StyleID: x.styles[Clock], Value: serial(at.Unix() + int64(offset))}, k == Clock
	case time.Duration:
		return excelize.Cell{StyleID: x.styles[Span], Value: v.Seconds() / secondsOfDay}, k == Span
	}
	return nil, false
}

const (
	secondsOfDay = 86_400
	epoch        = 25_569 // days from 1899-12-30 to 1970-01-01
)

// serial is what a wall clock shows, in seconds since 1970-01-01T00:00:00, as the number
// that stands for it in a spreadsheet.
func serial(wall int64) float64 { return epoch + float64(wall)/secondsOfDay }

// finish ends the sheet that is being written.
func (x *XLSX) finish() {
	if x.stream != nil && x.err == nil {
		x.failed(x.stream.Flush())
	}
	x.stream = nil
}

// Close writes the workbook. A workbook has a sheet, if an empty one.
func (x *XLSX) Close() error {
	x.finish()
	if x.err == nil {
		if _, err := x.file.WriteTo(x.to); err != nil {
			x.err = timesheet.NewError(timesheet.Unavailable, "write XLSX", err)
		}
	}
	if err := x.file.Close(); err != nil {
		x.failed(err)
	}
	return x.err
}
