// Package redistest starts real redis-server processes for tests: on a free
// loopback port, in a directory of their own, killed when the test ends. A test
// can stop, kill, pause and restart a server, put an older append-only file back,
// and promote a replica. A missing redis-server fails the test; it isn't a skip.
package redistest

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait for a server. It is long since test machines are busy.
const patience = 30 * time.Second

// Server is one redis-server process on 127.0.0.1. Its methods fail the test
// instead of answering an error, and are for one goroutine at a time.
type Server struct {
	t    testing.TB
	dir  string
	port int
	args []string

	mu  sync.Mutex // guards cmd against the test's cleanup
	cmd *exec.Cmd  // nil while the server is down
}

// Start runs redis-server with args ("--requirepass", "secret", …) after its own:
// append-only file synced every second, no snapshots. It answers once the server
// replies to PING.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Fatal("this test needs redis-server: apt-get install redis-server")
	}
	dir, err := os.MkdirTemp("", "redistest")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{t: t, dir: dir, args: args}
	t.Cleanup(s.clean)
	for range 5 { // another process can take the port between our look and the start
		s.port = freePort(t)
		if s.start() == nil {
			return s
		}
	}
	t.Fatalf("redis-server doesn't start:\n%s", s.log())
	return nil
}

// URL is how a client reaches the server, its --requirepass included.
func (s *Server) URL() string {
	if i := slices.Index(s.args, "--requirepass"); i >= 0 {
		return fmt.Sprintf("redis://:%s@%s", s.args[i+1], s.Addr())
	}
	return "redis://" + s.Addr()
}

// Addr is the server's host and port; they stay the same over restarts.
func (s *Server) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// Kill ends the process as kill -9 does. A server that is down stays down.
func (s *Server) Kill() { s.end(syscall.SIGKILL) }

// Stop ends the process in an orderly way.
func (s *Server) Stop() { s.end(syscall.SIGTERM) }

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

func (s *Server) start() error {
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	args := append([]string{
		"--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--dir", s.dir,
		"--save", "", "--appendonly", "yes", "--appendfsync", "everysec",
		"--repl-diskless-sync-delay", "0", "--cluster-node-timeout", "5000",
	}, s.args...)
	cmd := exec.Command("redis-server", args...)
	cmd.Stdout, cmd.Stderr = log, log // files, so that no goroutine copies
	if err := cmd.Start(); err != nil {
		return err
	}
	s.mu.Lock()
	s.cmd = cmd
	s.mu.Unlock()
	// Another process may have taken the port: it must be ours that answers.
	err = s.await(fmt.Sprintf("process_id:%d\r", cmd.Process.Pid), "INFO", "server")
	if err == nil {
		err = s.await("PONG", "PING")
	}
	if err != nil {
		s.Kill()
	}
	return err
}

func (s *Server) end(how syscall.Signal) {
	s.mu.Lock()
	cmd := s.cmd
	s.cmd = nil
	s.mu.Unlock()
	if cmd == nil {
		return
	}
	_ = cmd.Process.Signal(how)
	_ = cmd.Process.Signal(syscall.SIGCONT) // a paused one takes SIGTERM only when it runs
	_ = cmd.Wait()                          // "signal: killed" is what was asked for
}

// clean kills the server and removes its directory. A child that was rewriting the
// append-only file outlives the server a moment and still makes files.
func (s *Server) clean() {
	s.Kill()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); ; <-tick.C {
		err := os.RemoveAll(s.dir)
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			s.t.Errorf("remove the server's directory: %v", err)
			return
		}
	}
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

func (s *Server) log() string {
	b, _ := os.ReadFile(filepath.Join(s.dir, "log"))
	return strings.ToValidUTF8(string(b[max(0, len(b)-2000):]), "?")
}

// freePort is a port that nobody listens on. It lies below the ports that systems
// give to outgoing connections, or one of those could have it when a killed server
// is started again; cluster nodes use port+10000 too.
func freePort(t testing.TB) int {
	t.Helper()
	for range 1000 {
		port := 11_000 + rand.IntN(11_000)
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil {
			_ = l.Close()
			return port
		}
	}
	t.Fatal("no free port")
	return 0
}
