// Package client is the Go client of the public contract, generated from
// api/openapi.yaml. [NewClientWithResponses] makes one; its methods answer the
// decoded body by status (JSON200, or the problem in ApplicationProblemJSONDefault).
// Times are in the site's offset, durations whole seconds, and what is absent is nil.
package client
