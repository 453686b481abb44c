package timesheet

import (
	"context"
	"fmt"
	"time"
)

// Document is a text that a store keeps, with its version.
type Document struct {
	// Version is 0 where no text was ever set under the name.
	Version uint64
	Text    []byte
}

// Bounds of documents, in bytes.
const (
	MaxDocument     = 16 << 20 // the text
	MaxDocumentName = 32
)

// DocumentKeeper keeps a few texts by name, which all instances share: the rules file
// and the directory file in force. A name is 1 to MaxDocumentName bytes of a–z, 0–9
// and '-'. The store doesn't read a text: Purge and Erase leave documents alone, and
// whoever puts personal data into one takes them out by setting another. What a store's
// files still have of the old text goes as it rewrites them.
//
// A version belongs to one text for good, so that what was made of it may be kept by
// its number: also where a store goes back (an older backup, a replica that lagged, a
// FLUSHALL) no later text gets a number that a lost one had (see NextVersion). A store
// that has lost its documents has version 0 of them; who still has the text sets it again.
type DocumentKeeper interface {
	// Document answers the text in force, and the zero Document where there is none. The
	// text is the caller's.
	Document(ctx context.Context, name string) (Document, error)
	// DocumentVersion answers the version in force, 0 for none, and reads no text: it
	// is cheap enough to ask every few seconds whether a text has changed.
	DocumentVersion(ctx context.Context, name string) (version uint64, err error)
	// SetDocument replaces the text if the version in force is still the expected one
	// (0 for none), else it is Conflict and changes nothing. It answers the new version,
	// which is larger. The text may be empty; it is Invalid beyond MaxDocument bytes.
	// What was sent again after an error may meet itself, and then is a Conflict.
	SetDocument(ctx context.Context, name string, expected uint64, text []byte) (version uint64, err error)
}

// CheckDocument tells whether a store takes the text under the name. Its errors are Invalid.
func CheckDocument(name string, text []byte) error {
	const op = "set a document"
	if err := CheckDocumentName(name); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	if len(text) > MaxDocument {
		return NewError(Invalid, op, fmt.Errorf("the text of %s has %d bytes, at most %d are allowed", name, len(text), MaxDocument))
	}
	return nil
}

// CheckDocumentName tells whether a store can have a document of the name. Its errors
// are Invalid.
func CheckDocumentName(name string) error {
	const op = "name a document"
	if len(name) == 0 || len(name) > MaxDocumentName {
		return NewError(Invalid, op, fmt.Errorf("the name has %d bytes, not 1 to %d", len(name), MaxDocumentName))
	}
	for i := range len(name) {
		if c := name[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return NewError(Invalid, op, fmt.Errorf("the name %q has %q; it may have a to z, 0 to 9 and -", name, c))
		}
	}
	return nil
}

// NextVersion is the version of a text that is set at now in place of the expected one:
// the time in microseconds, which a store that went back doesn't give again unless the
// clock went back with it, or one more than expected where that is later.
func NextVersion(expected uint64, now time.Time) uint64 {
	return max(expected+1, uint64(max(now.UnixMicro(), 1)))
}
