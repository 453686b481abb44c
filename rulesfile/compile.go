package rulesfile

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"

	"timesheet"
)

// Text is a file's content, and the name under which problems tell of it.
type Text struct {
	Name    string
	Content []byte
}

// NewText is the text of a file; nil where there is none.
func NewText(name string, content []byte) *Text {
	if content == nil {
		return nil
	}
	return &Text{name, content}
}

// Version is both files, read and found good together. It is immutable.
type Version struct {
	Rules     *timesheet.WorkRules
	Directory *timesheet.Directory // nil where no directory is kept
	Digest    string               // SHA-256 of both files, in hex
	Counts    Counts
}

// Counts are how much there is in a Version.
type Counts struct {
	Schedules, Holidays, Leaves int
	Employees, Rows             int // of the directory
}

// Compile reads both files, either of which may be nil: no rules file means RULES'
// defaults, no directory file that none is kept. Its error is Invalid and joins what is
// wrong with each; see [Problems] and [Found].
func Compile(rules, directory *Text) (*Version, error) {
	v := &Version{Digest: Digest(rules, directory)}
	var errs [2]error
	if rules != nil {
		v.Rules, errs[0] = ParseRules(rules.Name, rules.Content)
	} else {
		v.Rules, errs[0] = timesheet.NewWorkRules("", nil, nil, nil)
	}
	if directory != nil {
		v.Directory, errs[1] = ParseDirectory(directory.Name, directory.Content, v.Rules)
	}
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	v.count()
	return v, nil
}

func (v *Version) count() {
	rows := v.Directory.All()
	v.Counts = Counts{len(v.Rules.Schedules()), len(v.Rules.Holidays()), len(v.Rules.Leaves()), 0, len(rows)}
	for i := range rows {
		if i == 0 || rows[i].Employee != rows[i-1].Employee {
			v.Counts.Employees++
		}
	}
}

// Digest is that of the files' contents, each with its length before it. A file that
// isn't there (nil) counts as an empty one, which is never good.
func Digest(files ...*Text) string {
	h := sha256.New()
	for _, f := range files {
		if f == nil {
			f = &Text{}
		}
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(f.Content))))
		h.Write(f.Content)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Found are the problems of all files that err, of this package, tells of.
func Found(err error) []Problem {
	var all []Problem
	for _, p := range problemsOf(err, nil) {
		all = append(all, p.Found...)
	}
	return all
}

func problemsOf(err error, found []*Problems) []*Problems {
	if p, ok := err.(*Problems); ok { //nolint:errorlint // the tree is walked here
		return append(found, p)
	}
	switch e := err.(type) { //nolint:errorlint // the tree is walked here
	case interface{ Unwrap() error }:
		return problemsOf(e.Unwrap(), found)
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			found = problemsOf(inner, found)
		}
	}
	return found
}

// Lines are the problems of all files that err tells of, one line each.
func Lines(err error) []string {
	var all []string
	for _, p := range problemsOf(err, nil) {
		all = append(all, strings.Split(p.Error(), "\n")...)
	}
	return all
}
