package clocking

import (
	"cmp"
	"slices"
	"sort"
)

// row is a Row as it is kept: 24 bytes, so that ten million take 240 MB.
type row struct {
	id       int64
	at       int64  // milliseconds since 1970-01-01T00:00:00 of the wall clock
	employee uint32 // index in staff
	offset   int16  // minutes east of UTC
	noTime   bool
}

// utc is the row's time as the server compares it: one without an offset counts as UTC.
func (r *row) utc() int64 { return r.at - int64(r.offset)*msPerMinute }

// chunkRows is how many rows a chunk holds at most: few enough that copying one for
// a snapshot, or making room in its midst, costs microseconds.
const chunkRows = 1024

// chunk is rows by ascending id. Once shared with a snapshot it never changes.
type chunk struct {
	rows   []row // never empty
	shared bool
}

func (c *chunk) first() int64 { return c.rows[0].id }
func (c *chunk) last() int64  { return c.rows[len(c.rows)-1].id }

// table is rows in chunks, by ascending id. It isn't safe for concurrent use.
type table struct {
	chunks []*chunk
	count  int
}

// position is where the first row with an id of at least from is: its chunk and its
// place there; len(t.chunks) and 0 for none.
func (t *table) position(from int64) (k, i int) {
	if k = len(t.chunks); k == 0 || t.chunks[k-1].last() < from { // most often: a new row
		return k, 0
	}
	k = sort.Search(len(t.chunks), func(k int) bool { return t.chunks[k].last() >= from })
	i, _ = slices.BinarySearchFunc(t.chunks[k].rows, from, byID)
	return k, i
}

func byID(r row, id int64) int { return cmp.Compare(r.id, id) }

// get is the row with the id.
func (t *table) get(id int64) (row, bool) {
	k, i := t.position(id)
	if k == len(t.chunks) || t.chunks[k].rows[i].id != id {
		return row{}, false
	}
	return t.chunks[k].rows[i], true
}

// last is the highest row.
func (t *table) last() (row, bool) {
	if len(t.chunks) == 0 {
		return row{}, false
	}
	rows := t.chunks[len(t.chunks)-1].rows
	return rows[len(rows)-1], true
}

// put adds r, or replaces the row with its id.
func (t *table) put(r row) {
	k, i := t.position(r.id)
	if k == len(t.chunks) {
		if k == 0 || len(t.chunks[k-1].rows) == chunkRows {
			t.chunks = append(t.chunks, &chunk{rows: append(make([]row, 0, chunkRows), r)})
		} else {
			c := t.own(k - 1)
			c.rows = append(c.rows, r)
		}
		t.count++
		return
	}
	if t.chunks[k].rows[i].id == r.id {
		t.own(k).rows[i] = r
		return
	}
	if len(t.chunks[k].rows) == chunkRows {
		t.split(k)
		k, i = t.position(r.id)
	}
	c := t.own(k)
	c.rows = slices.Insert(c.rows, i, r)
	t.count++
}

// split makes two chunks of the k-th.
func (t *table) split(k int) {
	c := t.own(k)
	half := len(c.rows) / 2
	upper := &chunk{rows: append(make([]row, 0, chunkRows), c.rows[half:]...)}
	c.rows = c.rows[:half]
	t.chunks = slices.Insert(t.chunks, k+1, upper)
}

// remove takes the row with the id out.
func (t *table) remove(id int64) {
	k, i := t.position(id)
	if k == len(t.chunks) || t.chunks[k].rows[i].id != id {
		return
	}
	t.count--
	if len(t.chunks[k].rows) == 1 {
		t.chunks = slices.Delete(t.chunks, k, k+1)
		return
	}
	c := t.own(k)
	c.rows = slices.Delete(c.rows, i, i+1)
}

// own is the k-th chunk, copied first where a snapshot holds it.
func (t *table) own(k int) *chunk {
	c := t.chunks[k]
	if c.shared {
		c = &chunk{rows: append(make([]row, 0, chunkRows), c.rows...)}
		t.chunks[k] = c
	}
	return c
}

// share is the chunks that hold rows with ids from first to last, enough of them for
// limit rows from first on. They never change.
func (t *table) share(first, last int64, limit int) []*chunk {
	k, i := t.position(first)
	var shared []*chunk
	for n := -i; k < len(t.chunks) && n < limit && t.chunks[k].first() <= last; k++ {
		t.chunks[k].shared = true
		shared = append(shared, t.chunks[k])
		n += len(t.chunks[k].rows)
	}
	return shared
}
