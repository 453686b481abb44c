package pebble

import (
	"os"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// The operations of disk that change the directory. Reads, and removals that fail
// (a leftover file harms nobody), pass through.

// open runs f, which opens a file for writing.
func (d *disk) open(op, name string, f func() (vfs.File, error)) (vfs.File, error) {
	var opened vfs.File
	err := d.do(op, name, func() (err error) {
		opened, err = f()
		return err
	})
	if err != nil {
		return nil, err
	}
	return &file{File: opened, disk: d, name: name}, nil
}

func (d *disk) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return d.open("create", name, func() (vfs.File, error) { return d.FS.Create(name, c) })
}

func (d *disk) OpenReadWrite(name string, c vfs.DiskWriteCategory, opts ...vfs.OpenOption) (vfs.File, error) {
	return d.open("open", name, func() (vfs.File, error) { return d.FS.OpenReadWrite(name, c, opts...) })
}

func (d *disk) OpenDir(name string) (vfs.File, error) {
	return d.open("open", name, func() (vfs.File, error) { return d.FS.OpenDir(name) })
}

func (d *disk) ReuseForWrite(old, name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return d.open("reuse", name, func() (vfs.File, error) { return d.FS.ReuseForWrite(old, name, c) })
}

func (d *disk) Link(old, name string) error {
	return d.do("link", name, func() error { return d.FS.Link(old, name) })
}

func (d *disk) Rename(old, name string) error {
	return d.do("rename", name, func() error { return d.FS.Rename(old, name) })
}

func (d *disk) MkdirAll(name string, perm os.FileMode) error {
	return d.do("create", name, func() error { return d.FS.MkdirAll(name, perm) })
}

func (d *disk) Remove(name string) error {
	return d.attempt(func() error { return d.FS.Remove(name) })
}

func (d *disk) RemoveAll(name string) error {
	return d.attempt(func() error { return d.FS.RemoveAll(name) })
}

func (d *disk) Unwrap() vfs.FS { return d.FS }

// file is a file that the engine writes.
type file struct {
	vfs.File
	disk *disk
	name string
}

func (f *file) Write(p []byte) (n int, err error) {
	err = f.disk.do("write", f.name, func() error {
		k, err := f.File.Write(p[n:])
		n += k
		return err
	})
	return n, err
}

func (f *file) WriteAt(p []byte, at int64) (n int, err error) {
	err = f.disk.do("write", f.name, func() error {
		k, err := f.File.WriteAt(p[n:], at+int64(n))
		n += k
		return err
	})
	return n, err
}

// sync runs one of the ways to sync, once: see disk.
func (f *file) sync(run func() error) error {
	err := f.disk.attempt(run)
	if err != nil && f.disk.isArmed() {
		f.disk.fail("sync "+f.name, err)
		f.disk.park()
	}
	return err
}

func (f *file) Sync() error     { return f.sync(f.File.Sync) }
func (f *file) SyncData() error { return f.sync(f.File.SyncData) }

func (f *file) SyncTo(length int64) (full bool, err error) {
	err = f.sync(func() (err error) {
		full, err = f.File.SyncTo(length)
		return err
	})
	return full, err
}
