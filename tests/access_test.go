package tests

import (
	"net/http"
	"strings"
	"testing"
)

// TestTokens goes the way from the command that makes a token to the one that is gone.
func TestTokens(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	hr := o.token("hr", "--scope", "read:all,correct")
	lead := o.token("lead", "--scope", "read:team", "--team", "Kitchen")
	self := o.token("bob", "--scope", "read:self", "--employee", "sentinel-bob")
	gate := o.token("gate", "--scope", "ingest")
	root := o.token("root", "--scope", "admin")
	audit := o.file("audit.ndjson")
	store := "pebble:" + o.file("store")
	s := o.serve(store, "--tokens", o.file("tokens.yaml"), "--audit", audit)
	s.until("rows are read", func() bool {
		_, text := s.ask(hr, http.MethodGet, "/v1/source", nil)
		return strings.Contains(text, `"last_id":8,`)
	})
	board := "/v1/days/" + o.day(8).String()
	month := "/v1/employees/sentinel-bob/months/" + o.month.String()
	for _, c := range []struct {
		who, token, path string
		want             int
		never            string
	}{
		{"nobody", "", board, 401, "Ada"}, {"a guess", hr[:len(hr)-1] + "x", board, 401, "Ada"}, {"gate", gate, board, 403, "Ada"}, {"root", root, board, 403, "Ada"},
		{"hr", hr, board, 200, "nobody"}, {"lead", lead, board, 200, "ada"}, {"self", self, board, 403, "Ada"},
		{"hr", hr, month, 200, "nobody"}, {"lead", lead, month, 200, "ada"}, {"self", self, month, 200, "ada"},
		{"lead", lead, strings.Replace(month, "bob", "ada", 1), 403, "Ada"}, {"self", self, strings.Replace(month, "bob", "ada", 1), 403, "Ada"},
		{"lead", lead, strings.Replace(month, "bob", "nobody", 1), 403, "Ada"},
		{"root", root, "/v1/admin/dayrules", 200, "Ada"}, {"hr", hr, "/v1/admin/dayrules", 403, "Ada"},
		{"nobody", "", "/healthz", 200, "Ada"}, {"nobody", "", "/readyz", 200, "Ada"}, {"nobody", "", "/metrics", 200, "entinel"},
	} {
		code, text := s.ask(c.token, http.MethodGet, c.path, nil)
		if code != c.want || strings.Contains(text, c.never) {
			t.Errorf("%s, %s: %d, want %d without %q: %s", c.who, c.path, code, c.want, c.never, text)
		}
	}
	// Commands of this machine need no token; those from elsewhere do.
	exported(t, store)
	if _, errs, exit := timesheetCommand(t, "", "export", "--raw", "--server", s.url); exit != 1 || !strings.Contains(errs, "--token") {
		t.Errorf("export without a token: exit %d\n%s", exit, errs)
	}
	o.write("root.token", root+"\n")
	if _, errs, exit := timesheetCommand(t, "", "export", "--raw", "--server", s.url, "--token-file", o.file("root.token")); exit != 0 {
		t.Errorf("export with a token: exit %d\n%s", exit, errs)
	}
	o.wantAudited(audit, `"who":"lead"`, `"what":"getEmployeeMonth"`, `"employee":"sentinel-ada"`, `"status":403`)
	if text := o.read(audit); strings.Contains(text, hr) || strings.Contains(text, `"who":"bob"`) && strings.Contains(text, `"who":"bob","id":"token:bob","what":"getEmployeeMonth","employee":"sentinel-bob"`) {
		t.Errorf("the audit log has a secret, or what people read of themselves:\n%s", text)
	}

	// A token that is taken out of the file is no token any more; a bad file changes nothing.
	text := o.read(o.file("tokens.yaml"))
	o.write("tokens.yaml", text+"- nonsense\n")
	s.until("the bad file is told of", func() bool {
		_, text := s.ask("", http.MethodGet, "/readyz", nil)
		_, told := s.ask(hr, http.MethodGet, "/readyz", nil)
		return !strings.Contains(text, "tokens") && strings.Contains(told, "tokens")
	})
	if code, _ := s.ask(hr, http.MethodGet, board, nil); code != 200 {
		t.Errorf("a bad file locks people out: %d", code)
	}
	_, rest, _ := strings.Cut(text, "- name: lead")
	o.write("tokens.yaml", "- name: lead"+rest)
	s.until("the token is gone", func() bool {
		code, _ := s.ask(hr, http.MethodGet, board, nil)
		return code == 401
	})
	if code, _ := s.ask(lead, http.MethodGet, board, nil); code != 200 {
		t.Errorf("another token is gone, too: %d", code)
	}
	s.stop(stopWithin)
}
