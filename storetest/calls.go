package storetest

import (
	"context"
	"errors"

	"timesheet"
)

// calls are all calls with arguments that work.
var calls = map[string]func(ctx context.Context, s timesheet.Store) error{
	"Ping": func(ctx context.Context, s timesheet.Store) error { return s.Ping(ctx) },
	"Merge": func(ctx context.Context, s timesheet.Store) error {
		ids := spread(s.Partitions(), 2, "call-")
		deltas := deltasOf(s, []timesheet.Entry{entry(ids[0], monday, 8, 9), entry(ids[1], monday, 8, 9)})
		deltas[0].Epoch, deltas[1].Epoch = 1, 2
		return alike(s.Merge(ctx, deltas), func(m timesheet.Merged) error { return m.Err })
	},
	"probe": func(ctx context.Context, s timesheet.Store) error {
		return alike(s.Merge(ctx, []timesheet.Delta{{}, {Partition: 1}}), func(m timesheet.Merged) error { return m.Err })
	},
	"Range": func(ctx context.Context, s timesheet.Store) error {
		_, err := s.Range(ctx, "7", monday, monday+1)
		return err
	},
	"Board": func(ctx context.Context, s timesheet.Store) error {
		_, _, err := s.Board(ctx, monday, "", 10)
		return err
	},
	"Days": func(ctx context.Context, s timesheet.Store) error { _, err := s.Days(ctx); return err },
	"Replace": func(ctx context.Context, s timesheet.Store) error {
		rs := []timesheet.Replacement{{New: entry("7", monday, 8, 9)}, {New: entry("8", monday, 8, 9)}}
		return alike(s.Replace(ctx, rs), func(err error) error { return err })
	},
	"Purge":  func(ctx context.Context, s timesheet.Store) error { _, err := s.Purge(ctx, monday); return err },
	"Erase":  func(ctx context.Context, s timesheet.Store) error { _, err := s.Erase(ctx, "7"); return err },
	"Floor":  func(ctx context.Context, s timesheet.Store) error { _, err := s.Floor(ctx); return err },
	"Erased": func(ctx context.Context, s timesheet.Store) error { _, err := s.Erased(ctx, "7"); return err },
	"Watch": func(ctx context.Context, s timesheet.Store) error {
		f, err := s.Watch(ctx)
		if err == nil {
			_ = f.Close()
		}
		return err
	},
	"DayRules": func(ctx context.Context, s timesheet.Store) error { _, _, err := s.DayRules(ctx); return err },
	"SetDayRules": func(ctx context.Context, s timesheet.Store) error {
		_, err := s.SetDayRules(ctx, 0, someRules())
		return err
	},
	"Document": func(ctx context.Context, s timesheet.Store) error {
		_, err := s.Document(ctx, "rules")
		return err
	},
	"DocumentVersion": func(ctx context.Context, s timesheet.Store) error {
		_, err := s.DocumentVersion(ctx, "rules")
		return err
	},
	"SetDocument": func(ctx context.Context, s timesheet.Store) error {
		_, err := s.SetDocument(ctx, "rules", 0, []byte("text"))
		return err
	},
	"Checkpoint": func(ctx context.Context, s timesheet.Store) error {
		_, err := s.Checkpoint(ctx, "clocking")
		return err
	},
	"Advance": func(ctx context.Context, s timesheet.Store) error {
		return s.Advance(ctx, "clocking", "n1", timesheet.Checkpoint{Settled: 1})
	},
	"Rewind": func(ctx context.Context, s timesheet.Store) error {
		_, err := s.Rewind(ctx, "clocking", 0, 1, nil, "test")
		return err
	},
	"Acquire": func(ctx context.Context, s timesheet.Store) error {
		_, err := s.Acquire(ctx, "clocking", timesheet.Lease{Holder: "h", Nonce: "n1"}, hour)
		return err
	},
	"Release": func(ctx context.Context, s timesheet.Store) error { return s.Release(ctx, "clocking", "n1") },
	"Reject": func(ctx context.Context, s timesheet.Store) error {
		return s.Reject(ctx, "clocking", []timesheet.Rejected{rejectedRow(7, "7")})
	},
	"Rejected": func(ctx context.Context, s timesheet.Store) error {
		_, err := s.Rejected(ctx, "clocking", 0, 10)
		return err
	},
	"CountRejected": func(ctx context.Context, s timesheet.Store) error {
		_, err := s.CountRejected(ctx, "clocking")
		return err
	},
	"Readmit": func(ctx context.Context, s timesheet.Store) error { return s.Readmit(ctx, "clocking", 7) },
	"Correct": func(ctx context.Context, s timesheet.Store) error {
		_, err := s.Correct(ctx, correction("7", monday, "call"), timesheet.AnySeq)
		return err
	},
	"Corrections": func(ctx context.Context, s timesheet.Store) error {
		_, err := s.Corrections(ctx, "7", monday, monday)
		return err
	},
	"Corrected": func(ctx context.Context, s timesheet.Store) error {
		_, _, err := s.Corrected(ctx, monday, monday+1, "", 10)
		return err
	},
	"Seal": func(ctx context.Context, s timesheet.Store) error {
		return s.Seal(ctx, november, []timesheet.Sealed{sealed("7", "call")})
	},
	"Sealed": func(ctx context.Context, s timesheet.Store) error {
		_, err := s.Sealed(ctx, november, "", 10)
		return err
	},
	"SealedOf": func(ctx context.Context, s timesheet.Store) error {
		_, err := s.SealedOf(ctx, november, "7")
		return err
	},
	"Series":    func(ctx context.Context, s timesheet.Store) error { _, err := s.Series(ctx); return err },
	"Unseal":    func(ctx context.Context, s timesheet.Store) error { return s.Unseal(ctx, november) },
	"Documents": func(ctx context.Context, s timesheet.Store) error { _, err := s.Documents(ctx); return err },
	"Histories": func(ctx context.Context, s timesheet.Store) error { _, _, err := s.Histories(ctx, "", 10); return err },
	"Graves":    func(ctx context.Context, s timesheet.Store) error { _, err := s.Graves(ctx); return err },
	"Bury": func(ctx context.Context, s timesheet.Store) error {
		return s.Bury(ctx, timesheet.Graves{Secret: make([]byte, 32), Hashes: [][]byte{make([]byte, timesheet.GraveBytes)}})
	},
}

// alike is the error of the two answers, where both have one of the same code.
func alike[T any](answers []T, errOf func(T) error) error {
	if len(answers) != 2 {
		return errors.New("there aren't 2 answers")
	}
	first, second := errOf(answers[0]), errOf(answers[1])
	if timesheet.CodeOf(first) != timesheet.CodeOf(second) {
		return errors.New("the answers differ")
	}
	return first
}
