package main

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/alecthomas/kong"
)

// checkTogether adds the problems that only several settings together make, and
// reads the store's name where a file holds it.
func (p *parsed) checkTogether() {
	command := p.context.Selected().Target.Addr().Interface()
	if c, ok := command.(interface{ storeOf() *storeSettings }); ok {
		p.readStoreFile(c.storeOf())
	}
	if c, ok := command.(interface{ sourceOf() *sourceSettings }); ok {
		p.checkSource(c.sourceOf())
	}
	if c, ok := command.(interface{ pollOf() *pollSettings }); ok {
		p.checkPoll(c.pollOf())
	}
	if c, ok := command.(interface{ serverOf() *serverSettings }); ok {
		p.checkServer(c.serverOf())
	}
	if c, ok := command.(*healthcheckCmd); ok {
		p.lastsSome("timeout", c.Timeout)
	}
	if c, ok := command.(*serveCmd); ok && c.IdleAfter < shortestIdle {
		p.sources.add(fmt.Errorf("%s: %v is too short; write %v or more", p.sources.name("idle-after"), c.IdleAfter, shortestIdle))
	}
	c, ok := command.(interface{ listenOf() *listenSettings })
	if !ok {
		return
	}
	p.lastsSome("request-timeout", c.listenOf().RequestTimeout)
	a, ok := command.(interface{ accessOf() *accessSettings })
	if ok {
		p.checkAccess(a.accessOf())
	}
	if l := c.listenOf(); !l.Listen.loopback() && !l.InsecureListen && (!ok || a.accessOf().Tokens == "") {
		p.openToAll(l, ok)
	}
}

// shortestIdle keeps the service from looking for idle employees all the time.
const shortestIdle = time.Second

// lastsSome adds a problem where a time that must be there is 0.
func (p *parsed) lastsSome(flag string, d time.Duration) {
	if d == 0 {
		p.sources.add(fmt.Errorf("%s: nothing is done in no time; write a duration such as 500ms, 30s or 2m", p.sources.name(flag)))
	}
}

func (s *storeSettings) storeOf() *storeSettings    { return s }
func (s *sourceSettings) sourceOf() *sourceSettings { return s }
func (s *pollSettings) pollOf() *pollSettings       { return s }
func (l *listenSettings) listenOf() *listenSettings { return l }

// readStoreFile sets the store from the file that holds its name.
func (p *parsed) readStoreFile(s *storeSettings) {
	p.readSecretFile("store", "store-file", s.StoreFile, func(text string) error {
		store, err := parseStore(text)
		if err == nil {
			s.Store = store
		}
		return err
	})
}

// layer is where the value of a flag came from.
func (p *parsed) layer(flag string) layer {
	for _, path := range p.context.Path {
		if path.Flag != nil && path.Flag.Name == flag && !path.Resolved {
			return fromFlag
		}
	}
	return p.sources.origin[flag]
}

// printEffective prints the settings in force for the command, in the file's form,
// each with its source, without secrets.
func (p *parsed) printEffective(w io.Writer) error {
	fmt.Fprintf(w, "# settings of \"timesheet %s\"\n", p.context.Selected().Path())
	for _, flag := range p.context.Flags() {
		if flag.Name == "help" || flag.Name == "check-config" || flag.Name == "config" {
			continue
		}
		value := settingText(flag)
		if value == `""` {
			continue
		}
		fmt.Fprintf(w, "%s = %s # %s\n", flag.Name, value, p.source(flag))
	}
	return nil
}

// inFiles are the settings that a file of their own may hold, named by the setting
// that has -file at its end.
var inFiles = []string{"store", "source", "source-password", "token", "oidc-client-secret"}

func (p *parsed) source(flag *kong.Flag) string {
	switch p.layer(flag.Name) {
	case fromFile:
		return p.sources.path
	case fromEnv:
		return envName(flag.Name)
	case fromFlag:
		return "--" + flag.Name
	default:
		if slices.Contains(inFiles, flag.Name) && flag.Target.String() != flag.Default {
			return flag.Name + "-file"
		}
		return "default"
	}
}

// settingText is a flag's value as TOML; "" where nothing is set.
func settingText(flag *kong.Flag) string {
	switch v := flag.Target.Interface().(type) {
	case bool:
		return fmt.Sprint(v)
	case count, number, size:
		return fmt.Sprint(v)
	case storeName:
		return fmt.Sprintf("%q", v.redacted())
	case serverURL:
		return fmt.Sprintf("%q", v.redacted())
	case sourceURL:
		if v == "" {
			return `""`
		}
		return fmt.Sprintf("%q", v.redacted())
	case secret:
		if v == "" {
			return `""`
		}
		return `"xxxxx"`
	case retain:
		if v == 0 {
			return `""`
		}
		return fmt.Sprintf("\"%dd\"", v)
	case boundary:
		return fmt.Sprintf("%q", clockText(time.Duration(v)))
	default:
		if flag.Target.IsZero() && !flag.HasDefault {
			return `""`
		}
		return fmt.Sprintf("%q", fmt.Sprint(v))
	}
}
