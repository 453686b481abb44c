package tds_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"strconv"
	"testing"

	"timesheet/internal/tds"
)

func TestPacketSize(t *testing.T) {
	for asked, want := range map[string]int{"512": 512, "4096": 4096, "32767": 32767} {
		for _, encrypt := range []string{"disable", "true"} {
			if asked == "512" && encrypt == "true" {
				continue // the driver has no room for a certificate, sent before the size is known
			}
			t.Run(asked+" "+encrypt, func(t *testing.T) {
				s := serve(t, answers{"select ids": ids(20_000)}, encrypted(t))
				db := s.open(t, "packet size", asked, "encrypt", encrypt, "trustservercertificate", "true")
				if n, err := readIDs(t.Context(), db, "select ids"); n != 20_000 || err != nil {
					t.Errorf("%d rows, %v", n, err)
				}
			})
		}
		t.Run("on the wire "+asked, func(t *testing.T) {
			s := serve(t, nil, func(s *tds.Server) { s.Handler = any1{ids(20_000)} })
			w := s.dial(t)
			login := unhex(t, goldenLogin)
			n, err := strconv.Atoi(asked)
			if err != nil {
				t.Fatal(err)
			}
			binary.LittleEndian.PutUint32(login[8+8:], uint32(n))
			w.send(login)
			w.packet()
			w.send(unhex(t, goldenBatch))
			for number := byte(1); ; number++ {
				p := w.packet()
				if p[6] != number {
					t.Fatalf("packet %d has number %d", number, p[6])
				}
				if last := p[1]&1 != 0; last {
					break
				}
				if len(p) != want {
					t.Fatalf("a packet of %d bytes", len(p))
				}
			}
		})
	}
}

func TestCutIsExact(t *testing.T) {
	for _, after := range []int64{0, 1, 4088, 4089, 50_000} {
		for name, cut := range map[string]func(*site, *tds.Writer){
			"by the server's faults": func(s *site, _ *tds.Writer) { s.Faults.CutAfter(after, 1) },
			"by the session":         func(_ *site, w *tds.Writer) { w.CutAfter(after) },
		} {
			t.Run(fmt.Sprintf("%s after %d", name, after), func(t *testing.T) {
				var s *site
				bySession := name == "by the session"
				s = serve(t, nil, func(s *tds.Server) {
					s.Handler = any1{func(ctx context.Context, q tds.Query, w *tds.Writer) error {
						if bySession {
							cut(nil, w)
						}
						return ids(100_000)(ctx, q, w)
					}}
				})
				if !bySession {
					cut(s, nil)
				}
				w := s.loggedIn(t, tds.Version74)
				w.send(unhex(t, goldenBatch))
				got := int64(len(w.ended()))
				// Each begun packet has a header; a cut before the first byte of one shows it still.
				if headers := 8 * (after/4088 + 1); got != after+headers {
					t.Errorf("%d bytes, of which %d in headers", got, headers)
				}
			})
		}
	}
}
