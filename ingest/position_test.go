package ingest

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"timesheet"
)

// drawPosition draws a position as a poller may have it.
func drawPosition(t *rapid.T) position {
	id := func(name string) timesheet.RowID { return timesheet.RowID(rapid.Int64().Draw(t, name)) }
	p := position{
		readable: time.Duration(rapid.Int64Range(0, 1<<40).Draw(t, "readable")) * time.Millisecond,
		tokens:   rapid.Uint64().Draw(t, "tokens"),
		swept:    timesheet.Instant(rapid.Int64().Draw(t, "swept")),
		asOf:     timesheet.Instant(rapid.Int64().Draw(t, "as of")),
		complete: timesheet.Instant(rapid.Int64().Draw(t, "complete")),
		next:     candidate{timesheet.Instant(rapid.Int64().Draw(t, "candidate")), id("candidate's head")},
		alarm:    rapid.StringN(0, 20, 80).Draw(t, "alarm"),
		told: told{
			holder: "host:1", state: timesheet.SourcePolling, trouble: rapid.StringN(0, 20, 80).Draw(t, "trouble"),
			lagRows: rapid.Int64().Draw(t, "lag"), rate: rapid.Float64().Draw(t, "rate"),
		},
	}
	p.head = id("start")
	for range rapid.IntRange(0, 30).Draw(t, "rows") {
		step := rapid.OneOf(rapid.Int64Range(1, 5), rapid.Int64Range(1, math.MaxInt64)).Draw(t, "step")
		if int64(p.head) > 0 && step > math.MaxInt64-int64(p.head) {
			break
		}
		p.pass([]timesheet.Row{{ID: p.head + timesheet.RowID(step)}})
		p.moments = append(p.moments, moment{timesheet.Instant(rapid.Int64().Draw(t, "wall")), p.readable, p.head})
		p.prints = withPrints(p.prints, []timesheet.Row{{ID: p.head}})
	}
	return p
}

var sameUnexported = cmp.Exporter(func(reflect.Type) bool { return true })

func TestPositionRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPosition(t)
		b := p.encode()
		got, err := decodePosition(b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(p, got, sameUnexported, cmp.Comparer(func(a, b []gap) bool { return len(a) == 0 && len(b) == 0 || reflect.DeepEqual(a, b) }),
			cmp.Comparer(func(a, b []moment) bool { return len(a) == 0 && len(b) == 0 || reflect.DeepEqual(a, b) }),
			cmp.Comparer(func(a, b []fingerprint) bool { return len(a) == 0 && len(b) == 0 || reflect.DeepEqual(a, b) })); diff != "" {
			t.Fatal(diff)
		}
		i := rapid.IntRange(0, len(b)-1).Draw(t, "byte")
		b[i] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if _, err := decodePosition(b); !errors.Is(err, timesheet.Internal) {
			t.Fatalf("with another bit in byte %d: %v", i, err)
		}
	})
}

