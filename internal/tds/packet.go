package tds

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
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
	// Sizes with header (2.2.6.4).
	minPacket, maxPacket, defaultPacket = 512, 32767, 4096
	// maxMessage is a bound of ours on a request, so that a client can't fill the memory.
	maxMessage = 16 << 20
	// flushAt is how many bytes of an answer are gathered before they are sent: eight
	// packets of the usual size for the price of one system call.
	flushAt = 32 << 10
)

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
