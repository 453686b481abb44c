package ingest_test

import (
	"testing"
	"time"

	"timesheet"
	"timesheet/storetest"
)

func TestPollerLease(t *testing.T) {
	inWorld(t, "another instance takes over within 10 seconds", func(s *sim) {
		s.source.fill(1, 10)
		a := s.begin(usual("a"))
		s.pass(time.Second)
		b := s.begin(usual("b"))
		s.pass(10 * time.Second)
		s.expect(b, timesheet.SourcePolling, 10, 10, 0)
		if got := b.poller.Status().Holder; got != "a" {
			s.Errorf("the holder is %q", got)
		}
		a.kill()
		s.source.fill(11, 20)
		s.pass(10 * time.Second)
		s.source.equal(s, s.store)
		s.expect(b, timesheet.SourcePolling, 20, 20, 0)
		if got := b.poller.Status().Holder; got != "b" {
			s.Errorf("the holder is %q", got)
		}
	})
	inWorld(t, "at once after an end in good order", func(s *sim) {
		s.source.fill(1, 10)
		a := s.begin(usual("a"))
		s.pass(time.Second)
		b := s.begin(usual("b"))
		s.pass(10 * time.Second)
		s.source.fill(11, 20)
		a.quit()
		if got := a.poller.Status(); got.Holder != "" || got.State != timesheet.SourceStarting {
			s.Errorf("%+v", got)
		}
		s.source.fill(21, 30)
		s.pass(2 * time.Second)
		s.source.equal(s, s.store)
		s.expect(b, timesheet.SourcePolling, 30, 30, 0)
	})
	inWorld(t, "one that lost it reads no more", func(s *sim) {
		s.source.fill(1, 10)
		a := s.begin(usual("a"))
		s.pass(10 * time.Second)
		a.On("Acquire", storetest.Always(storetest.Fault{Before: storetest.ErrInjected}))
		b := s.begin(usual("b"))
		s.pass(9 * time.Second)
		s.complains(a, timesheet.SourceRetrying, "the store is out of reach")
		if got := b.poller.Status().Holder; got != "b" {
			s.Errorf("the holder is %q", got)
		}
		a.On("Acquire", nil)
		s.pass(5 * time.Second)
		s.source.fill(11, 20)
		s.pass(10 * time.Second)
		for _, p := range []*process{a, b} {
			s.expect(p, timesheet.SourcePolling, 20, 20, 0)
			if got := p.poller.Status(); got.Holder != "b" || got.Error != "" {
				s.Errorf("%+v", got)
			}
		}
	})
	inWorld(t, "Run ends within 2 seconds, whatever the view does", func(s *sim) {
		s.source.fill(1, 10)
		p := s.begin(usual("a"))
		s.pass(3 * time.Second)
		answer := make(chan struct{})
		s.source.setFault(func(string) (int, error) {
			<-answer
			return 0, nil
		})
		s.pass(5 * time.Second)
		began := time.Now()
		if p.quit(); time.Since(began) > 2*time.Second {
			s.Errorf("it took %v", time.Since(began))
		}
		close(answer)
	})
	inWorld(t, "and whatever sink and store do", func(s *sim) {
		s.source.fill(1, 10)
		stuck := make(chan struct{})
		p := s.begin(usual("a"))
		s.pass(3 * time.Second)
		for _, method := range []string{"Merge", "Advance", "Acquire", "Release"} {
			p.On(method, storetest.Always(storetest.Fault{Block: stuck}))
		}
		s.source.fill(11, 20)
		s.pass(5 * time.Second)
		began := time.Now()
		if p.quit(); time.Since(began) > 2*time.Second {
			s.Errorf("it took %v", time.Since(began))
		}
		close(stuck)
	})
}