func TestPosition(t *testing.T) {
	t.Run("has a bounded size", func(t *testing.T) {
		p := position{alarm: strings.Repeat("ä", 2000)}
		p.head = math.MinInt64 + 5
		for range 3 * maxGaps {
			p.pass([]timesheet.Row{{ID: p.head + 1<<50}})
		}
		for i := range timesheet.RowID(1000) {
			p.moments = append(p.moments, moment{math.MaxInt64, math.MaxInt64 / 2, math.MinInt64 + i<<30})
		}
		if n := len(p.encode()); n > timesheet.MaxCheckpointState/4 {
			t.Errorf("%d bytes", n)
		}
	})
	t.Run("of a poller in good health is small", func(t *testing.T) {
		o := PollerOptions{}
		o.setDefaults()
		p, m := position{}, moment{wall: 1_800_000_000_000, head: 1_000_000_000}
		r := newRing(&o, nil)
		for range 2 * 24 * 3600 {
			m = moment{m.wall.Add(time.Second), m.readable + time.Second, m.head + 10}
			r.add(m)
		}
		p.head, p.moments = m.head, r.moments
		if n := len(p.encode()); n > 5000 {
			t.Errorf("%d bytes for %d moments", n, len(r.moments))
		}
	})
	t.Run("set back awaits nothing below, and knows nothing above", func(t *testing.T) {
		p := position{asOf: 900}
		p.pass([]timesheet.Row{{ID: 10}, {ID: 20}, {ID: 30}})
		p.moments = []moment{{100, 1, 5}, {200, 2, 20}, {300, 3, 30}}
		b := p.rewound(20)
		if b.head != 20 || len(b.gaps) != 0 || len(b.moments) != 2 || b.asOf != 200 || len(p.moments) != 3 {
			t.Errorf("%+v", b)
		}
	})
	t.Run("is complete up to a moment once nothing older is awaited", func(t *testing.T) {
		var p position
		rows := func(ids ...timesheet.RowID) {
			for _, id := range ids {
				p.pass([]timesheet.Row{{ID: id}})
			}
		}
		is := func(want timesheet.Instant) {
			t.Helper()
			if got := p.status().SettledAsOf; got != want {
				t.Errorf("got %d, want %d", got, want)
			}
		}
		rows(1, 2, 3)
		p.settle(100, 100)
		is(100)
		rows(5) // 4 is on its way, or will never be
		p.settle(200, 200)
		is(100)
		rows(7)
		p.settle(300, 300)
		is(100)
		p.reread([]timesheet.RowRange{{First: 4, Last: 4}}, nil, 4)
		p.settle(400, 400) // 6 was skipped after 200
		is(200)
		p.settle(500, 500)
		is(200)
		p.reread([]timesheet.RowRange{{First: 6, Last: 6}}, []timesheet.Row{{ID: 6}}, 0)
		p.settle(600, 600)
		is(600)
		p.settle(50, 60) // the clock was wrong until now
		is(50)
		if b := p.rewound(5); b.status().SettledAsOf != 0 || b.next != (candidate{}) {
			t.Errorf("set back: %+v", b)
		}
		if b := p.again(5, true, 1000); b.complete != 50 {
			t.Errorf("read again: %+v", b)
		}
	})
	t.Run("without a state of use is that of the settled row", func(t *testing.T) {
		var p position
		p.pass([]timesheet.Row{{ID: 10}})
		state := p.encode()
		newer := append([]byte{positionVersion + 1}, state[1:len(state)-4]...)
		newer = binary.LittleEndian.AppendUint32(newer, crc32.Checksum(newer, castagnoli))
		for name, b := range map[string][]byte{"damaged": state[:len(state)-1], "another version": newer, "short": {1}} {
			p, err := positionOf(timesheet.Checkpoint{Generation: 1, Settled: 7, State: b})
			if !errors.Is(err, timesheet.Internal) || p.head != 7 || p.settled() != 7 {
				t.Errorf("%s: %+v, %v", name, p, err)
			}
		}
		if p, err := positionOf(timesheet.Checkpoint{Generation: 1, Settled: 7}); err != nil || p.settled() != 7 {
			t.Errorf("none: %+v, %v", p, err)
		}
		if p, err := positionOf(timesheet.Checkpoint{Generation: 1, Settled: 3, State: state}); err != nil || p.settled() != 3 || p.head != 3 {
			t.Errorf("one that was set back by others: %+v, %v", p, err)
		}
	})
}

func FuzzDecodePosition(f *testing.F) {
	var p position
	p.pass([]timesheet.Row{{ID: 10}, {ID: 20}, {ID: 30}})
	p.moments = []moment{{100, 1, 5}, {200, 2, 20}, {300, 3, 30}}
	p.prints = withPrints(nil, []timesheet.Row{{ID: 20}, {ID: 30}})
	p.alarm = "alarm"
	b := p.encode()
	f.Add(b[:len(b)-4])
	f.Fuzz(func(t *testing.T, b []byte) {
		b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli)) // else nothing gets past it
		p, err := decodePosition(b)
		if err != nil {
			return
		}
		if !p.sound() || p.settled() > p.head || p.missing() < 0 {
			t.Fatalf("%+v", p)
		}
		_ = p.status()
		again, err := decodePosition(p.encode())
		if err != nil || again.head != p.head || !reflect.DeepEqual(again.gaps, p.gaps) {
			t.Fatalf("%+v became %+v, %v", p, again, err)
		}
	})
}
