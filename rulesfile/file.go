package rulesfile

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"timesheet"
)

// young is how long after its last change a file can change again without its time
// telling: clocks of file systems tick slowly, and those of servers differ.
const young = 5 * time.Second

// stamp is what tells a file from a later one without reading it.
type stamp struct {
	info    fs.FileInfo // of what symbolic links lead to; nil where there is no file
	trouble string      // why there is none
}

type stamps [2]stamp

// look is the stamps of the rules and of the directory.
func look(paths ...string) (all stamps) {
	for i, path := range paths {
		if path == "" {
			continue
		}
		info, err := os.Stat(path)
		if err != nil {
			all[i].trouble = err.Error()
			continue
		}
		all[i].info = info
	}
	return all
}

// same tells whether nothing seems to have changed: neither time nor size, nor which
// file it is, as where a link was turned or another file put in its place.
func (s stamps) same(o stamps) bool {
	for i := range s {
		a, b := s[i], o[i]
		switch {
		case a.trouble != b.trouble || (a.info == nil) != (b.info == nil):
			return false
		case a.info != nil && (!a.info.ModTime().Equal(b.info.ModTime()) || a.info.Size() != b.info.Size() || !os.SameFile(a.info, b.info)):
			return false
		}
	}
	return true
}

// young tells whether a file was changed so shortly before now, or seems to be, that
// the next change needn't show in its stamp.
func (s stamps) young(now time.Time) bool {
	for _, f := range s {
		if f.trouble != "" || f.info != nil && now.Sub(f.info.ModTime()) < young {
			return true
		}
	}
	return false
}

// read reads a file of at most limit bytes; nil for no path. Its errors are Invalid,
// as those of what is in it, and so that a file which is missing is refused likewise.
func read(path string, limit int) (*Text, error) {
	if path == "" {
		return nil, nil
	}
	content, err := readAtMost(path, limit)
	if err != nil {
		return nil, timesheet.NewError(timesheet.Invalid, "read "+path, err)
	}
	return &Text{path, content}, nil
}

func readAtMost(path string, limit int) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("it is no file, but a %v", info.Mode().Type())}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(f, int64(limit)+1)) // one more: the parser tells
	if closing := f.Close(); err == nil {
		err = closing
	}
	return content, err
}
