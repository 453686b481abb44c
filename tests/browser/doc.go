// Package browser holds the tests of the dashboard as people use it: Debian's Chromium
// looks at the real program, behind which a stand-in for the machines' system is read.
//
// Every page of a test is watched: an error on its console, or a request to another host,
// fails the test. Screenshots of each screen are artifacts: go test -artifacts.
package browser
