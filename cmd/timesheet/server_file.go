package main

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
)

// serverFile is where the service that holds a Pebble directory says its URL, and below
// it, where it asks for tokens, one for commands of this machine. It says
// nothing about who holds the directory: that is the store's lock alone. Whoever got
// the lock removes a file that a killed service left behind.
func serverFile(dir string) string { return filepath.Join(dir, "server") }

// announce writes the URL and the token, whole or not at all, for those alone who can read
// the store.
func announce(dir, url, token string) error {
	temporary := serverFile(dir) + ".new"
	if err := os.WriteFile(temporary, []byte(strings.TrimSpace(url+"\n"+token)+"\n"), 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, serverFile(dir))
}

// withdraw removes what announce wrote, if it is there.
func withdraw(dir string) error {
	if err := os.Remove(serverFile(dir)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// announced is the URL that the directory's holder wrote, and its token for commands; ""
// for none.
func announced(dir string) (serverURL, secret) {
	text, err := os.ReadFile(serverFile(dir))
	if err != nil {
		return "", ""
	}
	first, token, _ := strings.Cut(string(text), "\n")
	url, err := parseServer(strings.TrimSpace(first))
	if err != nil {
		return "", ""
	}
	return url, secret(strings.TrimSpace(token))
}

// urlOf is how processes of this machine reach a listener on addr: one on all
// addresses is reached on loopback.
func urlOf(addr string) serverURL {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return serverURL("http://" + addr)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		if host = "127.0.0.1"; ip != nil && ip.To4() == nil {
			host = "::1"
		}
	}
	return serverURL("http://" + net.JoinHostPort(host, port))
}
