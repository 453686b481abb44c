package ingest

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// rejects lists rows that can't be used, as a CSV. A nil one lists nothing.
type rejects struct {
	mu    sync.Mutex
	w     *bufio.Writer // guarded by mu
	named bool          // lines are NAME:NUMBER
}

func newRejects(w io.Writer, named bool) *rejects {
	if w == nil {
		return nil
	}
	r := &rejects{w: bufio.NewWriter(w), named: named}
	_, _ = r.w.WriteString("line,reason,text\n") // an error comes again with flush
	return r
}

func (r *rejects) add(o origin, reason error, text []byte) error {
	if r == nil {
		return nil
	}
	line := strconv.Itoa(o.line)
	if r.named {
		line = o.source.Name + ":" + line
		if strings.ContainsAny(line, "\",\r\n") {
			line = quote(line)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	_, err := fmt.Fprintf(r.w, "%s,%s,%s\n", line, quote(reason.Error()), quote(printable(text)))
	return listing(err)
}

func (r *rejects) flush() error {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return listing(r.w.Flush())
}

func listing(err error) error {
	if err != nil {
		return fmt.Errorf("list rejected rows: %w", err)
	}
	return nil
}

// quote is s as a quoted CSV field.
func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// printable is text with escapes for what can't be shown, so that a field of it is on
// one line. A tab stays, since it separates what machines export.
func printable(text []byte) string {
	var b strings.Builder
	for len(text) > 0 {
		c, size := utf8.DecodeRune(text)
		switch {
		case c == '\t' || c != utf8.RuneError && strconv.IsPrint(c):
			b.WriteRune(c)
		case c == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[0])
		default:
			b.WriteString(strings.Trim(strconv.QuoteRune(c), "'"))
		}
		text = text[size:]
	}
	return b.String()
}
