package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"

	"timesheet"
	"timesheet/rulesfile"
)

type rulesCmd struct {
	Check rulesCheckCmd `cmd:"" help:"Read a rules file and a directory file, and tell all that is wrong with them."`
	Diff  rulesDiffCmd  `cmd:"" help:"Show whose worked time another rules file or directory would change, and by how much."`
}

type rulesCheckCmd struct {
	File      string `arg:"" name:"RULES" help:"The rules file (YAML)."`
	Directory string `placeholder:"FILE" help:"The directory file too (CSV or YAML): who is in which team, on which schedule."`
}

type rulesDiffCmd struct {
	Old          string        `arg:"" name:"OLD" help:"The rules file in force."`
	New          string        `arg:"" name:"NEW" help:"The one that is to replace it; the same where only the directory changes."`
	From         timesheet.Day `required:"" placeholder:"DAY" help:"The first day to compare, written 2006-01-02."`
	To           timesheet.Day `required:"" placeholder:"DAY" help:"The last day to compare."`
	Directory    string        `placeholder:"FILE" help:"The directory file, where it is the same for both."`
	OldDirectory string        `placeholder:"FILE" help:"The directory file in force."`
	NewDirectory string        `placeholder:"FILE" help:"The one that is to replace it."`
	Format       listFormat    `default:"table" placeholder:"FORMAT" help:"table, csv or json. Default: table."`
	storeSettings
	serverSettings
}

// Help is the command's long help, as is the one below.
func (*rulesCheckCmd) Help() string {
	return `Prints what the files say, or each problem as FILE:LINE:COLUMN: what is wrong and what to write instead.

Exit code 0: good; 2: something is wrong; 1: a file can't be read.

Example:

    timesheet rules check office.yaml --directory people.csv`
}

// Help is the command's long help.
func (*rulesDiffCmd) Help() string {
	return `Works out all days from --from to --to under both and prints those that come out otherwise, and the weeks that end in that time whose overtime does. Days before the first clocking of all are left out. Nothing is changed. Entries are the store's, or those of the running service.

Exit code 0: nothing would change; 4: something would; 2: a file is wrong; 1: failed.

Examples:

    timesheet rules diff office.yaml new.yaml --from 2026-11-01 --to 2026-11-30 --directory people.csv
    timesheet rules diff office.yaml office.yaml --old-directory people.csv --new-directory new.csv --from 2026-11-01 --to 2026-11-30 --format csv`
}

// Run checks the files.
func (c *rulesCheckCmd) Run(con *console) error {
	v, err := readVersion(con, c.File, c.Directory)
	if err != nil {
		return err
	}
	return describe(con.out, v, c.File, c.Directory)
}

// readVersion reads a rules file and a directory file; "" for none. What is wrong with
// them is printed, and is the caller's mistake.
func readVersion(con *console, rules, directory string) (*rulesfile.Version, error) {
	var texts [2]*rulesfile.Text
	for i, path := range []string{rules, directory} {
		if path == "" {
			continue
		}
		content, err := readFile(path)
		if err != nil {
			return nil, err
		}
		texts[i] = &rulesfile.Text{Name: path, Content: content}
	}
	v, err := rulesfile.Compile(texts[0], texts[1])
	if err == nil {
		return v, nil
	}
	fmt.Fprintln(con.err, strings.Join(rulesfile.Lines(err), "\n"))
	files := rules
	if directory != "" {
		files += " with " + directory
	}
	return nil, usagef("%s can't be used: %s", files, problemCount(len(rulesfile.Found(err))))
}

// readFile reads no more of a file than the parsers take.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	return io.ReadAll(io.LimitReader(f, rulesfile.MaxDirectory+1))
}

func problemCount(n int) string {
	if n == 1 {
		return "there is a problem"
	}
	return fmt.Sprintf("there are %d problems", n)
}

// describe prints what the files say: each version of each schedule by what it changes,
// the first one beside the defaults.
func describe(w io.Writer, v *rulesfile.Version, rules, directory string) error {
	fmt.Fprintf(w, "%s: %s, %s, %s\n", rules, plural(v.Counts.Schedules, "schedule"), plural(v.Counts.Holidays, "holiday"), plural(v.Counts.Leaves, "leave"))
	for _, name := range v.Rules.Schedules() {
		label := name
		if name == v.Rules.Default() {
			label += " (the default)"
		}
		fmt.Fprintln(w, "  "+label)
		before := timesheet.Terms{}
		for i, t := range v.Rules.Versions(name) {
			from := "always"
			if i > 0 || t.From > timesheet.FirstDay {
				from = "from " + t.From.String()
			}
			fmt.Fprintf(w, "    %s: %s\n", from, cmp.Or(rulesfile.Changes(before, t), "as the defaults"))
			before = t
		}
	}
	if directory != "" {
		fmt.Fprintf(w, "%s: %s, %s\n", directory, plural(v.Counts.Employees, "employee"), plural(v.Counts.Rows, "row"))
		noteLeave(w, v)
	}
	return nil
}

// mostNotes bounds how many notes are printed.
const mostNotes = 20

// noteLeave tells of leave that changes nothing, since whoever it names isn't in the
// directory: surely a slip, yet no reason to refuse the files, as of one who left.
func noteLeave(w io.Writer, v *rulesfile.Version) {
	notes := 0
	for _, l := range v.Rules.Leaves() {
		_, from := v.Directory.Person(l.Employee, l.From)
		_, to := v.Directory.Person(l.Employee, l.To)
		if from || to {
			continue
		}
		if notes++; notes > mostNotes {
			continue
		}
		hint := ""
		if owner := v.Directory.Canonical(l.Employee, l.From); owner != l.Employee {
			hint = fmt.Sprintf("; it is a badge of %q", owner)
		}
		fmt.Fprintf(w, "note: leave of %q from %v to %v has no effect: the directory doesn't list that employee then%s\n", l.Employee, l.From, l.To, hint)
	}
	if notes > mostNotes {
		fmt.Fprintf(w, "note: … and %s more\n", plural(notes-mostNotes, "leave"))
	}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
