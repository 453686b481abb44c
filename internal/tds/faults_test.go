package tds_test

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"
)

func TestCut(t *testing.T) {
	for _, encrypt := range []string{"disable", "true"} {
		t.Run("encrypt="+encrypt, func(t *testing.T) {
			s := serve(t, answers{"select ids": ids(3000)}, encrypted(t))
			db := s.open(t, "encrypt", encrypt, "trustservercertificate", "true")
			db.SetMaxOpenConns(1)
			whole := int64(5 + 4 + 2 + 2 + 1 + 1 + 2*2 + 1 + 3000*9 + 13) // bounds the answer's bytes
			for _, after := range []int64{0, 1, 20, 4087, 4088, 4089, 8192, 20_001, whole - 40} {
				s.Faults.CutAfter(after, 1)
				n, err := readIDs(t.Context(), db, "select ids")
				if err == nil || n > after/9 {
					t.Errorf("cut after %d: %d rows, %v", after, n, err)
				}
				if n, err := readIDs(t.Context(), db, "select ids"); n != 3000 || err != nil {
					t.Errorf("after the cut: %d rows, %v", n, err)
				}
			}
		})
	}
	t.Run("all answers until cleared", func(t *testing.T) {
		s := serve(t, answers{"select ids": ids(100)}, nil)
		db := s.open(t)
		s.Faults.CutAfter(50, -1)
		for range 3 {
			if n, err := readIDs(t.Context(), db, "select ids"); err == nil {
				t.Errorf("%d rows and no error", n)
			}
		}
		s.Faults.Clear()
		if n, err := readIDs(t.Context(), db, "select ids"); n != 100 || err != nil {
			t.Errorf("%d rows, %v", n, err)
		}
	})
}

func TestDelay(t *testing.T) {
	s := serve(t, answers{"select ids": ids(1000)}, nil)
	db := s.open(t)
	if err := db.PingContext(t.Context()); err == nil {
		t.Fatal("a ping is a query that has no answer here")
	}
	s.Faults.Delay(60 * time.Millisecond)
	begun := time.Now()
	if n, err := readIDs(t.Context(), db, "select ids"); n != 1000 || err != nil {
		t.Errorf("%d rows, %v", n, err)
	}
	if took := time.Since(begun); took < 60*time.Millisecond {
		t.Error(took)
	}
	s.Faults.Clear()
	before := len(s.handler.logins)
	s.Faults.Delay(time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	if _, err := readIDs(ctx, db, "select ids"); err == nil {
		t.Error("no error")
	}
	s.Faults.Clear()
	if n, err := readIDs(t.Context(), db, "select ids"); n != 1000 || err != nil {
		t.Errorf("after a cancelled delay: %d rows, %v", n, err)
	}
	if n := len(s.handler.logins); n != before {
		t.Errorf("%d connections more: the delay outlasted an attention", n-before)
	}
}

func TestClose(t *testing.T) {
	t.Run("ends queries, also those whose client doesn't read", func(t *testing.T) {
		started, stopped := make(chan struct{}), make(chan struct{})
		begun, ended := make(chan struct{}), make(chan struct{})
		s := serve(t, answers{"select on": endless(started, stopped), "select nothing": blocked(begun, ended)}, nil)
		db := s.open(t)
		rows, err := db.QueryContext(t.Context(), "select on") // and not read
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		failed := make(chan error, 1)
		go func() { _, err := db.QueryContext(t.Context(), "select nothing"); failed <- err }()
		await(t, "a query", started)
		await(t, "a query", begun)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		await(t, "the query's end", stopped)
		await(t, "the query's end", ended)
		if err := <-failed; err == nil {
			t.Error("no error")
		}
	})
	t.Run("refuses to serve afterwards", func(t *testing.T) {
		s := serve(t, nil, nil)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Serve(l); err != nil {
			t.Error(err)
		}
		if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("the listener is open: %v", err)
		}
	})
	t.Run("a listener that fails can have a successor", func(t *testing.T) {
		s := serve(t, answers{"select ids": ids(1)}, nil)
		for range 2 {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- s.Serve(l) }()
			c, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			l.Close()
			if err := <-ended; !errors.Is(err, net.ErrClosed) {
				t.Error(err)
			}
			s.CutConnections()
			if _, err := io.ReadAll(c); err != nil && !errors.Is(err, net.ErrClosed) {
				t.Log(err) // a reset is a cut too
			}
			c.Close()
		}
	})
}
