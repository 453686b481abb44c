package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"time"

	"timesheet"
	"timesheet/internal/load"
)

// straight is a connection of the senders that ends in a keeper, in this process: what
// is left of a request is the clocking. So a bare Redis is measured by the very
// schedule, clock and histogram that measure the service.
type straight struct {
	keeper keeper
	rules  *timesheet.DayRules
	ctx    context.Context // of the run: net.Conn's methods have none
	answer bytes.Buffer
}

var straightAnswer = []byte("HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"accepted\":1}")

func dialKeeper(k keeper) (load.Dial, error) {
	rules, err := utc()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		return &straight{keeper: k, rules: rules, ctx: ctx}, nil
	}, nil
}

// Write takes one request and waits until its clocking is kept.
func (s *straight) Write(request []byte) (int, error) {
	_, body, ok := bytes.Cut(request, []byte("\r\n\r\n"))
	if !ok {
		return 0, errors.New("a request comes in one piece")
	}
	var in posted
	if err := json.Unmarshal(body, &in); err != nil {
		return 0, err
	}
	e, err := in.entry(s.rules)
	if err != nil {
		return 0, err
	}
	if err := s.keeper.keep(s.ctx, e); err != nil {
		return 0, err
	}
	s.answer.Write(straightAnswer)
	return len(request), nil
}

// Read reads the answers to what was written.
func (s *straight) Read(p []byte) (int, error) { return s.answer.Read(p) }

// Close does nothing: the keeper is its owner's.
func (s *straight) Close() error { return nil }

// LocalAddr is nothing that anybody asks for.
func (s *straight) LocalAddr() net.Addr { return &net.TCPAddr{} }

// RemoteAddr is like LocalAddr.
func (s *straight) RemoteAddr() net.Addr { return &net.TCPAddr{} }

// SetDeadline does nothing: the keeper's client has its own.
func (s *straight) SetDeadline(time.Time) error { return nil }

// SetReadDeadline is like SetDeadline.
func (s *straight) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline is like SetDeadline.
func (s *straight) SetWriteDeadline(time.Time) error { return nil }
