// Package contract is the server's side of the public contract, generated from
// api/openapi.yaml: the routes, their parameters, and the interface that package http
// implements.
package contract
