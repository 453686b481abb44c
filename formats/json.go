package formats

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"timesheet"
)

// ParseJSON reads one clocking as a JSON object: employee_id, a string or a whole
// number without sign (which counts as its digits), and clocked_at, a string as
// [timesheet.ParseTimestamp] reads it. Other keys are passed over, id among them; a
// misspelt one shows as the one that is missing. Keys are compared byte by byte; the
// same one of the two twice is refused, since readers differ on which counts, as is
// what is no UTF-8. Its errors are Invalid.
func ParseJSON(b []byte) (timesheet.Clocking, error) {
	f, ok := scanObject(b)
	if !ok {
		var err error
		if f, err = readObject(b); err != nil {
			return timesheet.Clocking{}, err
		}
	}
	id, err := timesheet.ParseEmployeeID(string(f.employee))
	if err != nil {
		return timesheet.Clocking{}, err
	}
	at, err := timesheet.ParseTimestamp(trim(f.at))
	if err != nil {
		return timesheet.Clocking{}, err
	}
	return timesheet.Clocking{Employee: id, At: at}, nil
}

// object is ParseJSON of a row.
func (a *assembler) object(b []byte) (timesheet.Clocking, error) {
	f, ok := scanObject(b)
	if !ok {
		var err error
		if f, err = readObject(b); err != nil {
			return timesheet.Clocking{}, err
		}
	}
	return a.clocking(f.employee, f.at)
}

// fields are the values of the two keys that count.
type fields struct {
	employee, at []byte
}

// errSyntax is in the chain of errors of what is no JSON at all.
var errSyntax = errors.New("it is no JSON")

// readObject reads any object; scanObject is its short cut.
func readObject(b []byte) (f fields, err error) {
	var whole json.RawMessage
	if err := json.Unmarshal(b, &whole); err != nil {
		return f, timesheet.NewError(timesheet.Invalid, "JSON", fmt.Errorf("%w: %w", errSyntax, err))
	}
	if !utf8.Valid(b) {
		return f, timesheet.NewError(timesheet.Invalid, "JSON", errors.New("it is not valid UTF-8; send UTF-8"))
	}
	b = bytes.TrimSpace(b)
	if b[0] != '{' {
		return f, timesheet.NewError(timesheet.Invalid, "JSON",
			fmt.Errorf(`it is %s; write an object such as {"employee_id": "7", "clocked_at": "2026-11-23T08:09:00"}`, kind(b)))
	}
	d := json.NewDecoder(bytes.NewReader(b))
	_, err = d.Token()
	for err == nil && d.More() {
		err = f.readMember(d)
	}
	switch {
	case err != nil:
		return f, err
	case f.employee == nil:
		return f, missing(employeeColumn)
	case f.at == nil:
		return f, missing(timeColumn)
	}
	return f, nil
}

func missing(field string) error {
	return timesheet.NewError(timesheet.Invalid, field, errors.New("it is missing"))
}

// readMember reads a key and its value.
func (f *fields) readMember(d *json.Decoder) error {
	key, err := d.Token()
	if err != nil {
		return timesheet.NewError(timesheet.Internal, "JSON", err)
	}
	var value json.RawMessage
	if err := d.Decode(&value); err != nil {
		return timesheet.NewError(timesheet.Internal, "JSON", err)
	}
	var to *[]byte
	switch key {
	case employeeColumn:
		to = &f.employee
		if isWhole(value) {
			value = append(append(json.RawMessage{'"'}, value...), '"')
		}
	case timeColumn:
		to = &f.at
	default:
		return nil
	}
	if *to != nil {
		return timesheet.NewError(timesheet.Invalid, key.(string), errors.New("it is there twice; which one counts?"))
	}
	*to, err = text(key.(string), value)
	return err
}

// text is the content of a JSON string.
func text(field string, value json.RawMessage) ([]byte, error) {
	if value[0] != '"' {
		return nil, timesheet.NewError(timesheet.Invalid, field, fmt.Errorf("it is %s; write a string", kind(value)))
	}
	var s string
	if err := json.Unmarshal(value, &s); err != nil {
		return nil, timesheet.NewError(timesheet.Internal, field, err)
	}
	const replacement = "\uFFFD" // what encoding/json makes of half a surrogate pair
	if strings.Contains(s, replacement) && !bytes.Contains(value, []byte(replacement)) &&
		!bytes.Contains(bytes.ToLower(value), []byte(`\ufffd`)) {
		return nil, timesheet.NewError(timesheet.Invalid, field, errors.New("it has half of a surrogate pair"))
	}
	return append([]byte{}, s...), nil
}

// isWhole tells whether a valid JSON value is a number of nothing but digits.
func isWhole(value []byte) bool {
	for _, c := range value {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// kind names the type of a valid JSON value, for messages.
func kind(value []byte) string {
	switch value[0] {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	default:
		return fmt.Sprintf("the number %.40s", value)
	}
}
