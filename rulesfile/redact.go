package rulesfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"timesheet"
)

// Redact leaves out of both texts, either of which may be nil, who is erased: the rows of
// the directory that are the person's, with name, team and aliases; an erased badge among
// the aliases of somebody else; leave. Where there is nothing to leave out, a text is
// answered as it is. Of CSV all other lines stay byte for byte; YAML is written anew, its
// values as they were and without comments, since those may name anybody.
//
// What is left of texts that Compile takes it takes too, and it means the same for
// everybody else, with one exception: a directory of which nobody is left lists nobody, so
// that nobody is unlisted. Errors are Invalid: of a text that can't be read.
//
// The second text answered is the directory. erased is asked for each id of the texts,
// some of them repeatedly.
func Redact(rules, directory []byte, erased func(timesheet.EmployeeID) bool) ([]byte, []byte, error) {
	var r redaction
	r.erased = erased
	if rules != nil {
		text, err := r.rules(rules)
		if err != nil {
			return nil, nil, timesheet.NewError(timesheet.Invalid, "take the erased out of the rules", err)
		}
		rules = text
	}
	if directory != nil {
		text, err := r.directory(directory)
		if err != nil {
			return nil, nil, timesheet.NewError(timesheet.Invalid, "take the erased out of the directory", err)
		}
		directory = text
	}
	return rules, directory, nil
}

// redaction is one call's.
type redaction struct {
	erased func(timesheet.EmployeeID) bool
}

// is tells whether a value of a file is an erased id. One that is no id is nobody's.
func (r *redaction) is(text string) bool {
	id, err := timesheet.ParseEmployeeID(text)
	return err == nil && r.erased(id)
}

// aliases leaves the erased out of a list in one value; changed tells whether there was one.
func (r *redaction) aliases(text string) (left string, changed bool) {
	if strings.TrimSpace(text) == none {
		return text, false
	}
	var kept []string
	for part := range strings.SplitSeq(text, ";") {
		part = strings.TrimSpace(part)
		switch {
		case part == "":
		case r.is(part):
			changed = true
		default:
			kept = append(kept, part)
		}
	}
	switch {
	case !changed:
		return text, false
	case len(kept) == 0:
		return none, true
	case len(kept) == 1 && kept[0] == none: // which is a badge here, and alone would be none
		return none + ";", true
	default:
		return strings.Join(kept, ";"), true
	}
}

func (r *redaction) directory(text []byte) ([]byte, error) {
	if isYAML("", text) {
		return r.yamlDirectory(text)
	}
	return r.csvDirectory(text)
}

// csvDirectory copies the text but for what is cut out of it.
func (r *redaction) csvDirectory(text []byte) ([]byte, error) {
	body := bytes.TrimPrefix(text, byteOrderMark)
	in := newCSV(body)
	header, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("the header: %w", err)
	}
	employee, aliases := -1, -1
	for i, f := range header {
		switch strings.ToLower(strings.TrimSpace(f)) {
		case columnNames[colEmployee]:
			employee = i
		case columnNames[colAliases]:
			aliases = i
		}
	}
	if employee < 0 {
		return nil, fmt.Errorf("the header has no %s", columnNames[colEmployee])
	}
	out, changed, done := bytes.Clone(text[:len(text)-len(body)]), false, in.InputOffset()
	out = append(out, body[:done]...)
	for {
		fields, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		record := body[done:in.InputOffset()]
		done = in.InputOffset()
		left, fewer := r.row(fields, employee, aliases)
		if !fewer {
			out = append(out, record...)
			continue
		}
		changed = true
		out = append(out, blanks(record)...)
		if left != nil {
			out = appendCSV(out, left, in.Comma, lineEnd(record))
		}
	}
	if !changed {
		return text, nil
	}
	return append(out, body[done:]...), nil
}

// row is what is left of a row: nil for nothing; fewer tells that it isn't all.
func (r *redaction) row(fields []string, employee, aliases int) (left []string, fewer bool) {
	if employee < len(fields) && r.is(fields[employee]) {
		return nil, true
	}
	if aliases >= 0 && aliases < len(fields) {
		fields[aliases], fewer = r.aliases(fields[aliases])
	}
	return fields, fewer
}
