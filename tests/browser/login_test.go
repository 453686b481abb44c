package browser

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tokens is a file of tokens, and what each of them is.
func tokens(t testing.TB, dir string, all map[string][]string) (file string, secrets map[string]string) {
	t.Helper()
	file, secrets = filepath.Join(dir, "tokens.yaml"), make(map[string]string)
	var list strings.Builder
	for name, flags := range all {
		out, err := exec.Command(binary, append([]string{"token", "create", "--name", name}, flags...)...).Output()
		if err != nil {
			t.Fatalf("token create: %v", err)
		}
		secret, entry, _ := strings.Cut(string(out), "\n")
		secrets[name] = secret
		list.WriteString(entry)
	}
	if err := os.WriteFile(file, []byte(list.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file, secrets
}

func (p *page) login(token string) {
	p.t.Helper()
	p.await("it asks for a token", `document.querySelector("#token") !== null`)
	evaluate[bool](p, `(() => { document.querySelector("#token").value = `+script(token)+`; document.querySelector(".login form").requestSubmit(); return true; })()`)
}

func TestLogin(t *testing.T) {
	o := newOffice(t, []person{{"1001", "Ada King", "Assembly"}, {"1002", "Grace Murray", "Paint"}, {"1003", "Hedy Kiesler", "Paint"}})
	o.clocks("1001", "08:09", "18:09")
	o.clocks("1002", "09:00", "17:00")
	file, secret := tokens(t, o.dir, map[string][]string{
		"hr": {"--scope", "read:all,correct"}, "lead": {"--scope", "read:team", "--team", "Paint"},
		"ada": {"--scope", "read:self", "--employee", "1001"}, "machine": {"--scope", "ingest"},
	})
	s := o.serve(t, "127.0.0.1:0", "--tokens", file, "--audit", filepath.Join(o.dir, "audit.log"))
	at := "?day=" + dayText

	t.Run("a wrong token is told, a right one shows what was asked for", func(t *testing.T) {
		p := open(t, s.url, at, 1440, 900, scheme("light"))
		p.forgive() // the console tells of each 401
		p.login("ts_wrong")
		p.awaitText("#login-problem", "isn’t known")
		p.await("it may be tried again", `document.activeElement.id === "token" && document.activeElement.value === ""`)
		p.accessible()
		p.screenshot("login-light")
		p.do(scheme("dark"))
		p.accessible()
		p.screenshot("login-dark")
		p.login(secret["hr"])
		p.awaitOrder("1001", "1002", "1003")
		p.awaitText(".menu", "hr")
		if kept := evaluate[string](p, `JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.cookie + location.href`); strings.Contains(kept, secret["hr"]) || strings.Contains(kept, "session") {
			t.Errorf("the page keeps %s", kept)
		}
		p.click(".logout")
		p.await("it asks for a token again", `document.querySelector("#token") !== null && document.querySelector(".line") === null`)
		if status := evaluate[int](p, `fetch("v1/days/`+dayText+`").then((answer) => answer.status)`); status != 401 {
			t.Errorf("after the logout a day is answered with %d", status)
		}
	})

	t.Run("a session that ended elsewhere asks for a token, and the address stays", func(t *testing.T) {
		p := open(t, s.url, at+"&q=king", 1440, 900)
		p.forgive()
		p.login(secret["hr"])
		p.awaitOrder("1001")
		if status := evaluate[int](p, `fetch("v1/session", { method: "DELETE" }).then((answer) => answer.status)`); status != 204 {
			t.Fatalf("logged out with %d", status)
		}
		p.login(secret["hr"])
		p.awaitOrder("1001")
	})

	t.Run("who leads a team sees the team, and what comes to it", func(t *testing.T) {
		p := open(t, s.url, at, 1440, 900)
		p.login(secret["lead"])
		p.awaitOrder("1002", "1003")
		p.awaitText(".tile-row", "1 present")
		o.clocks("1003", "08:00", "18:00")
		p.awaitRow("1003", "8h0m")
		p.awaitText(".tile-row", "2 All")
	})

	t.Run("who may see only themselves begins with their own month", func(t *testing.T) {
		p := open(t, s.url, "?screen=month&month=2026-03", 1440, 900)
		p.login(secret["ada"])
		p.awaitText("main", "Ada King")
		p.awaitText("main", "8h0m")
		if places := evaluate[string](p, `document.querySelector("nav").innerText.replace(/\s+/g, " ").trim()`); places != "Month System" {
			t.Errorf("there are ways to %q", places)
		}
		own := open(t, s.url, "", 1440, 900)
		own.login(secret["ada"])
		own.awaitText("main h1", "Ada King")
	})

	t.Run("a machine's token shows nothing", func(t *testing.T) {
		p := open(t, s.url, at, 1440, 900)
		p.login(secret["machine"])
		p.awaitText("main", "allows nothing that is shown here")
	})
}
