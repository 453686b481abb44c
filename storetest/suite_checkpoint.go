package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"time"

	"timesheet"
)

// hour is a lease that doesn't end during a test.
const hour = time.Hour

// checkpointTests are about Advance and Rewind.
var checkpointTests = []test{
	{"a new source has none", func(k *kit) {
		k.at("clocking", timesheet.Checkpoint{})
	}},
	{"advances and keeps the state", func(k *kit) {
		k.lease("clocking", "n1")
		for i, state := range [][]byte{[]byte("open gaps"), nil, {0, 255, 10, 13, 0}, []byte("ü{%}")} {
			to := timesheet.Checkpoint{Settled: timesheet.RowID(i * 10), State: state}
			k.must(k.s.Advance(k.ctx, "clocking", "n1", to), "advance")
			k.at("clocking", to)
		}
		to := timesheet.Checkpoint{Settled: 30, State: []byte("same place, other state")}
		k.must(k.s.Advance(k.ctx, "clocking", "n1", to), "advance without moving")
		k.at("clocking", to)
		to = timesheet.Checkpoint{Settled: 1<<63 - 1}
		k.must(k.s.Advance(k.ctx, "clocking", "n1", to), "advance to the largest id")
		k.at("clocking", to)
	}},
	{"large ids are exact", func(k *kit) { // beyond 2⁵³, where floating-point numbers have gaps
		k.lease("clocking", "n1")
		for _, id := range []timesheet.RowID{1<<53 + 1, 1<<53 + 2, 1<<62 + 1} {
			k.must(k.s.Advance(k.ctx, "clocking", "n1", timesheet.Checkpoint{Settled: id}), "advance")
			k.at("clocking", timesheet.Checkpoint{Settled: id})
			back := timesheet.Checkpoint{Settled: id - 1}
			k.code(k.s.Advance(k.ctx, "clocking", "n1", back), timesheet.Conflict, "go back by one")
		}
	}},
	{"advancing needs the lease, the generation and the right direction", advanceNeeds},
	{"the state is as large as it may be", func(k *kit) {
		k.lease("clocking", "n1")
		full := timesheet.Checkpoint{Settled: 1, State: bytes.Repeat([]byte{7, 0, 255}, timesheet.MaxCheckpointState/3)}
		full.State = append(full.State, make([]byte, timesheet.MaxCheckpointState-len(full.State))...)
		k.must(k.s.Advance(k.ctx, "clocking", "n1", full), "advance with the largest state")
		k.at("clocking", full)
		more := timesheet.Checkpoint{Settled: 2, State: append(full.State, 1)}
		k.code(k.s.Advance(k.ctx, "clocking", "n1", more), timesheet.Invalid, "advance with a larger state")
		_, err := k.s.Rewind(k.ctx, "clocking", 0, 0, more.State, "too large")
		k.code(err, timesheet.Invalid, "rewind with a larger state")
		k.at("clocking", full)
	}},
	{"rewinding begins a generation", rewinds},
	{"rewinding expects the generation", func(k *kit) {
		k.rewind("clocking", 0, 5, nil, "first")
		for _, wrong := range []uint64{0, 2, 1<<64 - 1} {
			_, err := k.s.Rewind(k.ctx, "clocking", wrong, 1, nil, "wrong")
			k.code(err, timesheet.Conflict, fmt.Sprintf("rewind of generation %d", wrong))
		}
		k.at("clocking", timesheet.Checkpoint{Generation: 1, Settled: 5, Reason: "first"})
	}},
	{"sources are independent", func(k *kit) {
		names := []string{"clocking", "clocking2", "a{b}", "{a}b", "ü", "a:b", "a", "A", "%s", "*"}
		for i, name := range names {
			k.lease(name, fmt.Sprintf("n%d", i))
			to := timesheet.Checkpoint{Settled: timesheet.RowID(i + 1), State: []byte(name)}
			k.must(k.s.Advance(k.ctx, name, fmt.Sprintf("n%d", i), to), "advance "+name)
		}
		k.rewind(names[1], 0, 0, nil, "alone")
		k.must(k.s.Release(k.ctx, names[2], "n2"), "release")
		for i, name := range names {
			want := timesheet.Checkpoint{Settled: timesheet.RowID(i + 1), State: []byte(name)}
			if i == 1 {
				want = timesheet.Checkpoint{Generation: 1, Reason: "alone"}
			}
			k.at(name, want)
			next := timesheet.Checkpoint{Generation: want.Generation, Settled: 100}
			err := k.s.Advance(k.ctx, name, fmt.Sprintf("n%d", i), next)
			if i == 2 {
				k.code(err, timesheet.Conflict, "advance "+name+", whose lease is released")
				continue
			}
			k.must(err, "advance "+name+" again")
		}
	}},
	{"of many advances at once none goes back", advanceRace},
	{"of many rewinds at once one wins", func(k *kit) {
		stores := k.handles()
		for generation := range uint64(5) {
			wins := make(chan struct{}, 4)
			err := together(4, func(i int) error {
				_, err := stores[i%len(stores)].Rewind(k.ctx, "clocking", generation, timesheet.RowID(i), nil, "race")
				if err == nil {
					wins <- struct{}{}
				}
				return ignore(err, timesheet.Conflict)
			})
			k.must(err, "rewind")
			if len(wins) != 1 {
				k.Fatalf("%d of 4 rewinds of generation %d succeeded", len(wins), generation)
			}
		}
	}},
}

