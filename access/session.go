package access

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"timesheet"
)

const (
	// lifetime is how long a session lasts, however much it is used.
	lifetime = 12 * time.Hour
	// fresh is how long what is known of a shard counts without asking the store whether
	// it changed: a logout on another instance is known here after it.
	fresh = time.Second
	// stale is how long it counts while the store can't be asked.
	stale = 30 * time.Second
	// askTimeout is how long the store may take to say whether a shard changed.
	askTimeout = 2 * time.Second

	maxSessions = 4096 // of a shard; the oldest go first
	maxOwned    = 32   // of them of one token or person
	maxAttempts = 20   // to set a shard that others set too
)

const sessionDocument = "sessions-"

// session is what is kept of one.
type session struct {
	Hash    string    `json:"hash"`            // of the cookie's value, SHA-256 in hex
	Token   string    `json:"token,omitempty"` // Entry.SHA256 of the token by which it began
	Person  *person   `json:"person,omitempty"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
}

// person is who logged in at the OpenID provider.
type person struct {
	Subject  string               `json:"subject"`
	Name     string               `json:"name"`
	Employee timesheet.EmployeeID `json:"employee,omitempty"`
	Claims   []string             `json:"claims"` // "groups=hr": those that entries named then
}

func (s *session) owner() string {
	if s.Person != nil {
		return oidcPrefix + s.Person.Subject
	}
	return s.Token
}

// sessions are kept in the store's documents, 16 by their hash, and known here from the
// last look. Finding one by its hash in a map is safe: nobody can steer the hash of what
// they present, and what its place in the map tells by time is of a hash, not of a secret.
type sessions struct {
	keeper timesheet.DocumentKeeper
	now    func() time.Time
	log    *slog.Logger
	shards [16]shard
}

type shard struct {
	name string

	mu      sync.Mutex // guards what follows, and is held while the store is asked
	asked   time.Time  // when the store last said that of is what it has
	version uint64
	of      map[string]session // by Hash
}

func newSessions(keeper timesheet.DocumentKeeper, now func() time.Time, log *slog.Logger) *sessions {
	s := &sessions{keeper: keeper, now: now, log: log}
	for i := range s.shards {
		s.shards[i].name = sessionDocument + string("0123456789abcdef"[i])
	}
	return s
}

// find is the session of a cookie's value. It is Unauthenticated where there is none, and
// Unavailable where that can't be known.
func (s *sessions) find(ctx context.Context, value string) (session, error) {
	hash := Hash(value)
	sh := s.shard(hash)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if err := s.look(ctx, sh); err != nil {
		return session{}, err
	}
	found, ok := sh.of[hash]
	if !ok || !s.now().Before(found.Expires) {
		return session{}, timesheet.NewError(timesheet.Unauthenticated, "find session", nil)
	}
	return found, nil
}

func (s *sessions) shard(hash string) *shard {
	return &s.shards[strings.IndexByte("0123456789abcdef", hash[0])]
}

// look brings a shard up to date, unless it was a moment ago.
func (s *sessions) look(ctx context.Context, sh *shard) error {
	now := s.now()
	age := now.Sub(sh.asked)
	if sh.of != nil && age >= 0 && age < fresh {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	version, err := s.keeper.DocumentVersion(ctx, sh.name)
	if err == nil && (sh.of == nil || version != sh.version) {
		err = s.read(ctx, sh)
	}
	if err != nil {
		if sh.of != nil && age >= 0 && age < stale {
			return nil
		}
		return timesheet.NewError(timesheet.Unavailable, "find session", err)
	}
	sh.asked = now
	return nil
}

func (s *sessions) read(ctx context.Context, sh *shard) error {
	doc, err := s.keeper.Document(ctx, sh.name)
	if err != nil {
		return err
	}
	of := make(map[string]session)
	var list []session
	if len(doc.Text) > 0 {
		if err := json.Unmarshal(doc.Text, &list); err != nil {
			// Nobody is let in by what can't be read; those concerned log in again.
			s.log.Error("sessions can't be read, and are dropped", "document", sh.name, "error", err)
		}
	}
	for _, one := range list {
		of[one.Hash] = one
	}
	sh.of, sh.version = of, doc.Version
	return nil
}

// change makes change of a shard durable, for all instances. What change does to a
// map it may be asked to do again to another one; it answers how many sessions it changed.
func (s *sessions) change(ctx context.Context, sh *shard, change func(of map[string]session) int) (int, error) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	for range maxAttempts {
		if err := s.read(ctx, sh); err != nil {
			return 0, err
		}
		sh.asked = s.now()
		changed := change(sh.of)
		if changed == 0 {
			return 0, nil
		}
		for hash, one := range sh.of {
			if !s.now().Before(one.Expires) {
				delete(sh.of, hash)
			}
		}
		text, err := json.Marshal(sorted(sh.of))
		if err != nil {
			return 0, timesheet.NewError(timesheet.Internal, "keep sessions", err)
		}
		version, err := s.keeper.SetDocument(ctx, sh.name, sh.version, text)
		if err == nil {
			sh.version = version
			return changed, nil
		}
		sh.of = nil // it isn't what the store has
		if !errors.Is(err, timesheet.Conflict) {
			return 0, err
		}
	}
	return 0, timesheet.NewError(timesheet.Unavailable, "keep sessions", errors.New("others kept theirs each time"))
}

// sorted are sessions by age, the oldest first.
func sorted(of map[string]session) []session {
	list := make([]session, 0, len(of))
	for _, one := range of {
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b session) int { return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.Hash, b.Hash)) })
	return list
}

// begin keeps a new session and answers the cookie's value.
func (s *sessions) begin(ctx context.Context, one session) (value string, begun session, err error) {
	value = random()
	one.Hash = Hash(value)
	one.Created = s.now().UTC()
	one.Expires = one.Created.Add(lifetime)
	_, err = s.change(ctx, s.shard(one.Hash), func(of map[string]session) int {
		owned, all := 0, sorted(of)
		for _, old := range slices.Backward(all) {
			if old.owner() != one.owner() {
				continue
			}
			if owned++; owned >= maxOwned {
				delete(of, old.Hash)
			}
		}
		for _, old := range all[:max(0, len(all)+1-maxSessions)] {
			delete(of, old.Hash)
		}
		of[one.Hash] = one
		return 1
	})
	return value, one, err
}

// end ends the session of a cookie's value; that there is none is no error.
func (s *sessions) end(ctx context.Context, value string) error {
	hash := Hash(value)
	_, err := s.endAll(ctx, s.shard(hash), func(one session) bool { return one.Hash == hash })
	return err
}

func (s *sessions) endAll(ctx context.Context, sh *shard, which func(session) bool) (int, error) {
	return s.change(ctx, sh, func(of map[string]session) (n int) {
		for hash, one := range of {
			if which(one) {
				delete(of, hash)
				n++
			}
		}
		return n
	})
}

// endEverywhere ends sessions of all shards, and those that are over.
func (s *sessions) endEverywhere(ctx context.Context, which func(session) bool) (ended int, err error) {
	now := s.now()
	for i := range s.shards {
		live := 0
		_, e := s.endAll(ctx, &s.shards[i], func(one session) bool {
			over := !now.Before(one.Expires)
			if which(one) && !over {
				live++
				return true
			}
			return over
		})
		if e == nil {
			ended += live
		}
		err = errors.Join(err, e)
	}
	return ended, err
}

// hashLength is that of Hash.
const hashLength = 2 * sha256.Size

// plausible tells whether a cookie's value can be one of ours at all.
func plausible(value string) bool { return len(value) > 0 && len(value) <= hashLength }
