package web_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"timesheet/web"
)

// read is all files below a folder by name.
func read(t *testing.T, folder fs.FS) map[string]string {
	t.Helper()
	found := make(map[string]string)
	err := fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(folder, name)
		found[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

var (
	attribute = regexp.MustCompile(`(?:src|href)="([^"]*)"`)
	loaded    = regexp.MustCompile(`import\("\./([^"]*)"\)`)
	inline    = regexp.MustCompile(`(?i)<script>|<script [^>]*>[^<]|<style|\sstyle=|\son[a-z]+=|javascript:`)
	elsewhere = regexp.MustCompile(`(?:https?:)?//[a-z0-9-]+\.[a-z]`)
	asMarkup  = regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|\beval\b|new Function`)
)

func TestPage(t *testing.T) {
	page := read(t, web.FS)
	index, ok := page["index.html"]
	if !ok {
		t.Fatalf("there's no index.html among %d files", len(page))
	}
	t.Run("every file named is there, and every file is named", func(t *testing.T) {
		named := []string{"index.html"}
		for _, m := range attribute.FindAllStringSubmatch(index, -1) {
			named = append(named, m[1])
		}
		for _, m := range loaded.FindAllStringSubmatch(page["app.js"], -1) {
			named = append(named, m[1])
		}
		slices.Sort(named)
		if files := slices.Sorted(maps.Keys(page)); !slices.Equal(named, files) {
			t.Errorf("index.html and app.js name %v, there are %v", named, files)
		}
	})
	t.Run("works under default-src 'self'", func(t *testing.T) {
		if found := inline.FindString(index); found != "" {
			t.Errorf("index.html has inline script or style: %q", found)
		}
		if strings.Contains(page["app.css"], "url(") {
			t.Error("app.css has an address")
		}
	})
	t.Run("the script is less than 60 kB, compressed", func(t *testing.T) {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write([]byte(page["app.js"])); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		if b.Len() >= 60_000 {
			t.Errorf("it is %d bytes", b.Len())
		}
	})
}

func TestSources(t *testing.T) {
	sources := read(t, os.DirFS("src"))
	t.Run("names and ids are written as text alone", func(t *testing.T) {
		for name, content := range sources {
			if found := asMarkup.FindString(content); found != "" {
				t.Errorf("%s: %s", name, found)
			}
		}
	})
	t.Run("no other host is named", func(t *testing.T) {
		for name, content := range sources {
			if found := elsewhere.FindString(content); found != "" {
				t.Errorf("%s: %s", name, found)
			}
		}
	})
	t.Run("both themes, paper, and less motion", func(t *testing.T) {
		for _, want := range []string{"light-dark(", "@media print", "prefers-reduced-motion"} {
			if !strings.Contains(sources["styles/base.css"], want) {
				t.Errorf("base.css has nothing of %s", want)
			}
		}
	})
}

var (
	placeholder = regexp.MustCompile(`\{(\w+)\}`)
)

// texts are the texts of a language by group and name, as "board.in".
func texts(t *testing.T, language string) map[string]string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("src", "i18n", language+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var groups map[string]map[string]string
	if err := json.Unmarshal(content, &groups); err != nil {
		t.Fatalf("%s.json: %v", language, err)
	}
	all := make(map[string]string)
	for group, named := range groups {
		for name, text := range named {
			all[group+"."+name] = text
		}
	}
	return all
}

func placeholders(text string) []string {
	var names []string
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestTexts(t *testing.T) {
	english := texts(t, "en")
	for _, language := range []string{"de", "zh"} {
		t.Run(language+" says all that English says, with the same values", func(t *testing.T) {
			other := texts(t, language)
			for key, text := range english {
				if other[key] == "" {
					t.Errorf("%s: there is no text", key)
				} else if want, got := placeholders(text), placeholders(other[key]); !slices.Equal(want, got) {
					t.Errorf("%s: it has the values %v, English has %v", key, got, want)
				}
			}
			for key := range other {
				if _, ok := english[key]; !ok {
					t.Errorf("%s: there is no English text", key)
				}
			}
		})
	}
}
