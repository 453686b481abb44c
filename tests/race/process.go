package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a running contestant.
type process struct {
	cmd    *exec.Cmd
	url    string
	stderr bytes.Buffer // read only after exited is closed
	exited chan struct{}
	err    error // set before exited is closed
}

// startWithin bounds the wait for a contestant's address, and stopWithin that for
// its end.
const (
	startWithin = 30 * time.Second
	stopWithin  = 15 * time.Second
)

var addressPattern = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// launch starts a program that serves, with env beside the usual environment, and waits
// until it says where.
func launch(ctx context.Context, env []string, program string, args ...string) (*process, error) {
	p := &process{cmd: exec.Command(program, args...), exited: make(chan struct{})}
	p.cmd.Env = append(cleanEnv(), env...)
	p.cmd.Stderr = &p.stderr
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	address := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			if url := addressPattern.FindString(lines.Text()); url != "" && p.url == "" {
				p.url = url
				address <- url
			}
		}
		p.err = p.cmd.Wait()
		close(p.exited)
	}()
	late := time.NewTimer(startWithin)
	defer late.Stop()
	select {
	case <-address:
		return p, nil
	case <-p.exited:
		return nil, fmt.Errorf("%s ended at its start: %w\n%s", program, p.err, p.stderr.String())
	case <-late.C:
		err = fmt.Errorf("%s did not say where it listens", program)
	case <-ctx.Done():
		err = ctx.Err()
	}
	_ = p.cmd.Process.Kill()
	<-p.exited
	return nil, err
}

// cleanEnv is the environment without what would change the contestants.
func cleanEnv() []string {
	var env []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "TIMESHEET_") && !strings.HasPrefix(v, "GOGC=") {
			env = append(env, v)
		}
	}
	return env
}

// stop asks the process to end, and kills it when it doesn't.
func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	late := time.NewTimer(stopWithin)
	defer late.Stop()
	select {
	case <-p.exited:
	case <-late.C:
		_ = p.cmd.Process.Kill()
		<-p.exited
		return fmt.Errorf("%s did not end within %v", p.cmd.Path, stopWithin)
	}
	if p.err != nil {
		return fmt.Errorf("%s: %w\n%s", p.cmd.Path, p.err, p.stderr.String())
	}
	return nil
}

// tick is the unit of times in /proc/PID/stat: USER_HZ is 100 on all that Go runs on.
const tick = 10 * time.Millisecond

// cpuTime is what a process has used of all processors, to 10 ms.
func cpuTime(pid int) (time.Duration, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	return parseStat(string(b))
}

// parseStat adds utime and stime, fields 14 and 15 of proc(5). The second field, the
// program's name, can hold anything, so that counting begins at its closing bracket.
func parseStat(stat string) (time.Duration, error) {
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	if len(fields) < 13 {
		return 0, fmt.Errorf("%q has no processor times", stat)
	}
	var sum uint64
	for _, f := range fields[11:13] { // the first is field 3
		ticks, err := strconv.ParseUint(f, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("processor times: %w", err)
		}
		sum += ticks
	}
	return time.Duration(sum) * tick, nil
}

// residentBytes is the memory of a process that is in RAM.
func residentBytes(pid int) (int64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(b))
	if len(fields) < 2 {
		return 0, fmt.Errorf("%q has no resident size", b)
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize()), err
}
