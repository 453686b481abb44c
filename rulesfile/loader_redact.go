package rulesfile

import (
	"bytes"
	"fmt"
)

// texts are both files, each nil where there is none.
type texts struct{ rules, directory *Text }

func (t texts) compile() (*Version, error) { return Compile(t.rules, t.directory) }

func (t texts) digest() string { return Digest(t.rules, t.directory) }

func (t texts) contents() (rules, directory []byte) {
	if t.rules != nil {
		rules = t.rules.Content
	}
	if t.directory != nil {
		directory = t.directory.Content
	}
	return rules, directory
}

func (t texts) same(o texts) bool {
	rules, directory := t.contents()
	otherRules, otherDirectory := o.contents()
	return bytes.Equal(rules, otherRules) && bytes.Equal(directory, otherDirectory)
}

// redact is what Options.Redact leaves of t; t itself where it leaves all.
func (l *Loader) redact(t texts) (texts, error) {
	if l.options.Redact == nil {
		return t, nil
	}
	rules, directory := t.contents()
	rules, directory, err := l.options.Redact(rules, directory)
	if err != nil {
		return t, fmt.Errorf("take the erased out of the rules and the directory: %w", err)
	}
	left := t
	if left.rules != nil {
		left.rules = &Text{t.rules.Name, rules}
	}
	if left.directory != nil {
		left.directory = &Text{t.directory.Name, directory}
	}
	return left, nil
}

// redactInForce is the version in force as Options.Redact leaves it now, which since it
// was accepted may have come to leave more out; nil where none is in force. That somebody
// was erased changes no settled day of anybody else.
func (l *Loader) redactInForce() (*Version, error) {
	s := l.status.Load()
	if s == nil || s.Version == nil {
		return nil, nil
	}
	kept, err := l.redact(l.texts)
	if err != nil {
		return nil, err
	}
	if kept.same(l.texts) {
		return s.Version, nil
	}
	return kept.compile()
}

// Redo takes the version in force anew, as after an erasure by which Options.Redact leaves
// more out than before. Where that changes it, what is left is in force and told to
// Accepted when Redo returns. Files that are refused stay so. It may be called by any
// number of goroutines, and while Run runs. After an error nothing has changed.
func (l *Loader) Redo() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.Status()
	v, err := l.redactInForce()
	if err != nil || v == before.Version {
		return err
	}
	kept, err := l.redact(l.texts)
	if err != nil {
		return err
	}
	l.accept(v, kept, nil)
	if before.Refused != nil { // which accept takes for settled
		after := *l.status.Load()
		after.Refused = before.Refused
		l.status.Store(&after)
	}
	return nil
}
