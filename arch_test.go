package timesheet_test

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "timesheet"

// allowed maps a package to the packages of this module that it may import, tests
// aside. What is under tests/ may import what it needs; what isn't named is refused.
var allowed = map[string][]string{
	"":                   {},
	"access":             {""},
	"actors":             {""},
	"board":              {"", "internal/fold"},
	"formats":            {""},
	"ingest":             {"", "formats"},
	"http":               {"", "api", "client", "formats", "http/contract", "sheet"}, // client in tests
	"http/contract":      {},                                                         // generated, as is client
	"client":             {},
	"api":                {},
	"api/generate":       {},
	"pebble":             {""},
	"period":             {"", "internal/fold"},
	"redis":              {""},
	"examples":           {},
	"sheet":              {""},
	"rulesfile":          {""},
	"storetest":          {""},
	"web":                {},
	"web/build":          {"api"},
	"internal/fold":      {},
	"internal/generate":  {""},
	"internal/demo":      {"", "internal/clocking", "internal/generate"},
	"internal/measure":   {},
	"internal/locked":    {},
	"internal/redistest": {},
	"mssql":              {""},
	"internal/tds":       {},
	"internal/clocking":  {"", "formats", "internal/generate", "internal/tds"},
	"cmd/timesheet":      {"", "access", "actors", "board", "examples", "formats", "http", "ingest", "internal/clocking", "internal/demo", "internal/generate", "mssql", "pebble", "period", "redis", "rulesfile", "web"},
	"internal/load":      {"", "client", "formats"}, // the latter in tests
	"cmd/fire":           {"", "internal/load"},
	"cmd/clocking":       {"", "formats", "internal/clocking", "internal/generate"},
}

// testsMay are packages made for tests, which any test may import.
var testsMay = []string{"storetest", "internal/clocking", "internal/generate", "internal/locked", "internal/measure", "internal/redistest"}

// overHTTP are the packages that may import net/http; internal/load hands its own
// connections to the client.
var overHTTP = []string{"access", "http", "http/contract", "client", "internal/load"}

// named maps a dependency to the packages that alone may name it, in tests too.
var named = map[string][]string{
	"github.com/asynkron/protoactor-go": {"actors"},
	"github.com/coreos/go-oidc":         {"access"},
	"golang.org/x/oauth2":               {"access"},
	"github.com/gin-gonic/gin":          {"http", "http/contract"},
	"github.com/cockroachdb/pebble":     {"pebble"},
	"github.com/redis/go-redis":         {"redis", "internal/redistest"},
	"github.com/xuri/excelize":          {"sheet", "http"},                              // the latter in tests
	"github.com/microsoft/go-mssqldb":   {"mssql", "internal/tds", "internal/clocking"}, // the latter two in tests
}

// pure is what the root may import: nothing that has I/O, waits, or logs.
var pure = []string{
	"bytes", "cmp", "context", "crypto/hmac", "crypto/sha256", "encoding/binary", "errors", "fmt", "iter", "maps", "math", "math/bits",
	"slices", "sort", "strconv", "strings", "time", "unicode", "unicode/utf8",
}

type listedPackage struct {
	ImportPath, Doc                    string
	GoFiles                            []string
	Imports, TestImports, XTestImports []string
}

// path is the package's folder in the module.
func (p listedPackage) path() string { return local(p.ImportPath) }

func local(importPath string) string {
	return strings.TrimPrefix(strings.TrimPrefix(importPath, module), "/")
}

func ours(importPath string) bool {
	return importPath == module || strings.HasPrefix(importPath, module+"/")
}

// listPackages asks the go command; -e lists also what doesn't build. The walk
// opens each folder, so that a cached result of this test doesn't outlive a change
// in any package.
func listPackages(t *testing.T) []listedPackage {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && path != "." && strings.HasPrefix(d.Name(), ".") {
			return fs.SkipDir
		}
		return nil // what vanishes meanwhile is another's working file
	})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Doc,GoFiles,Imports,TestImports,XTestImports", "./...")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var listed []listedPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listedPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return listed
		} else if err != nil {
			t.Fatal(err)
		}
		listed = append(listed, p)
	}
}

func TestArchitecture(t *testing.T) {
	for _, p := range listPackages(t) {
		rel := p.path()
		if strings.HasPrefix(rel+"/", "tests/") {
			continue
		}
		may, known := allowed[rel]
		if !known {
			t.Errorf("%q: no rule; add one to allowed", rel)
			continue
		}
		if p.Doc == "" {
			t.Errorf("%s: missing package comment", rel)
		}
		for _, imp := range p.Imports {
			if ours(imp) && !slices.Contains(may, local(imp)) {
				t.Errorf("%s must not import %s", rel, imp)
			}
			if imp == "net/http" && !slices.Contains(overHTTP, rel) && !strings.HasPrefix(rel, "cmd/") {
				t.Errorf("%s must not import net/http: only %v do", rel, overHTTP)
			}
		}
		tests := slices.Concat(p.TestImports, p.XTestImports)
		for _, imp := range tests {
			if to := local(imp); ours(imp) && to != rel && !slices.Contains(may, to) && !slices.Contains(testsMay, to) {
				t.Errorf("tests of %s must not import %s", rel, imp)
			}
		}
		checkNamed(t, rel, slices.Concat(p.Imports, tests))
		if rel == "" {
			checkPure(t, p)
		}
	}
}

// checkNamed refuses dependencies that another package is there to wrap.
func checkNamed(t *testing.T, rel string, imports []string) {
	t.Helper()
	for dependency, owners := range named {
		for _, imp := range imports {
			if strings.HasPrefix(imp+"/", dependency+"/") && !slices.Contains(owners, rel) {
				t.Errorf("%s must not import %s: only %v name it", rel, imp, owners)
			}
		}
	}
}

// checkPure holds the root to its package comment: no I/O, goroutine, clock or
// global state.
func checkPure(t *testing.T, p listedPackage) {
	t.Helper()
	for _, imp := range p.Imports {
		if !slices.Contains(pure, imp) {
			t.Errorf("the root must not import %s: it is no part of what is pure", imp)
		}
	}
	fset := token.NewFileSet()
	for _, name := range p.GoFiles {
		file, err := parser.ParseFile(fset, filepath.Clean(name), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			if g, ok := decl.(*ast.GenDecl); ok && g.Tok == token.VAR {
				t.Errorf("%s: the root has no global variables", fset.Position(g.Pos()))
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				t.Errorf("%s: the root starts no goroutines", fset.Position(n.Pos()))
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "After", "Sleep"}, n.Sel.Name) {
					t.Errorf("%s: the root has no clock", fset.Position(n.Pos()))
				}
			}
			return true
		})
	}
}
