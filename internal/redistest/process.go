package redistest

import (
	"errors"
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
	"time"
)

// Process is one redis-server process on 127.0.0.1, in a directory of its own. Its
// methods are for one goroutine at a time.
type Process struct {
	dir  string
	port int
	args []string

	mu  sync.Mutex // guards cmd against the cleanup
	cmd *exec.Cmd  // nil while the server is down
}

// Launch is Start for programs that aren't tests: who launches a process closes it.
func Launch(args ...string) (*Process, error) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		return nil, errors.New("redis-server is needed: apt-get install redis-server")
	}
	dir, err := os.MkdirTemp("", "redistest")
	if err != nil {
		return nil, fmt.Errorf("the server's directory: %w", err)
	}
	p := &Process{dir: dir, args: args}
	for range 5 { // another process can take the port between our look and the start
		if p.port, err = freePort(); err != nil {
			break
		}
		if err = p.start(); err == nil {
			return p, nil
		}
	}
	return nil, errors.Join(fmt.Errorf("redis-server doesn't start: %w\n%s", err, p.log()), p.Close())
}

// URL is how a client reaches the server, its --requirepass included.
func (p *Process) URL() string {
	if i := slices.Index(p.args, "--requirepass"); i >= 0 {
		return fmt.Sprintf("redis://:%s@%s", p.args[i+1], p.Addr())
	}
	return "redis://" + p.Addr()
}

// Addr is the server's host and port; they stay the same over restarts.
func (p *Process) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(p.port)) }

// PID is the process's id; 0 while it is down.
func (p *Process) PID() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return 0
	}
	return p.cmd.Process.Pid
}

// Kill ends the process as kill -9 does. A server that is down stays down.
func (p *Process) Kill() { p.end(syscall.SIGKILL) }

// Stop ends the process in an orderly way.
func (p *Process) Stop() { p.end(syscall.SIGTERM) }

// Close kills the server and removes its directory. A child that was rewriting the
// append-only file outlives the server a moment and still makes files.
func (p *Process) Close() error {
	p.Kill()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); ; <-tick.C {
		err := os.RemoveAll(p.dir)
		if err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

func (p *Process) start() error {
	log, err := os.OpenFile(filepath.Join(p.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	args := append([]string{
		"--port", strconv.Itoa(p.port), "--bind", "127.0.0.1", "--dir", p.dir,
		"--save", "", "--appendonly", "yes", "--appendfsync", "everysec",
		"--repl-diskless-sync-delay", "0", "--cluster-node-timeout", "5000",
	}, p.args...)
	cmd := exec.Command("redis-server", args...)
	cmd.Stdout, cmd.Stderr = log, log // files, so that no goroutine copies
	if err := cmd.Start(); err != nil {
		return err
	}
	p.mu.Lock()
	p.cmd = cmd
	p.mu.Unlock()
	// Another process may have taken the port: it must be ours that answers.
	err = p.Until(fmt.Sprintf("process_id:%d\r", cmd.Process.Pid), "INFO", "server")
	if err == nil {
		err = p.Until("PONG", "PING")
	}
	if err != nil {
		p.Kill()
	}
	return err
}

func (p *Process) end(how syscall.Signal) {
	p.mu.Lock()
	cmd := p.cmd
	p.cmd = nil
	p.mu.Unlock()
	if cmd == nil {
		return
	}
	_ = cmd.Process.Signal(how)
	_ = cmd.Process.Signal(syscall.SIGCONT) // a paused one takes SIGTERM only when it runs
	_ = cmd.Wait()                          // "signal: killed" is what was asked for
}

func (p *Process) log() string {
	b, _ := os.ReadFile(filepath.Join(p.dir, "log"))
	return strings.ToValidUTF8(string(b[max(0, len(b)-2000):]), "?")
}

// alive tells whether the process runs; one that failed to start is a zombie.
func (p *Process) alive() bool {
	pid := p.PID()
	return pid != 0 && running(pid)
}

// running tells whether a process is there and isn't a zombie.
func running(pid int) bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return !errors.Is(err, os.ErrNotExist)
	}
	_, state, _ := strings.Cut(string(b), ") ")
	return !strings.HasPrefix(state, "Z")
}

// freePort is a port that nobody listens on. It lies below the ports that systems
// give to outgoing connections, or one of those could have it when a killed server
// is started again; cluster nodes use port+10000 too.
func freePort() (int, error) {
	for range 1000 {
		port := 11_000 + rand.IntN(11_000)
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil {
			_ = l.Close()
			return port, nil
		}
	}
	return 0, errors.New("no free port")
}
