package storetest

import "timesheet"

// whole is a store with all that issue 6 adds to it.
type whole interface {
	timesheet.Store
	timesheet.Corrector
	timesheet.Sealer
	timesheet.Copied
}

// wholly is s with all that it must have; a store that lacks it panics, which Run
// forestalls.
func wholly(s timesheet.Store) whole { return s.(whole) }
