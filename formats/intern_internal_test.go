package formats

import (
	"strconv"
	"testing"
)

func TestInternedIDsAreBounded(t *testing.T) {
	var in interner
	at := []byte("2026-11-23 08:09:00")
	for i := range maxInterned + 1000 {
		id := strconv.Itoa(i)
		if c, err := in.clocking([]byte(id), at); err != nil || string(c.Employee) != id {
			t.Fatal(c, err)
		}
		if len(in.ids) > maxInterned {
			t.Fatalf("%d ids are remembered", len(in.ids))
		}
	}
	if len(in.ids) != 1000 {
		t.Errorf("%d ids are remembered after %d, want 1000", len(in.ids), maxInterned+1000)
	}
}
