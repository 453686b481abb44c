package ingest_test

import (
	"errors"
	"testing"
	"time"

	"timesheet"
)

func TestPollerGaps(t *testing.T) {
	inWorld(t, "close when their row comes", func(s *sim) {
		s.source.fill(1, 4)
		s.source.fill(6, 9)
		p := s.begin(usual("a"))
		s.pass(2 * time.Second)
		s.expect(p, timesheet.SourcePolling, 9, 4, 1)
		s.source.fill(5, 5)
		s.pass(2 * time.Second)
		s.expect(p, timesheet.SourcePolling, 9, 9, 0)
		s.source.equal(s, s.store)
	})
	inWorld(t, "close when they have been open for long enough, not before", func(s *sim) {
		s.source.fill(1, 4)
		s.source.fill(6, 9)
		p := s.begin(usual("a"))
		s.pass(15*time.Minute - time.Second)
		s.expect(p, timesheet.SourcePolling, 9, 4, 1)
		s.pass(30 * time.Second)
		s.expect(p, timesheet.SourcePolling, 9, 9, 0)
	})
	inWorld(t, "do not age while the source can't be read", func(s *sim) {
		s.source.fill(1, 4)
		s.source.fill(6, 9)
		p := s.begin(usual("a"))
		s.pass(10 * time.Minute)
		s.source.setFault(func(string) (int, error) {
			return 0, timesheet.NewError(timesheet.Unavailable, "", errors.New("no connection to the server"))
		})
		s.pass(10 * time.Hour)
		s.complains(p, timesheet.SourceRetrying, "no connection to the server")
		s.expect(p, timesheet.SourceRetrying, 9, 4, 1)
		s.source.setFault(nil)
		s.pass(4 * time.Minute)
		s.expect(p, timesheet.SourcePolling, 9, 4, 1)
		s.source.fill(5, 5)
		s.pass(2 * time.Second)
		s.expect(p, timesheet.SourcePolling, 9, 9, 0)
		s.source.equal(s, s.store)
	})
	inWorld(t, "do not age while only new rows can be read", func(s *sim) {
		s.source.fill(1, 4)
		s.source.fill(6, 9)
		p := s.begin(usual("a"))
		s.pass(10 * time.Minute)
		s.source.setFault(func(call string) (int, error) {
			if call == "ranges" {
				return 0, timesheet.NewError(timesheet.Unavailable, "", errors.New("deadlock victim"))
			}
			return 0, nil
		})
		s.pass(5 * time.Hour)
		s.complains(p, timesheet.SourceRetrying, "deadlock victim")
		s.source.setFault(nil)
		s.pass(2 * time.Minute)
		s.expect(p, timesheet.SourcePolling, 9, 4, 1)
	})
	inWorld(t, "do not age while a read hangs", func(s *sim) {
		s.source.fill(1, 4)
		s.source.fill(6, 9)
		p := s.begin(usual("a"))
		s.pass(time.Minute)
		answer := make(chan struct{})
		s.source.setFault(func(string) (int, error) {
			<-answer
			return 0, nil
		})
		s.pass(4 * time.Hour)
		close(answer)
		s.pass(10 * time.Minute)
		s.expect(p, timesheet.SourcePolling, 9, 4, 1)
		s.pass(5 * time.Minute)
		s.expect(p, timesheet.SourcePolling, 9, 9, 0)
	})
	inWorld(t, "do not age while no poller runs, for two days", func(s *sim) {
		s.source.fill(1, 4)
		s.source.fill(6, 9)
		s.begin(usual("a")).pass5(s).kill()
		s.source.fill(12, 13)
		s.pass(48 * time.Hour)
		p := s.begin(usual("b"))
		s.pass(10*time.Minute - 10*time.Second)
		s.expect(p, timesheet.SourcePolling, 13, 4, 3)
		s.source.fill(5, 5)
		s.pass(2 * time.Second)
		s.source.fill(10, 11)
		s.pass(2 * time.Second)
		s.expect(p, timesheet.SourcePolling, 13, 13, 0)
		s.source.equal(s, s.store)
	})
	inWorld(t, "age across lives, by the time that the source was read", func(s *sim) {
		s.source.fill(1, 4)
		s.source.fill(6, 9)
		for range 2 {
			p := s.begin(usual("a")).pass5(s)
			s.expect(p, timesheet.SourcePolling, 9, 4, 1)
			p.quit()
			s.pass(time.Hour)
		}
		p := s.begin(usual("a"))
		s.pass(4 * time.Minute)
		s.expect(p, timesheet.SourcePolling, 9, 4, 1)
		s.pass(2 * time.Minute)
		s.expect(p, timesheet.SourcePolling, 9, 9, 0)
	})
	inWorld(t, "are bounded in number, and each is read again", func(s *sim) {
		const odd = 6000 // more than are kept, of single ids
		for id := timesheet.RowID(2); id <= odd; id += 2 {
			s.source.fill(id, id)
		}
		o := usual("a")
		o.Page = 500
		p := s.begin(o)
		s.pass(5 * time.Second)
		s.expect(p, timesheet.SourcePolling, odd, 0, odd/2)
		for id := timesheet.RowID(1); id < odd; id += 2 {
			s.source.fill(id, id)
		}
		s.pass(time.Minute)
		s.expect(p, timesheet.SourcePolling, odd, odd, 0)
		s.source.equal(s, s.store)
	})
	inWorld(t, "close though rows around them are deleted", func(s *sim) {
		s.source.fill(1, 4)
		s.source.fill(6, 30)
		p := s.begin(usual("a"))
		s.pass(2 * time.Second)
		s.source.delete(4, 6, 7)
		s.pass(16 * time.Minute)
		s.expect(p, timesheet.SourcePolling, 30, 30, 0)
	})
}

// pass5 lets five minutes pass.
func (p *process) pass5(s *sim) *process {
	s.pass(5 * time.Minute)
	return p
}
