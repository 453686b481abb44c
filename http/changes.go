package http

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"timesheet"
	"timesheet/http/contract"
)

const (
	mediaEvents = "text/event-stream"
	// heartbeat is how long a stream is silent at most: proxies cut what is idle, and
	// a reader that is gone shows only when something is written.
	heartbeat = 15 * time.Second
	// maxEventID bounds Last-Event-ID, which anybody may make up.
	maxEventID = 100
)

var errNoChanges = failed(kindNotFound, "this service tells no changes; ask for the board again instead", nil)

// GetChanges streams changes as they happen.
func (s contractOperations) GetChanges(ctx context.Context, r contract.GetChangesRequestObject) (contract.GetChangesResponseObject, error) {
	if s.o.Changes == nil {
		return nil, errNoChanges
	}
	if err := reachesTeam(ctx, r.Params.Team); err != nil {
		return nil, err
	}
	f := ChangeFilter{Reach: reach(ctx), Team: or(r.Params.Team, "")}
	if r.Params.Day != nil {
		day, err := parsed("day", *r.Params.Day, timesheet.ParseDay)
		if err != nil {
			return nil, err
		}
		f.From, f.To = day, day
	}
	if r.Params.Employee != nil {
		id, err := parsed("employee", *r.Params.Employee, timesheet.ParseEmployeeID)
		if err != nil {
			return nil, err
		}
		f.Employee = id
		if err := s.reachesChanges(ctx, id, f.From); err != nil {
			return nil, err
		}
	}
	after := or(r.Params.LastEventID, "")
	if len(after) > maxEventID {
		return nil, badParameter("Last-Event-ID", "it has %d bytes, at most %d are allowed; take it from id, or leave it out", len(after), maxEventID)
	}
	req, who := request(ctx), callerOf(ctx)
	from := ctx.(*gin.Context).RemoteIP()
	known := func(ctx context.Context) bool { return s.still(ctx, who, from) }
	return answerFunc(func(w http.ResponseWriter) error {
		return s.stream(w, req, known, s.o.Changes.Subscribe(after, f), after == "")
	}), nil
}

// stream writes events until the client hangs up, takes nothing for a Timeout, or the
// server ends, or at a heartbeat when its caller isn't known any more, or by other
// rights. A client that never read anything is told to begin with the board.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, known func(context.Context) bool, sub Subscription, fresh bool) error {
	h := w.Header()
	h.Set("Content-Type", mediaEvents)
	h.Set("X-Accel-Buffering", "no") // proxies that know it pass each event on at once
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(s.life, cancel)()
	begin := "retry: 2000\n\n"
	if fresh {
		begin += "event: resync\ndata: {}\n\n"
	}
	out := s.eventWriter(w, r)
	defer out.end()
	for err := out.write([]byte(begin)); err == nil && ctx.Err() == nil; {
		beat, stop := context.WithTimeout(ctx, heartbeat)
		err = s.streamUntil(beat, out, sub, func() bool { return known(ctx) })
		stop()
	}
	return nil
}

var errUnknown = errors.New("the caller isn't known any more, or has other rights")

// streamUntil writes events until beat ends, and then a heartbeat, if the caller is still
// known. Its error says that there is nobody to write to, or nothing any more: the client
// comes back, and asks anew.
func (s *Server) streamUntil(beat context.Context, out *eventWriter, sub Subscription, known func() bool) error {
	for {
		events, err := sub.Next(beat)
		late := beat.Err() != nil
		switch {
		case late && !known():
			return errUnknown
		case err != nil && !late:
			return err
		}
		if err := s.writeEvents(out, events, late); err != nil || late {
			return err
		}
	}
}

func (s *Server) writeEvents(out *eventWriter, events []Change, beat bool) error {
	b := eventBuffers.Get().(*[]byte)
	*b = (*b)[:0]
	for _, e := range events {
		*b = s.appendEvent(*b, e)
	}
	if beat {
		*b = append(*b, ":\n\n"...)
	}
	err := out.write(*b)
	if cap(*b) <= chunkSize+chunkSlack { // beyond it is a rare length
		eventBuffers.Put(b)
	}
	return err
}

func (s *Server) appendEvent(b []byte, e Change) []byte {
	if e.Resync() {
		return appendResync(b, e)
	}
	return append(b, e.Text(func() []byte { return s.eventText(e) })...)
}

func appendResync(b []byte, e Change) []byte {
	return append(append(append(b, "id: "...), e.ID()...), "\nevent: resync\ndata: {}\n\n"...)
}

// eventText is what all streams write of a change.
func (s *Server) eventText(e Change) []byte {
	rules, err := s.inForce()
	if err != nil { // can't be: there are changes
		return appendResync(nil, e)
	}
	b := append([]byte("id: "), e.ID()...)
	if e.Gone() {
		b = appendString(append(b, "\nevent: gone\ndata: {\"employee_id\":"...), string(e.Employee()))
		return append(appendDay(append(b, `,"day":"`...), e.Day()), "\"}\n\n"...)
	}
	row := e.Row()
	return append(newRowEncoder(rules).append(append(b, "\nevent: change\ndata: "...), &row), "\n\n"...)
}
