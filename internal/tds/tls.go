package tds

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
)

// negotiate answers a PRELOGIN, makes the connection as safe as was agreed, and reads
// the message after it. A client may leave PRELOGIN out.
func (c *conn) negotiate() (rawMessage, error) {
	m, err := c.in.message()
	if err != nil {
		return m, err
	}
	if m.kind != packetPrelogin {
		if c.server.RequireTLS {
			return m, errors.New("a login without encryption")
		}
		return m, nil
	}
	client, err := parsePrelogin(m.body)
	if err != nil {
		return m, err
	}
	agreed := negotiate(client, c.server.TLS != nil, c.server.RequireTLS)
	c.out.begin(plan{cut: -1})
	c.out.body = appendPrelogin(c.out.body, agreed)
	if err := c.out.flush(true, true); err != nil {
		return m, err
	}
	if agreed != encryptNotSup && client != encryptNotSup {
		return c.encrypt(agreed == encryptOff)
	}
	if c.server.RequireTLS {
		return m, errors.New("a client without encryption")
	}
	return c.in.message()
}

// encrypt shakes hands and reads the login over TLS; with loginOnly the connection
// is plain from then on.
func (c *conn) encrypt(loginOnly bool) (rawMessage, error) {
	config := c.server.TLS.Clone()
	if config.MaxVersion == 0 {
		config.MaxVersion = tls.VersionTLS12 // the latest inside TDS 7; 1.3 came with TDS 8
	}
	config.DynamicRecordSizingDisabled = true // a record for each packet, not for each segment
	wrapped := &wrappedConn{
		Conn:    c.net,
		in:      packetReader{src: c.net},
		out:     packetWriter{dst: c.net, kind: packetPrelogin, size: defaultPacket},
		wrapped: true,
	}
	secure := tls.Server(wrapped, config)
	if err := secure.HandshakeContext(c.ctx); err != nil {
		return rawMessage{}, fmt.Errorf("TLS: %w", err)
	}
	wrapped.wrapped = false
	c.in.src, c.out.dst = secure, secure
	if !loginOnly {
		return c.in.message()
	}
	// Only a login's first packet is encrypted (2.2.6.5), and those that are let in
	// here, without tickets and tokens, have no other.
	p, err := c.in.next()
	if err == nil && p.status&statusEnd == 0 {
		err = errors.New("a login of several packets, of which the first is encrypted")
	}
	c.in.src, c.out.dst = c.net, c.net
	return rawMessage{kind: p.kind, status: p.status, body: append([]byte{}, p.body...)}, err
}

// wrappedConn is what is under TLS: during the handshake TLS is the content of
// PRELOGIN packets, after it the packets are inside TLS.
type wrappedConn struct {
	net.Conn
	in      packetReader
	out     packetWriter
	wrapped bool
	rest    []byte // of the packet being read
}

func (c *wrappedConn) Read(b []byte) (int, error) {
	if !c.wrapped {
		return c.Conn.Read(b)
	}
	for len(c.rest) == 0 {
		p, err := c.in.next()
		if err != nil {
			return 0, err
		}
		if p.kind != packetPrelogin {
			return 0, fmt.Errorf("a packet of type %d inside the handshake", p.kind)
		}
		c.rest = p.body
	}
	n := copy(b, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

func (c *wrappedConn) Write(b []byte) (int, error) {
	if !c.wrapped {
		return c.Conn.Write(b)
	}
	c.out.begin(plan{cut: -1})
	c.out.body = append(c.out.body, b...)
	if err := c.out.flush(true, true); err != nil {
		return 0, err
	}
	return len(b), nil
}
