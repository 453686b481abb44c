package load

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func TestAnswer(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       answer
		body       string
	}{
		{"with a length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhellorest", answer{status: 200, length: 5}, "hello"},
		{"in chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\nA\r\n, you all!\r\n0\r\nTrailer: x\r\n\r\n", answer{status: 200, length: -1, chunked: true}, "hello, you all!"},
		{"until the end", "HTTP/1.1 500 Oops\r\n\r\nall of it", answer{status: 500, length: -1, closing: true}, "all of it"},
		{"of HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", answer{status: 200, length: 2, closing: true}, "ok"},
		{"which closes", "HTTP/1.1 200 OK\r\nconnection: Close\r\ncontent-length:2\r\n\r\nok", answer{status: 200, length: 2, closing: true}, "ok"},
		{"without a body", "HTTP/1.1 204 No Content\r\n\r\nrest", answer{status: 204, length: -1}, ""},
		{"after an announcement", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", answer{status: 200}, ""},
		{"that tells to wait", "HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n", answer{status: 429, retryAfter: 7 * time.Second}, ""},
		{"that tells a date to wait for", "HTTP/1.1 503 Away\r\nRetry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\nContent-Length: 0\r\n\r\n", answer{status: 503}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			for name, r := range map[string]io.Reader{"": strings.NewReader(c.text), " byte by byte": iotest.OneByteReader(strings.NewReader(c.text))} {
				a := answer{body: []byte("old")}
				err := a.read(bufio.NewReader(r))
				got := a
				got.body = nil
				if err != nil || string(a.body) != c.body || !same(got, c.want) {
					t.Errorf("%s: %+v %q, %v; want %+v %q", name, got, a.body, err, c.want, c.body)
				}
			}
		})
		t.Run(c.name+", cut in its head", func(t *testing.T) {
			for n := range strings.LastIndex(c.text, "\r\n\r\n") {
				var a answer
				if err := a.read(bufio.NewReader(strings.NewReader(c.text[:n]))); err == nil {
					t.Fatalf("after %d bytes: no error, %+v", n, a)
				}
			}
		})
	}
	t.Run("cut in its body", func(t *testing.T) {
		var a answer
		if err := a.read(bufio.NewReader(strings.NewReader("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell"))); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%v, %+v", err, a)
		}
	})
	for _, text := range []string{
		"SMTP\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 OK\r\n\r\n", "HTTP/1.1 20\r\n\r\n", "HTTP/1.1 200 OK\r\nno header\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1e3\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
	} {
		var a answer
		if err := a.read(bufio.NewReader(strings.NewReader(text))); !errors.Is(err, errAnswer) {
			t.Errorf("%q: %v, want it refused", text, err)
		}
	}
}

func same(a, b answer) bool {
	return a.status == b.status && a.retryAfter == b.retryAfter && a.closing == b.closing && a.length == b.length && a.chunked == b.chunked
}

// What net/http reads as an answer of HTTP/1.1 is read the same here, or refused.
func FuzzAnswer(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"))
	f.Add([]byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 503 Away\r\nRetry-After: 2\r\nConnection: close\r\n\r\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var a answer
		if err := a.read(bufio.NewReader(bytes.NewReader(text))); err != nil {
			return
		}
		status, body, ok := byNetHTTP(text)
		if ok && (status != a.status || !bytes.Equal(body, a.body)) {
			t.Errorf("%q: status %d, body %q; net/http has %d, %q", text, a.status, a.body, status, body)
		}
	})
}

// byNetHTTP is what net/http reads; not ok where it refuses more than need be.
func byNetHTTP(text []byte) (status int, body []byte, ok bool) {
	r := bufio.NewReader(bytes.NewReader(text))
	for {
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			return 0, nil, false
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.ProtoMinor > 1 {
			return 0, nil, false
		}
		if resp.StatusCode >= 200 {
			return resp.StatusCode, body, true
		}
	}
}

func TestAccepted(t *testing.T) {
	for body, want := range map[string]int{
		`{"accepted":1}`: 1, `{"accepted":10000}` + "\n": 10000, `{"accepted":1,"expired":1}`: -1, `{"accepted":}`: -1, `{}`: -1, ``: -1,
		`{"accepted":1`: -1, `{"accepted":-1}`: -1, `{"rejected":1}`: -1,
	} {
		if got := accepted([]byte(body)); got != want {
			t.Errorf("%s: %d, want %d", body, got, want)
		}
	}
}
