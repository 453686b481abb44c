package timesheet

import "context"

// Series names the sealed records of one closing of a month. A month that somebody tried
// to close twice has two series, of which the service names one as the valid one.
type Series struct {
	Month   Month
	Closing uint64 // random, never 0
}

// Sealed is what was paid to one employee for a month, as whoever closed it wrote it down.
type Sealed struct {
	Employee EmployeeID
	Data     []byte // 1 to MaxSealed bytes, which the store doesn't read
}

// Bounds of sealed records.
const (
	MaxSealed     = 64 << 10 // bytes of Sealed.Data
	MaxSealedPage = 1000     // records of one call
)

// Sealer keeps the records of closed months. They are personal data: Erase drops those
// of the employee in all series, Purge(floor) all series of months that end before the
// floor, tombstone or floor first.
type Sealer interface {
	// Seal keeps records of a series, each in the place of the employee's former one, at
	// most MaxSealedPage in a call. A record of an employee under a tombstone is silently
	// not kept, nor is any of a month that ends before the floor. Bad ones make the whole
	// call Invalid.
	Seal(ctx context.Context, s Series, records []Sealed) error
	// Sealed answers the records of a series with an employee above after, by employee,
	// at most limit (1 to MaxSealedPage).
	Sealed(ctx context.Context, s Series, after EmployeeID, limit int) ([]Sealed, error)
	// SealedOf answers the record of one employee; NotFound where there is none.
	SealedOf(ctx context.Context, s Series, e EmployeeID) (Sealed, error)
	// Series answers all series that have records, by month.
	Series(ctx context.Context) ([]Series, error)
	// Unseal drops a series, as of a closing that came to nothing.
	Unseal(ctx context.Context, s Series) error
}

// Validate tells whether a store can keep records of s. Its errors are Invalid.
func (s Series) Validate() error {
	if s.Closing == 0 || s.Month.First() < FirstDay || s.Month.Last() > LastDay || MonthOf(s.Month.First()) != s.Month {
		return invalid("series", "%v of closing %d is none", s.Month, s.Closing)
	}
	return nil
}

// Validate tells whether a store can keep s. Its errors are Invalid.
func (s Sealed) Validate() error {
	if id, err := ParseEmployeeID(string(s.Employee)); err != nil {
		return err
	} else if id != s.Employee {
		return invalidEmployee("it has spaces around it")
	}
	if n := len(s.Data); n == 0 || n > MaxSealed {
		return invalid("record", "it has %d bytes, not 1 to %d", n, MaxSealed)
	}
	return nil
}

// Graves are the tombstones of a store, for a copy of it, which can be of another kind:
// each is the first GraveBytes bytes of HMAC-SHA256 of an employee id, keyed by Secret.
type Graves struct {
	Secret []byte   // 16 to 64 bytes
	Hashes [][]byte // ascending
}

// GraveBytes is the length of each of Graves.Hashes.
const GraveBytes = 16

// Validate tells whether a store can take over g. Its errors are Invalid.
func (g Graves) Validate() error {
	if n := len(g.Secret); n < 16 || n > 64 {
		return invalid("graves", "their secret has %d bytes, not 16 to 64", n)
	}
	for _, h := range g.Hashes {
		if len(h) != GraveBytes {
			return invalid("graves", "a hash has %d bytes, not %d", len(h), GraveBytes)
		}
	}
	return nil
}

// Copied is what a copy of a store needs beside what all others do.
type Copied interface {
	// Documents answers the names of all documents, ascending.
	Documents(ctx context.Context) ([]string, error)
	// Histories answers all corrections that are kept, of all employees and days and also
	// the withdrawn, those of one employee and day together and by Seq; at most limit (1
	// to MaxBoard) and some more where a history would be cut, beginning after the cursor
	// ("" = from the start), and the cursor of the rest ("" = none).
	Histories(ctx context.Context, after string, limit int) (cs []Correction, next string, err error)
	// Graves answers the store's tombstones.
	Graves(ctx context.Context) (Graves, error)
	// Bury takes over the tombstones of another store, with their secret, before
	// anything else of it: entries that are here already stay. It adds to those that this
	// one has by the same secret, and is Conflict where it has some by another; burying
	// the same again changes nothing. Where it changes something all partitions get new
	// epochs, so that no merge on its way brings in the buried.
	Bury(ctx context.Context, g Graves) error
}
