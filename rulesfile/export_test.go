package rulesfile

// OpenReading is Open with another way to read files, and Read the usual one.
var (
	OpenReading = open
	Read        = read
)
