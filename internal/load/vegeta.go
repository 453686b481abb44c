package load

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"timesheet"
)

// ExportVegeta writes the requests of p as targets of vegeta (-format=json), one JSON
// object a line, and sends nothing. p needs an end: Count, or Rate and For. Its errors
// are Invalid for what is wrong with p, and those of w.
func ExportVegeta(ctx context.Context, p Plan, w io.Writer) (requests int, err error) {
	now := time.Now()
	if err := p.Validate(now); err != nil {
		return 0, err
	}
	p = p.withDefaults(now)
	if _, known := p.clockings(); !known {
		return 0, timesheet.NewError(timesheet.Invalid, "export targets", errors.New("say how many: by a count, or by a rate and a time"))
	}
	stream, err := NewStream(p.Workload, now)
	if err != nil {
		return 0, err
	}
	p.For, p.Count = 0, p.total() // it is the count that ends it, not the time
	batches, encoder := newBatches(p, stream, now), NewEncoder(stream, p.Format)
	out := bufio.NewWriterSize(w, 1<<16)
	var b batch
	var body, line []byte
	for ctx.Err() == nil && batches.next(&b) {
		target := p.Targets[requests%len(p.Targets)]
		body = encoder.Append(body[:0], b.clockings)
		line = append(line[:0], `{"method":"POST","url":`...)
		line = strconv.AppendQuote(line, target.URL+clockingsRoute) // no escape of a URL differs from JSON's
		line = append(line, `,"header":{"Content-Type":["`...)
		line = append(line, encoder.MediaType()...)
		line = append(line, `"]},"body":"`...)
		line = base64.StdEncoding.AppendEncode(line, body)
		line = append(line, "\"}\n"...)
		if _, err := out.Write(line); err != nil {
			return requests, fmt.Errorf("write vegeta targets: %w", err)
		}
		requests++
	}
	if err := out.Flush(); err != nil {
		return requests, fmt.Errorf("write vegeta targets: %w", err)
	}
	return requests, ctx.Err()
}

// total is the clockings of a plan whose number is known.
func (p Plan) total() int64 {
	n, _ := p.clockings()
	return n
}
