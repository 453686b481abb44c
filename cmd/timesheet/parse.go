package main

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"timesheet"
	"timesheet/ingest"
	"timesheet/mssql"

	"github.com/alecthomas/kong"
)

// parse reads the command line with all other sources of settings. Its error names
// everything that is wrong, each with the name under which it was set.
func parse(args, environ []string, con *console) (*parsed, error) {
	if len(args) > 0 && args[0] == "help" {
		args = append(slices.Clone(args[1:]), "--help")
	}
	p := &parsed{cli: &cli{}}
	v := &values{}
	options := append(v.mappers(),
		kong.Name("timesheet"), kong.Description(description),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoAppDescFormat: true, WrapUpperBound: 100, FlagsLast: true}),
		kong.ValueFormatter(withEnvName), kong.Help(printHelp), kong.ExplicitGroups(groups),
		kong.Writers(con.out, con.err), kong.Exit(func(int) { p.helped = true }))
	k, err := kong.New(p.cli, options...)
	if err != nil {
		return nil, fmt.Errorf("the command line's own definition: %w", err)
	}
	p.sources = readSources(k.Model, args, environ)
	v.sources = p.sources
	if err := kong.Resolvers(p.sources).Apply(k); err != nil {
		return nil, err
	}
	p.context, err = k.Parse(args)
	if p.helped {
		return p, nil
	}
	if err != nil {
		p.sources.decodeRest(err)
		if !p.sources.checkFlags(k.Model, args) { // of which kong tells the first alone
			p.sources.add(usage(err))
		}
	} else if len(p.sources.problems) == 0 {
		p.checkTogether()
	}
	return p, told(p.sources.problems)
}

// checkFlags adds every flag of args that no command has, and tells whether there are any.
func (s *sources) checkFlags(app *kong.Application, args []string) (found bool) {
	known := []string{"--help"}
	for _, name := range flagNames(app) {
		known = append(known, "--"+name)
	}
	for _, a := range args {
		if a == "--" {
			break
		}
		if flag, _, _ := strings.Cut(a, "="); strings.HasPrefix(flag, "--") && !slices.Contains(known, flag) {
			s.add(fmt.Errorf("%s is no flag%s", flag, nearest(flag, known)))
			found = true
		}
	}
	return found
}

// decodeRest decodes the settings that kong didn't come to, since it stopped at err,
// so that what is wrong with them is told as well.
func (s *sources) decodeRest(err error) {
	stopped, ok := errors.AsType[*kong.ParseError](err)
	if !ok || stopped.Context == nil {
		return
	}
	for _, path := range stopped.Context.Path {
		for _, flag := range path.Flags {
			if value, _ := s.Resolve(stopped.Context, path, flag); value != nil {
				_ = flag.Parse(kong.Scan().PushTyped(value, kong.FlagValueToken), reflect.New(flag.Target.Type()).Elem())
			}
		}
	}
}

// usage says what kong found wrong in words for whoever typed it, and where to read
// more.
func usage(err error) error {
	command := ""
	if e, ok := errors.AsType[*kong.ParseError](err); ok && e.Context != nil && e.Context.Selected() != nil {
		command = " " + e.Context.Selected().Path()
	}
	text := err.Error()
	flag, rest, _ := strings.Cut(text, ": ")
	switch {
	case strings.HasPrefix(flag, "--") && strings.HasPrefix(rest, "expected ") && strings.Contains(rest, " value but got "):
		text = flag + " needs a value"
	case strings.HasPrefix(text, "unknown flag ") && command == "": // checkFlags tells of those that no command has
		text = strings.TrimPrefix(text, "unknown flag ") + " stands before the command; write timesheet COMMAND, then its flags"
	case strings.HasPrefix(text, `expected "<FILE> ..."`):
		text = "name the files to import; - is standard input"
	}
	return fmt.Errorf("%s (see: timesheet help%s)", text, command)
}

// told is one error of all problems, each once; nil for none.
func told(problems []error) error {
	var lines []string
	for _, p := range problems {
		if line := p.Error(); !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	switch len(lines) {
	case 0:
		return nil
	case 1:
		return problems[0]
	}
	return fmt.Errorf("%d things are wrong:\n  %s", len(lines), strings.Join(lines, "\n  "))
}

// values decodes settings. A value that can't be used becomes a problem of the
// sources rather than the end of the parsing, so that all of them are told at once.
type values struct{ sources *sources }

func (v *values) mappers() []kong.Option {
	return []kong.Option{
		mapped(v, parseStore), mapped(v, parseZone), mapped(v, parseAddress), mapped(v, parseServer),
		mapped(v, parseBoundary), mapped(v, parseCount), mapped(v, parseNumber), mapped(v, parseSize), mapped(v, parseDuration),
		mapped(v, parseDay), mapped(v, timesheet.ParseEmployeeID), mapped(v, parseFormat), mapped(v, parseLevel),
		mapped(v, oneOf(logAuto, logText, logJSON)), mapped(v, oneOf(listTable, listCSV, listJSON)),
		mapped(v, parseSource), mapped(v, parseSecret), mapped(v, parseRowID), mapped(v, parseWallTime), mapped(v, parseRowOrDay),
		mapped(v, parseOrigin), mapped(v, parseScope), mapped(v, parseRetain),
		mapped(v, oneOf(mssql.ReadPast, mssql.Plain)), mapped(v, oneOf(ingest.StopOnReseed, ingest.RescanOnReseed)),
		kong.TypeMapper(reflect.TypeFor[repair](), repairMapper{mapper[repair]{v, parseRepair}}),
		kong.TypeMapper(reflect.TypeFor[bool](), boolMapper{mapper[bool]{v, parseBool}}),
	}
}

func mapped[T any](v *values, parse func(string) (T, error)) kong.Option {
	return kong.TypeMapper(reflect.TypeFor[T](), mapper[T]{v, parse})
}

type mapper[T any] struct {
	values *values
	parse  func(string) (T, error)
}

// Decode is part of kong.Mapper.
func (m mapper[T]) Decode(ctx *kong.DecodeContext, target reflect.Value) error {
	token, err := ctx.Scan.PopValue("value")
	if err != nil {
		return err
	}
	text := fmt.Sprint(token.Value)
	value, err := m.parse(text)
	if err != nil {
		name := ctx.Value.Name // of an argument, which only the command line has
		if ctx.Value.Flag != nil {
			name = m.values.sources.name(name)
		}
		m.values.refuse(name, target.Type(), text, err)
		return nil
	}
	target.Set(reflect.ValueOf(value))
	return nil
}

// boolMapper lets a flag stand alone for true.
type boolMapper struct{ mapper[bool] }

// Decode is part of kong.Mapper.
func (m boolMapper) Decode(ctx *kong.DecodeContext, target reflect.Value) error {
	if ctx.Scan.Peek().Type == kong.FlagValueToken {
		return m.mapper.Decode(ctx, target)
	}
	target.SetBool(true)
	return nil
}

// IsBool is part of kong.BoolMapper.
func (boolMapper) IsBool() bool { return true }

func (v *values) refuse(name string, kind reflect.Type, text string, err error) {
	shown := fmt.Sprintf("%.80q", text)
	switch kind {
	case reflect.TypeFor[storeName](), reflect.TypeFor[serverURL](), reflect.TypeFor[sourceURL](), reflect.TypeFor[secret]():
		shown = "the value (not shown: it may hold a password)"
	}
	v.sources.add(fmt.Errorf("%s: %s %w", name, shown, err))
}
