package actors_test

import (
	"context"
	"math/rand/v2"
	"time"

	"timesheet"
	"timesheet/storetest"
)

// wreak does to the store and to the systems what senders must survive.
func (w *world) wreak(r *rand.Rand) {
	var past []moment
	for {
		select {
		case <-w.done:
			return
		case <-time.After(time.Duration(1+r.IntN(60)) * time.Millisecond):
		}
		switch r.IntN(12) {
		case 0:
			w.store.Restart()
		case 1:
			past = append(past, w.snapshot())
		case 2:
			if len(past) > 0 {
				w.restore(past[len(past)-1])
			}
		case 3:
			if r.IntN(4) == 0 {
				w.clear()
			}
		case 4, 5, 6:
			w.lower(r)
		case 7:
			w.change()
		case 8:
			if r.IntN(2) == 0 {
				continue
			}
			i := r.IntN(len(w.systems))
			w.halt(i, []time.Duration{0, 10 * time.Millisecond, time.Hour}[r.IntN(3)])
			w.launch(i)
		case 9:
			w.retire(r)
		default:
			w.check()
		}
	}
}

// lower replaces one stored entry by a narrower one, or removes it.
func (w *world) lower(r *rand.Rand) {
	w.down(func() {
		for k, e := range storetest.Contents(w.t, w.store) { // any
			narrow := timesheet.Entry{}
			if r.IntN(2) == 0 {
				narrow = e
				narrow.Latest = e.Earliest + (e.Latest-e.Earliest)/2
			}
			if err := w.store.Replace(context.Background(), []timesheet.Replacement{{Old: e, New: narrow}})[0]; err != nil {
				w.t.Errorf("replace: %v", err)
			}
			w.lost[k] = w.clock
			delete(w.must, k)
			if !narrow.IsZero() {
				w.must[k] = narrow
			}
			return
		}
	})
}

// change sets other day rules; from then on nothing may be merged under the old.
func (w *world) change() {
	w.down(func() {
		v, err := w.store.SetDayRules(context.Background(), w.stored(), rule(int(w.version+1)%24))
		if err != nil {
			w.t.Errorf("set day rules: %v", err)
		}
		w.version = v
	})
}

// stored is the version in the store: a system may have given an emptied store
// its rules again.
func (w *world) stored() uint64 {
	v, _, err := w.store.DayRules(context.Background())
	if err != nil {
		w.t.Errorf("read day rules: %v", err)
	}
	return v
}

// retire purges a day or erases an employee, now and then.
func (w *world) retire(r *rand.Rand) {
	if r.IntN(3) > 0 {
		return
	}
	w.down(func() {
		var err error
		if r.IntN(2) == 0 {
			w.floor = max(w.floor, monday+timesheet.Day(w.version*perVersion+1))
			_, err = w.store.Purge(context.Background(), w.floor)
		} else {
			e := id(r.IntN(5))
			w.hidden[e] = true
			_, err = w.store.Erase(context.Background(), e)
		}
		if err != nil {
			w.t.Errorf("retire: %v", err)
		}
		for k := range w.must {
			if w.gone(k) {
				delete(w.must, k)
			}
		}
	})
}
