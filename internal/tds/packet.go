package tds

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"
)

// Types of packets (2.2.3.1.1).
const (
	packetBatch     = 0x01
	packetRPC       = 0x03
	packetReply     = 0x04
	packetAttention = 0x06
	packetLogin     = 0x10
	packetPrelogin  = 0x12
)

// Bits of a packet's status (2.2.3.1.2).
const (
	statusEnd       = 0x01 // the message's last packet
	statusIgnore    = 0x02 // the client gave the message up
	statusReset     = 0x08 // reset the session first
	statusResetSkip = 0x10 // the same, a transaction left alone
)

const (
	headerSize = 8
	// minPacket, maxPacket and defaultPacket are sizes with header; beyond maxTLSPacket
	// SQL Server doesn't go on an encrypted connection.
	minPacket, maxPacket, defaultPacket, maxTLSPacket = 512, 32767, 4096, 16383
	// maxMessage is a bound of ours on a request, so that a client can't fill the memory.
	maxMessage = 16 << 20
	// flushAt is how many bytes of an answer are gathered before they are sent: eight
	// packets of the usual size for the price of one system call.
	flushAt = 32 << 10
)

// errCut ends a connection that a fault cut.
var errCut = errors.New("cut by a fault")

// packet is what one header announces. Its body is valid until the next read.
type packet struct {
	kind, status byte
	body         []byte
}

// packetReader reads packets. It allocates for one packet, once.
type packetReader struct {
	src io.Reader
	buf []byte
}

// next reads a packet. At the end of the stream between two packets it is io.EOF.
func (r *packetReader) next() (packet, error) {
	if r.buf == nil {
		r.buf = make([]byte, maxPacket)
	}
	if _, err := io.ReadFull(r.src, r.buf[:headerSize]); err != nil {
		return packet{}, err
	}
	p := packet{kind: r.buf[0], status: r.buf[1]}
	size := int(binary.BigEndian.Uint16(r.buf[2:]))
	if size < headerSize || size > maxPacket {
		return packet{}, fmt.Errorf("a packet of %d bytes", size)
	}
	p.body = r.buf[:size-headerSize]
	if _, err := io.ReadFull(r.src, p.body); err != nil {
		return packet{}, fmt.Errorf("inside a packet: %w", io.ErrUnexpectedEOF)
	}
	return p, nil
}

// rawMessage is a message put together from its packets.
type rawMessage struct {
	kind, status byte // status of all packets, or-ed
	body         []byte
}

// message reads a message's packets. An attention is a message of its own, and what
// was begun before it is dropped: the client gave it up.
func (r *packetReader) message() (rawMessage, error) {
	var m rawMessage
	for first := true; ; first = false {
		p, err := r.next()
		if err != nil {
			if !first && errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return rawMessage{}, err
		}
		if p.kind == packetAttention {
			return rawMessage{kind: packetAttention}, nil
		}
		if !first && p.kind != m.kind {
			return rawMessage{}, fmt.Errorf("a packet of type %d inside a message of type %d", p.kind, m.kind)
		}
		m.kind = p.kind
		m.status |= p.status
		if len(m.body)+len(p.body) > maxMessage {
			return rawMessage{}, fmt.Errorf("a message over %d bytes", maxMessage)
		}
		m.body = append(m.body, p.body...)
		if p.status&statusEnd != 0 {
			return m, nil
		}
	}
}

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
func (w *packetWriter) flush(ctx context.Context, short, end bool) error {
	for {
		used, ended, cut := w.fill(short, end)
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
		if err := w.slow(ctx); err != nil || ended {
			return err
		}
	}
}

// fill puts packets into out: one if they are to go slowly, else all that are due.
func (w *packetWriter) fill(short, end bool) (used int, ended, cut bool) {
	w.out = w.out[:0]
	for !ended && !cut && (len(w.out) == 0 || w.plan.rate <= 0) {
		n := min(w.size-headerSize, len(w.body)-used)
		ended = end && used+n == len(w.body)
		full := n == w.size-headerSize
		if !ended && !full && (n == 0 || !short) {
			break
		}
		cut = w.packet(w.body[used:used+n], ended)
		used += n
	}
	return used, ended, cut
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

// slow waits as long as a slow network would have needed for what was just sent.
func (w *packetWriter) slow(ctx context.Context) error {
	if w.plan.rate <= 0 {
		return nil
	}
	return pause(ctx, time.Duration(len(w.out))*time.Second/time.Duration(w.plan.rate))
}

// pause waits for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
