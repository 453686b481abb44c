package redis

import (
	"crypto/hmac"
	"crypto/sha1" // a fast, well-mixed hash that Lua scripts have too
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"strconv"
	"time"

	"timesheet"
)

const metaKey = "ts:1:meta"

func partitionKey(p timesheet.Partition, name string) string {
	return "ts:1:{" + strconv.Itoa(int(p)) + "}:" + name
}

func stateKey(p timesheet.Partition) string { return partitionKey(p, "state") }

// dayKey is a day as YYYYMMDD: readable, and its number sorts as days do.
func dayKey(d timesheet.Day) string {
	y, m, day := d.Date()
	return strconv.Itoa(y*10_000 + int(m)*100 + day)
}

func parseDayKey(s string) (timesheet.Day, bool) {
	n, err := strconv.Atoi(s)
	if err != nil || len(s) != 8 {
		return 0, false
	}
	return timesheet.DayOf(n/10_000, time.Month(n/100%100), n%100), true
}

// hashOf orders employees within a partition; its top bits are the bucket.
func hashOf(e timesheet.EmployeeID) uint32 {
	sum := sha1.Sum([]byte(e))
	return binary.BigEndian.Uint32(sum[:])
}

// bucketOf is the bucket of a hash among split, a power of two.
func bucketOf(hash uint32, split int) int {
	return int(uint64(hash) * uint64(split) >> 32)
}

// tombstone names an erased employee without keeping the id.
type tombstone [16]byte

func tombstoneOf(secret string, e timesheet.EmployeeID) (t tombstone) {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(e))
	copy(t[:], mac.Sum(nil))
	return t
}

// mint is a new epoch: random, so that no two states of a partition share one.
func mint() string {
	for {
		if e := rand.Uint64(); e != 0 {
			return strconv.FormatUint(e, 10)
		}
	}
}

// mintGeneration is a new generation of a feed; it grows with time, as the ids of a
// stream must where the stream survived.
func mintGeneration() string {
	return strconv.FormatInt(time.Now().UnixMilli()<<8|int64(rand.IntN(256)), 10)
}

// words is a reply of strings, nested ones excluded.
func words(reply []any) ([]string, bool) {
	w := make([]string, len(reply))
	for i, r := range reply {
		s, ok := r.(string)
		if !ok {
			return nil, false
		}
		w[i] = s
	}
	return w, true
}
