package http

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"timesheet"
)

// mediaEntries is the internal form of many entries, the same both ways: for each
// the length of its employee's id, the id, the day, the length of its span and the
// span; then a zero and the number of entries, by which a cut shows. Lengths, days
// and numbers are varints.
const mediaEntries = "application/vnd.timesheet.entries"

func appendStreamEntry(b []byte, e timesheet.Entry) ([]byte, error) {
	b = binary.AppendUvarint(b, uint64(len(e.Employee)))
	b = append(b, e.Employee...)
	b = binary.AppendVarint(b, int64(e.Day))
	at := len(b)
	b, err := timesheet.AppendSpan(append(b, 0), e)
	if err != nil {
		return b, err
	}
	b[at] = byte(len(b) - at - 1)
	return b, nil
}

func appendStreamEnd(b []byte, entries int) []byte {
	return binary.AppendUvarint(append(b, 0), uint64(entries))
}

// entryStream reads entries. An error other than io.EOF, which stands for the proper
// end, means that the stream is cut or damaged.
type entryStream struct {
	r    *bufio.Reader
	read int
	span [16]byte
	id   [timesheet.MaxEmployeeID]byte
	last timesheet.EmployeeID // the previous id: runs of one employee share its string
}

func newEntryStream(r io.Reader) *entryStream { return &entryStream{r: bufio.NewReaderSize(r, 64<<10)} }

var errStream = errors.New("it is damaged")

func (s *entryStream) next() (timesheet.Entry, error) {
	n, err := s.uvarint()
	if err != nil {
		return timesheet.Entry{}, err
	}
	if n == 0 {
		return timesheet.Entry{}, s.end()
	}
	if n > uint64(len(s.id)) {
		return timesheet.Entry{}, fmt.Errorf("an id of %d bytes: %w", n, errStream)
	}
	id := s.id[:n]
	if err := s.full(id); err != nil {
		return timesheet.Entry{}, err
	}
	if string(id) != string(s.last) {
		s.last = timesheet.EmployeeID(id)
	}
	day, err := binary.ReadVarint(s.r)
	if err != nil {
		return timesheet.Entry{}, cut(err)
	}
	if day < int64(timesheet.FirstDay) || day > int64(timesheet.LastDay) {
		return timesheet.Entry{}, fmt.Errorf("day %d: %w", day, errStream)
	}
	size, err := s.r.ReadByte()
	if err != nil {
		return timesheet.Entry{}, cut(err)
	}
	if int(size) > len(s.span) {
		return timesheet.Entry{}, fmt.Errorf("a span of %d bytes: %w", size, errStream)
	}
	if err := s.full(s.span[:size]); err != nil {
		return timesheet.Entry{}, err
	}
	s.read++
	return timesheet.ParseSpan(s.last, timesheet.Day(day), s.span[:size])
}

// end checks what follows the last entry.
func (s *entryStream) end() error {
	count, err := s.uvarint()
	if err != nil {
		return err
	}
	if count != uint64(s.read) {
		return fmt.Errorf("%d entries came of %d: %w", s.read, count, errStream)
	}
	if _, err := s.r.ReadByte(); err != io.EOF {
		return fmt.Errorf("something follows its end: %w", errStream)
	}
	return io.EOF
}

func (s *entryStream) uvarint() (uint64, error) {
	n, err := binary.ReadUvarint(s.r)
	return n, cut(err)
}

func (s *entryStream) full(b []byte) error {
	_, err := io.ReadFull(s.r, b)
	return cut(err)
}

// cut says of an end in mid-stream that it isn't the proper one.
func cut(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
