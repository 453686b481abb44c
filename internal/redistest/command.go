package redistest

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Command sends one command of plain words and answers the raw reply: its first
// line, or a bulk reply's text.
func (s *Server) Command(words ...string) string {
	s.t.Helper()
	reply, err := s.Do(words...)
	if err != nil {
		s.t.Fatalf("%s: %v", words[0], err)
	}
	return reply
}

// Replica starts a server that replicates s, and answers once it is in step.
func (s *Server) Replica(t testing.TB, args ...string) *Server {
	t.Helper()
	r := Start(t, append([]string{"--replicaof", "127.0.0.1 " + fmt.Sprint(s.port)}, args...)...)
	r.Await("master_link_status:up", "INFO", "replication")
	return r
}

// Promote makes a replica a master. From then on it gets nothing of what the old
// master is sent, so promoting first and writing then makes a lagging replica.
func (s *Server) Promote() {
	s.t.Helper()
	s.Command("REPLICAOF", "NO", "ONE")
}

// Await waits until the reply to a command contains want.
func (s *Server) Await(want string, words ...string) {
	s.t.Helper()
	if err := s.Until(want, words...); err != nil {
		s.t.Fatalf("%v\n%s", err, s.log())
	}
}

// StartCluster starts n masters that share the slots of one Redis Cluster.
func StartCluster(t testing.TB, n int) []*Server {
	t.Helper()
	nodes := make([]*Server, n)
	create := []string{"--cluster", "create"}
	for i := range nodes {
		nodes[i] = Start(t, "--cluster-enabled", "yes")
		create = append(create, nodes[i].Addr())
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, "redis-cli", append(create, "--cluster-yes")...).CombinedOutput()
	if err != nil {
		t.Fatalf("create the cluster: %v\n%s", err, out)
	}
	for _, s := range nodes {
		s.Await("cluster_state:ok", "CLUSTER", "INFO")
	}
	return nodes
}

// Until sends a command every 20 ms, for at most 30 s, until the reply contains want.
func (p *Process) Until(want string, words ...string) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.Now().Add(patience)
	for {
		reply, err := p.Do(words...)
		if err == nil && strings.Contains(reply, want) {
			return nil
		}
		if time.Now().After(deadline) || !p.alive() {
			return fmt.Errorf("%v never answered %q; last: %q, %w", words, want, reply, err)
		}
		<-tick.C
	}
}

// Do sends one command of plain words over a connection of its own and answers the
// raw reply: its first line, or a bulk reply's text. What the server refuses is a
// reply, too: "-ERR …".
func (p *Process) Do(words ...string) (string, error) {
	c, err := net.DialTimeout("tcp", p.Addr(), patience)
	if err != nil {
		return "", err
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(patience))
	var b strings.Builder
	if url := p.URL(); strings.Contains(url, "@") {
		password, _, _ := strings.Cut(strings.TrimPrefix(url, "redis://:"), "@")
		write(&b, "AUTH", password)
	}
	auth := b.Len() > 0
	write(&b, words...)
	if _, err := c.Write([]byte(b.String())); err != nil {
		return "", err
	}
	r := bufio.NewReader(c)
	if auth {
		if _, err := read(r); err != nil {
			return "", err
		}
	}
	return read(r)
}

func write(b *strings.Builder, words ...string) {
	fmt.Fprintf(b, "*%d\r\n", len(words))
	for _, w := range words {
		fmt.Fprintf(b, "$%d\r\n%s\r\n", len(w), w)
	}
}

// read reads one reply that isn't an array.
func read(r *bufio.Reader) (string, error) {
	line, err := r.ReadString('\n')
	if err != nil {
		return "", err
	}
	line = strings.TrimRight(line, "\r\n")
	var n int
	if _, err := fmt.Sscanf(line, "$%d", &n); err != nil || n < 0 {
		return line, nil
	}
	b := make([]byte, n)
	for read := 0; read < n; {
		k, err := r.Read(b[read:])
		if err != nil {
			return "", err
		}
		read += k
	}
	return string(b), nil
}
