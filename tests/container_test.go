package tests

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// builtVersion is the build argument VERSION of the image in these tests.
const builtVersion = "v0.0.0-image"

// container stands for a running container of the image: a root folder that holds
// nothing but the binary and the volume's folder, entered as the image's user.
type container struct {
	*image
	root string
}

// buildContainer runs the Dockerfile's own build command, with its folders elsewhere.
func buildContainer(t testing.TB) *container {
	t.Helper()
	c := &container{readImage(t), t.TempDir()}
	out := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", strings.ReplaceAll(c.build, "/out/", out+"/"))
	cmd.Dir = root
	// The image is built without .git (.dockerignore).
	cmd.Env = append(cleanEnv(), "VERSION="+builtVersion, "GOFLAGS=-buildvcs=false")
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", c.build, err, text)
	}
	for to, from := range c.copied {
		if rest, ok := strings.CutPrefix(from, "/out/"); ok {
			if err := os.Rename(filepath.Join(out, rest), filepath.Join(c.root, to)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if os.Geteuid() == 0 {
		if err := os.Chown(filepath.Join(c.root, c.volume), int(c.uid), int(c.gid)); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// command is a command in the container, with the image's environment and more. Only
// root may change its root and its user; others may in a user namespace of their own,
// where the image's user is their own id under another number.
func (c *container) command(words []string, env map[string]string) *exec.Cmd {
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
	for _, set := range []map[string]string{c.env, env} { // of two values the later one counts
		for name, value := range set {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: c.root, Credential: &syscall.Credential{Uid: c.uid, Gid: c.gid}}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Credential.NoSetGroups = true
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: int(c.uid), HostID: os.Geteuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: int(c.gid), HostID: os.Getegid(), Size: 1}}
	}
	return cmd
}

// run runs a command in the container to its end.
func (c *container) run(words []string, env map[string]string) (string, error) {
	out, err := c.command(words, env).CombinedOutput()
	return string(out), err
}
