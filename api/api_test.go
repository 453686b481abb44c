package api_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// run runs a command of this folder and answers what it said.
func run(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	return string(out), err
}

// tool runs a tool that tools/go.mod pins.
func tool(t *testing.T, args ...string) (string, error) {
	t.Helper()
	return run(t, "go", append([]string{"tool", "-modfile=../tools/go.mod"}, args...)...)
}

// What is generated is what generating it again gives.
func TestGenerated(t *testing.T) {
	for file, config := range map[string]string{
		"../http/contract/contract.gen.go": "server.yaml",
		"../client/client.gen.go":          "client.yaml",
		"openapi.json":                     "",
	} {
		t.Run(filepath.Base(file), func(t *testing.T) {
			fresh := filepath.Join(t.TempDir(), filepath.Base(file))
			var said string
			var err error
			if config == "" {
				said, err = run(t, "go", "run", "./generate", "openapi.yaml", fresh)
			} else {
				said, err = tool(t, "oapi-codegen", "-config", elsewhere(t, config, file, fresh), "openapi.yaml")
			}
			if err != nil {
				t.Fatalf("%v: %s", err, said)
			}
			got, errGot := os.ReadFile(file)
			want, errWant := os.ReadFile(fresh)
			if errGot != nil || errWant != nil {
				t.Fatal(errGot, errWant)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s isn't what openapi.yaml gives; run go generate ./api", file)
			}
		})
	}
}

// elsewhere is a copy of a config that writes to another file.
func elsewhere(t *testing.T, config, from, to string) string {
	t.Helper()
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "output: "+from+"\n") {
		t.Fatalf("%s doesn't write %s", config, from)
	}
	copied := filepath.Join(t.TempDir(), config)
	if err := os.WriteFile(copied, []byte(strings.Replace(string(text), "output: "+from, "output: "+to, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	return copied
}

// The contract is an OpenAPI document, which is more than what its schemas are held to
// in the tests of package http.
func TestDocument(t *testing.T) {
	if said, err := tool(t, "validate", "--", "openapi.yaml"); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	t.Run("that has a mistake is refused", func(t *testing.T) {
		doc, err := os.ReadFile("openapi.yaml")
		if err != nil {
			t.Fatal(err)
		}
		for _, swap := range [][2]string{
			{"responses/Problem'}", "responses/Trouble'}"},
			{"schema: {type: string, format: month", "schema: {type: moon, format: month"},
			{"name: week\n          in: path\n          required: true", "name: week\n          in: path\n          required: false"},
		} {
			wrong := filepath.Join(t.TempDir(), "wrong.yaml")
			text := strings.Replace(string(doc), swap[0], swap[1], 1)
			if text == string(doc) {
				t.Fatalf("there is no %q", swap[0])
			}
			if err := os.WriteFile(wrong, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if said, err := tool(t, "validate", "--", wrong); err == nil {
				t.Errorf("%q is not refused: %s", swap[1], said)
			}
		}
	})
}
