package redis

import (
	"crypto/sha1" // Redis names scripts by it
	"embed"
	"encoding/hex"
)

//go:embed lua/*.lua
var sources embed.FS

// script is a Lua script and the digest that Redis knows it by.
type script struct {
	source, digest string
	once           bool // not to be sent again by the client when no answer came
}

var (
	mergeScript   = load("merge")
	loadScript    = load("load")
	initScript    = load("init")
	fenceScript   = load("fence")
	replaceScript = load("replace").onlyOnce()
	purgeScript   = load("purge")
	eraseScript   = load("erase")
	rangeScript   = load("range")
	boardScript   = load("board")
	tailScript    = load("tail")
	metaScript    = load("meta")
	rulesScript   = load("rules").onlyOnce()
	fencedScript  = load("fenced")
	advanceScript = load("advance")
	rewindScript  = load("rewind").onlyOnce()
	acquireScript = load("acquire")
	releaseScript = load("release")

	documentScript = load("document").onlyOnce()

	registerScript = load("register")
	rejectScript   = load("reject")
	readmitScript  = load("readmit").onlyOnce()
	forgetScript   = load("forget")

	correctScript     = load("correct").onlyOnce()
	correctionsScript = load("corrections")
	correctedScript   = load("corrected")

	sealScript   = load("seal")
	sealedScript = load("sealed")
	strikeScript = load("strike")
	unsealScript = load("unseal")

	erasedScript = load("erased")
	secretScript = load("secret").onlyOnce()
	buryScript   = load("bury")
)

func load(name string) *script {
	prelude, err := sources.ReadFile("lua/prelude.lua")
	if err != nil {
		panic(err) // embedded: impossible
	}
	body, err := sources.ReadFile("lua/" + name + ".lua")
	if err != nil {
		panic(err)
	}
	source := string(prelude) + string(body)
	sum := sha1.Sum([]byte(source))
	return &script{source: source, digest: hex.EncodeToString(sum[:])}
}

// onlyOnce marks a compare-and-set: applied and sent again, it would see itself.
func (s *script) onlyOnce() *script {
	s.once = true
	return s
}
