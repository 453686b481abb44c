package tds

import (
	"context"
	"io"
)

// What the fuzz targets parse.

func ParsePrelogin(b []byte) (byte, error) {
	e, err := parsePrelogin(b)
	return byte(e), err
}

func ParseLogin(b []byte) (Login, int, error) {
	l, err := parseLogin(b)
	if err != nil {
		return Login{}, 0, err
	}
	return l.Login, l.packetSize, nil
}

func ParseBatch(b []byte, version uint32) (string, error) { return parseBatch(b, version) }

func ParseRPC(b []byte, version uint32) (Query, error) { return parseRPC(b, version) }

// ReadMessages reads messages to the end, and answers their bodies.
func ReadMessages(src io.Reader) ([][]byte, error) {
	r := packetReader{src: src}
	var bodies [][]byte
	for {
		m, err := r.message()
		if err != nil {
			return bodies, err
		}
		bodies = append(bodies, m.body)
	}
}

// DiscardWriter is a Writer of TDS 7.4 whose answer goes nowhere.
func DiscardWriter(ctx context.Context) *Writer {
	out := &packetWriter{dst: io.Discard, kind: packetReply, size: defaultPacket, plan: plan{cut: -1}}
	return &Writer{ctx: ctx, out: out, version: Version74}
}
