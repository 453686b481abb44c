package mssql_test

import (
	"path/filepath"
	"strings"
	"testing"

	"timesheet"
	"timesheet/internal/clocking"
	"timesheet/mssql"
)

func TestTLS(t *testing.T) {
	certificate := filepath.Join(t.TempDir(), "server.pem")
	_, o := filled(t, 2000, clocking.Options{TLS: true, CertificateFile: certificate})
	page(t, open(t, o), 2000)

	page(t, open(t, withQuery(t, o.URL, "encrypt=true&trustservercertificate=true")), 2000)
	pageFails(t, open(t, withQuery(t, o.URL, "encrypt=true")), timesheet.Invalid,
		"can't be trusted", "certificate signed by unknown authority", "certificate=FILE.pem")
	loginOnly := open(t, withQuery(t, o.URL, "app name=test"))
	page(t, loginOnly, 2000)
	_, plain := filled(t, 1, clocking.Options{})
	pageFails(t, open(t, withQuery(t, plain.URL, "encrypt=true")), timesheet.Invalid, "does not support encryption")
}

// withQuery are options with other parameters in the URL.
func withQuery(t *testing.T, url, query string) mssql.Options {
	t.Helper()
	before, _, _ := strings.Cut(url, "?")
	return mssql.Options{URL: before + "?database=Clocking&" + strings.ReplaceAll(query, " ", "+"), View: "dbo.Clockings"}
}
