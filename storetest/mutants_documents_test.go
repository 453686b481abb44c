package storetest

import (
	"bytes"
	"context"
	"maps"
	"strings"

	"timesheet"
)

// documentMutants keep texts wrongly.
var documentMutants = []mutant{
	{"documents aren't compare-and-set", "document/another version is a conflict and changes nothing", func(m *Memory, b *broken) {
		b.setDoc = func(ctx context.Context, name string, _ uint64, text []byte) (uint64, error) {
			version, err := m.DocumentVersion(ctx, name)
			if err != nil {
				return 0, err
			}
			return m.SetDocument(ctx, name, version, text)
		}
	}},
	{"documents are compared, then set", "document/of many at once one wins", func(m *Memory, b *broken) {
		b.setDoc = func(ctx context.Context, name string, expected uint64, text []byte) (uint64, error) {
			now, err := m.DocumentVersion(ctx, name)
			if err != nil || now != expected {
				return m.SetDocument(ctx, name, expected, text)
			}
			breathe()
			m.mu.Lock()
			m.data.documents[name] = timesheet.Document{Version: expected}
			m.mu.Unlock()
			return m.SetDocument(ctx, name, expected, text)
		}
	}},
	{"a refused text is there all the same", "document/another version is a conflict and changes nothing", func(m *Memory, b *broken) {
		b.setDoc = func(ctx context.Context, name string, expected uint64, text []byte) (uint64, error) {
			v, err := m.SetDocument(ctx, name, expected, text)
			if timesheet.CodeOf(err) == timesheet.Conflict {
				m.mu.Lock()
				m.data.documents[name] = timesheet.Document{Version: m.data.documents[name].Version, Text: text}
				m.mu.Unlock()
			}
			return v, err
		}
	}},
	{"all names are one document", "document/names are independent", func(m *Memory, b *broken) {
		b.document = func(ctx context.Context, _ string) (timesheet.Document, error) { return m.Document(ctx, "a") }
	}},
	{"long names are cut", "document/names are independent", func(m *Memory, b *broken) {
		cut := func(name string) string { return strings.TrimRight(name, "-a0") + name[:1] }
		b.document = func(ctx context.Context, name string) (timesheet.Document, error) { return m.Document(ctx, cut(name)) }
		b.setDoc = func(ctx context.Context, name string, expected uint64, text []byte) (uint64, error) {
			return m.SetDocument(ctx, cut(name), expected, text)
		}
	}},
	{"every name is fine", "document/bad names are Invalid", func(_ *Memory, b *broken) {
		b.docVersion = func(context.Context, string) (uint64, error) { return 0, nil }
	}},
	{"a text is a string of C", "document/what is set is read, whatever it holds", func(m *Memory, b *broken) {
		b.setDoc = func(ctx context.Context, name string, expected uint64, text []byte) (uint64, error) {
			text, _, _ = bytes.Cut(text, []byte{0})
			return m.SetDocument(ctx, name, expected, text)
		}
	}},
	{"an empty text is none", "document/what is set is read, whatever it holds", func(m *Memory, b *broken) {
		b.document = func(ctx context.Context, name string) (timesheet.Document, error) {
			d, err := m.Document(ctx, name)
			if len(d.Text) == 0 {
				d.Version = 0
			}
			return d, err
		}
	}},
	{"a version lags behind its text", "document/what is set is read, whatever it holds", func(m *Memory, b *broken) {
		before := make(map[string]uint64)
		b.setDoc = func(ctx context.Context, name string, expected uint64, text []byte) (uint64, error) {
			before[name] = expected
			return m.SetDocument(ctx, name, expected, text)
		}
		b.docVersion = func(_ context.Context, name string) (uint64, error) { return before[name], nil }
	}},
	{"the text given is kept", "document/a text is the caller's before and after", func(m *Memory, b *broken) {
		b.setDoc = func(ctx context.Context, name string, expected uint64, text []byte) (uint64, error) {
			v, err := m.SetDocument(ctx, name, expected, text)
			m.mu.Lock()
			m.data.documents[name] = timesheet.Document{Version: v, Text: text}
			m.mu.Unlock()
			return v, err
		}
	}},
	{"the text kept is given", "document/a text is the caller's before and after", func(m *Memory, b *broken) {
		b.document = func(_ context.Context, name string) (timesheet.Document, error) {
			m.mu.Lock()
			defer m.mu.Unlock()
			return m.data.documents[name], nil
		}
	}},
	{"large texts are cut", "document/the largest text", func(m *Memory, b *broken) {
		b.setDoc = func(ctx context.Context, name string, expected uint64, text []byte) (uint64, error) {
			return m.SetDocument(ctx, name, expected, text[:min(len(text), timesheet.MaxDocument-1)])
		}
	}},
	{"purging takes documents", "document/purging and erasing leave documents alone", func(m *Memory, b *broken) {
		b.purge = func(ctx context.Context, floor timesheet.Day) (int, error) {
			m.loseDocuments()
			return m.Purge(ctx, floor)
		}
	}},
	{"erasing takes documents", "document/purging and erasing leave documents alone", func(m *Memory, b *broken) {
		b.erase = func(ctx context.Context, e timesheet.EmployeeID) (int, error) {
			m.loseDocuments()
			return m.Erase(ctx, e)
		}
	}},
	{"a document mints epochs", "document/setting one leaves epochs and rules alone", func(m *Memory, b *broken) {
		b.setDoc = func(ctx context.Context, name string, expected uint64, text []byte) (uint64, error) {
			m.mintAll()
			return m.SetDocument(ctx, name, expected, text)
		}
	}},
	{"documents are lost at a restart", "again/documents", func(m *Memory, b *broken) {
		b.again = func() *Memory {
			m.loseDocuments()
			return m.Another()
		}
	}},
	{"documents are each handle's own", "shared/what one does the other sees", func(_ *Memory, b *broken) {
		own := NewMemory(1)
		b.document, b.docVersion, b.setDoc = own.Document, own.DocumentVersion, own.SetDocument
	}},
}

func (m *Memory) loseDocuments() {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.data.documents, func(string, timesheet.Document) bool { return true })
}

func (b *broken) Document(ctx context.Context, name string) (timesheet.Document, error) {
	return b.document(ctx, name)
}

func (b *broken) DocumentVersion(ctx context.Context, name string) (uint64, error) {
	return b.docVersion(ctx, name)
}

func (b *broken) SetDocument(ctx context.Context, name string, expected uint64, text []byte) (uint64, error) {
	return b.setDoc(ctx, name, expected, text)
}
