package board

import (
	"timesheet"
	folding "timesheet/internal/fold"
)

// folded is what a person is found and sorted by: the name, then the id, as fold has them.
func folded(p timesheet.Person) string { return fold(p.Name) + "\x00" + fold(string(p.Employee)) }

// fold is s as it is compared: without case and accents.
func fold(s string) string { return folding.String(s) }
