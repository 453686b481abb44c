package tests

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// image is what the Dockerfile makes, as far as it can be read without an engine.
type image struct {
	goVersion   string            // of the stage that builds
	build       string            // the command that builds, as its RUN line says it
	copied      map[string]string // of the last stage: where to, where from
	env         map[string]string
	entrypoint  []string
	cmd         []string
	exposed     string
	volume      string
	uid, gid    uint32
	healthcheck []string
	options     map[string]time.Duration // of the health check: interval, timeout, start-period
}

// instruction is a line of a Dockerfile, its continuation lines joined.
type instruction struct{ keyword, words string }

func readInstructions(t testing.TB) (list []instruction) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	joined := regexp.MustCompile(`\\\n\s*`).ReplaceAllString(string(text), "")
	for line := range strings.Lines(joined) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		keyword, words, _ := strings.Cut(line, " ")
		list = append(list, instruction{keyword, strings.TrimSpace(words)})
	}
	return list
}

// readImage knows the instructions that the Dockerfile uses; another one fails the
// test, so that nothing in it goes unread.
func readImage(t testing.TB) *image {
	t.Helper()
	var i *image
	var from []string // the stages' bases
	var build string
	for _, in := range readInstructions(t) {
		switch in.keyword {
		case "FROM":
			from = append(from, strings.Fields(in.words)[0])
			i = &image{copied: make(map[string]string), env: make(map[string]string), options: make(map[string]time.Duration)}
		case "RUN":
			if strings.Contains(in.words, "go build") {
				build = in.words
			}
		case "COPY":
			words := slices.DeleteFunc(strings.Fields(in.words), func(w string) bool { return strings.HasPrefix(w, "--") })
			i.copied[words[len(words)-1]] = words[0]
		case "ENV":
			name, value, _ := strings.Cut(in.words, "=")
			i.env[name] = value
		case "USER":
			i.uid, i.gid = userIDs(t, in.words)
		case "HEALTHCHECK":
			i.readHealthcheck(t, in.words)
		case "ENTRYPOINT":
			i.entrypoint = list(t, in.words)
		case "CMD":
			i.cmd = list(t, in.words)
		case "EXPOSE":
			i.exposed = in.words
		case "VOLUME":
			i.volume = in.words
		case "ARG", "WORKDIR":
		default:
			t.Fatalf("Dockerfile: no test knows %s", in.keyword)
		}
	}
	if len(from) != 2 || from[1] != "scratch" || build == "" {
		t.Fatalf("Dockerfile: stages from %q, built by %q; want two, the last from scratch", from, build)
	}
	i.build = build
	i.goVersion, _, _ = strings.Cut(strings.TrimPrefix(from[0], "golang:"), "-")
	return i
}

func (i *image) readHealthcheck(t testing.TB, words string) {
	t.Helper()
	options, command, _ := strings.Cut(words, "CMD ")
	for o := range strings.FieldsSeq(options) {
		name, value, _ := strings.Cut(strings.TrimPrefix(o, "--"), "=")
		if name == "retries" {
			continue
		}
		d, err := time.ParseDuration(value)
		if err != nil {
			t.Fatal(err)
		}
		i.options[name] = d
	}
	i.healthcheck = list(t, command)
}

// list is a command in the form without a shell, which the image doesn't have.
func list(t testing.TB, words string) (command []string) {
	t.Helper()
	if err := json.Unmarshal([]byte(words), &command); err != nil || len(command) == 0 {
		t.Fatalf("Dockerfile: %s is not a list of words: %v", words, err)
	}
	return command
}

// userIDs must be numbers: without /etc/passwd no name means anything.
func userIDs(t testing.TB, words string) (uid, gid uint32) {
	t.Helper()
	user, group, _ := strings.Cut(words, ":")
	u, err := strconv.ParseUint(user, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	g, err := strconv.ParseUint(group, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return uint32(u), uint32(g)
}
