package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is the module's folder.
const root = ".."

// documents are what people read, by file name.
func documents(t testing.TB) map[string]string {
	t.Helper()
	names := []string{"README.md", "ARCHITECTURE.md", "CHANGELOG.md"}
	decisions, err := filepath.Glob(filepath.Join(root, "docs", "adr", "*.md"))
	if err != nil || len(decisions) == 0 {
		t.Fatalf("no decisions: %v", err)
	}
	for _, path := range decisions {
		names = append(names, filepath.Join("docs", "adr", filepath.Base(path)))
	}
	texts := make(map[string]string, len(names))
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(text)
	}
	return texts
}

var (
	inline  = regexp.MustCompile("`([^`]+)`")
	comment = regexp.MustCompile(`\s+# .*$`)
	// invocation is text in backticks that someone could type: a program and at least
	// one more word. Other texts in backticks name a type, a file, a flag.
	invocation = regexp.MustCompile(`^(timesheet|go|make|curl|docker|redis-cli|scripts/\w+) \S`)
	flagName   = regexp.MustCompile(`(?:^|[ ` + "`" + `(])(--[a-z][a-z-]*)`)
)

// markdown is a document taken apart: the lines of its indented and fenced blocks and
// the texts in backticks, in the order in which they are read.
type markdown struct {
	commands []string // every line of a block, and every invocation in backticks
	flags    []string // every --flag in backticks
}

func readMarkdown(text string, blocksAreCommands bool) markdown {
	var m markdown
	var prose strings.Builder
	endProse := func() {
		for _, match := range inline.FindAllStringSubmatch(prose.String(), -1) {
			if invocation.MatchString(match[1]) {
				m.commands = append(m.commands, match[1])
			}
			for _, flag := range flagName.FindAllStringSubmatch(match[1], -1) {
				m.flags = append(m.flags, flag[1])
			}
		}
		prose.Reset()
	}
	fenced, blank := false, true
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		isBlock := fenced || blank && strings.HasPrefix(line, "    ")
		switch {
		case strings.HasPrefix(line, "```"):
			fenced = !fenced
			endProse()
		case isBlock && strings.TrimSpace(line) != "":
			endProse()
			if blocksAreCommands {
				m.commands = append(m.commands, comment.ReplaceAllString(strings.TrimSpace(line), ""))
			}
		case strings.TrimSpace(line) == "":
			endProse()
		default:
			prose.WriteString(line + " ")
		}
		blank = isBlock || strings.TrimSpace(line) == ""
	}
	endProse()
	return m
}

func TestReadMarkdown(t *testing.T) {
	got := readMarkdown("# T\n\nText `timesheet a\n--b`, `Type` and `--flag x`:\n    no block\n\n    one 'x  y'   # why\n\n    two\n\n```sh\nthree # why\n```\n- `make all`\n", true)
	want := []string{"timesheet a --b", "one 'x  y'", "two", "three", "make all"}
	if !slices.Equal(got.commands, want) {
		t.Errorf("commands %q, want %q", got.commands, want)
	}
	if want := []string{"--b", "--flag"}; !slices.Equal(got.flags, want) {
		t.Errorf("flags %q, want %q", got.flags, want)
	}
}

// TestFlagsInDocs looks up every flag that a document names in the programs' help.
func TestFlagsInDocs(t *testing.T) {
	known := make(map[string]bool)
	for _, command := range commandNames(t) {
		stdout, stderr, exit := timesheetCommand(t, "", append(strings.Fields(command), "--help")...)
		if exit != 0 {
			t.Fatalf("%s --help: exit %d\n%s", command, exit, stderr)
		}
		for _, match := range regexp.MustCompile(`--[a-z][a-z-]+`).FindAllString(stdout, -1) {
			known[match] = true
		}
	}
	help, err := exec.CommandContext(t.Context(), fireBinary, "--help").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range regexp.MustCompile(`--[a-z][a-z0-9-]+`).FindAllString(string(help), -1) {
		known[match] = true
	}
	found := 0
	for name, text := range documents(t) {
		for _, flag := range readMarkdown(text, false).flags {
			found++
			if !known[flag] {
				t.Errorf("%s names the flag %s, which no command has", name, flag)
			}
		}
	}
	if found == 0 {
		t.Error("no flag found in any document")
	}
}

// commandNames are the commands that the program's help lists.
func commandNames(t testing.TB) []string {
	t.Helper()
	stdout, stderr, exit := timesheetCommand(t, "", "help")
	if exit != 0 {
		t.Fatalf("help: exit %d\n%s", exit, stderr)
	}
	_, list, found := strings.Cut(stdout, "\nCommands:\n")
	if !found {
		t.Fatalf("the help lists no commands:\n%s", stdout)
	}
	var names []string
	for line := range strings.Lines(list) {
		if match := regexp.MustCompile(`^  ([a-z]+(?: [a-z]+)?)(?: |\n)`).FindStringSubmatch(line); match != nil {
			names = append(names, match[1])
		}
	}
	if len(names) < 7 {
		t.Fatalf("the help lists only %q", names)
	}
	return names
}
