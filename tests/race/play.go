package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// player takes a turn in each round and answers what it came to, by measure, and
// beside that a line about it for people watching. An error ends the race.
type player struct {
	name, about string
	against     string // measured.Against
	turn        func(context.Context) (values map[string]float64, line string, err error)
}

// play lets all players take turns, one at a time. Each round begins with another one,
// so that none always runs after the same wear of disk and machine.
func play(ctx context.Context, con console, rounds int, players []player) (all []measured, err error) {
	for round := range rounds {
		for i := range players {
			p := players[(round+i)%len(players)]
			values, line, err := p.turn(ctx)
			if err != nil {
				return all, fmt.Errorf("round %d, %s: %w", round+1, p.name, err)
			}
			fmt.Fprintf(con.err, "round %d/%d  %-14s %s\n", round+1, rounds, p.name, line)
			all = append(all, measured{Contestant: p.name, Round: round + 1, Against: p.against, Values: values})
		}
	}
	return all, nil
}

// chosen are the players that --only names, all without it.
func chosen(players []player, only []string) ([]player, error) {
	if len(only) == 0 {
		return players, nil
	}
	var known, unknown []string
	for _, p := range players {
		known = append(known, p.name)
	}
	for _, name := range only {
		if !slices.Contains(known, name) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		return nil, fmt.Errorf("--only %s: there is none; choose of %s", strings.Join(unknown, ","), strings.Join(known, ", "))
	}
	return slices.DeleteFunc(players, func(p player) bool { return !slices.Contains(only, p.name) }), nil
}

// names are the players' in their own order, which tables keep.
func names(players []player) []string {
	all := make([]string, len(players))
	for i, p := range players {
		all[i] = p.name
	}
	return all
}

// introduce says who they are.
func introduce(con console, players []player) {
	for _, p := range players {
		fmt.Fprintf(con.out, "  %-14s %s\n", p.name, p.about)
	}
}

// report is what --json writes.
type report struct {
	Race     string     `json:"race"`
	Began    time.Time  `json:"began"`
	Settings settings   `json:"settings"`
	Turns    []measured `json:"turns"`
	Verdicts []string   `json:"verdicts"`
}

// conclude prints the verdicts and writes the report.
func conclude(con console, r report, goals []goal) error {
	fmt.Fprintln(con.out)
	for _, g := range goals {
		line := g.verdict(r.Turns)
		fmt.Fprintln(con.out, line)
		r.Verdicts = append(r.Verdicts, line)
	}
	if r.Settings.JSON == "" {
		return nil
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(r.Settings.JSON, append(text, '\n'), 0o644)
}

// within runs work over prepared ground, and cleans up.
func (s settings) within(ctx context.Context, work func(*ground) error) error {
	g, err := prepare(ctx, s.Dir, s.Service)
	if err != nil {
		return err
	}
	return errors.Join(work(g), g.close())
}
