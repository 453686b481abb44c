package rulesfile

// Digest tells the contents of both files apart from others: [Version.Digest]. Either
// may be nil.
func Digest(rules, directory *Text) string { return digest(rules, directory) }
