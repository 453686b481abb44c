package access

import (
	"errors"
	"io"
	"os"
	"sync"

	"timesheet"
)

// Audit is the log of who read or changed what of others: a line of JSON each. The file
// is opened for each line, so that it may be rotated by renaming it. Safe for concurrent use.
type Audit struct {
	path   string
	stdout io.Writer

	mu   sync.Mutex
	torn bool // the last line of ours may lack its end
}

// OpenAudit is the log at path, to which it is appended; "-" is stdout. It is Invalid
// where nothing can be written.
func OpenAudit(path string, stdout io.Writer) (*Audit, error) {
	a := &Audit{path: path, stdout: stdout}
	if path == "-" {
		return a, nil
	}
	f, err := a.open()
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return nil, timesheet.NewError(timesheet.Invalid, "open audit log", err)
	}
	return a, nil
}

func (a *Audit) open() (*os.File, error) {
	return os.OpenFile(a.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
}

// Write keeps a line, which has no line end. It is Unavailable where it isn't kept.
func (a *Audit) Write(line []byte) error {
	b := make([]byte, 0, len(line)+2)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.torn {
		b = append(b, '\n')
	}
	b = append(append(b, line...), '\n')
	n, err := a.append(b)
	a.torn = n < len(b) && (n > 0 || a.torn)
	if err != nil {
		return timesheet.NewError(timesheet.Unavailable, "write audit log", err)
	}
	return nil
}

func (a *Audit) append(b []byte) (n int, err error) {
	if a.path == "-" {
		return a.stdout.Write(b)
	}
	f, err := a.open()
	if err != nil {
		return 0, err
	}
	n, err = f.Write(b)
	return n, errors.Join(err, f.Close())
}
