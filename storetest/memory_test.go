package storetest_test

import (
	"testing"

	"timesheet"
	"timesheet/storetest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestMemory(t *testing.T) {
	t.Run("many handles", func(t *testing.T) {
		storetest.Run(t, storetest.Harness{
			Open: func(testing.TB) timesheet.Store { return storetest.NewMemory(64) },
			Again: func(_ testing.TB, s timesheet.Store) timesheet.Store {
				return s.(*storetest.Memory).Another()
			},
			Shared: true, Parallel: true,
		})
	})
	t.Run("one handle", func(t *testing.T) {
		storetest.Run(t, storetest.Harness{
			Open: func(testing.TB) timesheet.Store { return storetest.NewMemory(4) },
			Again: func(t testing.TB, s timesheet.Store) timesheet.Store {
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				m := s.(*storetest.Memory).Another()
				m.Restart()
				return m
			},
		})
	})
}
