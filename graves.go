package timesheet

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"slices"
)

// Has tells whether e is under one of the tombstones. It is for those who ask about many
// employees; [Remover.Erased] is for one.
func (g Graves) Has(e EmployeeID) bool {
	if len(g.Hashes) == 0 {
		return false
	}
	mac := hmac.New(sha256.New, g.Secret)
	mac.Write([]byte(e))
	_, found := slices.BinarySearchFunc(g.Hashes, mac.Sum(nil)[:GraveBytes], bytes.Compare)
	return found
}
