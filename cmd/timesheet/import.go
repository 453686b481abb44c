package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"timesheet/ingest"
)

// Run imports the files.
func (c *importCmd) Run(ctx context.Context, con *console, log *slog.Logger) error {
	sources, err := c.sources(con.in)
	if err != nil {
		return err
	}
	rejects, err := c.openRejects()
	if err != nil {
		return err
	}
	site, err := connect(ctx, log, c.storeSettings, c.serverSettings)
	if err != nil {
		return errors.Join(err, rejects.Close())
	}
	summary, err := c.feed(ctx, con, site, sources, rejects)
	err = errors.Join(err, site.Close(), rejects.Close())
	printSummary(con.out, summary, err)
	if err != nil {
		return err
	}
	if summary.Rejected > 0 {
		c.explainRejected(con.err, summary)
		return errRejected
	}
	return nil
}

// explainRejected says where to look for what couldn't be used.
func (c *importCmd) explainRejected(w io.Writer, s ingest.Summary) {
	where := "--rejects FILE lists them with their reasons"
	if c.Rejects != "" {
		where = c.Rejects + " lists them with their reasons"
	}
	if s.Accepted == 0 {
		where += "; nothing at all could be used: is it the right file, and the right --format?"
	}
	fmt.Fprintf(w, "timesheet: some lines were rejected (%d); %s\n", s.Rejected, where)
}

func (c *importCmd) feed(ctx context.Context, con *console, s site, sources []ingest.Source, rejects *rejectsFile) (ingest.Summary, error) {
	sink, err := s.Sink(ctx)
	if err != nil {
		return ingest.Summary{}, err
	}
	o := ingest.ImportOptions{Format: c.Format, Now: time.Now}
	if rejects.file != nil {
		o.Rejects = rejects.file
	}
	if isTerminal(con.err) {
		bar := newBar(con.err)
		defer bar.finish()
		o.Progress = bar.show
	}
	return ingest.Import(ctx, sink, sources, o)
}

// sources are the files in the order given; - is standard input.
func (c *importCmd) sources(stdin io.Reader) ([]ingest.Source, error) {
	var sources []ingest.Source
	var errs []error
	fromStdin := false
	for _, name := range c.Files {
		if name == "-" {
			if fromStdin {
				errs = append(errs, usagef("- (standard input) can be read only once"))
			}
			fromStdin = true
			sources = append(sources, ingest.Source{Name: "standard input", Open: func() (io.ReadCloser, error) {
				return closable(stdin), nil
			}})
			continue
		}
		info, err := os.Stat(name)
		switch {
		case err != nil:
			errs = append(errs, err)
		case info.IsDir():
			errs = append(errs, fmt.Errorf("%s is a directory; name the files in it", name))
		default:
			source := ingest.Source{Name: name, Open: func() (io.ReadCloser, error) { return os.Open(name) }}
			if info.Mode().IsRegular() {
				source.Size = info.Size()
			}
			sources = append(sources, source)
		}
	}
	return sources, errors.Join(errs...)
}

// closable makes a Read of r, which may wait for a terminal or a pipe, end when the
// result is closed: Ctrl-C must not wait for the next line. A goroutine then stays
// behind in r's Read, for what is left of the process.
func closable(r io.Reader) io.ReadCloser {
	out, in := io.Pipe()
	go func() {
		_, err := io.Copy(in, r)
		in.CloseWithError(err)
	}()
	return out
}

// rejectsFile is where rejected lines go; without a file, nowhere.
type rejectsFile struct{ file *os.File }

func (c *importCmd) openRejects() (*rejectsFile, error) {
	if c.Rejects == "" {
		return &rejectsFile{}, nil
	}
	if old, err := os.Stat(c.Rejects); err == nil {
		for _, name := range c.Files {
			if in, err := os.Stat(name); err == nil && os.SameFile(old, in) {
				return nil, usagef("--rejects %s is a file to import: it would be overwritten", c.Rejects)
			}
		}
	}
	f, err := os.Create(c.Rejects)
	if err != nil {
		return nil, fmt.Errorf("--rejects: %w", err)
	}
	return &rejectsFile{f}, nil
}

// Close closes the file, if there is one.
func (r *rejectsFile) Close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}
