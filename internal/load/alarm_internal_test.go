package load

import (
	"context"
	"testing"
	"time"
)

func TestAlarm(t *testing.T) {
	t.Run("is never early, hardly late, again and again", func(t *testing.T) {
		a := newAlarm(t.Context())
		defer a.close()
		late := 0
		for k := range 300 {
			d := time.Duration(k%7) * 100 * time.Microsecond
			at := time.Now().Add(d)
			if err := a.wait(t.Context(), at); err != nil {
				t.Fatal(err)
			}
			if time.Now().Before(at) {
				t.Fatalf("%v too early", time.Until(at))
			}
			if time.Since(at) > 100*time.Millisecond {
				late++
			}
		}
		if late > 100 {
			t.Errorf("%d of 300 were late by more than 100 ms", late)
		}
	})
	t.Run("a time that is past needs no waiting", func(t *testing.T) {
		a := newAlarm(t.Context())
		defer a.close()
		if err := a.wait(t.Context(), time.Now().Add(-time.Hour)); err != nil {
			t.Error(err)
		}
	})
	t.Run("ends with its context, during a wait and before", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		a := newAlarm(ctx)
		defer a.close()
		time.AfterFunc(5*time.Millisecond, cancel)
		for range 2 {
			if err := a.wait(ctx, time.Now().Add(time.Hour)); err == nil {
				t.Error("no error")
			}
		}
	})
}
