package period

import (
	"context"
	"errors"
	"fmt"

	"timesheet"
)

// sweep drops all series of a closed month but the valid one. A month without a header
// keeps them: one of them may become valid at any moment.
func (p *Periods) sweep(ctx context.Context, month timesheet.Month) error {
	closing, err := p.Closed(ctx, month)
	if err != nil || closing == nil {
		return err
	}
	all, err := p.o.Store.Series(ctx)
	for _, s := range all {
		if s.Month == month && s != closing.Series {
			err = errors.Join(err, p.o.Store.Unseal(ctx, s))
		}
	}
	return err
}

// Tidy drops what closings left behind that came to nothing, and empties the headers,
// with the rules beside them, of months that are no longer kept: those then count as
// never closed. It is for a start, and after each purge. Errors are the store's.
func (p *Periods) Tidy(ctx context.Context) error {
	floor, err := p.o.Store.Floor(ctx)
	if err != nil {
		return fmt.Errorf("tidy closed months: %w", err)
	}
	months, err := p.months(ctx)
	if err != nil {
		return err
	}
	var problems []error
	for _, month := range months {
		if month.Last() >= floor {
			problems = append(problems, p.sweep(ctx, month))
			continue
		}
		h, err := p.header(ctx, month)
		if err == nil && h.closing != nil {
			_, err = p.o.Store.SetDocument(ctx, documentName(month), h.version, nil)
		}
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

// mostTries bounds how often a header is redacted that others keep changing.
const mostTries = 10

// Redact has redact take people out of the rules and directory texts that are kept beside
// all headers, as after an erasure; the documents are period-2026-11 and so on, all that
// begin with "period-". It changes no figures, and calls redact again for a header that
// somebody else changed at the same time. Errors are the store's, and those of redact.
func (p *Periods) Redact(ctx context.Context, redact func(rules, directory []byte) (newRules, newDirectory []byte, err error)) error {
	months, err := p.months(ctx)
	if err != nil {
		return err
	}
	var problems []error
	for _, month := range months {
		err := p.redact(ctx, month, redact)
		for tries := 1; tries < mostTries && timesheet.CodeOf(err) == timesheet.Conflict; tries++ {
			err = p.redact(ctx, month, redact)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("redact the rules of %v: %w", month, err))
		}
	}
	return errors.Join(problems...)
}

func (p *Periods) redact(ctx context.Context, month timesheet.Month, redact func(rules, directory []byte) ([]byte, []byte, error)) error {
	d, t, packed, err := p.texts(ctx, month)
	if err != nil || len(t.rules)+len(t.directory) == 0 {
		return err // it wasn't closed, or by rules that have no text
	}
	rules, directory, err := redact(t.rules, t.directory)
	if err != nil || string(rules) == string(t.rules) && string(directory) == string(t.directory) {
		return err
	}
	line := d.Text[:len(d.Text)-len(packed)]
	_, err = p.o.Store.SetDocument(ctx, documentName(month), d.Version, append(line, p.codec.packTexts(texts{rules, directory})...))
	return err
}

// texts reads a header with the texts beside it.
func (p *Periods) texts(ctx context.Context, month timesheet.Month) (timesheet.Document, texts, []byte, error) {
	d, err := p.o.Store.Document(ctx, documentName(month))
	if err != nil || len(d.Text) == 0 {
		return d, texts{}, nil, err
	}
	_, packed, err := p.codec.parseHeader(month, d.Text)
	if err != nil {
		return d, texts{}, nil, err
	}
	t, err := p.codec.parseTexts(month, packed)
	return d, t, packed, err
}

// Texts answers the rules and the directory by which a month was closed, as far as they
// name nobody who was erased since. NotFound: it isn't closed.
func (p *Periods) Texts(ctx context.Context, month timesheet.Month) (rules, directory []byte, err error) {
	d, t, _, err := p.texts(ctx, month)
	if err == nil && len(d.Text) == 0 {
		err = timesheet.NewError(timesheet.NotFound, "read the rules of "+month.String(), errors.New("it isn't closed"))
	}
	return t.rules, t.directory, err
}
