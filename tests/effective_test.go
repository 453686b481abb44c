package tests

import (
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"testing"
	"time"
)

// effective are the settings of a command under an environment, by --check-config: a
// name that the program doesn't know fails.
func effective(t testing.TB, env map[string]string, words ...string) map[string]string {
	t.Helper()
	cmd := exec.Command(binary, append(slices.Clone(words), "--check-config")...)
	cmd.Env = cleanEnv()
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%q with %v: %v\n%s", words, env, err, out)
	}
	settings := make(map[string]string)
	for _, m := range regexp.MustCompile(`(?m)^(\S+) = "?(.*?)"? # .*$`).FindAllStringSubmatch(string(out), -1) {
		settings[m[1]] = m[2]
	}
	return settings
}

func duration(t testing.TB, text string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(fmt.Errorf("%q: %w", text, err))
	}
	return d
}
