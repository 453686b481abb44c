package measure

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"testing"
)

// RSS is how many bytes of physical memory a process has.
func RSS(tb testing.TB, pid int) int64 {
	tb.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		tb.Fatal(err)
	}
	_, rest, _ := bytes.Cut(status, []byte("VmRSS:"))
	kilobytes, _, _ := bytes.Cut(bytes.TrimSpace(rest), []byte(" kB"))
	n, err := strconv.ParseInt(string(kilobytes), 10, 64)
	if err != nil {
		tb.Fatalf("memory of process %d: %v", pid, err)
	}
	return n << 10
}
