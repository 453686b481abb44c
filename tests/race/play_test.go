package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

var silent = console{io.Discard, io.Discard}

func TestPlay(t *testing.T) {
	var order []string
	made := func(name string, fails error) player {
		return player{name: name, against: "rival", turn: func(context.Context) (map[string]float64, string, error) {
			order = append(order, name)
			return map[string]float64{"turn": float64(len(order))}, "", fails
		}}
	}
	players := []player{made("a", nil), made("b", nil), made("c", nil)}
	t.Run("each round begins with another", func(t *testing.T) {
		order = nil
		all, err := play(t.Context(), silent, 4, players)
		if got := strings.Join(order, ""); err != nil || got != "abcbcacababc" {
			t.Fatalf("%s, %v", got, err)
		}
		for i, m := range all {
			if m.Contestant != order[i] || m.Round != i/3+1 || m.Values["turn"] != float64(i+1) || m.Against != "rival" {
				t.Errorf("%+v", m)
			}
		}
	})
	t.Run("an error ends it", func(t *testing.T) {
		order = nil
		_, err := play(t.Context(), silent, 2, []player{made("a", nil), made("b", errTest), made("c", nil)})
		if !errors.Is(err, errTest) || !strings.Contains(err.Error(), "round 1, b") || len(order) != 2 {
			t.Errorf("%v after %v", err, order)
		}
	})
	t.Run("what was measured before an error is told", func(t *testing.T) {
		var out strings.Builder
		err := settings{Rounds: 1}.compete(t.Context(), console{&out, io.Discard}, "", []player{made("a", nil), made("b", errTest)}, []table{{"Turns", []column{{of: "turn"}}}}, nil)
		if !errors.Is(err, errTest) || !strings.Contains(out.String(), "\nTurns\n") {
			t.Errorf("%v, %s", err, out.String())
		}
		out.Reset()
		err = settings{Rounds: 1}.compete(t.Context(), console{&out, io.Discard}, "", []player{made("b", errTest)}, []table{{"Turns", []column{{of: "turn"}}}}, nil)
		if !errors.Is(err, errTest) || strings.Contains(out.String(), "\nTurns\n") {
			t.Errorf("%v, %s", err, out.String())
		}
	})
	t.Run("only those who were chosen", func(t *testing.T) {
		got, err := chosen(slices.Clone(players), []string{"c", "a"})
		if err != nil || !slices.Equal(names(got), []string{"a", "c"}) {
			t.Errorf("%v, %v", names(got), err)
		}
		if got, err = chosen(players, nil); err != nil || len(got) != 3 {
			t.Errorf("%v, %v", names(got), err)
		}
		if _, err = chosen(players, []string{"a", "x", "y"}); err == nil || !strings.Contains(err.Error(), "x,y") {
			t.Errorf("%v", err)
		}
	})
}

var errTest = errors.New("a test's error")

func TestConclude(t *testing.T) {
	err := conclude(silent, report{Settings: settings{JSON: "/nowhere/race.json"}}, nil)
	if err == nil {
		t.Error("a report that can't be written is an error")
	}
	if err := (settings{Service: "/nowhere/timesheet", Dir: t.TempDir()}).within(t.Context(), func(g *ground) error {
		if g.redis.PID() == 0 || g.service != "/nowhere/timesheet" {
			t.Errorf("%+v", g)
		}
		return fmt.Errorf("work: %w", errTest)
	}); !errors.Is(err, errTest) {
		t.Errorf("got %v", err)
	}
}
