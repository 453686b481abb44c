package mssql_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"timesheet/internal/clocking"
	"timesheet/mssql"
)

// A password that is everywhere is in no error and no log.
func TestNoSecretIsTold(t *testing.T) {
	const secret = "S3cr:t/@ %?&ünd=1"
	s, o := filled(t, 10, clocking.Options{Password: secret})
	var logged strings.Builder
	logger := slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	apart := o
	apart.URL = strings.Replace(o.URL, url.UserPassword("timesheet", secret).String(), "timesheet:other", 1)
	apart.Password = secret
	wrong := o
	wrong.Password = secret + "?"
	nowhere := o
	nowhere.URL = strings.Replace(o.URL, s.Address(), "127.0.0.1:1", 1)
	repeated := o
	repeated.View = "dbo." + secret
	for i, o := range []mssql.Options{o, apart, wrong, nowhere, repeated} {
		o.Logger = logger
		var told []string
		v, err := mssql.Open(o)
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range []func(){
			func() {}, func() { s.Faults().DropView(true) }, func() { s.Faults().RefuseLogin(true) },
			s.CutConnections, func() { s.Faults().Fail(50000, 1, 1) },
		} {
			fault()
			_, err := v.Page(t.Context(), 0, 10, nil)
			if err != nil {
				for e := err; e != nil; e = errors.Unwrap(e) {
					told = append(told, e.Error(), fmt.Sprintf("%+v", e), fmt.Sprintf("%#v", e.Error()))
				}
			}
			s.Faults().Clear()
		}
		if err := v.Close(); err != nil {
			t.Error(err)
		}
		if i > 1 && len(told) == 0 {
			t.Errorf("case %d: no error", i)
		}
		for _, text := range append(told, mssql.Redact(o.URL)) {
			if strings.Contains(text, "S3cr") {
				t.Errorf("case %d: %s", i, text)
			}
		}
	}
	if strings.Contains(logged.String(), "S3cr") {
		t.Error(logged.String())
	}
}
