// Package redistest starts real redis-server processes for tests: on a free
// loopback port, in a directory of their own, killed when the test ends. A test
// can stop, kill, pause and restart a server, put an older append-only file back,
// and promote a replica. A missing redis-server fails the test; it isn't a skip.
// Launch starts one for a program that measures.
package redistest

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait for a server. It is long since test machines are busy.
const patience = 30 * time.Second

// Server is a Process of a test. Its methods fail the test instead of answering an
// error.
type Server struct {
	*Process
	t testing.TB
}

// Start runs redis-server with args ("--requirepass", "secret", …) after its own:
// append-only file synced every second, no snapshots. It answers once the server
// replies to PING.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	p, err := Launch(args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Errorf("remove the server's directory: %v", err)
		}
	})
	return &Server{p, t}
}

// Restart starts the server again on the same port and data; one that still runs
// is stopped first.
func (s *Server) Restart() {
	s.t.Helper()
	s.Stop()
	if err := s.start(); err != nil {
		s.t.Fatalf("restart redis-server: %v\n%s", err, s.log())
	}
}

// Pause freezes the process: connections stay open and nothing is answered.
func (s *Server) Pause() { s.signal(syscall.SIGSTOP) }

// Resume ends a Pause.
func (s *Server) Resume() { s.signal(syscall.SIGCONT) }

// CopyAOF copies the append-only files of now to a directory, for RestoreAOF.
func (s *Server) CopyAOF() string {
	s.t.Helper()
	to := filepath.Join(s.t.TempDir(), "aof")
	if err := os.CopyFS(to, os.DirFS(filepath.Join(s.dir, "appendonlydir"))); err != nil {
		s.t.Fatalf("copy the append-only files: %v", err)
	}
	return to
}

// RestoreAOF kills the server and starts it from the append-only files that CopyAOF
// put into dir: the data goes back in time.
func (s *Server) RestoreAOF(dir string) {
	s.t.Helper()
	s.Kill()
	own := filepath.Join(s.dir, "appendonlydir")
	if err := os.RemoveAll(own); err != nil {
		s.t.Fatal(err)
	}
	if err := os.CopyFS(own, os.DirFS(dir)); err != nil {
		s.t.Fatalf("restore the append-only files: %v", err)
	}
	s.Restart()
}

func (s *Server) signal(sig syscall.Signal) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd == nil {
		s.t.Fatal("the server is down")
	}
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
}
