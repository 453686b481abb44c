package timesheet

import (
	"fmt"
	"iter"
	"math/bits"
	"slices"
)

// Scopes are what one may do, any number of them.
type Scopes uint8

// The scopes.
const (
	ScopeIngest   Scopes = 1 << iota // post clockings
	ScopeReadSelf                    // read one's own days
	ScopeReadTeam                    // read the days of one's teams
	ScopeReadAll                     // read everybody's days
	ScopeCorrect                     // correct what one may read
	ScopeAdmin                       // close months, erase, and the internal routes, by which whole stores are exported and moved

	AllScopes = ScopeIngest | ScopeReadSelf | ScopeReadTeam | ScopeReadAll | ScopeCorrect | ScopeAdmin
)

func scopeNames() [6]string {
	return [...]string{"ingest", "read:self", "read:team", "read:all", "correct", "admin"}
}

// Any tells whether s has one of other's scopes.
func (s Scopes) Any(other Scopes) bool { return s&other != 0 }

// Names are the scopes as the interface writes them, "read:all" for one.
func (s Scopes) Names() iter.Seq[string] {
	return func(yield func(string) bool) {
		names := scopeNames()
		for s &= AllScopes; s != 0; s &= s - 1 {
			if !yield(names[bits.TrailingZeros8(uint8(s))]) {
				return
			}
		}
	}
}

// ParseScope is the scope of a name. Its errors are Invalid.
func ParseScope(name string) (Scopes, error) {
	for i, n := range scopeNames() {
		if n == name {
			return 1 << i, nil
		}
	}
	return 0, invalid("scope", "%q is not one of ingest, read:self, read:team, read:all, correct, admin", clip(name))
}

// Principal is who does something: whom a token or a login stands for.
type Principal struct {
	// Name is told in the audit log and as the actor of corrections; it need not be a
	// person's.
	Name     string
	Scopes   Scopes
	Employee EmployeeID // whose days ScopeReadSelf reaches; "" for none
	Teams    []string   // which ScopeReadTeam reaches
}

// Reach is whose days p may read.
func (p Principal) Reach() Reach {
	var r Reach
	r.All = p.Scopes.Any(ScopeReadAll)
	if p.Scopes.Any(ScopeReadTeam) {
		r.Teams = p.Teams
	}
	if p.Scopes.Any(ScopeReadSelf) {
		r.Employee = p.Employee
	}
	return r
}

// Reach is whose days may be shown. The zero value reaches nobody.
type Reach struct {
	All      bool
	Teams    []string   // those who are in one of these teams on the day
	Employee EmployeeID // and this one, on all days
}

// Everybody reaches everybody.
func Everybody() Reach { return Reach{All: true} }

// Sees tells whether the day of somebody may be shown; p is who it is on that day.
func (r Reach) Sees(p Person) bool {
	return r.All || r.Employee != "" && p.Employee == r.Employee ||
		p.Team != "" && !p.Unlisted && slices.Contains(r.Teams, p.Team)
}

// Caller is a principal, and how it is known who asks.
type Caller struct {
	Principal
	// ID is unique among callers and no secret: "token:hr", or the provider's subject. The
	// audit log has it beside the name, and rates are by it.
	ID      string
	Expires Instant // from then on nobody is it any more; 0: it has no end
}

// String names p for people.
func (p Principal) String() string {
	return fmt.Sprintf("%s %v", p.Name, slices.Collect(p.Scopes.Names()))
}
