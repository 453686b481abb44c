package web_test

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"timesheet/web"
)

// files are all files of the page by name.
func files(t *testing.T) map[string]string {
	t.Helper()
	found := make(map[string]string)
	err := fs.WalkDir(web.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(web.FS, name)
		found[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

var (
	attribute  = regexp.MustCompile(`(?:src|href)="([^"]*)"`)
	imported   = regexp.MustCompile(`from "\./([^"]*)"`)
	identifier = regexp.MustCompile(`\$\("([^"]*)"\)`)
	inline     = regexp.MustCompile(`(?i)<script>|<script [^>]*>[^<]|<style|\sstyle=|\son[a-z]+=|javascript:`)
	elsewhere  = regexp.MustCompile(`(?:https?:)?//[a-z0-9-]+\.[a-z]`)
	asMarkup   = regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function`)
)

func TestPage(t *testing.T) {
	page := files(t)
	index, ok := page["index.html"]
	if !ok {
		t.Fatalf("there's no index.html among %d files", len(page))
	}
	named := []string{"index.html"}
	for _, m := range attribute.FindAllStringSubmatch(index, -1) {
		named = append(named, m[1])
	}
	for name, content := range page {
		for _, m := range imported.FindAllStringSubmatch(content, -1) {
			named = append(named, path.Join(path.Dir(name), m[1]))
		}
	}
	t.Run("every file named is there, and every file is named", func(t *testing.T) {
		for _, name := range named {
			if page[name] == "" {
				t.Errorf("%s is named, but isn't there", name)
			}
		}
		for name := range page {
			if !slices.Contains(named, name) {
				t.Errorf("%s is there, but nothing names it", name)
			}
		}
	})
	t.Run("every element that the script asks for is on the page", func(t *testing.T) {
		for name, content := range page {
			for _, m := range identifier.FindAllStringSubmatch(content, -1) {
				if strings.HasSuffix(name, ".js") && !strings.Contains(index, `id="`+m[1]+`"`) {
					t.Errorf("%s asks for #%s", name, m[1])
				}
			}
		}
	})
	t.Run("works under default-src 'self'", func(t *testing.T) {
		if found := inline.FindString(index); found != "" {
			t.Errorf("index.html has inline script or style: %q", found)
		}
		for name, content := range page {
			content = strings.ReplaceAll(content, `xmlns="http://www.w3.org/2000/svg"`, "")
			if found := elsewhere.FindString(content); found != "" {
				t.Errorf("%s names another host: %q", name, found)
			}
			if strings.Contains(content, "data:") {
				t.Errorf("%s has a data: address", name)
			}
		}
	})
	t.Run("ids are written as text alone", func(t *testing.T) {
		for name, content := range page {
			if found := asMarkup.FindString(content); found != "" {
				t.Errorf("%s: %s", name, found)
			}
		}
	})
	t.Run("both themes, and the phone", func(t *testing.T) {
		for _, want := range []string{"prefers-color-scheme: dark", "max-width: 40rem", "prefers-reduced-motion"} {
			if !strings.Contains(page["board.css"], want) {
				t.Errorf("board.css has no rule for %s", want)
			}
		}
	})
}
