package timesheet

// Batch is what an ingest stage hands to the actors: entries of single clockings (or
// already joined ones), made under the day rules of one version.
type Batch struct {
	RulesVersion uint64
	Entries      []Entry
}

// Receipt is the answer to a batch that is durable.
type Receipt struct {
	Accepted int // entries of the batch, expired ones included
	Expired  int // at most so many were dropped below the floor or under a tombstone
}
