// Package actors turns batches of entries into durable ones: one actor for each
// employee, who folds the clockings that reach him, and an answer to the sender
// only after all that its batch changed is durable in the store.
//
// A batch takes this way:
//
//	Submit ─ route ─ shard actors ─ employee actors ─ deltas ─ lane ─ Store.Merge
//	   ▲                  │ ▲                                            │
//	   └───── answer ─────┘ └──────────────── landing ───────────────────┘
//
// A shard owns whole partitions of the store. It hands every clocking to its
// employee's actor, which keeps his recent days and adds to the partition's
// deltas what isn't covered by them. Then it books a flight. When the lane is free
// it calls all shards that booked: what gathered in their partitions boards and goes
// to the store in one call, and while it is in the air the next flights gather:
// group commit. When a flight lands, its runs (the parts of batches that were waiting
// for it) are answered.
//
// All actors run on the goroutines of those who send to them: a shard on that of the
// Submit or of the lane, an employee on that of his shard.
//
// The invariants, on which every file here relies:
//
//   - Every clocking waits for a flight of its partition that takes off after the
//     clocking arrived, whether it changed anything or not. For what changed
//     nothing that flight is the proof that the state which covers it is still in
//     the store: the answer must carry the token under which that state is known.
//   - What an employee actor knows of a day is the join of clockings handed over in
//     rounds since the partition's caches were last dropped: a lower bound of what
//     the store holds once the round has landed. It is never written itself; deltas
//     are the joins of clockings that aren't answered yet.
//   - An answer that isn't "durable, same token" drops all caches of the partition,
//     and all runs that wait are handed to the employee actors again, from the
//     entries that the batch brought. So what is pending is a function of who
//     waits: a state that failed to become durable is forgotten and a later
//     duplicate is written anew; what nobody waits for any more vanishes.
//   - An epoch is used only after day rules were read that can't be older than it,
//     and only for entries that were made under exactly those.
//
// Nothing of it needs a single activation, a lock or an order: the store applies
// the join itself, and any number of Systems may run over one store.
package actors
