package http

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"net/http"
	"strings"

	"timesheet"
)

// etag is the weak ETag of a page: of its day's version, of this process, of its form, of
// whom its reader sees (a browser keeps it by the address alone, whoever is logged in),
// and of what else it shows that another page of the same version may not. The age in fresh, which
// always grows, doesn't count.
func (s *Server) etag(page *BoardPage, fresh freshness, form string, all timesheet.Reach) string {
	h := fnv.New64a()
	_, _ = h.Write(s.nonce[:]) // a Hash never fails
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], page.Version)
	binary.BigEndian.PutUint64(b[8:], uint64(page.Stale))
	_, _ = h.Write(b[:])
	_, _ = h.Write([]byte(fresh.state))
	_, _ = h.Write([]byte(fresh.err))
	_, _ = h.Write([]byte("\x00" + form))
	if !all.All {
		_, _ = fmt.Fprintf(h, "\x00%q%q", all.Employee, all.Teams)
	}
	return `W/"` + hex.EncodeToString(h.Sum(nil)) + `"`
}

// setTag says which page it is, and that a kept one may be used again once it was
// asked after. It is personal: no shared cache keeps it.
func setTag(w http.ResponseWriter, tag string) {
	h := w.Header()
	h["Etag"] = []string{tag}
	h["Cache-Control"] = headerRevalidate
}

var headerRevalidate = []string{"private, no-cache"}

// matches tells whether an If-None-Match names tag, compared weakly (RFC 9110, 13.1.2).
func matches(given, tag string) bool {
	for one := range strings.SplitSeq(given, ",") {
		one = strings.TrimSpace(one)
		if one == "*" || strings.TrimPrefix(one, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}
