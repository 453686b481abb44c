// Command build makes the page's files of its sources: web/src, and the libraries in
// web/vendor, become app.js, uplot.js and app.css in web/page. Run it by go generate ./web.
// It needs nothing but Go modules: neither node nor a network.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1) //nolint:forbidigo // this is main
	}
}

// contractFile is the part of the sources that is made of the contract.
const contractFile = "src/contract.ts"

// run makes everything below the folder web, which has src, vendor and page.
func run(web string) error {
	types, err := contractTypes()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(web, contractFile), types, 0o644); err != nil {
		return err
	}
	files, err := bundle(web)
	if err != nil {
		return err
	}
	for name, content := range files {
		err = errors.Join(err, os.WriteFile(filepath.Join(web, "page", name), content, 0o644))
	}
	return err
}

// notice is what the libraries' licenses want to be told with every copy.
const notice = `/*! With code of Preact (c) 2015-present Jason Miller, Preact Signals (c) 2022-present Preact Team, and uPlot (c) 2022 Leon Sorokin, each under the MIT license: opensource.org/license/mit */`

// bundle is what the browser loads, by file name.
func bundle(web string) (map[string][]byte, error) {
	web, err := filepath.Abs(web)
	if err != nil {
		return nil, err
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir: web,
		EntryPointsAdvanced: []api.EntryPoint{
			{InputPath: "src/main.tsx", OutputPath: "app"},
			{InputPath: "src/uplot.ts", OutputPath: "uplot"},
			{InputPath: "src/styles/index.css", OutputPath: "app"},
		},
		Outdir:            "page",
		Bundle:            true,
		External:          []string{"./uplot.js"}, // loaded when it is asked for
		Format:            api.FormatESModule,
		Target:            api.ES2022,
		JSX:               api.JSXAutomatic,
		JSXImportSource:   "preact",
		NodePaths:         []string{filepath.Join(web, "vendor")},
		MainFields:        []string{"module", "main"},
		TsconfigRaw:       "{}", // only what is said here counts
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsEndOfFile,
		Footer:            map[string]string{"js": notice},
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LogLevel:          api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		texts := api.FormatMessages(result.Errors, api.FormatMessagesOptions{})
		return nil, fmt.Errorf("bundle: %v", texts)
	}
	files := make(map[string][]byte, len(result.OutputFiles))
	for _, f := range result.OutputFiles {
		files[filepath.Base(f.Path)] = f.Contents
	}
	return files, nil
}