func advanceNeeds(k *kit) {
	to := timesheet.Checkpoint{Settled: 10}
	k.code(k.s.Advance(k.ctx, "clocking", "n1", to), timesheet.Conflict, "advance without a lease")
	if err := k.s.Advance(k.ctx, "clocking", "", to); err == nil {
		k.Errorf("advance without a lease nor a nonce succeeded")
	}
	k.at("clocking", timesheet.Checkpoint{})
	k.lease("clocking", "n1")
	k.must(k.s.Advance(k.ctx, "clocking", "n1", to), "advance")
	for name, try := range map[string]struct {
		nonce string
		to    timesheet.Checkpoint
	}{
		"another nonce":      {"n2", timesheet.Checkpoint{Settled: 11}},
		"a nonce's begin":    {"n", timesheet.Checkpoint{Settled: 11}},
		"a longer nonce":     {"n11", timesheet.Checkpoint{Settled: 11}},
		"going back":         {"n1", timesheet.Checkpoint{Settled: 9}},
		"a later generation": {"n1", timesheet.Checkpoint{Settled: 11, Generation: 1}},
	} {
		try.to.State = []byte("not kept")
		k.code(k.s.Advance(k.ctx, "clocking", try.nonce, try.to), timesheet.Conflict, name)
	}
	if err := k.s.Advance(k.ctx, "clocking", "", timesheet.Checkpoint{Settled: 11}); err == nil {
		k.Errorf("advance without a nonce succeeded")
	}
	k.at("clocking", to)
	k.must(k.s.Release(k.ctx, "clocking", "n1"), "release")
	k.code(k.s.Advance(k.ctx, "clocking", "n1", timesheet.Checkpoint{Settled: 11}), timesheet.Conflict, "advance after Release")
	k.at("clocking", to)
}

// advanceRace advances from several goroutines, each of which also watches that the
// checkpoint never goes back.
func advanceRace(k *kit) {
	stores := k.handles()
	k.lease("clocking", "n1")
	var farthest [4]timesheet.RowID
	err := together(len(farthest), func(i int) error {
		s, seen := stores[i%len(stores)], &farthest[i]
		for n := range 20 {
			id := timesheet.RowID(n*4 + i*(1+n%2*2)%4) // upwards, then downwards among the four
			if err := notBack(k, s, seen); err != nil {
				return err
			}
			err := s.Advance(k.ctx, "clocking", "n1", timesheet.Checkpoint{Settled: id})
			if err == nil {
				*seen = max(*seen, id)
			}
			if err = errors.Join(ignore(err, timesheet.Conflict), notBack(k, s, seen)); err != nil {
				return err
			}
		}
		return nil
	})
	k.must(err, "advance")
	k.at("clocking", timesheet.Checkpoint{Settled: slices.Max(farthest[:])})
}

// notBack reads the checkpoint, which must not be before what was seen.
func notBack(k *kit, s timesheet.Store, seen *timesheet.RowID) error {
	now, err := s.Checkpoint(k.ctx, "clocking")
	if err == nil && now.Settled < *seen {
		err = fmt.Errorf("settled went back from %d to %d", *seen, now.Settled)
	}
	*seen = now.Settled
	return err
}

func rewinds(k *kit) {
	k.lease("clocking", "n1")
	k.must(k.s.Advance(k.ctx, "clocking", "n1", timesheet.Checkpoint{Settled: 100, State: []byte("gaps")}), "advance")
	k.rewind("clocking", 0, 40, []byte("other"), "the table was restored")
	want := timesheet.Checkpoint{Generation: 1, Settled: 40, State: []byte("other"), Reason: "the table was restored"}
	k.at("clocking", want)
	k.code(k.s.Advance(k.ctx, "clocking", "n1", timesheet.Checkpoint{Settled: 101}), timesheet.Conflict, "advance in the old generation")
	k.at("clocking", want)
	want.Settled, want.State = 41, nil
	k.must(k.s.Advance(k.ctx, "clocking", "n1", timesheet.Checkpoint{Generation: 1, Settled: 41, Reason: "ignored"}), "advance in the new one")
	k.at("clocking", want) // the reason is the rewind's still
	k.rewind("clocking", 1, 500, nil, "")
	k.at("clocking", timesheet.Checkpoint{Generation: 2, Settled: 500})
}

// rewind rewinds, which must succeed and answer the new checkpoint.
func (k *kit) rewind(source string, expected uint64, settled timesheet.RowID, state []byte, reason string) {
	k.Helper()
	got, err := k.s.Rewind(k.ctx, source, expected, settled, state, reason)
	k.must(err, "rewind")
	k.same(got, timesheet.Checkpoint{Generation: expected + 1, Settled: settled, State: state, Reason: reason})
}

// at says where the checkpoint of a source must be.
func (k *kit) at(source string, want timesheet.Checkpoint) {
	k.Helper()
	got, err := k.s.Checkpoint(k.ctx, source)
	k.must(err, "checkpoint")
	k.same(got, want)
}

func (k *kit) same(got, want timesheet.Checkpoint) {
	k.Helper()
	if got.Generation != want.Generation || got.Settled != want.Settled || got.Reason != want.Reason || !bytes.Equal(got.State, want.State) {
		k.Fatalf("checkpoint %s, want %s", brief(got), brief(want))
	}
}

func brief(c timesheet.Checkpoint) string {
	return fmt.Sprintf("{generation %d, settled %d, reason %q, %d bytes %.40q}", c.Generation, c.Settled, c.Reason, len(c.State), c.State)
}
