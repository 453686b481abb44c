package tds

import (
	"encoding/binary"
	"errors"
	"io"
)

// errCut ends a connection that a fault cut.
var errCut = errors.New("cut by a fault")

// packetWriter cuts a message into packets. What is written is appended to body;
// nothing is allocated once its buffers have grown.
type packetWriter struct {
	dst  io.Writer
	kind byte
	size int // of a packet with its header
	spid uint16
	seq  byte
	body []byte // not yet sent
	out  []byte // packets on their way
	sent int64  // bytes of this message's body
	plan plan
}

// begin starts a message.
func (w *packetWriter) begin(p plan) {
	w.seq, w.body, w.sent, w.plan = 0, w.body[:0], 0, p
}

// flush sends what is there: the packets that are full, the rest too if short is
// set, and the message's last packet if end is.
func (w *packetWriter) flush(short, end bool) error {
	used, cut := w.fill(short, end)
	if len(w.out) == 0 {
		return nil
	}
	w.body = w.body[:copy(w.body, w.body[used:])]
	if _, err := w.dst.Write(w.out); err != nil {
		return err
	}
	if cut {
		return errCut
	}
	return nil
}

// fill puts the packets that are due into out, up to a cut.
func (w *packetWriter) fill(short, end bool) (used int, cut bool) {
	w.out = w.out[:0]
	for ended := false; !ended && !cut; {
		n := min(w.size-headerSize, len(w.body)-used)
		ended = end && used+n == len(w.body)
		full := n == w.size-headerSize
		if !ended && !full && (n == 0 || !short) {
			break
		}
		cut = w.packet(w.body[used:used+n], ended)
		used += n
	}
	return used, cut
}

// packet appends one packet to out, or what of it comes before the cut.
func (w *packetWriter) packet(payload []byte, last bool) (cut bool) {
	w.seq++
	status := byte(0)
	if last {
		status = statusEnd
	}
	w.out = append(w.out, w.kind, status)
	w.out = binary.BigEndian.AppendUint16(w.out, uint16(headerSize+len(payload)))
	w.out = binary.BigEndian.AppendUint16(w.out, w.spid)
	w.out = append(w.out, w.seq, 0)
	if w.plan.cut >= 0 && w.sent+int64(len(payload)) > w.plan.cut {
		payload, cut = payload[:w.plan.cut-w.sent], true
	}
	w.out = append(w.out, payload...)
	w.sent += int64(len(payload))
	return cut
}
