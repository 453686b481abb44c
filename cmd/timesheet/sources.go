package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/pelletier/go-toml/v2"
)

// envPrefix begins the environment variable of every setting; the flag --store-wait
// is TIMESHEET_STORE_WAIT there and store-wait in the file.
const envPrefix = "TIMESHEET_"

// testPrefix begins what only the project's own tests read.
const testPrefix = envPrefix + "TEST_"

func envName(flag string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// layer is where a setting's value comes from; a later layer overrides an earlier one.
type layer int

const (
	fromDefault layer = iota
	fromFile
	fromEnv
	fromFlag
)

// sources are the environment and the file, as the resolver that kong asks for every
// flag that the command line doesn't give. It collects the problems of all sources,
// so that they are told at once.
type sources struct {
	env      map[string]string // by flag name; set but empty counts as unset
	file     map[string]string // by flag name
	path     string            // of the file
	origin   map[string]layer  // by flag name, for what was resolved
	problems []error
}

// readSources reads the settings in environ and in the file named by args or environ.
func readSources(app *kong.Application, args, environ []string) *sources {
	s := &sources{env: make(map[string]string), file: make(map[string]string), origin: make(map[string]layer)}
	flags := flagNames(app)
	byEnv := make(map[string]string, len(flags))
	for _, f := range flags {
		byEnv[envName(f)] = f
	}
	for _, v := range environ {
		name, value, _ := strings.Cut(v, "=")
		if !strings.HasPrefix(name, envPrefix) || strings.HasPrefix(name, testPrefix) || value == "" {
			continue
		}
		if flag, ok := byEnv[name]; ok {
			s.env[flag] = value
		} else {
			s.add(fmt.Errorf("the environment variable %s is no setting%s", name, nearest(name, slices.Collect(maps.Keys(byEnv)))))
		}
	}
	if s.path = cmp.Or(configArg(args), s.env["config"]); s.path != "" {
		s.readFile(flags)
	}
	return s
}

// configArg is the file that the command line names: it must be known before kong
// resolves anything.
func configArg(args []string) (path string) {
	for i, a := range args {
		if a == "--" {
			break
		}
		if v, ok := strings.CutPrefix(a, "--config="); ok {
			path = v
		} else if a == "--config" && i+1 < len(args) {
			path = args[i+1]
		}
	}
	return path
}

func (s *sources) readFile(flags []string) {
	text, err := os.ReadFile(s.path)
	if err != nil {
		s.add(fmt.Errorf("the configuration file can't be read: %w", err))
		return
	}
	var settings map[string]any
	if err := toml.Unmarshal(text, &settings); err != nil {
		s.add(fmt.Errorf("the configuration file %s is no TOML: %w", s.path, where(err)))
		return
	}
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		switch value := settings[key].(type) {
		case string, bool, int64, float64, toml.LocalDate, toml.LocalTime:
			if slices.Contains(flags, key) && key != "config" && key != "check-config" {
				s.file[key] = fmt.Sprint(value)
			} else {
				s.add(fmt.Errorf("%s: %q is no setting%s", s.path, key, nearest(key, flags)))
			}
		default:
			s.add(fmt.Errorf("%s: %q must be a plain value (a text, a number, true or false); there are no tables or lists", s.path, key))
		}
	}
}

// where adds the line to an error of the TOML parser.
func where(err error) error {
	if d, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, column := d.Position()
		return fmt.Errorf("line %d, column %d: %w", line, column, err)
	}
	return err
}

// Validate is part of kong.Resolver; all checks are made elsewhere.
func (s *sources) Validate(*kong.Application) error { return nil }

// Resolve answers the value of a flag that the command line doesn't give, nil for none.
func (s *sources) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if v, ok := s.env[flag.Name]; ok {
		s.origin[flag.Name] = fromEnv
		return v, nil
	}
	if v, ok := s.file[flag.Name]; ok {
		s.origin[flag.Name] = fromFile
		return v, nil
	}
	return nil, nil
}

// name is how the one who set a flag calls it.
func (s *sources) name(flag string) string {
	switch s.origin[flag] {
	case fromEnv:
		return envName(flag)
	case fromFile:
		return fmt.Sprintf("%s: %s", s.path, flag)
	default:
		return "--" + flag
	}
}

func (s *sources) add(err error) { s.problems = append(s.problems, err) }

// flagNames are the names of all flags of all commands.
func flagNames(app *kong.Application) []string {
	names := make(map[string]bool)
	var visit func(n *kong.Node)
	visit = func(n *kong.Node) {
		for _, f := range n.Flags {
			if f.Name != "help" {
				names[f.Name] = true
			}
		}
		for _, c := range n.Children {
			visit(c)
		}
	}
	visit(app.Node)
	return slices.Sorted(maps.Keys(names))
}
