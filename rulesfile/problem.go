package rulesfile

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"timesheet"
)

// Problem is one thing that is wrong with a file.
type Problem struct {
	File   string // as it was named by the caller
	Line   int    // from 1; 0 where the file as a whole is meant
	Column int    // from 1, in characters of YAML, in bytes of CSV; 0 where the line as a whole is meant
	Field  string // such as schedules.office[0].late_grace; "" for none
	Value  string // as it is written there, cut to 40 characters; "" for none
	Text   string // what is wrong, and what to write instead
}

// String is "file:line:column: field: "value" text", without the parts that are lacking.
func (p Problem) String() string {
	value := ""
	if p.Value != "" {
		value = fmt.Sprintf("%q ", p.Value)
	}
	return p.place() + value + p.Text
}

// place is where the problem is: all but the value, which may name a person.
func (p Problem) place() string {
	var b strings.Builder
	b.WriteString(p.File)
	for _, n := range []int{p.Line, p.Column} {
		if n > 0 {
			fmt.Fprintf(&b, ":%d", n)
		}
	}
	b.WriteString(": ")
	if p.Field != "" {
		b.WriteString(p.Field + ": ")
	}
	return b.String()
}

// maxProblems bounds how many problems of a file are kept: a file of the wrong kind
// has one on each line, and the first hundred say enough.
const maxProblems = 100

// Problems are all problems of a file, by line; it is the cause of the Invalid error
// that the parsers of this package answer.
type Problems struct {
	Found []Problem // at most 100
	More  int       // how many more there are
}

// Error is one line for each problem.
func (p *Problems) Error() string {
	lines := make([]string, 0, len(p.Found)+1)
	for _, f := range p.Found {
		lines = append(lines, f.String())
	}
	if p.More > 0 {
		lines = append(lines, fmt.Sprintf("… and %d more", p.More))
	}
	return strings.Join(lines, "\n")
}

// Detail is err in one line without the values of files and without employees' ids,
// for logs and health checks: how many problems there are, and where the first one is.
func Detail(err error) string {
	n, first := 0, ""
	for _, p := range problemsOf(err, nil) {
		n += len(p.Found) + p.More
		if first == "" {
			first = strings.TrimSuffix(p.Found[0].place(), ": ")
		}
	}
	switch {
	case n == 1:
		return fmt.Sprintf("a problem at %s (see: timesheet rules check)", first)
	case n > 1:
		return fmt.Sprintf("%d problems, the first at %s (see: timesheet rules check)", n, first)
	}
	if r, ok := errors.AsType[*Restated](err); ok {
		return r.detail()
	}
	return err.Error()
}

// finder collects the problems of one file.
type finder struct {
	file     string
	problems Problems
}

func (f *finder) add(line, column int, field, value, format string, args ...any) {
	if len(f.problems.Found) == maxProblems {
		f.problems.More++
		return
	}
	f.problems.Found = append(f.problems.Found, Problem{f.file, line, column, printable(field), clip(value), printable(fmt.Sprintf(format, args...))})
}

// printable is s fit for a terminal: names out of the file stand in it as they are.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return utf8.RuneError
		}
		return r
	}, s)
}

// failed tells whether anything was found.
func (f *finder) failed() bool { return len(f.problems.Found) > 0 }

// err is nil or the Invalid error of all that was found, by line.
func (f *finder) err(op string) error {
	if !f.failed() {
		return nil
	}
	slices.SortStableFunc(f.problems.Found, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return timesheet.NewError(timesheet.Invalid, op, &f.problems)
}

// clipped is how much of a value is shown, in characters.
const clipped = 40

func clip(s string) string {
	if utf8.RuneCountInString(s) <= clipped {
		return s
	}
	return string([]rune(s[:min(len(s), 4*clipped)])[:clipped]) + "…"
}

// count is how many problems there are so far.
func (f *finder) count() int { return len(f.problems.Found) + f.problems.More }
