package pebble

import (
	"sync"
	"sync/atomic"

	"timesheet"
)

// feeds tells every open feed what was touched. The acker calls it, in the order of
// the commits and before the callers are answered.
type feeds struct {
	open atomic.Int32 // len(all); so that without a feed a merge costs one load

	mu  sync.Mutex
	all map[*feed]struct{} // guarded by mu
}

// each calls tell for every open feed.
func (fs *feeds) each(tell func(*feed)) {
	if fs.open.Load() == 0 {
		return
	}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for f := range fs.all {
		f.mu.Lock()
		tell(f)
		f.mu.Unlock()
		f.wake()
	}
}

func (fs *feeds) announce(m *merge) {
	fs.each(func(f *feed) {
		for i := range m.records {
			if d := &m.deltas[m.records[i].delta]; d.written {
				key, _ := m.record(&m.records[i])
				f.add(d.partition, key)
			}
		}
	})
}

func (fs *feeds) touch(p timesheet.Partition, keys []string) {
	fs.each(func(f *feed) {
		for _, key := range keys {
			f.add(p, []byte(key))
		}
	})
}

func (fs *feeds) reset(partitions []timesheet.Partition) {
	fs.each(func(f *feed) { f.reset(partitions...) })
}
