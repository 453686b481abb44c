package mssql_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"timesheet"
	"timesheet/mssql"
)

func TestValidate(t *testing.T) {
	good := mssql.Options{URL: "sqlserver://reader:hush-hush@db.example:1433?database=Clocking&encrypt=true", View: "dbo.Clockings"}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*mssql.Options)
		words  []string
	}{
		"nothing":            {func(o *mssql.Options) { o.URL, o.View = "", "" }, []string{"source", "sqlserver://user:password@host", `view "": it is empty`}},
		"scheme":             {func(o *mssql.Options) { o.URL = "mysql://u:hush-hush@h" }, []string{"mysql://u:***@h", "sqlserver://"}},
		"no host":            {func(o *mssql.Options) { o.URL = "sqlserver://u:hush-hush@" }, []string{"no host"}},
		"no user":            {func(o *mssql.Options) { o.URL = "sqlserver://h:1433" }, []string{"no user"}},
		"port":               {func(o *mssql.Options) { o.URL = "sqlserver://u:hush-hush@h:99999" }, []string{"port 99999", "65535"}},
		"time zone":          {func(o *mssql.Options) { o.URL += "&TimeZone=Europe/Berlin" }, []string{"TimeZone", "day rule", "leave it out"}},
		"change of password": {func(o *mssql.Options) { o.URL += "&change+password=hush-hush2" }, []string{"change password"}},
		"driver's log":       {func(o *mssql.Options) { o.URL += "&log=63" }, []string{`"log"`}},
		"misspelt":           {func(o *mssql.Options) { o.URL += "&encypt=true" }, []string{`"encypt" is not known`}},
		"twice":              {func(o *mssql.Options) { o.URL += "&encrypt=false" }, []string{"more than once"}},
		"encrypt":            {func(o *mssql.Options) { o.URL = strings.Replace(o.URL, "=true", "=perhaps", 1) }, []string{"invalid encrypt 'perhaps'"}},
		"certificate":        {func(o *mssql.Options) { o.URL += "&certificate=/nowhere/c.pem" }, []string{"/nowhere/c.pem"}},
		"unescaped slash":    {func(o *mssql.Options) { o.URL = "sqlserver://u:12/hush-hush@h" }, []string{"%40"}},
		"unescaped query":    {func(o *mssql.Options) { o.URL = "sqlserver://u:12?hush-hush@h" }, []string{"%40"}},
		"unescaped hash":     {func(o *mssql.Options) { o.URL = "sqlserver://u:12#hush-hush@h" }, []string{"%40"}},
		"unescaped percent":  {func(o *mssql.Options) { o.URL = "sqlserver://u:hush-hush%zz@h" }, []string{"%40"}},
		"other syntax":       {func(o *mssql.Options) { o.URL = "server=h;user id=u;password=hush-hush" }, []string{"sqlserver://"}},
		"view":               {func(o *mssql.Options) { o.View = "a.b.c.d" }, []string{`view "a.b.c.d"`, "more than 3 parts"}},
		"column":             {func(o *mssql.Options) { o.IDColumn = "[id" }, []string{`id column "[id"`, "closing ]"}},
		"same column":        {func(o *mssql.Options) { o.TimeColumn = "[id]" }, []string{"must be three"}},
		"mode":               {func(o *mssql.Options) { o.Mode = "nolock" }, []string{`read mode "nolock"`, "readpast or plain"}},
		"lock timeout":       {func(o *mssql.Options) { o.LockTimeout = time.Microsecond }, []string{"lock timeout 1µs", "1ms"}},
		"timeout":            {func(o *mssql.Options) { o.Timeout = time.Second }, []string{"timeout 1s", "5s"}},
		"all at once": {func(o *mssql.Options) {
			o.URL += "&x=1&timezone=UTC"
			o.View, o.Mode, o.EmployeeColumn = ".", "x", "a.b"
		},
			[]string{`"x" is not known`, "timezone", "view", "read mode", "employee column"}},
	} {
		t.Run(name, func(t *testing.T) {
			o := good
			c.change(&o)
			err := o.Validate()
			wantError(t, err, timesheet.Invalid, c.words...)
			if _, opened := mssql.Open(o); opened == nil || opened.Error() != err.Error() {
				t.Errorf("Open says %v", opened)
			}
			if strings.Contains(err.Error(), "hush") || strings.Contains(mssql.Redact(o.URL), "hush") {
				t.Errorf("the password is told: %v, %s", err, mssql.Redact(o.URL))
			}
		})
	}
}

func TestRedact(t *testing.T) {
	for dsn, want := range map[string]string{
		"sqlserver://u:p@h:1433?database=D&encrypt=true": "sqlserver://u:***@h:1433?database=D&encrypt=true",
		"sqlserver://u@h/INSTANCE":                       "sqlserver://u@h/INSTANCE",
		"sqlserver://h?user+id=u&Password=p":             "sqlserver://h?Password=***&user id=u",
		"sqlserver://h?user+id=u&password=a&p=1":         "sqlserver://h?***&password=***&user id=u",
		"sqlserver://u:p@h?secret=p&database=p":          "sqlserver://u:***@h?database=p&***",
		"sqlserver://u:p@ss@h":                           "sqlserver://u:***@h",
		"sqlserver://u:12/34@h":                          "sqlserver://***",
		"sqlserver://sa:123456":                          "sqlserver://***",
		"sqlserver://u:p@h;password=p":                   "sqlserver://***",
		"u:p@h":                                          "sqlserver://***",
		"":                                               "sqlserver://***",
	} {
		if got := mssql.Redact(dsn); got != want {
			t.Errorf("%s: %s, want %s", dsn, got, want)
		}
	}
}

// Whatever a password is, and whether or not it was escaped, it isn't shown.
func TestPasswordsAreNotShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const mark = "QQQQ"
		before := rapid.StringMatching(`[ -~]{0,4}`).Draw(t, "before")
		after := rapid.StringMatching(`[ -~]{0,4}`).Draw(t, "after")
		password := before + mark + after
		if rapid.Bool().Draw(t, "escaped") {
			password = url.QueryEscape(password)
		}
		dsn := rapid.SampledFrom([]string{
			"sqlserver://u:" + password + "@h:1433?database=D", "sqlserver://u:" + password + "@h/I", "sqlserver://h?password=" + password,
		}).Draw(t, "dsn")
		err := mssql.Options{URL: dsn, View: "v", Mode: "wrong"}.Validate()
		if shown := mssql.Redact(dsn) + err.Error(); strings.Contains(shown, mark) {
			t.Errorf("%s: %s", dsn, shown)
		}
	})
}

func TestCloseBeforeUse(t *testing.T) {
	v, err := mssql.Open(mssql.Options{URL: "sqlserver://u:p@127.0.0.1:1", View: "v"})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(v.Close(), v.Close()); err != nil {
		t.Error(err)
	}
	_, err = v.Page(t.Context(), 0, 1, nil)
	wantError(t, err, timesheet.Unavailable, "closed")
	_, err = open(t, mssql.Options{URL: "sqlserver://u:p@127.0.0.1:1", View: "v"}).Page(t.Context(), 0, 0, nil)
	wantError(t, err, timesheet.Invalid, "limit of 0")
}
